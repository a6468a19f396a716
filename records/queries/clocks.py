"""Clocks as they stand today, with the colour that the day gives them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.clocks import ExplainedLine, explain, read
from domain.ladder import Colour, colour_history, colour_on
from domain.matters import ObligationKind
from records.books import Books
from records.ledgers import ClockRecord, clock_record, clock_records
from records.queries.scopes import readable
from records.tables.consultations import Consultation
from records.tables.obligations import ClockRow
from records.tables.people import Organisation
from regulations.rule_sets import RuleSet

CLOCKS_MAX = 500


@dataclass(frozen=True)
class ClockStanding:
    """One clock as it stands on a day. ``left_workdays`` is negative once working days passed after the due date."""

    id: str
    consultation_id: str
    consultation_number: str
    consultation_title: str
    kind: ObligationKind
    subject_id: str
    holder_id: str | None
    holder_name: str
    title: str
    started_on: date
    due_on: date
    is_provisional: bool
    left_workdays: int
    is_overdue: bool
    is_suspended: bool
    is_open: bool
    colour: Colour


@dataclass(frozen=True)
class ExplainedClock:
    """One clock with the lines that explain its due date and the days on which its colour changed."""

    standing: ClockStanding
    lines: tuple[ExplainedLine, ...]
    colours: tuple[tuple[date, Colour], ...]


def clocks_of(
    session: Session, books: Books, consultation: Consultation, today: date, *, is_open: bool | None = True
) -> list[ClockStanding]:
    """The clocks of one consultation, the nearest due date first; ``is_open`` of None asks for all of them."""
    query = select(ClockRow).where(ClockRow.consultation_id == consultation.id)
    if is_open is not None:
        query = query.where(ClockRow.is_open == is_open)
    rows = session.scalars(query.order_by(ClockRow.due_on, ClockRow.id).limit(CLOCKS_MAX)).all()
    return clock_standings(session, books, rows, today)


def clocks_due_for(
    session: Session, books: Books, organisation_ids: Iterable[str], today: date, limit: int = CLOCKS_MAX
) -> list[ClockStanding]:
    """The open clocks that these organisations hold, the nearest due date first."""
    rows = session.scalars(
        select(ClockRow)
        .where(ClockRow.holder_id.in_(tuple(organisation_ids)), ClockRow.is_open)
        .order_by(ClockRow.due_on, ClockRow.id)
        .limit(limit)
    ).all()
    return clock_standings(session, books, rows, today)


def clocks_near_or_past_due(
    session: Session, books: Books, actor: Actor, today: date, *, within_days: int, limit: int
) -> list[ClockStanding]:
    """The open clocks that the actor may see and that are due in so many days, or were."""
    rows = session.scalars(
        select(ClockRow)
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .where(
            ClockRow.is_open, ClockRow.due_on <= today + timedelta(days=within_days), readable(actor, today)
        )
        .order_by(ClockRow.due_on, ClockRow.id)
        .limit(limit)
    ).all()
    return clock_standings(session, books, rows, today)


def clock_standings(
    session: Session, books: Books, rows: Sequence[ClockRow], today: date
) -> list[ClockStanding]:
    """The given clocks as they stand, in four queries however many they are (and one per county version)."""
    consultations = _consultations(session, {row.consultation_id for row in rows})
    holders = _names(session, {row.holder_id for row in rows if row.holder_id is not None})
    rule_sets: dict[tuple[str, str, str], RuleSet] = {}
    standings = []
    for record in clock_records(session, rows):
        consultation = consultations[record.row.consultation_id]
        pinned = (consultation.rule_set_id, consultation.rule_set_version, consultation.area)
        if pinned not in rule_sets:
            rule_sets[pinned] = books.pinned(session, consultation)
        standings.append(_standing(record, consultation, rule_sets[pinned], books, holders, today))
    return standings


def explained_clock(session: Session, books: Books, clock_id: str, today: date) -> ExplainedClock:
    """One clock with the explanation of its due date."""
    record = clock_record(session, clock_id)
    (standing,) = clock_standings(session, books, [record.row], today)
    consultation = session.get_one(Consultation, record.row.consultation_id)
    ladder = books.pinned(session, consultation).ladder(record.row.kind)
    return ExplainedClock(
        standing=standing,
        lines=explain(record.clock, books.calendar),
        colours=tuple(colour_history(record.clock, ladder, books.calendar, today)),
    )


def _standing(
    record: ClockRecord,
    consultation: Consultation,
    rule_set: RuleSet,
    books: Books,
    holders: dict[str, str],
    today: date,
) -> ClockStanding:
    row = record.row
    reading = read(record.clock, books.calendar, today)
    return ClockStanding(
        id=row.id,
        consultation_id=consultation.id,
        consultation_number=consultation.number,
        consultation_title=consultation.title,
        kind=row.kind,
        subject_id=row.subject_id,
        holder_id=row.holder_id,
        holder_name=holders.get(row.holder_id or "", ""),
        title=row.title,
        started_on=reading.started_on,
        due_on=reading.due.on,
        is_provisional=reading.due.is_provisional,
        left_workdays=reading.left_workdays,
        is_overdue=reading.is_overdue,
        is_suspended=reading.is_suspended,
        is_open=row.is_open,
        colour=colour_on(record.clock, rule_set.ladder(row.kind), books.calendar, today),
    )


def _consultations(session: Session, ids: set[str]) -> dict[str, Consultation]:
    if not ids:
        return {}
    return {row.id: row for row in session.scalars(select(Consultation).where(Consultation.id.in_(ids)))}


def _names(session: Session, ids: set[str]) -> dict[str, str]:
    if not ids:
        return {}
    found = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)))
    return {row[0]: row[1] for row in found}
