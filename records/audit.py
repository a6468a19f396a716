"""The audit trail: entries appended to chained streams, and the keyed hash that shows what was changed.

Each stream is gap-free, numbered from 1 and chained by a keyed hash over the entry and the hash before it. There is
one stream per consultation and one per administrative area, so that no global lock serialises the service. What finds
changes stands in `audit_checks.py`, what seals the streams every day in `seals.py`.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.bodies import Actor
from records.stream_walks import GENESIS, AuditFault, SealedSpan, StreamWalk, content_of
from records.tables.audit import AuditEntry, AuditHead

ROWS_AT_ONCE = 500
"""How many entries are held in memory while a stream is read."""
ALGORITHMS = ("sha256", "sm3")
"""What entries may be hashed with. Both count in every chain, so that a deployment may change from one to the other."""


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


class AuditTrail:
    """Appends to and recomputes the streams with one deployment key.

    Raises ValueError for an algorithm that is not of ``ALGORITHMS`` or that this machine does not have.
    """

    def __init__(self, key: bytes, algorithm: str = ALGORITHMS[0]) -> None:
        if algorithm not in ALGORITHMS:
            raise ValueError(f"an audit trail is hashed with one of {ALGORITHMS}")
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
        entry.hash = self._hash(content_of(entry), self._algorithm)
        head.length, head.head = entry.sequence, entry.hash
        session.add(entry)
        return entry

    def fingerprint(self, text: str) -> str:
        """A keyed digest of the text: unlike a bare one, a short secret in it cannot be found by trying."""
        return hmac.new(self._key, text.encode("utf-8", "surrogatepass"), self._algorithm).hexdigest()

    def fits(self, entry_hash: str, content: bytes) -> bool:
        """Whether this hash was made over this content with the deployment's key."""
        own = self._hash(content, self._algorithm)
        if hmac.compare_digest(entry_hash, own):
            return True
        others = (
            name for name in ALGORITHMS if name != self._algorithm and name in hashlib.algorithms_available
        )
        return any(hmac.compare_digest(entry_hash, self._hash(content, name)) for name in others)

    def verify(self, session: Session) -> Iterator[AuditFault]:
        """Recompute every stream and yield the first fault of each. The seals are not asked: see ``audit_checks``."""
        streams = set(session.scalars(select(AuditEntry.stream).distinct()))
        for stream in sorted(streams | set(session.scalars(select(AuditHead.stream)))):
            fault = self.fault_of(session, stream)
            if fault is not None:
                yield fault

    def fault_of(
        self,
        session: Session,
        stream: str,
        *,
        spans: Iterable[SealedSpan] = (),
        after: SealedSpan | None = None,
        seen: Callable[[], None] = lambda: None,
    ) -> AuditFault | None:
        """The first fault of one stream, None where every entry is as it was written.

        ``spans`` are what seals say of it, in order; ``after`` is one up to which it is taken as read; ``seen`` is
        told of every entry.
        """
        # The head first, and what lies behind it last and in one question: the stream may grow meanwhile.
        head = session.execute(
            select(AuditHead.length, AuditHead.head).where(AuditHead.stream == stream)
        ).first()
        if head is None:
            return AuditFault(stream, 1, "没有链头记录")
        walk = StreamWalk(self.fits, stream, spans)
        if after is not None:
            walk.start_after(after)
        # Closed at the first fault too: PostgreSQL reads through a cursor on the server.
        with session.execute(entries_after(stream, walk.sequence, until=head.length)) as entries:
            for entry in entries:
                fault = walk.take(entry)
                if fault is not None:
                    return fault
                seen()
        return walk.end(head.length, head.head) or _behind_the_head(session, stream)

    def _hash(self, content: bytes, algorithm: str) -> str:
        return hmac.new(self._key, content, algorithm).hexdigest()


def entries_after(stream: str, sequence: int, until: int | None = None) -> Select[Any]:
    """The question for the columns of a stream's entries, in order, read in a stream."""
    query = (
        select(*AuditEntry.__table__.columns)
        .where(AuditEntry.stream == stream, AuditEntry.sequence > sequence)
        .order_by(AuditEntry.sequence)
    )
    if until is not None:
        query = query.where(AuditEntry.sequence <= until)
    return query.execution_options(yield_per=ROWS_AT_ONCE)


def _behind_the_head(session: Session, stream: str) -> AuditFault | None:
    length = select(AuditHead.length).where(AuditHead.stream == stream).scalar_subquery()
    first = session.scalar(
        select(func.min(AuditEntry.sequence)).where(AuditEntry.stream == stream, AuditEntry.sequence > length)
    )
    return None if first is None else AuditFault(stream, first, "链头没有登记这一条，是另行添加的")
