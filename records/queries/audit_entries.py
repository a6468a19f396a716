"""The audit trail as supervisors read it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.calendar import at_local
from records.tables.audit import AuditEntry, AuditHead

ACTIONS_MAX = 1_000


@dataclass(frozen=True)
class EntryFilter:
    """What a timeline is narrowed to; every empty field lets everything through. Both days count.

    ``subject`` is what stands before the colon of an action.
    """

    subject: str = ""
    person_id: str = ""
    organisation_id: str = ""
    since_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class Doers:
    """What a stream can be narrowed to: the subjects, people (deputies and absent ones) and organisations in it."""

    subjects: frozenset[str]
    person_ids: frozenset[str]
    organisation_ids: frozenset[str]


@dataclass(frozen=True)
class VerifiedUntil:
    """The last time that a stream was found intact: up to which entry, when, and by whom."""

    sequence: int
    at: datetime
    person_id: str
    organisation_id: str


def entries_of(session: Session, stream: str, *, after: int = 0, limit: int = 50) -> Sequence[AuditEntry]:
    """The entries of one stream in order, those after the sequence of the page before."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.stream == stream, AuditEntry.sequence > after)
        .order_by(AuditEntry.sequence)
        .limit(limit)
    ).all()


def latest_entries(
    session: Session, stream: str, narrowed: EntryFilter, *, before: int | None = None, limit: int = 200
) -> Sequence[AuditEntry]:
    """The newest entries of one stream first, those before the sequence of the page before."""
    query = (
        select(AuditEntry)
        .where(AuditEntry.stream == stream, *_conditions(narrowed))
        .order_by(AuditEntry.sequence.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(AuditEntry.sequence < before)
    return session.scalars(query).all()


def doers_of(session: Session, stream: str) -> Doers:
    """Who did what kind of thing in one stream."""
    found = session.execute(
        select(AuditEntry.action, AuditEntry.person_id, AuditEntry.organisation_id, AuditEntry.on_behalf_of)
        .where(AuditEntry.stream == stream)
        .distinct()
        .limit(ACTIONS_MAX)
    ).all()
    return Doers(
        frozenset(subject_of(row[0]) for row in found),
        frozenset(one for row in found for one in (row[1], row[3]) if one),
        frozenset(row[2] for row in found if row[2]),
    )


def subject_of(action: AuditAction) -> str:
    """What an action is about: the word before the colon."""
    return action.value.partition(":")[0]


def head_of(session: Session, stream: str) -> AuditHead | None:
    """Length and last hash of one stream."""
    return session.get(AuditHead, stream)


def verified_until(session: Session, stream: str) -> VerifiedUntil | None:
    """How far the stream was last found intact, None where nobody has looked yet."""
    entry = session.scalar(
        select(AuditEntry)
        .where(AuditEntry.stream == stream, AuditEntry.action == AuditAction.STREAM_VERIFIED)
        .order_by(AuditEntry.sequence.desc())
        .limit(1)
    )
    if entry is None:
        return None
    return VerifiedUntil(int(entry.new["count"]), entry.at, entry.person_id, entry.organisation_id)


def heads(session: Session, *, after: str = "", limit: int = 50) -> Sequence[AuditHead]:
    """Length and last hash of every stream, by name."""
    return session.scalars(
        select(AuditHead).where(AuditHead.stream > after).order_by(AuditHead.stream).limit(limit)
    ).all()


def _conditions(narrowed: EntryFilter) -> Iterator[ColumnElement[bool]]:
    if narrowed.subject:
        yield AuditEntry.action.in_([one for one in AuditAction if subject_of(one) == narrowed.subject])
    if narrowed.person_id:
        person_id = narrowed.person_id
        yield or_(AuditEntry.person_id == person_id, AuditEntry.on_behalf_of == person_id)
    if narrowed.organisation_id:
        yield AuditEntry.organisation_id == narrowed.organisation_id
    if narrowed.since_on is not None:
        yield AuditEntry.at >= at_local(narrowed.since_on, 0)
    if narrowed.until_on is not None:
        yield AuditEntry.at < at_local(narrowed.until_on + timedelta(days=1), 0)
