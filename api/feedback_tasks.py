"""Feedback tasks: 交办, and what units and organisers do with them."""

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import Field

from api.counter import Counter, TheCounter
from api.errands import ActBody, AnErrand, Errand
from api.fields import Body, Id, PathId, Prose, Reason, Yes
from api.identity import Visitor
from api.shown.clocks import ExplainedClockShown, explained_clock_shown
from api.shown.co_handlings import CoHandlingShown, co_handling_shown
from api.shown.tasks import (
    AnswerShown,
    EscalationShown,
    ExtensionRequestShown,
    ReturnRequestShown,
    TaskShown,
)
from domain.acts import (
    AcknowledgeTask,
    AnswerTask,
    AssignFeedbackTasks,
    DecideExtension,
    DecideReturn,
    RaiseEscalation,
    RequestExtension,
    RequestReturn,
    TaskAct,
    TaskAssignment,
    VerifyAnswer,
)
from domain.bodies import Actor
from domain.matters import AdoptionStatus, ResultClass, Verdict
from records.papers.answers import prepare_answer
from records.pen import Pen
from records.queries import feedback_tasks as queries
from records.queries.abilities import acts_on_task_open_to
from records.queries.clocks import explained_clocks
from records.queries.co_handlings import co_handling_lines
from records.queries.reading import reading_consultation, reading_task

router = APIRouter(tags=["办理反馈"])

Workdays = Annotated[int, Field(strict=True, ge=1, le=366)]


class AssignmentBody(Body):
    """One suggestion for a lead unit and its co-handlers."""

    suggestion_id: Id
    lead_unit_id: Id
    co_unit_ids: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    period_workdays: Workdays | None = None
    co_handling_workdays: Workdays | None = None


class AssignmentsBody(ActBody):
    """What is handed to whom."""

    assignments: Annotated[tuple[AssignmentBody, ...], Field(min_length=1, max_length=200)]


class RequestReturnBody(ActBody):
    """Why the item is not the unit's duty."""

    reason: Reason


class ReturnDecisionBody(ActBody):
    """Accepted with another unit, or not."""

    is_accepted: Yes
    new_unit_id: Id | None = None


class ExtensionRequestBody(ActBody):
    """How many working days more, and why."""

    workdays: Workdays
    reason: Reason


class ExtensionDecisionBody(ActBody):
    """Granted (as many as asked when ``workdays`` is 0), or not."""

    is_granted: Yes
    workdays: Annotated[int, Field(strict=True, ge=0, le=366)] = 0


class AnswerBody(ActBody):
    """The feedback with its class: the text itself, or the id of a draft prepared before."""

    adoption: AdoptionStatus
    result: ResultClass
    answer_id: Id


class DraftBody(Body):
    """The text of the feedback."""

    text: Reason


class VerificationBody(ActBody):
    """Verified, or sent back with a reason."""

    verdict: Verdict
    reason: Prose = ""


class TaskRead(TaskShown):
    """One task with its clock explained, what was asked and answered, and what the reader may do."""

    consultation_number: str
    consultation_title: str
    co_unit_names: list[str]
    co_handlings: list[CoHandlingShown]
    clock: ExplainedClockShown
    acknowledgement_clock: ExplainedClockShown
    may: list[str]
    return_requests: list[ReturnRequestShown]
    extension_requests: list[ExtensionRequestShown]
    answers: list[AnswerShown]
    escalations: list[EscalationShown]


@router.post("/consultations/{consultation_id}/feedback-tasks", status_code=201)
async def create_feedback_tasks(
    consultation_id: PathId, errand: AnErrand, body: AssignmentsBody
) -> JSONResponse:
    """交办: hand suggestions to their units, all of them or none."""
    assignments = tuple(TaskAssignment(**one.model_dump()) for one in body.assignments)
    act = errand.act(AssignFeedbackTasks, body, assignments=assignments)
    return await errand.send(consultation_id, act)


@router.get("/consultations/{consultation_id}/feedback-tasks", response_model=list[TaskShown])
def list_feedback_tasks(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[TaskShown]:
    """The tasks of a consultation, item by item."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        return [task_shown(line) for line in queries.tasks_of(session, consultation_id)]


@router.get("/feedback-tasks/{task_id}", response_model=TaskRead)
def read_feedback_task(task_id: PathId, counter: TheCounter, visitor: Visitor) -> TaskRead:
    """One task with its clock explained line by line."""
    today = counter.today
    with reading_task(counter.register, visitor.actor, task_id, today) as (session, row, task):
        papers = queries.papers_of_task(session, task_id)
        co_handlers = co_handling_lines(session, counter.books, [task], today)[task.id]
        co_clock_ids = [line.clock.id for line in co_handlers if line.clock is not None]
        clock_ids = (task.clock_id, task.acknowledgement_clock_id, *co_clock_ids)
        clocks = explained_clocks(session, counter.books, clock_ids, today)
        is_unit = visitor.actor.organisation_id == task.unit_id
        return TaskRead(
            **task_shown(queries.task_line(session, task)).model_dump(),
            consultation_number=row.number,
            consultation_title=row.title,
            co_unit_names=[line.unit_name for line in co_handlers],
            co_handlings=[co_handling_shown(line, clocks, visitor.actor) for line in co_handlers],
            clock=explained_clock_shown(clocks[task.clock_id]),
            acknowledgement_clock=explained_clock_shown(clocks[task.acknowledgement_clock_id]),
            may=acts_on_task_open_to(session, row, task, visitor.actor, today),
            return_requests=[ReturnRequestShown.model_validate(one) for one in papers.return_requests],
            extension_requests=[
                ExtensionRequestShown.model_validate(one) for one in papers.extension_requests
            ],
            # A draft is the unit's own until it is handed in.
            answers=[
                AnswerShown.model_validate(one)
                for one in papers.answers
                if one.answered_on is not None or is_unit
            ],
            escalations=[EscalationShown.model_validate(one) for one in papers.escalations],
        )


@router.post("/feedback-tasks/{task_id}/acknowledgements", status_code=201)
async def create_acknowledgement(task_id: PathId, errand: AnErrand, body: ActBody) -> JSONResponse:
    """签收."""
    return await send_task_act(errand, errand.act(AcknowledgeTask, body, task_id=task_id))


@router.post("/feedback-tasks/{task_id}/return-requests", status_code=201)
async def create_return_request(task_id: PathId, errand: AnErrand, body: RequestReturnBody) -> JSONResponse:
    """退办: the item is not the unit's duty."""
    return await send_task_act(errand, errand.act(RequestReturn, body, task_id=task_id))


@router.post("/feedback-tasks/{task_id}/return-requests/decisions", status_code=201)
async def create_return_decision(task_id: PathId, errand: AnErrand, body: ReturnDecisionBody) -> JSONResponse:
    """Decide the open 退办."""
    return await send_task_act(errand, errand.act(DecideReturn, body, task_id=task_id))


@router.post("/feedback-tasks/{task_id}/extension-requests", status_code=201)
async def create_extension_request(
    task_id: PathId, errand: AnErrand, body: ExtensionRequestBody
) -> JSONResponse:
    """延期: ask for more working days."""
    return await send_task_act(errand, errand.act(RequestExtension, body, task_id=task_id))


@router.post("/feedback-tasks/{task_id}/extension-requests/decisions", status_code=201)
async def create_extension_decision(
    task_id: PathId, errand: AnErrand, body: ExtensionDecisionBody
) -> JSONResponse:
    """Decide the open 延期."""
    return await send_task_act(errand, errand.act(DecideExtension, body, task_id=task_id))


@router.post("/feedback-tasks/{task_id}/answer-drafts", status_code=201)
def create_answer_draft(task_id: PathId, errand: AnErrand, body: DraftBody) -> JSONResponse:
    """Prepare the written feedback, or write its draft anew."""
    consultation_id = consultation_of(errand.counter, errand.by, task_id)

    def write(pen: Pen) -> dict[str, Any]:
        return prepare_answer(pen, task_id, body.text)

    checks = [errand.bound_to(consultation_id, "prepare_answer")]
    return errand.write("prepare_answer", body, f"/api/v1/feedback-tasks/{task_id}", checks, write)


@router.post("/feedback-tasks/{task_id}/answers", status_code=201)
async def create_answer(task_id: PathId, errand: AnErrand, body: AnswerBody) -> JSONResponse:
    """办复: hand in the feedback that was prepared."""
    return await send_task_act(errand, errand.act(AnswerTask, body, task_id=task_id))


@router.post("/feedback-tasks/{task_id}/verifications", status_code=201)
async def create_verification(task_id: PathId, errand: AnErrand, body: VerificationBody) -> JSONResponse:
    """核实 the answer, or send it back."""
    return await send_task_act(errand, errand.act(VerifyAnswer, body, task_id=task_id))


@router.post("/feedback-tasks/{task_id}/escalations", status_code=201)
async def create_escalation(task_id: PathId, errand: AnErrand, body: ActBody) -> JSONResponse:
    """Enter afterwards a 专报 or 约谈建议 that was made before the service knew of the task (补录)."""
    return await send_task_act(errand, errand.act(RaiseEscalation, body, task_id=task_id))


async def send_task_act(errand: Errand, act: TaskAct) -> JSONResponse:
    """Send an act on a task to the process of its consultation."""
    consultation_id = await run_in_threadpool(consultation_of, errand.counter, errand.by, act.task_id)
    return await errand.send(consultation_id, act, f"/api/v1/feedback-tasks/{act.task_id}")


def consultation_of(counter: Counter, actor: Actor, task_id: str) -> str:
    """The consultation of a task. Raises Refused (NOT_FOUND) where the actor may not know of it."""
    with reading_task(counter.register, actor, task_id, counter.today) as (_session, row, _task):
        return row.id


def task_shown(line: queries.TaskLine) -> TaskShown:
    """A task with the words that people know it by."""
    task = line.task
    members = {name: getattr(task, name) for name in TaskShown.model_fields if hasattr(task, name)}
    return TaskShown(
        **members,
        item_number=line.item_number,
        suggestion=line.suggestion,
        unit_name=line.unit_name,
        state_label=task.state.label,
    )
