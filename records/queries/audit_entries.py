"""The audit trail as supervisors read it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables.audit import AuditEntry, AuditHead


def entries_of(session: Session, stream: str, *, after: int = 0, limit: int = 50) -> Sequence[AuditEntry]:
    """The entries of one stream in order, those after the sequence of the page before."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.stream == stream, AuditEntry.sequence > after)
        .order_by(AuditEntry.sequence)
        .limit(limit)
    ).all()


def heads(session: Session, *, after: str = "", limit: int = 50) -> Sequence[AuditHead]:
    """Length and last hash of every stream, by name."""
    return session.scalars(
        select(AuditHead).where(AuditHead.stream > after).order_by(AuditHead.stream).limit(limit)
    ).all()
