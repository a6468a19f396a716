"""Walking one audit stream: every entry recomputed, linked to the one before, and held against the seals."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from records.base import to_json
from records.merkle import RunningRoot, leaf_hash

GENESIS = "0" * 64
"""What stands for the hash before the first entry."""

Fits = Callable[[str, bytes], bool]
"""Whether a hash was made over a content with the deployment's key."""

_CONTENT = (
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


@dataclass(frozen=True)
class AuditFault:
    """Where a stream departs from what was written: the first entry at fault, and how."""

    stream: str
    sequence: int
    fault: str


@dataclass(frozen=True)
class SealedSpan:
    """What a seal says of one stream: the entries after ``since`` up to ``length``, their root, and the last hash."""

    stream: str
    seal_number: int
    position: int
    since: int
    length: int
    head: str
    entries_root: str


class HashedEntry(Protocol):
    """An audit entry, whether as a row that is held or as columns that were read."""

    @property
    def sequence(self) -> int:
        """Its number in the stream, from 1."""

    @property
    def previous_hash(self) -> str:
        """The hash of the entry before it."""

    @property
    def hash(self) -> str:
        """Its own keyed hash."""


def content_of(entry: object) -> bytes:
    """What the keyed hash of an entry covers: canonical JSON of everything but that hash."""
    content = {name: getattr(entry, name) for name in _CONTENT}
    content["action"] = getattr(entry, "action").value  # noqa: B009 - rows name their columns at run time
    return to_json(content).encode()


def sealed_leaf(entry_hash: str, content: bytes) -> bytes:
    """What stands for an entry in a seal: its keyed hash and its content.

    The keyed hash keeps the digests that a proof shows of other entries from being guessed.
    """
    return entry_hash.encode() + b"\n" + content


class StreamWalk:
    """Recomputes one stream entry by entry, and holds it against what the seals say of it."""

    def __init__(self, fits: Fits, stream: str, spans: Iterable[SealedSpan] = ()) -> None:
        self._fits = fits
        self._spans = iter(spans)
        self._span = next(self._spans, None)
        self._stream = stream
        self._entries = RunningRoot()
        self.sequence, self.head, self._since = 0, GENESIS, 0

    def start_after(self, span: SealedSpan) -> "StreamWalk":
        """Take the stream up to this sealed span as read."""
        self.sequence, self.head, self._since = span.length, span.head, span.length
        return self

    @property
    def entries_root(self) -> str:
        """The root over the entries since the last span that was sealed."""
        return self._entries.root().hex()

    def take(self, entry: HashedEntry) -> AuditFault | None:
        """The next entry; what is wrong with it, if anything."""
        self.sequence += 1
        if entry.sequence != self.sequence:
            return self._fault(f"缺少第 {self.sequence} 条")
        if entry.previous_hash != self.head:
            return self._fault("与前一条的链接不符")
        content = content_of(entry)
        if not self._fits(entry.hash, content):
            return self._fault("内容与校验值不符")
        self.head = entry.hash
        self._entries.add(leaf_hash(sealed_leaf(entry.hash, content)))
        return self._sealed_otherwise()

    def end(self, length: int, last: str) -> AuditFault | None:
        """What is wrong with the end of the stream, given its length and last hash as they are kept."""
        if length > self.sequence:
            fault = f"链尾被截断：应有 {length} 条，实有 {self.sequence} 条"
            return AuditFault(self._stream, self.sequence + 1, fault)
        if last != self.head:
            return self._fault("链头登记的校验值与最后一条不符")
        if self._span is not None:
            sealed = f"第 {self._span.seal_number} 号封存时有 {self._span.length} 条"
            fault = f"链尾被截断：{sealed}，现只有 {self.sequence} 条"
            return AuditFault(self._stream, self.sequence + 1, fault)
        return None

    def _sealed_otherwise(self) -> AuditFault | None:
        span = self._span
        if span is None or self.sequence < span.length:
            return None
        if (span.since, span.head, span.entries_root) != (self._since, self.head, self.entries_root):
            first, last = self._since + 1, self.sequence
            where = f"第 {first} 条" if first == last else f"第 {first} 至 {last} 条"
            fault = f"{where}与第 {span.seal_number} 号封存不符，封存之后被整链改写"
            return AuditFault(self._stream, first, fault)
        self._since, self._entries, self._span = self.sequence, RunningRoot(), next(self._spans, None)
        return None

    def _fault(self, fault: str) -> AuditFault:
        return AuditFault(self._stream, self.sequence, fault)
