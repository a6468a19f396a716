"""Going on to the next stage, and coming back to the topic."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.errands import ActBody, AnErrand, ReasonBody
from api.fields import PathId, Prose
from api.identity import Visitor
from api.shown.consultations import StageAdvanceShown
from domain.acts import AdvanceStage, ReturnToTopic
from domain.stages import ConsultationState
from records.queries import consultations as queries
from records.queries.reading import reading_consultation

router = APIRouter(prefix="/consultations/{consultation_id}", tags=["协商进程"])


class StageAdvanceBody(ActBody):
    """The state the sender saw, and the reasons for going on in spite of warnings."""

    expected_state: ConsultationState
    reason_for_warnings: Prose = ""


@router.post("/stage-advances", status_code=201)
async def create_stage_advance(
    consultation_id: PathId, errand: AnErrand, body: StageAdvanceBody
) -> JSONResponse:
    """Go on to the next stage, if every rule before it is met."""
    return await errand.send(consultation_id, errand.act(AdvanceStage, body))


@router.get("/stage-advances", response_model=list[StageAdvanceShown])
def list_stage_advances(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor
) -> list[StageAdvanceShown]:
    """Every change of state."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        rows = queries.changes_of_state(session, consultation_id)
        return [StageAdvanceShown.model_validate(row) for row in rows]


@router.post("/stage-returns", status_code=201)
async def create_stage_return(consultation_id: PathId, errand: AnErrand, body: ReasonBody) -> JSONResponse:
    """不宜协商: back to 确定议题."""
    return await errand.send(consultation_id, errand.act(ReturnToTopic, body))
