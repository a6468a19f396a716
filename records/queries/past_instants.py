"""One consultation as the register knew it at a past instant, and what came into the register between two.

Where ``past_days`` asks what had happened by a day, however late it was entered, this asks what had been entered by
an instant, however early it had happened. Both are rebuilt from the record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.calendar import local_date
from domain.matters import FeedbackTaskState
from domain.words import Word
from records.audit import consultation_stream
from records.ledgers import ClockRecord
from records.queries.past_days import CaseOn, CaseRecord, TaskOn, standing_on
from records.tables.audit import AuditEntry
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockEntry, ClockRow
from records.tables.people import Organisation, Person
from records.together import Wanted, fetch_together

BETWEEN_MAX = 500


class Basis(Word):
    """What a look back goes by."""

    HAPPENED = "happened", "按发生"
    KNOWN = "known", "按登记"


@dataclass(frozen=True)
class Knowledge:
    """When everything came into the register: the entries in order, the instants of each clock's ledger lines, and
    the letters."""

    entries: Sequence[AuditEntry]
    ledger_at: Mapping[str, Sequence[datetime]]
    letters: Sequence["LetterWritten"]


@dataclass(frozen=True)
class LetterWritten:
    """One letter that was written between two instants."""

    kind: str
    person_name: str
    at: datetime


_TASK_STATES: Mapping[AuditAction, FeedbackTaskState] = {
    AuditAction.TASK_ACKNOWLEDGED: FeedbackTaskState.ACKNOWLEDGED,
    AuditAction.TASK_ANSWERED: FeedbackTaskState.ANSWERED,
    AuditAction.ANSWER_VERIFIED: FeedbackTaskState.VERIFIED,
    AuditAction.ANSWER_SENT_BACK: FeedbackTaskState.SENT_BACK,
}


def knowledge_of(session: Session, consultation_id: str) -> Knowledge:
    """Read when everything came into the register, in one question."""
    of_clocks = select(ClockRow.id).where(ClockRow.consultation_id == consultation_id)
    entries, lines, letters = fetch_together(
        session,
        [
            Wanted(
                AuditEntry,
                AuditEntry.stream == consultation_stream(consultation_id),
                (AuditEntry.sequence,),
            ),
            Wanted(
                ClockEntry, ClockEntry.clock_id.in_(of_clocks), (ClockEntry.clock_id, ClockEntry.sequence)
            ),
            Wanted(
                NoticeRow,
                NoticeRow.consultation_id == consultation_id,
                (NoticeRow.written_at, NoticeRow.id),
                beside=(Person, Person.id == NoticeRow.person_id),
            ),
        ],
    )
    ledger_at: dict[str, list[datetime]] = {}
    for line in lines:
        ledger_at.setdefault(line.clock_id, []).append(line.recorded_at)
    told = [LetterWritten(row.kind.label, person.name, row.written_at) for row, person in letters]
    return Knowledge(entries, ledger_at, told)


def known_at(record: CaseRecord, knowledge: Knowledge, at: datetime) -> CaseOn | None:
    """The consultation as the register knew it at that instant, None where it knew nothing of it yet."""
    written = [one for one in knowledge.entries if one.at <= at]
    if not written:
        return None
    trimmed = replace(
        record,
        changes=[one for one in record.changes if one.recorded_at <= at],
        suspensions=(),
        clocks=[_trimmed(one, knowledge, at) for one in record.clocks if one.row.recorded_at <= at],
        tasks=(),
    )
    on = local_date(at)
    then = standing_on(trimmed, on)
    if not trimmed.changes and record.changes:
        # Nothing was known to have moved: it stood where its first change began.
        then = replace(then, state=record.changes[0].from_state)
    return replace(then, tasks=tuple(_tasks_known(record, written, at)), is_suspended=_is_suspended(written))


def entries_between(
    knowledge: Knowledge, since: datetime, until: datetime
) -> tuple[Sequence[AuditEntry], int]:
    """The entries written after the first instant and up to the second, at most 500, and how many there are."""
    found = [one for one in knowledge.entries if since < one.at <= until]
    return found[:BETWEEN_MAX], len(found)


def letters_between(knowledge: Knowledge, since: datetime, until: datetime) -> list[LetterWritten]:
    """The letters about the consultation that were written between the two instants; at most 500."""
    return [one for one in knowledge.letters if since < one.at <= until][:BETWEEN_MAX]


def names_in(session: Session, entries: Sequence[AuditEntry]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The names of the people who wrote the entries, and of every body that these name, in one question."""
    ids = {one.organisation_id for one in entries}
    for one in entries:
        ids |= {value for name, value in one.new.items() if name.endswith("_id") and isinstance(value, str)}
    people, bodies = fetch_together(
        session,
        [
            Wanted(Person, Person.id.in_({one.person_id for one in entries})),
            Wanted(Organisation, Organisation.id.in_(ids)),
        ],
    )
    return {one.id: one.name for one in people}, {one.id: one.name for one in bodies}


def _trimmed(one: ClockRecord, knowledge: Knowledge, at: datetime) -> ClockRecord:
    known = sum(written_at <= at for written_at in knowledge.ledger_at.get(one.row.id, ()))
    return replace(one, clock=replace(one.clock, ledger=one.clock.ledger[:known]))


def _tasks_known(record: CaseRecord, written: Iterable[AuditEntry], at: datetime) -> Iterable[TaskOn]:
    """Each task by its last entry; a task is known from the moment in which its clock was recorded."""
    known = {one.row.subject_id: one.row for one in record.clocks if one.row.recorded_at <= at}
    states: dict[str, tuple[FeedbackTaskState, date]] = {}
    for one in written:
        if one.action in _TASK_STATES:
            states[one.object_id] = (_TASK_STATES[one.action], local_date(one.at))
        elif one.action is AuditAction.RETURN_DECIDED and one.new.get("is_accepted"):
            states[one.object_id] = (FeedbackTaskState.RETURNED, local_date(one.at))
        elif one.action is AuditAction.REWORK_ORDERED:
            for task_id in one.new.get("task_ids", ()):
                states[task_id] = (FeedbackTaskState.SENT_BACK, local_date(one.at))
    for task in record.tasks:
        if task.row.id in known:
            first = (FeedbackTaskState.ASSIGNED, local_date(known[task.row.id].recorded_at))
            state, since_on = states.get(task.row.id, first)
            yield TaskOn(task.row.id, record.names.get(task.row.unit_id, ""), state, since_on)


def _is_suspended(written: Iterable[AuditEntry]) -> bool:
    moves = [one.action for one in written if one.action in (AuditAction.SUSPENDED, AuditAction.RESUMED)]
    return bool(moves) and moves[-1] is AuditAction.SUSPENDED
