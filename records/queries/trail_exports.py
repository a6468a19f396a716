"""Which entries an export of the trail holds: those of one consultation, of one unit, of a span of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.calendar import at_local
from records.audit import consultation_stream
from records.queries.scopes import permitted, readable
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation

Place = tuple[str, int]
"""The stream and the sequence of an entry."""


@dataclass(frozen=True)
class TrailScope:
    """What is exported; at least one is given. ``unit_id`` is the body that acted. Both days count."""

    consultation_id: str = ""
    unit_id: str = ""
    since_on: date | None = None
    until_on: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows it."""
        return not (self.consultation_id or self.unit_id or self.since_on or self.until_on)


@dataclass(frozen=True)
class ExportedCase:
    """The consultation an exported entry belongs to."""

    id: str
    number: str
    title: str


def exported_count(session: Session, actor: Actor, today: date, scope: TrailScope, at: datetime) -> int:
    """How many entries the export will hold: those written by the instant ``at``."""
    query = _wanted(actor, today, scope, at).with_only_columns(func.count())
    return session.scalar(query) or 0


def exported_entries(
    session: Session,
    actor: Actor,
    today: date,
    scope: TrailScope,
    at: datetime,
    *,
    after: Place | None = None,
    limit: int = 500,
) -> Sequence[tuple[AuditEntry, ExportedCase]]:
    """The entries by stream and sequence, those after the place where the last batch ended."""
    query = _wanted(actor, today, scope, at).order_by(AuditEntry.stream, AuditEntry.sequence).limit(limit)
    if after is not None:
        stream, sequence = after
        query = query.where(
            or_(
                AuditEntry.stream > stream,
                and_(AuditEntry.stream == stream, AuditEntry.sequence > sequence),
            )
        )
    return [(entry, ExportedCase(*case)) for entry, *case in session.execute(query)]


def consultation_numbered(session: Session, actor: Actor, number: str, on: date) -> str | None:
    """The id of the consultation with this number, None where there is none that the actor may know of."""
    if not number.isprintable():
        return None
    return session.scalar(select(Consultation.id).where(Consultation.number == number, readable(actor, on)))


def _wanted(actor: Actor, today: date, scope: TrailScope, at: datetime) -> Select[AuditEntry, str, str, str]:
    """Only the streams of consultations: those of administration tell of inspections that nobody may know of yet."""
    return (
        select(AuditEntry, Consultation.id, Consultation.number, Consultation.title)
        .join(Consultation, AuditEntry.stream == consultation_stream("") + Consultation.id)
        .where(readable(actor, today), permitted("read_audit", actor, today), *_narrowing(scope, at))
    )


def _narrowing(scope: TrailScope, at: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [AuditEntry.at <= at]
    if scope.consultation_id:
        conditions.append(AuditEntry.stream == consultation_stream(scope.consultation_id))
    if scope.unit_id:
        conditions.append(AuditEntry.organisation_id == scope.unit_id)
    if scope.since_on is not None:
        conditions.append(AuditEntry.at >= at_local(scope.since_on, 0))
    if scope.until_on is not None:
        conditions.append(AuditEntry.at < at_local(scope.until_on + timedelta(days=1), 0))
    return conditions
