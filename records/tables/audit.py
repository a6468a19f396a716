"""The audit streams: gap-free, numbered, chained (design §6)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.audit_actions import AuditAction
from records.base import Base, Prose


class AuditEntry(Base):
    """One change and who made it. ``hash`` is keyed and covers the entry and the hash before it."""

    __tablename__ = "audit_entries"

    stream: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[str] = mapped_column(default="")
    organisation_id: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="")
    on_behalf_of: Mapped[str] = mapped_column(default="")
    action: Mapped[AuditAction]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    rule_ids: Mapped[list[str]] = mapped_column(default=list)
    old: Mapped[dict[str, Any]] = mapped_column(default=dict)
    new: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(Prose, default="")
    update_id: Mapped[str] = mapped_column(default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_audit_entries_at", "at"),
        Index("ix_audit_entries_person_id_at", "person_id", "at"),
    )


class AuditHead(Base):
    """Length and last hash of one stream; locked while an entry is appended."""

    __tablename__ = "audit_heads"

    stream: Mapped[str] = mapped_column(primary_key=True)
    length: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))
