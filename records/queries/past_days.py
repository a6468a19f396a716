"""One consultation as it stood on a past day, rebuilt from what the register keeps with its days.

Everything goes by the day on which it happened; what was entered later (补录) is told apart. Names are today's.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import WorkCalendar, at_local, local_date
from domain.clocks import DueDateSet, Extended, PeriodRestarted, read
from domain.ladder import Colour, colour_on
from domain.matters import FeedbackTaskState, ObligationKind, Verdict
from domain.stages import ConsultationState
from records.audit import consultation_stream
from records.books import Books, LivedUnder, version_at
from records.ledgers import ClockRecord, clock_records
from records.queries.consultations import changes_of_state, suspensions_of
from records.queries.people import organisation_names
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation, StageAdvance, Suspension
from records.tables.obligations import Answer, ClockRow, FeedbackTask, ReturnRequest

CLOCKS_MAX = 500
ENTRIES_MAX = 5_000
REWORK = "rework"

Part = TypeVar("Part", Answer, ReturnRequest)


@dataclass(frozen=True)
class TaskRecord:
    """One task with its answers and the returns that were asked for."""

    row: FeedbackTask
    answers: tuple[Answer, ...]
    returns: tuple[ReturnRequest, ...]


@dataclass(frozen=True)
class CaseRecord:
    """Everything with a day that the register keeps of one consultation."""

    row: Consultation
    lived_under: LivedUnder
    calendar: WorkCalendar
    changes: Sequence[StageAdvance]
    suspensions: Sequence[Suspension]
    clocks: Sequence[ClockRecord]
    tasks: Sequence[TaskRecord]
    names: Mapping[str, str]
    marks: Mapping[date, Mapping[str, int]]
    """What was recorded on each day, by the label of the action, however much earlier it happened."""


@dataclass(frozen=True)
class ClockOn:
    """One clock that was open on the day."""

    id: str
    kind: ObligationKind
    subject_id: str
    title: str
    holder_name: str
    due_on: date
    is_provisional: bool
    left_workdays: int
    is_overdue: bool
    is_suspended: bool
    colour: Colour
    is_open: bool = True


@dataclass(frozen=True)
class TaskOn:
    """One task as it stood on the day."""

    id: str
    unit_name: str
    state: FeedbackTaskState
    since_on: date


@dataclass(frozen=True)
class CaseOn:
    """The consultation on the day. ``entered_later`` counts what happened by then and was entered afterwards."""

    on: date
    state: ConsultationState
    entered_on: date
    is_suspended: bool
    round: int
    clocks: tuple[ClockOn, ...]
    tasks: tuple[TaskOn, ...]
    entered_later: int


def case_record(session: Session, books: Books, row: Consultation, *, with_marks: bool = True) -> CaseRecord:
    """Read what one consultation is rebuilt from; without the marks where the entries are read anyway."""
    clocks = session.scalars(
        select(ClockRow)
        .where(ClockRow.consultation_id == row.id)
        .order_by(ClockRow.due_on, ClockRow.id)
        .limit(CLOCKS_MAX)
    ).all()
    tasks = _tasks(session, row.id)
    bodies = [row.operator_id, *(one.holder_id for one in clocks), *(one.row.unit_id for one in tasks)]
    return CaseRecord(
        row=row,
        lived_under=books.lived_under(session, row),
        calendar=books.calendar_in(session),
        changes=changes_of_state(session, row.id),
        suspensions=suspensions_of(session, row.id),
        clocks=clock_records(session, clocks),
        tasks=tasks,
        names=organisation_names(session, bodies),
        marks=_marks(session, row.id) if with_marks else {},
    )


def happened(record: CaseRecord) -> Mapping[date, Mapping[str, int]]:
    """What happened on each day, by the dates of the deeds themselves."""
    days: dict[date, Counter[str]] = {record.row.opened_on: Counter({"发起协商": 1})}
    for on, what in _deeds(record):
        if on is not None:
            days.setdefault(on, Counter())[what] += 1
    return days


def _deeds(record: CaseRecord) -> Iterator[tuple[date | None, str]]:
    for change in record.changes:
        yield change.occurred_on, f"进入“{change.to_state.label}”"
    for one in record.suspensions:
        yield one.suspended_on, "中止协商"
        yield one.resumed_on, "恢复协商"
    for task in record.tasks:
        yield task.row.assigned_on, FeedbackTaskState.ASSIGNED.label
        yield task.row.acknowledged_on, FeedbackTaskState.ACKNOWLEDGED.label
        for answer in task.answers:
            yield answer.answered_on, FeedbackTaskState.ANSWERED.label
            yield answer.verdict_on, answer.verdict.label if answer.verdict else ""
        for asked in task.returns:
            yield asked.requested_on, "申请退办"
    for clock in record.clocks:
        for entry in clock.clock.ledger:
            if isinstance(entry, Extended | DueDateSet | PeriodRestarted):
                yield entry.on, "到期日变动"


def standing_on(record: CaseRecord, on: date) -> CaseOn:
    """The consultation at the end of that day, which is not before the day it was opened."""
    known = [one for one in record.changes if one.occurred_on <= on]
    first = record.changes[0].from_state if record.changes else record.row.state
    clocks = (_clock_on(record, one, on) for one in record.clocks if one.clock.started_on <= on)
    tasks = (_task_on(record, one, on) for one in record.tasks if one.row.assigned_on <= on)
    return CaseOn(
        on=on,
        state=known[-1].to_state if known else first,
        entered_on=known[-1].occurred_on if known else record.row.opened_on,
        is_suspended=any(
            one.suspended_on <= on and (one.resumed_on is None or on < one.resumed_on)
            for one in record.suspensions
        ),
        round=1 + sum(one.event == REWORK for one in known),
        clocks=tuple(sorted((one for one in clocks if one is not None), key=lambda one: one.due_on)),
        tasks=tuple(tasks),
        entered_later=_entered_later(record, on),
    )


def task_state_on(task: TaskRecord, on: date) -> tuple[FeedbackTaskState, date]:
    """The state of a task at the end of a day, and since when."""
    for one in task.returns:
        if one.is_accepted and one.decided_on is not None and one.decided_on <= on:
            return FeedbackTaskState.RETURNED, one.decided_on
    answers = [(one.answered_on, one) for one in task.answers if one.answered_on and one.answered_on <= on]
    if answers:
        answered_on, answer = max(answers, key=lambda pair: (pair[0], pair[1].prepared_at, pair[1].id))
        if answer.verdict is not None and answer.verdict_on is not None and answer.verdict_on <= on:
            is_verified = answer.verdict is Verdict.VERIFIED
            state = FeedbackTaskState.VERIFIED if is_verified else FeedbackTaskState.SENT_BACK
            return state, answer.verdict_on
        return FeedbackTaskState.ANSWERED, answered_on
    acknowledged_on = task.row.acknowledged_on
    if acknowledged_on is not None and acknowledged_on <= on:
        return FeedbackTaskState.ACKNOWLEDGED, acknowledged_on
    return FeedbackTaskState.ASSIGNED, task.row.assigned_on


def _clock_on(record: CaseRecord, one: ClockRecord, on: date) -> ClockOn | None:
    reading = read(one.clock, record.calendar, on)
    if reading.is_stopped:
        return None
    row = one.row
    return ClockOn(
        id=row.id,
        kind=row.kind,
        subject_id=row.subject_id,
        title=row.title,
        holder_name=record.names.get(row.holder_id or "", ""),
        due_on=reading.due.on,
        is_provisional=reading.due.is_provisional,
        left_workdays=reading.left_workdays,
        is_overdue=reading.is_overdue,
        is_suspended=reading.is_suspended,
        colour=colour_on(
            one.clock,
            version_at(record.lived_under, at_local(on, 0, 0)).ladder(row.kind),
            record.calendar,
            on,
        ),
    )


def _task_on(record: CaseRecord, task: TaskRecord, on: date) -> TaskOn:
    state, since_on = task_state_on(task, on)
    return TaskOn(task.row.id, record.names.get(task.row.unit_id, ""), state, since_on)


def _entered_later(record: CaseRecord, on: date) -> int:
    changes = sum(one.occurred_on <= on < local_date(one.recorded_at) for one in record.changes)
    clocks = sum(one.clock.started_on <= on < local_date(one.row.recorded_at) for one in record.clocks)
    return changes + clocks


def _tasks(session: Session, consultation_id: str) -> list[TaskRecord]:
    """Tasks with what hangs on them, in one question."""
    found = session.execute(
        select(FeedbackTask, Answer, ReturnRequest)
        .outerjoin(Answer, Answer.task_id == FeedbackTask.id)
        .outerjoin(ReturnRequest, ReturnRequest.task_id == FeedbackTask.id)
        .where(FeedbackTask.consultation_id == consultation_id)
        .order_by(FeedbackTask.assigned_on, FeedbackTask.id)
    ).all()
    rows: dict[str, FeedbackTask] = {task.id: task for task, _, _ in found}
    # What an outer join finds may be missing, which its types do not tell.
    every_answer: list[Answer | None] = [one for _, one, _ in found]
    every_return: list[ReturnRequest | None] = [one for _, _, one in found]
    answers = {one.id: one for one in every_answer if one is not None}
    returns = {one.id: one for one in every_return if one is not None}
    return [
        TaskRecord(row, _of(key, answers.values()), _of(key, returns.values())) for key, row in rows.items()
    ]


def _of(task_id: str, parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(one for one in parts if one.task_id == task_id)


def _marks(session: Session, consultation_id: str) -> Mapping[date, Mapping[str, int]]:
    marks: dict[date, Counter[str]] = {}
    found = session.execute(
        select(AuditEntry.at, AuditEntry.action)
        .where(AuditEntry.stream == consultation_stream(consultation_id))
        .order_by(AuditEntry.sequence)
        .limit(ENTRIES_MAX)
    )
    for at, action in found:
        marks.setdefault(local_date(at), Counter())[action.label] += 1
    return marks
