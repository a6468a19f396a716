"""中止 and 恢复."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.errands import ActBody, AnErrand, ReasonBody
from api.fields import Day, PathId
from api.identity import Visitor
from api.shown.consultations import SuspensionShown
from domain.acts import ResumeConsultation, SuspendConsultation
from records.queries import consultations as queries
from records.queries.reading import reading_consultation

router = APIRouter(prefix="/consultations/{consultation_id}", tags=["协商进程"])


class SuspensionBody(ReasonBody):
    """Why, and when the reason is looked at again."""

    review_on: Day


@router.post("/suspensions", status_code=201)
async def create_suspension(consultation_id: PathId, errand: AnErrand, body: SuspensionBody) -> JSONResponse:
    """中止: freeze every clock."""
    return await errand.send(consultation_id, errand.act(SuspendConsultation, body))


@router.get("/suspensions", response_model=list[SuspensionShown])
def list_suspensions(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[SuspensionShown]:
    """Every suspension."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        return [
            SuspensionShown.model_validate(row) for row in queries.suspensions_of(session, consultation_id)
        ]


@router.post("/resumptions", status_code=201)
async def create_resumption(consultation_id: PathId, errand: AnErrand, body: ActBody) -> JSONResponse:
    """恢复: every clock runs on."""
    return await errand.send(consultation_id, errand.act(ResumeConsultation, body))
