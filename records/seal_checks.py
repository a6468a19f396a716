"""Recomputing the seals: numbered, chained, signed, and with the root that their streams give."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from records.merkle import MerkleTree
from records.queries.seals import seals_in_order, seals_noted, spans_in_order
from records.seal_keys import SealKeys
from records.seals import digest_of, leaf_of, statement_of
from records.stream_walks import GENESIS, AuditFault, SealedSpan
from records.tables.seals import AuditSeal

SEALS = "seals"
"""What stands for the seals where a fault names a stream; its sequence is the number of the seal."""


def fault_of_seals(session: Session, keys: SealKeys) -> AuditFault | None:
    """The first seal at fault, None where every one is as it was made.

    The leaves are held against the streams elsewhere; here the roots are held against the leaves. Memory grows with
    the number of streams, 64 bytes each, not with that of entries.
    """
    # In this order: a seal that is made meanwhile has its note and its spans, and is no fault.
    noted = seals_noted(session)
    seals = list(seals_in_order(session))
    tree, spans = MerkleTree(), _Groups(spans_in_order(session))
    number, previous, entries = 0, GENESIS, 0
    for seal in seals:
        number += 1
        if seal.number != number:
            return AuditFault(SEALS, number, f"第 {number} 号封存缺失")
        if seal.previous != previous:
            return AuditFault(SEALS, number, "与前一号封存的链接不符")
        fault = _fault_of_signature(seal, keys)
        for span in spans.of(number):
            entries += span.length - span.since
            try:
                tree.put(span.position, leaf_of(span))
            except IndexError:
                fault = fault or "封存的留痕链有缺失"
        if fault is None and (seal.root, seal.streams, seal.entries) != (
            tree.root().hex(),
            len(tree),
            entries,
        ):
            fault = "根值与所封存的留痕链不符"
        if fault is not None:
            return AuditFault(SEALS, number, fault)
        previous = digest_of(seal)
    if noted > number:
        return AuditFault(SEALS, number + 1, f"第 {number + 1} 号封存缺失：留痕记载已封存至第 {noted} 号")
    return None


def _fault_of_signature(seal: AuditSeal, keys: SealKeys) -> str | None:
    if seal.key_id not in keys.public_keys:
        return f"签名密钥（{seal.key_id}）不在已知密钥之列"
    if not keys.is_signed(statement_of(seal), seal.key_id, seal.signature):
        return "签名与封存内容不符"
    return None


class _Groups:
    """Spans that come seal by seal, handed out for one seal after the other."""

    def __init__(self, spans: Iterator[SealedSpan]) -> None:
        self._spans = spans
        self._next = next(spans, None)

    def of(self, number: int) -> Iterator[SealedSpan]:
        """The spans of this seal. Those of a seal that is not there any more are passed over."""
        while self._next is not None and self._next.seal_number <= number:
            span, self._next = self._next, next(self._spans, None)
            if span.seal_number == number:
                yield span
