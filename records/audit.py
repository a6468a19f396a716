"""The audit trail: entries appended to chained streams, and the verification that finds what was changed.

Each stream is gap-free, numbered from 1 and chained by a keyed hash over the entry and the hash before it. There is
one stream per consultation and one per administrative area, so that no global lock serialises the service.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.bodies import Actor
from records.base import to_json
from records.tables.audit import AuditEntry, AuditHead

GENESIS = "0" * 64


def consultation_stream(consultation_id: str) -> str:
    """The stream of one consultation."""
    return f"consultation/{consultation_id}"


def consultation_of(stream: str) -> str:
    """The consultation whose stream it is; empty for every other stream."""
    beginning = consultation_stream("")
    return stream.removeprefix(beginning) if stream.startswith(beginning) else ""


def administration_stream(subject: str) -> str:
    """The stream of one administrative area: ``accounts``, ``organisations``, ``books``, ``personal_data`` …"""
    return f"administration/{subject}"


@dataclass(frozen=True)
class AuditFault:
    """Where a stream departs from what was written: the first entry at fault, and how."""

    stream: str
    sequence: int
    fault: str


class AuditTrail:
    """Appends to and verifies the streams with one deployment key. ``algorithm`` is sha256 or sm3."""

    def __init__(self, key: bytes, algorithm: str = "sha256") -> None:
        hashlib.new(algorithm)
        self._key = key
        self._algorithm = algorithm

    def append(
        self,
        session: Session,
        *,
        stream: str,
        at: datetime,
        by: Actor,
        action: AuditAction,
        object_kind: str,
        object_id: str,
        old: Mapping[str, Any] | None = None,
        new: Mapping[str, Any] | None = None,
        rule_ids: list[str] | None = None,
        note: str = "",
        update_id: str = "",
    ) -> AuditEntry:
        """Append one entry under the lock of its stream's head."""
        head = session.get(AuditHead, stream, with_for_update=True)
        if head is None:
            head = AuditHead(stream=stream, length=0, head=GENESIS)
            session.add(head)
        entry = AuditEntry(
            stream=stream,
            sequence=head.length + 1,
            at=at,
            person_id=by.person_id,
            organisation_id=by.organisation_id,
            role=by.role.value,
            on_behalf_of=by.on_behalf_of or "",
            action=action,
            object_kind=object_kind,
            object_id=object_id,
            rule_ids=rule_ids or [],
            old=dict(old or {}),
            new=dict(new or {}),
            note=note,
            update_id=update_id,
            previous_hash=head.head,
        )
        entry.hash = self._hash(entry)
        head.length, head.head = entry.sequence, entry.hash
        session.add(entry)
        return entry

    def fingerprint(self, text: str) -> str:
        """A keyed digest of the text: unlike a bare one, a short secret in it cannot be found by trying."""
        return hmac.new(self._key, text.encode("utf-8", "surrogatepass"), self._algorithm).hexdigest()

    def verify(self, session: Session) -> Iterator[AuditFault]:
        """Walk every stream and yield the first fault of each: changed, missing, swapped, or cut off."""
        streams = set(session.scalars(select(AuditEntry.stream).distinct()))
        heads = {head.stream: head for head in session.scalars(select(AuditHead))}
        for stream in sorted(streams | set(heads)):
            fault = self._fault_of(session, stream, heads.get(stream))
            if fault is not None:
                yield fault

    def fault_of(self, session: Session, stream: str) -> AuditFault | None:
        """The first fault of one stream, None where every entry is as it was written."""
        return self._fault_of(session, stream, session.get(AuditHead, stream))

    def _fault_of(self, session: Session, stream: str, head: AuditHead | None) -> AuditFault | None:
        if head is None:
            return AuditFault(stream, 1, "没有链头记录")
        previous, sequence = GENESIS, 0
        entries = select(AuditEntry).where(AuditEntry.stream == stream).order_by(AuditEntry.sequence)
        # Closed at the first fault too: PostgreSQL reads through a cursor on the server.
        with session.scalars(entries.execution_options(yield_per=500)) as walk:
            for entry in walk:
                sequence += 1
                if entry.sequence != sequence:
                    return AuditFault(stream, sequence, f"缺少第 {sequence} 条")
                if entry.previous_hash != previous:
                    return AuditFault(stream, sequence, "与前一条的链接不符")
                if not hmac.compare_digest(entry.hash, self._hash(entry)):
                    return AuditFault(stream, sequence, "内容与校验值不符")
                previous = entry.hash
        if (head.length, head.head) != (sequence, previous):
            return AuditFault(stream, sequence + 1, f"链尾被截断：应有 {head.length} 条，实有 {sequence} 条")
        return None

    def _hash(self, entry: AuditEntry) -> str:
        content = {
            name: getattr(entry, name)
            for name in (
                "stream",
                "sequence",
                "at",
                "person_id",
                "organisation_id",
                "role",
                "on_behalf_of",
                "object_kind",
                "object_id",
                "rule_ids",
                "old",
                "new",
                "note",
                "update_id",
                "previous_hash",
            )
        }
        content["action"] = entry.action.value
        return hmac.new(self._key, to_json(content).encode(), self._algorithm).hexdigest()
