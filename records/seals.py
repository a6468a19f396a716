"""每日封存: once a day a signed Merkle root over the heads of all streams, chained to the seal of the day before.

The seal commits to every entry there is: each stream's leaf holds its length, its last hash, and the root over the
entries that came since it was sealed before (decision 0012). Only streams that grew are written anew.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.bodies import CLOCK_ACTOR, Role
from domain.calendar import local_date
from domain.notices import NoticeKind
from records.audit import AuditTrail, entries_after
from records.base import to_json
from records.merkle import MerkleTree, leaf_hash
from records.pen import Pen
from records.queries.seals import SEALS_STREAM, newest_seal, spans_as_of, spans_of
from records.recipients import people_in_role
from records.seal_keys import SealKeys
from records.sessions import Register
from records.stream_walks import GENESIS, SealedSpan, StreamWalk
from records.tables.audit import AuditHead
from records.tables.seals import AuditSeal, AuditSealLeaf

STATEMENT_HEAD = "shangliang-seal/1"
"""What a statement begins with: its form and the version of it."""


@dataclass(frozen=True)
class Sealing:
    """What sealing needs from outside. ``base_url`` is the address of the pages, for the link in the letter."""

    register: Register
    trail: AuditTrail
    keys: SealKeys
    base_url: str

    def seal_the_day(self, at: datetime) -> tuple[AuditSeal, bool]:
        """Seal every stream as it stands; a day that has its seal keeps it. Returns the seal and whether it is new.

        Days that were missed are covered by the next seal, which says since when.
        """
        with self.register.reading() as session:
            last = newest_seal(session)
            if last is not None and last.sealed_on >= local_date(at):
                return last, False
            seal, spans = self._draft(session, last, at)
        try:
            with self.register.writing() as session:
                earlier = newest_seal(session)
                if earlier is not None and earlier.number >= seal.number:
                    return earlier, False
                self._write(session, seal, spans)
        except IntegrityError:
            # Another worker sealed the same day in this instant.
            with self.register.reading() as session:
                other = newest_seal(session)
            if other is None:
                raise
            return other, False
        return seal, True

    def _draft(
        self, session: Session, last: AuditSeal | None, at: datetime
    ) -> tuple[AuditSeal, list[SealedSpan]]:
        number = last.number + 1 if last else 1
        tree, entries = MerkleTree(), last.entries if last else 0
        for span in spans_as_of(session, number):
            tree.put(span.position, leaf_of(span))
        spans: list[SealedSpan] = []
        left_out = 0
        for stream in _grown_since(session, number - 1):
            found = self._span(session, stream, number, len(tree))
            if found is None:
                left_out += 1
                continue
            tree.put(found.position, leaf_of(found))
            entries += found.length - found.since
            spans.append(found)
        today = local_date(at)
        seal = AuditSeal(
            number=number,
            since_on=min(last.sealed_on + timedelta(days=1), today) if last else today,
            sealed_on=today,
            sealed_at=at.replace(microsecond=0),
            streams=len(tree),
            entries=entries,
            left_out=left_out,
            root=tree.root().hex(),
            previous=digest_of(last) if last else GENESIS,
            key_id=self.keys.key_id,
        )
        seal.signature = self.keys.sign(statement_of(seal))
        return seal, spans

    def _span(self, session: Session, stream: str, number: int, next_position: int) -> SealedSpan | None:
        """What came to a stream since it was sealed, None where its chain does not hold: that is not sealed."""
        sealed = spans_of(session, stream)
        last = sealed[-1] if sealed else None
        walk = StreamWalk(self.trail.fits, stream)
        if last is not None:
            walk.start_after(last)
        head = session.execute(
            select(AuditHead.length, AuditHead.head).where(AuditHead.stream == stream)
        ).one()
        with session.execute(entries_after(stream, walk.sequence, until=head.length)) as found:
            for entry in found:
                if walk.take(entry) is not None:
                    return None
        if walk.end(head.length, head.head) is not None:
            return None
        return SealedSpan(
            stream=stream,
            seal_number=number,
            position=last.position if last else next_position,
            since=last.length if last else 0,
            length=head.length,
            head=head.head,
            entries_root=walk.entries_root,
        )

    def _write(self, session: Session, seal: AuditSeal, spans: Sequence[SealedSpan]) -> None:
        session.add(seal)
        session.flush()
        session.add_all(AuditSealLeaf(**asdict(span)) for span in spans)
        pen = Pen(session, self.trail, CLOCK_ACTOR, seal.sealed_at, f"seal/{seal.number}")
        pen.note(
            AuditAction.DAY_SEALED,
            "audit_seal",
            str(seal.number),
            stream=SEALS_STREAM,
            new={
                "sealed_on": seal.sealed_on.isoformat(),
                "streams": seal.streams,
                "entries": seal.entries,
                "left_out": seal.left_out,
                "root": seal.root,
            },
        )
        pen.post(
            NoticeKind.DAY_SEALED,
            people_in_role(session, Role.SUPERVISOR, pen.today),
            letter_of(seal, f"{self.base_url}/audit/seals/{seal.number}"),
        )


def statement_of(seal: AuditSeal) -> bytes:
    """What is signed: one line of ``name=value``, everything a seal says but the signature itself.

    Plain enough to survive a mail, a paper and a QR code unchanged.
    """
    said = {
        "number": seal.number,
        "since_on": seal.since_on,
        "sealed_on": seal.sealed_on,
        "sealed_at": seal.sealed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "streams": seal.streams,
        "entries": seal.entries,
        "left_out": seal.left_out,
        "root": seal.root,
        "previous": seal.previous,
        "key_id": seal.key_id,
    }
    return " ".join([STATEMENT_HEAD, *(f"{name}={value}" for name, value in said.items())]).encode()


def digest_of(seal: AuditSeal) -> str:
    """What the next seal names this one by."""
    return hashlib.sha256(statement_of(seal)).hexdigest()


def leaf_of(span: SealedSpan) -> bytes:
    """The leaf of one stream in the tree of a seal."""
    return leaf_hash(leaf_content(span))


def leaf_content(span: SealedSpan) -> bytes:
    """What the leaf of one stream holds: the stream, what it had before, its length and head, and what came."""
    kept = {name: value for name, value in asdict(span).items() if name not in ("seal_number", "position")}
    return to_json(kept).encode()


def missed_days(seal: AuditSeal) -> list[date]:
    """The days before the one on which it was made that this seal had to cover too."""
    days = (seal.sealed_on - seal.since_on).days
    return [seal.since_on + timedelta(days=number) for number in range(days)]


def letter_of(seal: AuditSeal, link: str) -> dict[str, Any]:
    """The variables of the letter that takes a seal to the supervisors."""
    return {
        "consultation_number": f"第{seal.number}号封存",
        "consultation_title": "全部留痕每日封存",
        "link": link,
        "number": seal.number,
        "sealed_on": seal.sealed_on.isoformat(),
        "since_on": seal.since_on.isoformat(),
        "streams": seal.streams,
        "entries": seal.entries,
        "left_out": seal.left_out,
        "root": seal.root,
        "signature": seal.signature,
        "statement": statement_of(seal).decode(),
    }


def _grown_since(session: Session, number: int) -> list[str]:
    """The streams that are longer than the newest seal found them, or that it did not know."""
    last = (
        select(AuditSealLeaf.length)
        .where(AuditSealLeaf.stream == AuditHead.stream, AuditSealLeaf.seal_number <= number)
        .order_by(AuditSealLeaf.seal_number.desc())
        .limit(1)
        .correlate(AuditHead)
        .scalar_subquery()
    )
    query = select(AuditHead.stream).where(or_(last.is_(None), last != AuditHead.length))
    return list(session.scalars(query.order_by(AuditHead.stream)))
