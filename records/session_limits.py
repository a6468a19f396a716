"""How many sessions a consultation may have, and within which days: 再协商 has an end (domain.md §2.5)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import WorkCalendar
from domain.matters import SessionState
from records.books import Books
from records.tables.consultations import Consultation, Suspension
from records.tables.deliberations import ConsultationSession
from records.tables.rooms import Room

COUNTED = frozenset({SessionState.PLANNED, SessionState.ADJOURNED, SessionState.HELD})
"""A session that was broken off, cancelled or found invalid uses up nothing."""


@dataclass(frozen=True)
class SessionLimit:
    """What the pinned rule set allows, and what has been used. ``source`` says whose number it is."""

    sessions_max: int
    span_days: int
    source: str
    days: tuple[date, ...]
    last_on: date | None

    @property
    def is_reached(self) -> bool:
        """Whether no further session may be planned."""
        return len(self.days) >= self.sessions_max

    def is_beyond(self, on: date) -> bool:
        """Whether a session on this day would lie outside the span that the first one opened."""
        return self.last_on is not None and on > self.last_on


def session_limit(
    session: Session, books: Books, row: Consultation, today: date, *, without: str = ""
) -> SessionLimit:
    """The limit as it stands, a session that is being moved left out. Days of a 中止 are not counted."""
    rule_set = books.pinned(session, row)
    level = session.get_one(Room, row.room_id).level
    days = sorted(
        one.held_on or one.planned_on
        for one in session.scalars(
            select(ConsultationSession).where(
                ConsultationSession.consultation_id == row.id, ConsultationSession.state.in_(COUNTED)
            )
        )
        if one.id != without
    )
    span = rule_set.workdays("session_span_days", level)
    frozen = (
        _suspended_workdays(session, books.calendar_in(session, row.area), row, days[0], today) if days else 0
    )
    return SessionLimit(
        sessions_max=rule_set.workdays("sessions_max", level),
        span_days=span,
        source=rule_set.parameter("sessions_max").source,
        days=tuple(days),
        last_on=books.calendar_in(session, row.area).add_workdays(days[0], span + frozen).on
        if days
        else None,
    )


def _suspended_workdays(
    session: Session, calendar: WorkCalendar, row: Consultation, first_on: date, today: date
) -> int:
    spans = (
        (max(one.suspended_on, first_on), one.resumed_on or today)
        for one in session.scalars(select(Suspension).where(Suspension.consultation_id == row.id))
    )
    return sum(calendar.workdays_between(start, end) for start, end in spans if start < end)
