"""The desk of the party committee: 专报 and 批示."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from api.counter import Counter, TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.errands import ActBody, AnErrand
from api.fields import Day, PathId, Reason
from api.identity import Visitor
from api.shown.tasks import EscalationShown, InstructionShown
from domain.acts import RecordInstruction
from domain.bodies import Actor
from domain.refusals import RefusalCode, refuse
from records.queries import escalations as queries

router = APIRouter(prefix="/escalations", tags=["专报和批示"])


class EscalationLine(EscalationShown):
    """One escalation with the consultation it is about."""

    consultation_number: str
    consultation_title: str


class EscalationRead(EscalationShown):
    """One escalation with its instructions."""

    instructions: list[InstructionShown]


class InstructionBody(ActBody):
    """The text of the 批示, and a new due date where it sets one."""

    text: Reason
    new_due_on: Day | None = None


@router.get("", response_model=Page[EscalationLine])
def list_escalations(
    counter: TheCounter,
    visitor: Visitor,
    is_open: Annotated[bool | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[EscalationLine]:
    """The escalations on one's desk, or of consultations one may see, the newest first."""
    key = key_of(cursor, str)
    with counter.register.reading() as session:
        found = queries.escalations_visible_to(
            session,
            visitor.actor,
            counter.today,
            is_open=is_open,
            after=key[0] if key else None,
            limit=limit,
        )
        items = [
            EscalationLine(
                **EscalationShown.model_validate(escalation).model_dump(),
                consultation_number=consultation.number,
                consultation_title=consultation.title,
            )
            for escalation, consultation in found
        ]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.id,)))


@router.get("/{escalation_id}", response_model=EscalationRead)
def read_escalation(escalation_id: PathId, counter: TheCounter, visitor: Visitor) -> EscalationRead:
    """One escalation with its instructions."""
    with counter.register.reading() as session:
        row = queries.escalation_for(session, visitor.actor, escalation_id, counter.today)
        if row is None:
            raise _not_found()
        return EscalationRead(
            **EscalationShown.model_validate(row).model_dump(),
            instructions=[
                InstructionShown.model_validate(one)
                for one in queries.instructions_of(session, escalation_id)
            ],
        )


@router.post("/{escalation_id}/instructions", status_code=201)
async def create_instruction(escalation_id: PathId, errand: AnErrand, body: InstructionBody) -> JSONResponse:
    """Record a 批示."""
    consultation_id = await run_in_threadpool(_consultation_of, errand.counter, errand.by, escalation_id)
    act = errand.act(RecordInstruction, body, escalation_id=escalation_id)
    return await errand.send(consultation_id, act, f"/api/v1/escalations/{escalation_id}")


def _consultation_of(counter: Counter, actor: Actor, escalation_id: str) -> str:
    with counter.register.reading() as session:
        row = queries.escalation_for(session, actor, escalation_id, counter.today)
        if row is None:
            raise _not_found()
        return row.consultation_id


def _not_found() -> Exception:
    return refuse(RefusalCode.NOT_FOUND, "未找到该专报。")
