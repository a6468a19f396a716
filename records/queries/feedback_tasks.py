"""Feedback tasks and what hangs on them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables.obligations import Answer, Escalation, ExtensionRequest, FeedbackTask, ReturnRequest
from records.tables.outcomes import Suggestion
from records.tables.people import Organisation


@dataclass(frozen=True)
class TaskLine:
    """One task with the words that people know it by."""

    task: FeedbackTask
    item_number: int
    suggestion: str
    unit_name: str


@dataclass(frozen=True)
class TaskPapers:
    """What the unit asked and answered, first to last. A draft answer has no day of answering."""

    return_requests: Sequence[ReturnRequest]
    extension_requests: Sequence[ExtensionRequest]
    answers: Sequence[Answer]
    escalations: Sequence[Escalation]


def feedback_task(session: Session, task_id: str) -> FeedbackTask | None:
    """The task of this id."""
    return session.get(FeedbackTask, task_id) if task_id.isprintable() else None


def tasks_of(session: Session, consultation_id: str) -> list[TaskLine]:
    """Every task of a consultation, by item; a returned task stands before the one that replaced it."""
    found = session.execute(
        select(FeedbackTask, Suggestion.item_number, Suggestion.text, Organisation.name)
        .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
        .join(Organisation, Organisation.id == FeedbackTask.unit_id)
        .where(FeedbackTask.consultation_id == consultation_id)
        .order_by(Suggestion.item_number, FeedbackTask.id)
    )
    return [TaskLine(*row) for row in found]


def task_line(session: Session, task: FeedbackTask) -> TaskLine:
    """One task with its words."""
    suggestion = session.get_one(Suggestion, task.suggestion_id)
    unit = session.get_one(Organisation, task.unit_id)
    return TaskLine(task, suggestion.item_number, suggestion.text, unit.name)


def papers_of_task(session: Session, task_id: str) -> TaskPapers:
    """Requests, answers and escalations of one task."""
    return TaskPapers(
        return_requests=session.scalars(
            select(ReturnRequest).where(ReturnRequest.task_id == task_id).order_by(ReturnRequest.id)
        ).all(),
        extension_requests=session.scalars(
            select(ExtensionRequest).where(ExtensionRequest.task_id == task_id).order_by(ExtensionRequest.id)
        ).all(),
        answers=session.scalars(
            select(Answer).where(Answer.task_id == task_id).order_by(Answer.prepared_at, Answer.id)
        ).all(),
        escalations=session.scalars(
            select(Escalation).where(Escalation.task_id == task_id).order_by(Escalation.id)
        ).all(),
    )


def latest_answers(session: Session, consultation_id: str) -> dict[str, Answer]:
    """The answer last handed in for each task of a consultation, by task id."""
    answers = session.scalars(
        select(Answer)
        .join(FeedbackTask, FeedbackTask.id == Answer.task_id)
        .where(FeedbackTask.consultation_id == consultation_id, Answer.answered_on.is_not(None))
        .order_by(Answer.answered_on, Answer.id)
    )
    return {answer.task_id: answer for answer in answers}
