"""What the printed letters of the ladder say: the facts of a task as the rung found them when it fired."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bodies import BodyKind
from domain.calendar import at_local, local_date
from domain.clocks import read
from domain.ladder import Rung
from domain.matters import ObligationKind
from domain.notices import NoticeKind
from domain.policy import is_within
from records.books import Books, version_at
from records.ledgers import clock_record
from records.queries.feedback_tasks import TaskLine, task_line
from records.queries.people import organisation_names
from records.queries.printed_papers import conveners_on, issuer_of
from records.tables.consultations import Consultation
from records.tables.obligations import Escalation, FeedbackTask, FiredRung
from records.tables.people import Organisation

ANSWER_WITHIN_WORKDAYS = 5
"""By when an answer is asked for where no later rung of the ladder names a day."""


@dataclass(frozen=True)
class FiredNotice:
    """A rung of a task's ladder that fired, with the day on which it came."""

    rung: Rung
    generation: int
    on: date

    @property
    def kind(self) -> NoticeKind:
        """What was sent."""
        return NoticeKind(self.rung.notice)


@dataclass(frozen=True)
class LateTask:
    """A task that is late, as it stood on the day of the paper. ``next_on`` is the day of the rung after it."""

    line: TaskLine
    issuer: str
    addressee: str
    document: str
    document_number: str
    on: date
    due_on: date
    workdays_late: int
    next_on: date
    urged_on: date | None
    circulated_on: date | None
    owner: str
    inspection_offices: tuple[str, ...]


@dataclass(frozen=True)
class ReportedTask:
    """A late task in a 专报, with those who may sign such a paper out."""

    task: LateTask
    conveners: tuple[str, ...]


def fired_notices(
    session: Session, books: Books, row: Consultation, task: FeedbackTask
) -> dict[NoticeKind, FiredNotice]:
    """The letters that the ladder has written about a task, each of its newest period."""
    return {one: fired[max(fired)] for one, fired in _fired(session, books, row, task).items()}


def reminders_of(session: Session, books: Books, row: Consultation, task: FeedbackTask) -> list[FiredNotice]:
    """Every reminder that the ladder has sent about a task, first to last."""
    return sorted(_fired_notices(session, books, row, task), key=lambda one: one.on)


def noticed_task(
    session: Session, books: Books, row: Consultation, task: FeedbackTask, kind: NoticeKind
) -> LateTask | None:
    """The task as the letter of this kind found it; None when no such letter has been written."""
    fired = fired_notices(session, books, row, task).get(kind)
    if fired is None:
        return None
    unit = organisation_names(session, [task.unit_id]).get(task.unit_id, "")
    return _late_task(session, books, row, task, fired, addressee=unit)


def reported_task(
    session: Session, books: Books, row: Consultation, task: FeedbackTask, escalation: Escalation
) -> ReportedTask | None:
    """The task as the 专报 found it; None where the ladder's letter was no 专报."""
    fired = _fired(session, books, row, task).get(NoticeKind.SPECIAL_REPORT, {})
    report = fired.get(int(escalation.facts.get("generation", 0)))
    if report is None:
        return None
    target_id = escalation.target_id or row.leading_party_id
    addressee = organisation_names(session, [target_id]).get(target_id or "", "")
    late = _late_task(session, books, row, task, report, addressee=addressee)
    return ReportedTask(late, conveners_on(session, row, escalation.raised_on))


def _fired(
    session: Session, books: Books, row: Consultation, task: FeedbackTask
) -> Mapping[NoticeKind, dict[int, FiredNotice]]:
    """By kind of letter and generation of the clock; of several letters of a kind the last."""
    found: dict[NoticeKind, dict[int, FiredNotice]] = {}
    for one in _fired_notices(session, books, row, task):
        found.setdefault(one.kind, {})[one.generation] = one
    return found


def _fired_notices(
    session: Session, books: Books, row: Consultation, task: FeedbackTask
) -> list[FiredNotice]:
    """Every rung of the task's ladder that fired, in the order of their instants."""
    lived_under = books.lived_under(session, row)
    fired = session.scalars(
        select(FiredRung).where(FiredRung.clock_id == task.clock_id).order_by(FiredRung.due_at)
    )
    return [
        FiredNotice(
            version_at(lived_under, one.recorded_at).ladder(ObligationKind.FEEDBACK_TASK).rung(one.name),
            one.generation,
            local_date(one.due_at),
        )
        for one in fired
    ]


def _late_task(
    session: Session,
    books: Books,
    row: Consultation,
    task: FeedbackTask,
    fired: FiredNotice,
    *,
    addressee: str,
) -> LateTask:
    law = version_at(books.lived_under(session, row), at_local(fired.on, 0, 0))
    due_on = read(
        clock_record(session, task.clock_id).clock, books.calendar_in(session, row.area), fired.on
    ).due.on
    of_the_period = {
        kind: notices[fired.generation].on
        for kind, notices in _fired(session, books, row, task).items()
        if fired.generation in notices
    }
    return LateTask(
        line=task_line(session, task),
        issuer=issuer_of(session, row),
        addressee=addressee,
        document=law.document,
        document_number=law.number,
        on=fired.on,
        due_on=due_on,
        workdays_late=books.calendar_in(session, row.area).workdays_between(due_on, fired.on),
        next_on=books.calendar_in(session, row.area)
        .add_workdays(due_on, _next_offset(law.ladder(ObligationKind.FEEDBACK_TASK).rungs, fired.rung))
        .on,
        urged_on=of_the_period.get(NoticeKind.OVERDUE),
        circulated_on=of_the_period.get(NoticeKind.RED_NOTICE),
        owner=organisation_names(session, [row.owner_id]).get(row.owner_id or "", ""),
        inspection_offices=_inspection_offices(session, row),
    )


def _next_offset(rungs: tuple[Rung, ...], rung: Rung) -> int:
    later = [
        one.offset_workdays
        for one in rungs
        if one.measured_from == "due"
        and one.after != "instruction"
        and one.offset_workdays > rung.offset_workdays
    ]
    return min(later, default=rung.offset_workdays + ANSWER_WITHIN_WORKDAYS)


def _inspection_offices(session: Session, row: Consultation) -> tuple[str, ...]:
    offices = session.scalars(
        select(Organisation)
        .where(Organisation.kind == BodyKind.INSPECTION_OFFICE)
        .order_by(Organisation.area, Organisation.id)
    )
    return tuple(office.name for office in offices if is_within(row.area, office.area))
