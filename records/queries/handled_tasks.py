"""What a unit has in hand and what it has answered: as lead of a task, and as its co-handler."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.matters import FeedbackTaskState, ObligationKind, ResultClass, Verdict
from records.books import Books
from records.queries.clocks import ClockStanding, clocks_due_for
from records.tables.consultations import Consultation
from records.tables.obligations import Answer, CoHandling, FeedbackTask
from records.tables.outcomes import Suggestion

_ANSWERED = (FeedbackTaskState.ANSWERED, FeedbackTaskState.VERIFIED)
After = tuple[date, str] | None


@dataclass(frozen=True)
class TaskInHand:
    """One task that waits for the unit. ``acknowledge_by`` is the clock of 签收 while that is still owed."""

    clock: ClockStanding
    state: FeedbackTaskState
    item_number: int
    suggestion: str
    acknowledge_by: ClockStanding | None

    @property
    def is_co_handling(self) -> bool:
        """Whether the unit owes an opinion to the lead, and not the answer itself."""
        return self.clock.kind is ObligationKind.CO_HANDLING


@dataclass(frozen=True)
class HandledTask:
    """One task that the unit has answered, or given its opinion on; what became of it, where there is a verdict."""

    task_id: str
    answered_on: date
    id: str
    item_number: int
    suggestion: str
    consultation_number: str
    consultation_title: str
    is_in_time: bool | None
    is_co_handling: bool
    result: ResultClass | None = None
    verdict: Verdict | None = None
    verdict_on: date | None = None


def tasks_in_hand(session: Session, books: Books, unit_id: str, today: date) -> list[TaskInHand]:
    """Everything that waits for the unit, the nearest due date first; 签收 stands with the task it is about."""
    clocks = clocks_due_for(session, books, [unit_id], today)
    to_acknowledge = {one.subject_id: one for one in clocks if one.kind is ObligationKind.ACKNOWLEDGEMENT}
    kinds = {ObligationKind.FEEDBACK_TASK, ObligationKind.CO_HANDLING}
    held = [one for one in clocks if one.kind in kinds]
    found = session.execute(
        select(FeedbackTask.id, FeedbackTask.state, Suggestion.item_number, Suggestion.text)
        .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
        .where(FeedbackTask.id.in_({one.subject_id for one in held}))
    )
    tasks = {task_id: (state, number, text) for task_id, state, number, text in found}
    lines = []
    for one in held:
        state, number, text = tasks[one.subject_id]
        is_lead = one.kind is ObligationKind.FEEDBACK_TASK
        lines.append(
            TaskInHand(one, state, number, text, to_acknowledge.get(one.subject_id) if is_lead else None)
        )
    return lines


def tasks_handled(session: Session, unit_id: str, *, after: After, limit: int) -> list[HandledTask]:
    """What the unit has answered, the latest first, those after the (answered_on, id) of the page before."""
    found = [*_led(session, unit_id, after, limit), *_co_handled(session, unit_id, after, limit)]
    return sorted(found, key=lambda one: (one.answered_on, one.id), reverse=True)[:limit]


def _led(session: Session, unit_id: str, after: After, limit: int) -> list[HandledTask]:
    latest = (
        select(func.max(Answer.id))
        .join(FeedbackTask, FeedbackTask.id == Answer.task_id)
        .where(
            FeedbackTask.unit_id == unit_id,
            FeedbackTask.state.in_(_ANSWERED),
            Answer.answered_on.is_not(None),
        )
        .group_by(Answer.task_id)
    )
    rows = session.execute(
        select(Answer, Suggestion.item_number, Suggestion.text, Consultation.number, Consultation.title)
        .join(FeedbackTask, FeedbackTask.id == Answer.task_id)
        .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
        .join(Consultation, Consultation.id == FeedbackTask.consultation_id)
        .where(Answer.id.in_(latest), *_after(Answer.answered_on, Answer.id, after))
        .order_by(Answer.answered_on.desc(), Answer.id.desc())
        .limit(limit)
    )
    return [
        HandledTask(
            task_id=one.task_id,
            answered_on=one.answered_on or date.min,
            id=one.id,
            item_number=item_number,
            suggestion=suggestion,
            consultation_number=number,
            consultation_title=title,
            is_in_time=one.is_in_time,
            is_co_handling=False,
            result=one.result,
            verdict=one.verdict,
            verdict_on=one.verdict_on,
        )
        for one, item_number, suggestion, number, title in rows
    ]


def _co_handled(session: Session, unit_id: str, after: After, limit: int) -> list[HandledTask]:
    rows = session.execute(
        select(CoHandling, Suggestion.item_number, Suggestion.text, Consultation.number, Consultation.title)
        .join(FeedbackTask, FeedbackTask.id == CoHandling.task_id)
        .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
        .join(Consultation, Consultation.id == FeedbackTask.consultation_id)
        .where(
            CoHandling.unit_id == unit_id,
            CoHandling.answered_on.is_not(None),
            *_after(CoHandling.answered_on, CoHandling.id, after),
        )
        .order_by(CoHandling.answered_on.desc(), CoHandling.id.desc())
        .limit(limit)
    )
    return [
        HandledTask(
            task_id=one.task_id,
            answered_on=one.answered_on or date.min,
            id=one.id,
            item_number=item_number,
            suggestion=suggestion,
            consultation_number=number,
            consultation_title=title,
            is_in_time=one.is_in_time,
            is_co_handling=True,
        )
        for one, item_number, suggestion, number, title in rows
    ]


def _after(
    day: InstrumentedAttribute[date | None], id: InstrumentedAttribute[str], after: After
) -> Sequence[Any]:
    if after is None:
        return ()
    return (or_(day < after[0], and_(day == after[0], id < after[1])),)
