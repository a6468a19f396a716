"""Clocks between their rows and the pure arithmetic of ``domain``: open, read, write a ledger entry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from domain.calendar import WorkCalendar
from domain.clocks import Clock, LedgerEntry, Reading, read
from domain.ledger import DueDateSet, Extended, PeriodRestarted, Recounted, Resumed, Stopped, Suspended
from domain.matters import ObligationKind
from records.tables.obligations import ClockEntry, ClockRow, FiredRung
from records.together import Wanted, fetch_together

_ENTRY_KINDS: dict[type[LedgerEntry], str] = {
    Extended: "extended",
    Suspended: "suspended",
    Resumed: "resumed",
    PeriodRestarted: "period_restarted",
    DueDateSet: "due_date_set",
    Stopped: "stopped",
    Recounted: "recounted",
}


@dataclass(frozen=True)
class ClockRecord:
    """One clock as the register holds it: its row, its opening and ledger, and the rungs already fired."""

    row: ClockRow
    clock: Clock
    fired: frozenset[tuple[int, str]]
    rungs: tuple[FiredRung, ...] = ()
    """The rows of the rungs fired, in the order of their instants."""


def open_clock(
    session: Session,
    calendar: WorkCalendar,
    *,
    consultation_id: str,
    kind: ObligationKind,
    subject_id: str,
    holder_id: str | None,
    title: str,
    started_on: date,
    budget_workdays: int,
    at: datetime,
) -> ClockRow:
    """Open the clock of a new obligation: counting starts the day after ``started_on``."""
    reading = read(Clock(started_on, budget_workdays, at), calendar, started_on)
    row = ClockRow(
        consultation_id=consultation_id,
        kind=kind,
        subject_id=subject_id,
        holder_id=holder_id,
        title=title,
        started_on=started_on,
        budget_workdays=budget_workdays,
        recorded_at=at,
        calendar_version=calendar.version,
        due_on=reading.due.on,
        is_provisional=reading.due.is_provisional,
        is_open=True,
    )
    session.add(row)
    session.flush()
    return row


def clock_records(session: Session, rows: Iterable[ClockRow]) -> list[ClockRecord]:
    """The given clocks with their ledgers and fired rungs, in one query however many they are."""
    rows = list(rows)
    ids = [row.id for row in rows]
    if not ids:
        return []
    written, rungs = fetch_together(
        session,
        [
            Wanted(ClockEntry, ClockEntry.clock_id.in_(ids), (ClockEntry.clock_id, ClockEntry.sequence)),
            Wanted(FiredRung, FiredRung.clock_id.in_(ids)),
        ],
    )
    return records_with(rows, written, rungs)


def records_with(
    rows: Iterable[ClockRow], written: Iterable[ClockEntry], rungs: Iterable[FiredRung]
) -> list[ClockRecord]:
    """The same of what was read already; the entries of each clock come in their order."""
    entries: dict[str, list[ClockEntry]] = {}
    for entry in written:
        entries.setdefault(entry.clock_id, []).append(entry)
    fired: dict[str, list[FiredRung]] = {}
    for rung in sorted(rungs, key=lambda one: one.due_at):
        fired.setdefault(rung.clock_id, []).append(rung)
    return [
        ClockRecord(
            row,
            _clock(row, entries.get(row.id, [])),
            frozenset((rung.generation, rung.name) for rung in fired.get(row.id, ())),
            tuple(fired.get(row.id, ())),
        )
        for row in rows
    ]


def clock_record(session: Session, clock_id: str) -> ClockRecord:
    """One clock by its id."""
    (record,) = clock_records(session, [session.get_one(ClockRow, clock_id)])
    return record


def write_entry(
    session: Session, calendar: WorkCalendar, record: ClockRecord, entry: LedgerEntry, at: datetime
) -> Reading:
    """Append one entry to the ledger and refresh what lists search by.

    A new period is counted with the calendar as it is now, so a clock that names an older one changes over first.

    Raises:
        LedgerError: when the entry contradicts the ledger, e.g. a date before the start.
    """
    entries: list[LedgerEntry] = [entry]
    if isinstance(entry, PeriodRestarted | DueDateSet) and record.row.calendar_version != calendar.version:
        entries.insert(0, recount_entry(record, calendar, entry.on))
    clock = record.clock
    for one in entries:
        clock = replace(clock, ledger=(*clock.ledger, one))
        _add(session, record, len(clock.ledger), one, at)
    reading = read(clock, calendar, entry.on)
    # An entry dated back must not hide what later ones did to the date.
    latest = read(clock, calendar, max(one.on for one in clock.ledger))
    record.row.due_on = latest.due.on
    record.row.is_provisional = latest.due.is_provisional
    if not isinstance(entry, Recounted):
        record.row.is_open = not reading.is_stopped
    session.flush()
    return reading


def recount_entry(record: ClockRecord, calendar: WorkCalendar, on: date) -> Recounted:
    """The entry by which a clock changes over to this calendar, not dated before its start."""
    return Recounted(max(on, record.clock.started_on), calendar.version, record.row.calendar_version)


def recounted(record: ClockRecord, calendar: WorkCalendar, on: date) -> Clock:
    """The clock as it would be after a recount on that day; nothing is written."""
    return replace(record.clock, ledger=(*record.clock.ledger, recount_entry(record, calendar, on)))


def _add(session: Session, record: ClockRecord, sequence: int, entry: LedgerEntry, at: datetime) -> None:
    if isinstance(entry, Recounted):
        record.row.calendar_version = entry.calendar_version
    session.add(
        ClockEntry(
            clock_id=record.row.id,
            sequence=sequence,
            kind=_ENTRY_KINDS[type(entry)],
            on=entry.on,
            workdays=getattr(entry, "workdays", getattr(entry, "budget_workdays", None)),
            due_on=getattr(entry, "due_on", None),
            recorded_at=at,
            reason=entry.reason,
            calendar_version=getattr(entry, "calendar_version", None),
            former_calendar_version=getattr(entry, "former_calendar_version", None),
        )
    )


def _clock(row: ClockRow, entries: Sequence[ClockEntry]) -> Clock:
    ledger = tuple(_entry(entry) for entry in entries)
    recounts = [entry for entry in ledger if isinstance(entry, Recounted)]
    opened_with = recounts[0].former_calendar_version if recounts else row.calendar_version
    return Clock(row.started_on, row.budget_workdays, row.recorded_at, ledger, opened_with)


def _entry(row: ClockEntry) -> LedgerEntry:
    match row.kind:
        case "extended":
            return Extended(row.on, row.workdays or 0, row.reason)
        case "suspended":
            return Suspended(row.on, row.reason)
        case "resumed":
            return Resumed(row.on, row.reason)
        case "period_restarted":
            return PeriodRestarted(row.on, row.workdays or 0, row.recorded_at, row.reason)
        case "due_date_set":
            return DueDateSet(row.on, row.due_on or row.on, row.recorded_at, row.reason)
        case "stopped":
            return Stopped(row.on, row.reason)
        case "recounted":
            return Recounted(
                row.on, row.calendar_version or "", row.former_calendar_version or "", row.reason
            )
        case unknown:
            raise ValueError(f"clock {row.clock_id} has an entry of unknown kind {unknown!r}")
