"""The daily seals and what they say of each stream."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from records.audit import administration_stream
from records.stream_walks import SealedSpan
from records.tables.audit import AuditEntry
from records.tables.seals import AuditSeal, AuditSealLeaf

ROWS_AT_ONCE = 500
SEALS_STREAM = administration_stream("seals")
"""The stream in which every seal is noted."""


def newest_seal(session: Session) -> AuditSeal | None:
    """The seal with the highest number, None before the first one."""
    return session.scalar(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1))


def newest_seals(session: Session, *, before: int | None = None, limit: int = 60) -> Sequence[AuditSeal]:
    """The newest seals first, those before the number of the page before."""
    query = select(AuditSeal).order_by(AuditSeal.number.desc()).limit(limit)
    return session.scalars(query if before is None else query.where(AuditSeal.number < before)).all()


def seal_with(session: Session, number: int) -> AuditSeal | None:
    """One seal by its number."""
    return session.get(AuditSeal, number)


def seals_in_order(session: Session) -> Iterator[AuditSeal]:
    """Every seal from the first, read in a stream."""
    yield from session.scalars(
        select(AuditSeal).order_by(AuditSeal.number).execution_options(yield_per=ROWS_AT_ONCE)
    )


def spans_in_order(session: Session) -> Iterator[SealedSpan]:
    """What every seal found anew, seal by seal and in the order of positions, read in a stream."""
    query = _spans().order_by(AuditSealLeaf.seal_number, AuditSealLeaf.position)
    for row in session.execute(query.execution_options(yield_per=ROWS_AT_ONCE)):
        yield SealedSpan(**row._mapping)


def spans_as_of(session: Session, number: int) -> Iterator[SealedSpan]:
    """What each stream was in the seal of this number, in the order of positions, read in a stream."""
    newest = (
        select(AuditSealLeaf.stream, func.max(AuditSealLeaf.seal_number).label("seal_number"))
        .where(AuditSealLeaf.seal_number <= number)
        .group_by(AuditSealLeaf.stream)
        .subquery()
    )
    query = _spans().join(
        newest,
        (newest.c.stream == AuditSealLeaf.stream) & (newest.c.seal_number == AuditSealLeaf.seal_number),
    )
    query = query.order_by(AuditSealLeaf.position).execution_options(yield_per=ROWS_AT_ONCE)
    for row in session.execute(query):
        yield SealedSpan(**row._mapping)


def spans_of(session: Session, stream: str) -> list[SealedSpan]:
    """What the seals say of one stream, the oldest first."""
    query = _spans().where(AuditSealLeaf.stream == stream).order_by(AuditSealLeaf.seal_number)
    return [SealedSpan(**row._mapping) for row in session.execute(query)]


def sealed_length(session: Session, stream: str) -> int:
    """How many entries of a stream are sealed."""
    query = select(func.max(AuditSealLeaf.length)).where(AuditSealLeaf.stream == stream)
    return session.scalar(query) or 0


def span_holding(session: Session, stream: str, sequence: int) -> SealedSpan | None:
    """The sealed span in which an entry lies, None where it is not sealed yet."""
    query = (
        _spans()
        .where(AuditSealLeaf.stream == stream, AuditSealLeaf.length >= sequence)
        .order_by(AuditSealLeaf.length)
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else SealedSpan(**row._mapping)


def seals_noted(session: Session) -> int:
    """How many seals the trail itself says there are."""
    query = (
        select(AuditEntry.object_id)
        .where(AuditEntry.stream == SEALS_STREAM, AuditEntry.action == AuditAction.DAY_SEALED)
        .order_by(AuditEntry.sequence.desc())
        .limit(1)
    )
    return int(session.scalar(query) or 0)


def _spans() -> Select[tuple[object, ...]]:
    return select(*AuditSealLeaf.__table__.columns)
