"""The chain of 审定 and 备案, step by step."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from api.counter import TheCounter
from api.errands import ActBody, AnErrand
from api.fields import PathId
from api.identity import Visitor
from api.shown.consultations import ApprovalShown
from domain.acts import DecideApproval
from domain.matters import Decision
from records.queries import consultations as queries
from records.queries.reading import reading_consultation

router = APIRouter(prefix="/consultations/{consultation_id}", tags=["协商进程"])


class ApprovalBody(ActBody):
    """Which step, and what its body decided."""

    step: Annotated[int, Field(strict=True, ge=1, le=100)]
    decision: Decision


@router.post("/approvals", status_code=201)
async def create_approval(consultation_id: PathId, errand: AnErrand, body: ApprovalBody) -> JSONResponse:
    """Record what a body decided on its own step of the chain."""
    return await errand.send(consultation_id, errand.act(DecideApproval, body))


@router.get("/approvals", response_model=list[ApprovalShown])
def list_approvals(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[ApprovalShown]:
    """Every step of every attempt at the chain."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        return [ApprovalShown.model_validate(row) for row in queries.approvals_of(session, consultation_id)]
