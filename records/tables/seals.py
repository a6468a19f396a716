"""The daily seals over all audit streams, and what each stream was when it was sealed (decision 0012)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base


class AuditSeal(Base):
    """The signed root over the heads of all streams at one instant. It covers the days ``since_on`` to ``sealed_on``.

    ``previous`` is the digest of the statement of the seal before, ``key_id`` names the key that signed this one,
    ``left_out`` counts the streams whose chain did not hold and which stand as they were sealed before.
    """

    __tablename__ = "audit_seals"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since_on: Mapped[date]
    sealed_on: Mapped[date] = mapped_column(unique=True)
    sealed_at: Mapped[datetime]
    streams: Mapped[int]
    entries: Mapped[int]
    left_out: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(16))
    signature: Mapped[str] = mapped_column(String(128))


class AuditSealLeaf(Base):
    """One stream as a seal found it, kept only where it had grown since the seal before.

    ``position`` is its place in the tree, the same in every seal. ``entries_root`` is the root over the entries after
    ``since`` up to ``length``.
    """

    __tablename__ = "audit_seal_leaves"

    seal_number: Mapped[int] = mapped_column(ForeignKey("audit_seals.number"), primary_key=True)
    stream: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    since: Mapped[int]
    length: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))
    entries_root: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index("ix_audit_seal_leaves_stream_length", "stream", "length", unique=True),)
