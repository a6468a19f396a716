"""入封证明 of every sealed entry of one stream, each tree built once: what an export of a consultation carries.

One entry alone is proved by ``records.proofs``; both say the same, so ``docs/verify_proof.py`` checks either.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from records.audit import entries_after
from records.merkle import MerkleTree, leaf_hash
from records.proofs import PROOF_HEAD
from records.queries.seals import seal_with, spans_as_of, spans_of
from records.seal_keys import SealKeys
from records.seals import leaf_content, leaf_of, statement_of
from records.stream_walks import SealedSpan, content_of, sealed_leaf


@dataclass(frozen=True)
class _SealedPart:
    """One span of the stream with the trees that lead from its entries to the signature."""

    span: SealedSpan
    entries: MerkleTree
    contents: Mapping[int, tuple[str, bytes]]
    streams: MerkleTree
    statement: str
    signature: str
    public_key: str


class StreamProofs:
    """The proofs of one stream, span after span, as an export walks it."""

    def __init__(self, keys: SealKeys, stream: str) -> None:
        self._keys = keys
        self._stream = stream
        self._part: _SealedPart | None = None

    def proof_of(self, session: Session, sequence: int) -> dict[str, Any] | None:
        """The proof of one entry, None where it is not sealed yet or the register does not give what was sealed."""
        part = self._part
        if part is None or not part.span.since < sequence <= part.span.length:
            part = self._part = self._read(session, sequence)
        if part is None or sequence not in part.contents:
            return None
        index = sequence - part.span.since - 1
        entry_hash, content = part.contents[sequence]
        return {
            "proof": PROOF_HEAD,
            "entry": {
                "hash": entry_hash,
                "content": content.decode(),
                "index": index,
                "size": part.span.length - part.span.since,
                "path": [one.hex() for one in part.entries.path(index)],
            },
            "stream": {
                "leaf": leaf_content(part.span).decode(),
                "index": part.span.position,
                "size": len(part.streams),
                "path": [one.hex() for one in part.streams.path(part.span.position)],
            },
            "seal": {"statement": part.statement, "signature": part.signature},
            "public_key": part.public_key,
        }

    def _read(self, session: Session, sequence: int) -> _SealedPart | None:
        spans = [one for one in spans_of(session, self._stream) if one.since < sequence <= one.length]
        seal = seal_with(session, spans[0].seal_number) if spans else None
        if seal is None:
            return None
        span, streams, entries = spans[0], MerkleTree(), MerkleTree()
        for one in spans_as_of(session, span.seal_number):
            streams.put(one.position, leaf_of(one))
        contents: dict[int, tuple[str, bytes]] = {}
        for entry in session.execute(entries_after(self._stream, span.since, until=span.length)):
            content = content_of(entry)
            entries.put(len(entries), leaf_hash(sealed_leaf(entry.hash, content)))
            contents[entry.sequence] = (entry.hash, content)
        if (entries.root().hex(), streams.root().hex()) != (span.entries_root, seal.root):
            return None
        public_key = base64.b64encode(self._keys.public_keys.get(seal.key_id, b"")).decode()
        return _SealedPart(
            span, entries, contents, streams, statement_of(seal).decode(), seal.signature, public_key
        )
