"""Who read personal data: every phone number shown in full, for what purpose. Numbers themselves stand nowhere here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.calendar import at_local
from records.audit import administration_stream
from records.queries.people import organisation_names, person_names
from records.queries.scopes import within
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation

STREAM = administration_stream("personal_data")


@dataclass(frozen=True)
class RevealFilter:
    """What the list is narrowed to; every empty field lets everything through. Both days count."""

    person_id: str = ""
    consultation_id: str = ""
    since_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class Reveal:
    """One reading: who, in what capacity, of whom (an opaque id), in which consultation, and why."""

    sequence: int
    at: datetime
    person_id: str
    person_name: str
    organisation_name: str
    role: str
    participant_id: str
    consultation_id: str
    consultation_number: str
    consultation_title: str
    purpose: str


def reveals(
    session: Session, actor: Actor, narrowed: RevealFilter, *, before: int | None = None, limit: int = 100
) -> list[Reveal]:
    """The newest first, of the consultations in the reader's area, those before the sequence of the page before."""
    query = (
        select(AuditEntry, Consultation)
        .join(
            Consultation,
            and_(
                Consultation.id == AuditEntry.new["consultation_id"].as_string(),
                within(Consultation.area, actor.area),
            ),
        )
        .where(AuditEntry.stream == STREAM, AuditEntry.action == AuditAction.CONTACT_REVEALED)
        .order_by(AuditEntry.sequence.desc())
        .limit(limit)
    )
    if narrowed.person_id:
        query = query.where(AuditEntry.person_id == narrowed.person_id)
    if narrowed.consultation_id:
        query = query.where(Consultation.id == narrowed.consultation_id)
    if narrowed.since_on is not None:
        query = query.where(AuditEntry.at >= at_local(narrowed.since_on, 0))
    if narrowed.until_on is not None:
        query = query.where(AuditEntry.at < at_local(narrowed.until_on + timedelta(days=1), 0))
    if before is not None:
        query = query.where(AuditEntry.sequence < before)
    found = session.execute(query).all()
    people = person_names(session, [entry.person_id for entry, _ in found])
    bodies = organisation_names(session, [entry.organisation_id for entry, _ in found])
    return [
        Reveal(
            entry.sequence,
            entry.at,
            entry.person_id,
            people.get(entry.person_id, ""),
            bodies.get(entry.organisation_id, ""),
            entry.role,
            entry.object_id,
            case.id,
            case.number,
            case.title,
            entry.note,
        )
        for entry, case in found
    ]


def readers(session: Session) -> Sequence[tuple[str, str]]:
    """Everybody who ever read personal data: (id, name), by name."""
    ids = session.scalars(select(AuditEntry.person_id).where(AuditEntry.stream == STREAM).distinct()).all()
    return sorted(person_names(session, ids).items(), key=lambda pair: pair[1])
