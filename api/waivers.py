"""Waiving one hard rule, where that rule names who may."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.errands import AnErrand, ReasonBody
from api.fields import Id, PathId
from api.identity import Visitor
from api.shown.consultations import WaiverShown
from domain.acts import GrantWaiver
from records.queries import consultations as queries
from records.queries.passed_rules import waivers_granted
from records.queries.reading import reading_consultation

router = APIRouter(prefix="/consultations/{consultation_id}", tags=["协商进程"])


class WaiverBody(ReasonBody):
    """Which rule, and why."""

    rule_id: Id


@router.post("/waivers", status_code=201)
async def create_waiver(consultation_id: PathId, errand: AnErrand, body: WaiverBody) -> JSONResponse:
    """Waive one hard rule, where that rule names who may."""
    return await errand.send(consultation_id, errand.act(GrantWaiver, body))


@router.get("/waivers", response_model=list[WaiverShown])
def list_waivers(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[WaiverShown]:
    """The rules that were waived."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        row,
    ):
        rule_set = counter.books.pinned(session, row)
        granted = waivers_granted(session, rule_set, queries.waivers_of(session, consultation_id))
        return [WaiverShown.model_validate(one) for one in granted]
