"""Which due dates a newer working calendar moves, and which are still to be counted afresh."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from domain.clocks import read
from domain.stages import FINAL_STATES
from records.books import Books
from records.ledgers import clock_records, recounted
from records.queries.people import organisation_names
from records.tables.calendars import WorkCalendarPublication, WorkCalendarTable
from records.tables.consultations import Consultation
from records.tables.obligations import ClockRow

BATCH = 500


@dataclass(frozen=True)
class DueDateMove:
    """One open due date under a calendar that is not published yet."""

    clock_id: str
    consultation_id: str
    consultation_number: str
    consultation_title: str
    title: str
    holder_name: str
    old_due_on: date
    was_provisional: bool
    due_on: date
    is_provisional: bool


def moves_under(session: Session, books: Books, draft: WorkCalendarTable, today: date) -> list[DueDateMove]:
    """Every open due date that publishing the draft today would move or make certain, the nearest first."""
    ahead = books.calendars.ahead(session, draft)
    found: list[DueDateMove] = []
    ids = session.scalars(_open_clocks().with_only_columns(ClockRow.id).order_by(ClockRow.id)).all()
    for start in range(0, len(ids), BATCH):
        rows = session.execute(
            select(ClockRow, Consultation)
            .join(Consultation, Consultation.id == ClockRow.consultation_id)
            .where(ClockRow.id.in_(ids[start : start + BATCH]))
        ).all()
        consultations = {clock.id: consultation for clock, consultation in rows}
        names = organisation_names(session, [clock.holder_id for clock, _ in rows])
        for record in clock_records(session, [clock for clock, _ in rows]):
            row, consultation = record.row, consultations[record.row.id]
            calendar = ahead(consultation.area, row.holder_id)
            if row.calendar_version == calendar.version:
                continue
            before = read(record.clock, calendar, today).due
            after = read(recounted(record, calendar, today), calendar, today).due
            if before != after:
                found.append(
                    DueDateMove(
                        clock_id=row.id,
                        consultation_id=consultation.id,
                        consultation_number=consultation.number,
                        consultation_title=consultation.title,
                        title=row.title,
                        holder_name=names.get(row.holder_id or "", ""),
                        old_due_on=before.on,
                        was_provisional=before.is_provisional,
                        due_on=after.on,
                        is_provisional=after.is_provisional,
                    )
                )
    return sorted(found, key=lambda move: (move.old_due_on, move.clock_id))


def consultations_to_recount(session: Session, books: Books) -> list[str]:
    """The consultations with an open clock that names an older calendar than the one in force for it."""
    rows = session.execute(
        _open_clocks()
        .with_only_columns(
            ClockRow.consultation_id, Consultation.area, ClockRow.holder_id, ClockRow.calendar_version
        )
        .distinct()
    )
    found = {
        consultation_id
        for consultation_id, area, holder_id, version in rows
        if version != books.calendar_in(session, area, holder_id).version
    }
    return sorted(found)


def calendar_edition(session: Session, books: Books) -> str:
    """The name of everything published so far, under which a recount is done once."""
    latest = session.scalar(select(func.max(WorkCalendarPublication.number))) or 0
    return f"{books.calendar.version}+{latest}"


def provisional_due_dates(session: Session, years: Iterable[int]) -> int:
    """How many open due dates are 暂定 and lie in one of these years."""
    rows = session.scalars(_open_clocks().with_only_columns(ClockRow.due_on).where(ClockRow.is_provisional))
    wanted = set(years)
    return sum(due_on.year in wanted for due_on in rows)


def calendar_versions(session: Session) -> list[tuple[WorkCalendarTable, WorkCalendarPublication | None]]:
    """Every imported table with its publication, if it has one, the newest first."""
    rows = session.execute(
        select(WorkCalendarTable, WorkCalendarPublication)
        .outerjoin(WorkCalendarPublication, WorkCalendarPublication.calendar_id == WorkCalendarTable.id)
        .order_by(WorkCalendarTable.drafted_at.desc(), WorkCalendarTable.id.desc())
    )
    return [(table, publication) for table, publication in rows]


def calendar_version(
    session: Session, calendar_id: str
) -> tuple[WorkCalendarTable, WorkCalendarPublication | None] | None:
    """One imported table with its publication."""
    table = session.get(WorkCalendarTable, calendar_id)
    if table is None:
        return None
    return table, session.scalar(select(WorkCalendarPublication).filter_by(calendar_id=calendar_id))


def _open_clocks() -> Select[Any]:
    return (
        select(ClockRow)
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .where(ClockRow.is_open, Consultation.state.not_in(FINAL_STATES))
    )
