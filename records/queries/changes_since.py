"""What changed in a consultation since somebody last looked: the entries that others wrote after it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.bodies import Actor
from records.audit import consultation_stream
from records.queries.scopes import cases
from records.tables.audit import AuditEntry, AuditHead
from records.tables.consultations import Consultation, Topic
from records.tables.rooms import Room
from records.tables.visits import ConsultationVisit

LOOK_LASTS = timedelta(minutes=30)
"""Whoever opens the page again within it is told the same changes once more: it is still the same look."""

CHANGES_LISTED_MAX = 5
LATEST_MAX = 50

Columns = tuple[Any, ...]

NO_CHANGES = frozenset({AuditAction.STREAM_VERIFIED, AuditAction.CONTACT_REVEALED})
"""What leaves an entry and changes nothing."""


@dataclass(frozen=True)
class Bookmark:
    """How far somebody had read, and when that look began."""

    sequence: int
    seen_at: datetime


@dataclass(frozen=True)
class ChangesSince:
    """What others changed since somebody looked. ``since`` is None for who never opened the consultation.

    ``entries`` are the newest first and at most 5 of the ``count``; ``length`` is that of the stream now. ``kept``
    is the bookmark as it lies in the register, ``former`` the one of the look before.
    """

    length: int
    since: Bookmark | None = None
    kept: Bookmark | None = None
    former: Bookmark | None = None
    count: int = 0
    entries: tuple[AuditEntry, ...] = ()


def is_same_look(seen_at: datetime, at: datetime) -> bool:
    """Whether a look that began at ``seen_at`` still lasts."""
    return at - seen_at < LOOK_LASTS


def case_with_changes(
    session: Session, actor: Actor, consultation_id: str, on: date, at: datetime
) -> tuple[Consultation, Room, Topic, ChangesSince] | None:
    """A consultation with its room and topic and what changed in it since the actor's look before this one.

    One question. None where there is no consultation that the actor may know of.
    """
    if not consultation_id.isprintable():
        return None
    query = cases(actor, on).where(Consultation.id == consultation_id)
    found = session.execute(_with_changes(query, actor.person_id, at)).all()
    if not found:
        return None
    row, room, topic, *_ = found[0]
    return row, room, topic, _changes([tuple(one)[3:] for one in found], at)


def _with_changes(query: Select[*Columns], person_id: str, at: datetime) -> Select[*Columns]:
    visit, entry = ConsultationVisit, AuditEntry
    is_going_on = and_(visit.former_sequence.is_not(None), visit.seen_at > at - LOOK_LASTS)
    read_until = case((is_going_on, visit.former_sequence), else_=visit.sequence)
    return (
        query.add_columns(AuditHead.length, visit, entry, func.count(entry.sequence).over())
        .outerjoin(AuditHead, AuditHead.stream == consultation_stream("") + Consultation.id)
        .outerjoin(visit, and_(visit.person_id == person_id, visit.consultation_id == Consultation.id))
        .outerjoin(
            entry,
            and_(entry.stream == AuditHead.stream, entry.sequence > read_until, *_by_others(person_id)),
        )
        .order_by(entry.sequence.desc())
        .limit(CHANGES_LISTED_MAX)
    )


def _changes(found: Sequence[tuple[Any, ...]], at: datetime) -> ChangesSince:
    length, row, _, count = found[0]
    if row is None:
        return ChangesSince(length or 0)
    kept = Bookmark(row.sequence, row.seen_at)
    former = None if row.former_seen_at is None else Bookmark(row.former_sequence, row.former_seen_at)
    since = former if former is not None and is_same_look(row.seen_at, at) else kept
    return ChangesSince(length, since, kept, former, count, tuple(one[2] for one in found if one[2]))


def changes_counted(session: Session, person_id: str, consultation_ids: Collection[str]) -> Mapping[str, int]:
    """How many entries others wrote since the person last looked, by consultation; one never opened is left out."""
    if not consultation_ids:
        return {}
    visit, entry = ConsultationVisit, AuditEntry
    found = session.execute(
        select(visit.consultation_id, func.count(entry.sequence))
        .select_from(visit)
        .outerjoin(entry, _stands_after(visit, person_id))
        .where(visit.person_id == person_id, visit.consultation_id.in_(consultation_ids))
        .group_by(visit.consultation_id)
    )
    return {row[0]: row[1] for row in found}


def latest_changes(
    session: Session, person_id: str, consultation_ids: Iterable[str], *, limit: int = LATEST_MAX
) -> Sequence[AuditEntry]:
    """The newest entries that others wrote in these consultations since the person last looked at each.

    In one never opened everything is new. ``records.audit.consultation_of`` reads the consultation off the stream.
    """
    visit, entry = ConsultationVisit, AuditEntry
    streams = [consultation_stream(one) for one in consultation_ids]
    return session.scalars(
        select(entry)
        .outerjoin(
            visit,
            and_(
                visit.person_id == person_id,
                entry.stream == consultation_stream("") + visit.consultation_id,
            ),
        )
        .where(
            entry.stream.in_(streams),
            or_(visit.sequence.is_(None), entry.sequence > visit.sequence),
            *_by_others(person_id),
        )
        .order_by(entry.at.desc(), entry.stream, entry.sequence.desc())
        .limit(limit)
    ).all()


def _stands_after(visit: type[ConsultationVisit], person_id: str) -> ColumnElement[bool]:
    return and_(
        AuditEntry.stream == consultation_stream("") + visit.consultation_id,
        AuditEntry.sequence > visit.sequence,
        *_by_others(person_id),
    )


def _by_others(person_id: str) -> tuple[ColumnElement[bool], ...]:
    return AuditEntry.person_id != person_id, AuditEntry.action.not_in(NO_CHANGES)
