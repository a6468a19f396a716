"""What is due of supervisors' demands: every rung whose instant has come, once, with its letters (decision 0016)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from domain.audit_actions import AuditAction
from domain.bodies import CLOCK_ACTOR
from domain.calendar import WorkCalendar, local_date
from domain.clocks import read
from domain.inspections import DemandStepKind
from domain.ladder import DueRung
from domain.ledger import LedgerError, Recounted
from records.audit import AuditTrail
from records.books import Books
from records.demand_letters import party_committee_over, tell_due
from records.demands import (
    DemandRecord,
    add_step,
    calendar_of,
    demand_record,
    demand_records,
    ladder_of,
    renew,
    rungs_due,
)
from records.papers.demands import note_demand
from records.pen import Pen
from records.sessions import Register
from records.tables.inspections import Demand, DemandRung

DEMANDS_PER_ROUND_MAX = 1_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DemandRound:
    """What a look at the demands needs from outside. ``poke`` wakes the post office."""

    register: Register
    trail: AuditTrail
    books: Books
    base_url: str
    poke: Callable[[], None]

    def record_due(self, now: datetime) -> int:
        """Fire what has come by ``now`` and count afresh what a newer calendar moves; returns how many rungs fired.

        Each demand has a transaction of its own, so one that fails holds up no other.
        """
        fired = 0
        for demand_id in self._concerned(now):
            try:
                fired += self._record(demand_id, now)
            except IntegrityError:
                # Another worker fired the same rung in this instant: it was first.
                logger.info("demand %s was looked at by another worker", demand_id)
            except (KeyError, LedgerError):
                logger.exception("demand %s could not be looked at; the next round does it", demand_id)
        if fired:
            self.poke()
        return fired

    def _concerned(self, now: datetime) -> list[str]:
        with self.register.reading() as session:
            rows = session.scalars(
                select(Demand).where(Demand.is_running).order_by(Demand.id).limit(DEMANDS_PER_ROUND_MAX)
            ).all()
            return [
                one.row.id
                for one in demand_records(session, rows)
                if (one.row.next_rung_at is not None and one.row.next_rung_at <= now)
                or one.calendar_version != calendar_of(session, self.books, one.row).version
            ]

    def _record(self, demand_id: str, now: datetime) -> int:
        with self.register.writing() as session:
            row = session.get_one(Demand, demand_id, with_for_update=True)
            record = demand_record(session, row)
            if not row.is_running:
                return 0
            pen = Pen(session, self.trail, CLOCK_ACTOR, now, f"due/{now.isoformat()}")
            calendar = calendar_of(session, self.books, row)
            ladder = ladder_of(session, self.books, row)
            record = _recounted(pen, record, calendar)
            due = rungs_due(record, ladder, calendar, now)
            for rung in due:
                record = _fire(pen, record, rung, calendar, self.base_url)
            renew(record, ladder, calendar, now)
            return len(due)


def _recounted(pen: Pen, record: DemandRecord, calendar: WorkCalendar) -> DemandRecord:
    """Change over to a newer calendar; a due date that has passed stays where it is (domain.md §3.8)."""
    if record.calendar_version == calendar.version:
        return record
    on = max(pen.today, record.row.issued_on)
    old_due_on = record.row.due_on
    entry = Recounted(on, calendar.version, record.calendar_version)
    record = add_step(pen.session, record, DemandStepKind.RECOUNTED, on, pen.at, recount=entry)
    due_on = read(record.clock, calendar, on).due.on
    new = {
        "calendar": calendar.version,
        "old_due_on": old_due_on.isoformat(),
        "due_on": due_on.isoformat(),
    }
    note_demand(pen, AuditAction.DEMAND_RECOUNTED, record.row, new)
    return record


def _fire(
    pen: Pen, record: DemandRecord, due: DueRung, calendar: WorkCalendar, base_url: str
) -> DemandRecord:
    row = record.row
    rung = DemandRung(
        demand_id=row.id,
        generation=due.generation,
        name=due.rung.name,
        due_at=due.at,
        recorded_at=pen.at,
        colour=due.rung.colour.value,
    )
    pen.session.add(rung)
    pen.session.flush()
    # Dated truthfully: the day on which the rung came, not the day on which an outage let it be recorded.
    on = local_date(due.at)
    reading = read(record.clock, calendar, on)
    new = {
        "rung": due.rung.name,
        "generation": due.generation,
        "colour": due.rung.colour.value,
        "due_at": due.at.isoformat(),
        "due_on": reading.due.on.isoformat(),
    }
    note_demand(pen, AuditAction.DEMAND_RUNG_FIRED, row, new)
    if due.rung.opens:
        _report(pen, row, due)
    # A reminder tells what was sent before it; the rung itself stands in the record from here on.
    tell_due(pen, record, due, reading, base_url)
    return replace(record, rungs=(*record.rungs, rung))


def _report(pen: Pen, row: Demand, due: DueRung) -> None:
    """Put the demand before the party committee nearest above its holder; it can read the demand from now on."""
    party = party_committee_over(pen.session, row.area, without=row.holder_id)
    row.reported_to_id, row.reported_on = (party.id if party else None), local_date(due.at)
    pen.session.flush()
    new = {"target_id": row.reported_to_id, "reported_on": row.reported_on.isoformat()}
    note_demand(pen, AuditAction.DEMAND_REPORTED, row, new)
