"""What falls into a span of days: sessions, and the due dates of open clocks."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.matters import ObligationKind, SessionFormat, SessionState
from records.queries.duties import READERS
from records.queries.scopes import readable
from records.tables.consultations import Consultation
from records.tables.deliberations import ConsultationSession
from records.tables.obligations import ClockRow
from records.tables.people import Organisation


@dataclass(frozen=True)
class SessionInMonth:
    """One session on the day on which it is planned or was held."""

    id: str
    consultation_id: str
    consultation_number: str
    consultation_title: str
    number: int
    format: SessionFormat
    state: SessionState
    place: str
    starts_at: datetime | None
    on: date


@dataclass(frozen=True)
class DueInMonth:
    """One open clock on the day on which it is due. A clock of a suspended consultation stands still."""

    id: str
    consultation_id: str
    consultation_number: str
    consultation_title: str
    is_suspended: bool
    kind: ObligationKind
    subject_id: str
    title: str
    holder_name: str
    is_provisional: bool
    on: date


def sessions_between(
    session: Session, actor: Actor, today: date, first_on: date, last_on: date, limit: int
) -> list[SessionInMonth]:
    """The sessions that the actor may know of, in the order of their days and hours."""
    table = ConsultationSession
    planned = and_(table.held_on.is_(None), table.planned_on.between(first_on, last_on))
    found = session.execute(
        select(table, Consultation.number, Consultation.title)
        .join(Consultation, Consultation.id == table.consultation_id)
        .where(or_(table.held_on.between(first_on, last_on), planned), readable(actor, today))
        .order_by(table.planned_on, table.starts_at, table.id)
        .limit(limit)
    )
    return [
        SessionInMonth(
            id=row.id,
            consultation_id=row.consultation_id,
            consultation_number=number,
            consultation_title=title,
            number=row.number,
            format=row.format,
            state=row.state,
            place=row.place,
            starts_at=row.starts_at,
            on=row.held_on or row.planned_on,
        )
        for row, number, title in found
    ]


def due_between(
    session: Session, actor: Actor, today: date, first_on: date, last_on: date, limit: int
) -> list[DueInMonth]:
    """The open clocks of the actor's organisation and, for readers, of everybody within their sight."""
    theirs = ClockRow.holder_id == actor.organisation_id
    seen = or_(theirs, readable(actor, today)) if actor.role in READERS else theirs
    found = session.execute(
        select(
            ClockRow.id,
            Consultation.id,
            Consultation.number,
            Consultation.title,
            and_(Consultation.is_suspended, ClockRow.kind != ObligationKind.SUSPENSION),
            ClockRow.kind,
            ClockRow.subject_id,
            ClockRow.title,
            Organisation.name,
            ClockRow.is_provisional,
            ClockRow.due_on,
        )
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .outerjoin(Organisation, Organisation.id == ClockRow.holder_id)
        .where(ClockRow.is_open, ClockRow.due_on.between(first_on, last_on), seen)
        .order_by(ClockRow.due_on, ClockRow.id)
        .limit(limit)
    )
    return [DueInMonth(*row[:8], row[8] or "", *row[9:]) for row in found]
