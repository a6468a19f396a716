"""会办: a co-handler prepares its opinion to the lead unit, and hands it in."""

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, StringConstraints

from api.errands import ActBody, AnErrand
from api.feedback_tasks import consultation_of, send_task_act
from api.fields import Body, Id, PathId, Prose, not_blank
from domain.acts import AnswerCoHandling
from records.papers.co_handlings import OPINION_CHARACTERS_MAX, prepare_co_handling
from records.pen import Pen

router = APIRouter(tags=["办理反馈"])

Opinion = Annotated[Prose, StringConstraints(max_length=OPINION_CHARACTERS_MAX), AfterValidator(not_blank)]


class OpinionBody(Body):
    """The text of the opinion."""

    opinion: Opinion


class CoHandlingAnswerBody(ActBody):
    """The opinion that was prepared."""

    co_handling_id: Id


@router.post("/feedback-tasks/{task_id}/co-handling-drafts", status_code=201)
def create_co_handling_draft(task_id: PathId, errand: AnErrand, body: OpinionBody) -> JSONResponse:
    """Prepare the opinion of a co-handler, or write its draft anew."""
    consultation_id = consultation_of(errand.counter, errand.by, task_id)

    def write(pen: Pen) -> dict[str, Any]:
        return prepare_co_handling(pen, task_id, body.opinion)

    checks = [errand.bound_to(consultation_id, "answer_co_handling")]
    return errand.write("prepare_co_handling", body, f"/api/v1/feedback-tasks/{task_id}", checks, write)


@router.post("/feedback-tasks/{task_id}/co-handling-answers", status_code=201)
async def create_co_handling_answer(
    task_id: PathId, errand: AnErrand, body: CoHandlingAnswerBody
) -> JSONResponse:
    """会办答复: hand in the opinion that was prepared."""
    act = errand.act(AnswerCoHandling, body, task_id=task_id)
    return await send_task_act(errand, act)
