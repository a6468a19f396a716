"""Where a 202 points to: what became of an act that was accepted and not yet finished."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from api.counter import Counter, TheCounter
from api.errands import OutcomeShown, outcome_shown, sent_response
from api.fields import PathId
from api.identity import Visitor
from api.process import look
from domain.bodies import Actor
from records.queries.consultations import is_known
from records.queries.reading import reading_consultation

router = APIRouter(tags=["办理结果"])


@router.get("/updates/{consultation_id}/{key:path}", response_model=OutcomeShown)
async def read_update(
    consultation_id: PathId,
    key: Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[\x20-\x7e]+$")],
    counter: TheCounter,
    visitor: Visitor,
) -> JSONResponse:
    """200 with the outcome, the refusal as a problem, or 202 while it is not finished."""
    await run_in_threadpool(_require_reader, counter, visitor.actor, consultation_id)
    sent = await look(counter, consultation_id, key)
    if sent.outcome is None:
        return sent_response(sent, sent.poll_at)
    return JSONResponse(outcome_shown(consultation_id, sent.outcome).model_dump(mode="json"))


def _require_reader(counter: Counter, actor: Actor, consultation_id: str) -> None:
    """Whoever opens a consultation may look before its row is written; the id is as good as its key."""
    with counter.register.reading() as session:
        if not is_known(session, consultation_id):
            return
    with reading_consultation(counter.register, actor, consultation_id, counter.today):
        return
