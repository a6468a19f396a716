"""Demands of supervisors between their rows and the pure arithmetic of ``domain``.

Their clocks are replayed from their steps, so nothing but the steps is kept; no consultation holds them, and workers
look every ten minutes which rungs have come (docs/decisions/0016).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import true
from sqlalchemy.orm import Session

from domain.calendar import WorkCalendar, local_date
from domain.clocks import Clock, Reading, read
from domain.inspections import DemandStepKind
from domain.ladder import DueRung, Ladder, due_rungs, next_rung_at
from domain.ledger import LedgerEntry, PeriodRestarted, Recounted, Stopped
from domain.policy import is_within
from records.books import Books, county_version
from records.tables.inspections import Demand, DemandRung, DemandStep
from records.tables.rooms import Room, RuleSetVersion
from records.together import Wanted, fetch_together


@dataclass(frozen=True)
class DemandRecord:
    """One demand as the register holds it: its row, its steps in order, and the rungs already fired."""

    row: Demand
    steps: tuple[DemandStep, ...]
    rungs: tuple[DemandRung, ...]

    @property
    def clock(self) -> Clock:
        """Its clock: an answer stops it, sending the answer back begins a new period."""
        ledger = tuple(entry for step in self.steps if (entry := _entry(step)) is not None)
        row = self.row
        return Clock(row.issued_on, row.period_workdays, row.issued_at, ledger, row.calendar_version)

    @property
    def calendar_version(self) -> str:
        """The version that the running period is counted with."""
        named = [step.calendar_version for step in self.steps if step.calendar_version]
        return named[-1] if named else self.row.calendar_version

    @property
    def fired(self) -> frozenset[tuple[int, str]]:
        """(generation, name) of every rung fired."""
        return frozenset((one.generation, one.name) for one in self.rungs)


def demand_records(session: Session, rows: Iterable[Demand]) -> list[DemandRecord]:
    """The given demands with their steps and rungs, in one question however many they are."""
    rows = list(rows)
    ids = [row.id for row in rows]
    if not ids:
        return []
    steps, rungs = fetch_together(
        session,
        [
            Wanted(DemandStep, DemandStep.demand_id.in_(ids), (DemandStep.demand_id, DemandStep.sequence)),
            Wanted(DemandRung, DemandRung.demand_id.in_(ids), (DemandRung.demand_id, DemandRung.due_at)),
        ],
    )
    return [DemandRecord(row, _of(row.id, steps), _of(row.id, rungs)) for row in rows]


def demand_record(session: Session, row: Demand) -> DemandRecord:
    """One demand with its steps and rungs."""
    return demand_records(session, [row])[0]


class Ladders:
    """The ladders of many demands, in one question however many they are."""

    def __init__(self, session: Session, books: Books) -> None:
        self._books = books
        newest_first = (RuleSetVersion.effective_on.desc(), RuleSetVersion.published_at.desc())
        self._rooms, self._versions = fetch_together(
            session, [Wanted(Room, true()), Wanted(RuleSetVersion, true(), newest_first)]
        )

    def of(self, row: Demand) -> Ladder:
        """The ladder in force where the holder stands when the demand was issued."""
        around = {
            one.rule_set_id
            for one in self._rooms
            if is_within(one.area, row.area) or is_within(row.area, one.area)
        }
        named = min(around or set(self._books.rule_sets))
        rule_set = self._books.rule_sets[named]
        for version in self._versions:
            is_here = version.rule_set_id == named and is_within(row.area, version.area)
            if is_here and version.effective_on <= row.issued_on:
                return county_version(rule_set, version).ladder(row.kind.obligation)
        return rule_set.ladder(row.kind.obligation)


def ladder_of(session: Session, books: Books, row: Demand) -> Ladder:
    """The ladder of one demand."""
    return Ladders(session, books).of(row)


def calendar_of(session: Session, books: Books, row: Demand) -> WorkCalendar:
    """The working calendar that binds the holder, earlier versions by their name."""
    return books.calendar_in(session, row.area, row.holder_id)


def rungs_due(record: DemandRecord, ladder: Ladder, calendar: WorkCalendar, at: datetime) -> list[DueRung]:
    """The rungs whose instant has come and that have not fired."""
    return due_rungs(record.clock, ladder, calendar, record.fired, at, record.row.id)


def add_step(
    session: Session,
    record: DemandRecord,
    kind: DemandStepKind,
    on: date,
    at: datetime,
    *,
    by_person_id: str = "",
    text: str = "",
    workdays: int | None = None,
    is_in_time: bool | None = None,
    recount: Recounted | None = None,
) -> DemandRecord:
    """Append one step; returns the demand with it."""
    step = DemandStep(
        demand_id=record.row.id,
        sequence=len(record.steps) + 1,
        kind=kind,
        on=on,
        recorded_at=at,
        by_person_id=by_person_id,
        text=text,
        workdays=workdays,
        is_in_time=is_in_time,
        calendar_version="" if recount is None else recount.calendar_version,
        former_calendar_version="" if recount is None else recount.former_calendar_version,
    )
    session.add(step)
    return DemandRecord(record.row, (*record.steps, step), record.rungs)


def renew(record: DemandRecord, ladder: Ladder, calendar: WorkCalendar, at: datetime) -> Reading:
    """Derive afresh what lists and the look for due rungs search by. Raises LedgerError."""
    row, clock = record.row, record.clock
    # A step dated back must not hide what later ones did to the date.
    latest_on = max([local_date(at), *(step.on for step in record.steps)])
    reading = read(clock, calendar, latest_on)
    row.due_on, row.is_provisional = reading.due.on, reading.due.is_provisional
    row.is_running = reading.is_running
    owed = [due.at for due in rungs_due(record, ladder, calendar, at)]
    following = next_rung_at(clock, ladder, calendar, record.fired, at, row.id)
    row.next_rung_at = min([*owed, *([following] if following else [])], default=None)
    return reading


def _entry(step: DemandStep) -> LedgerEntry | None:
    match step.kind:
        case DemandStepKind.ANSWERED:
            return Stopped(step.on)
        case DemandStepKind.SENT_BACK:
            return PeriodRestarted(step.on, step.workdays or 0, step.recorded_at, step.text)
        case DemandStepKind.RECOUNTED:
            return Recounted(step.on, step.calendar_version, step.former_calendar_version)
        case DemandStepKind.VERIFIED:
            return None


def _of(demand_id: str, parts: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(one for one in parts if one.demand_id == demand_id)
