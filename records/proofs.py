"""入封证明: that one entry lies under a signed seal, for whoever has only the public key (decision 0012).

The proof leads from the entry to the root over what its stream gained, from there through the stream's leaf to the
root of the seal, and to the signature. Nothing in it needs the key of the chain. ``docs/verify_proof.py`` checks it.
"""

import base64
from typing import Any

from sqlalchemy.orm import Session

from domain.refusals import RefusalCode, refuse
from records.audit import entries_after
from records.merkle import MerkleTree, leaf_hash
from records.queries.seals import seal_with, span_holding, spans_as_of
from records.seal_keys import SealKeys
from records.seals import leaf_content, leaf_of, statement_of
from records.stream_walks import SealedSpan, content_of, sealed_leaf

PROOF_HEAD = "shangliang-proof/1"


def proof_of(session: Session, keys: SealKeys, stream: str, sequence: int) -> dict[str, Any]:
    """The proof of one entry as JSON.

    Raises Refused: NOT_FOUND where there is no such entry, STATE_FORBIDS where it is not sealed yet, or where the
    register does not give the root that was sealed.
    """
    span = span_holding(session, stream, sequence)
    if span is None:
        if session.execute(entries_after(stream, sequence - 1, until=sequence)).first() is None:
            raise refuse(RefusalCode.NOT_FOUND, "没有这一条留痕。")
        raise refuse(RefusalCode.STATE_FORBIDS, "这一条留痕尚未封存；每日封存之后即可下载证明。")
    seal = seal_with(session, span.seal_number)
    entries, entry = _tree_of_entries(session, span, sequence)
    streams = MerkleTree()
    for one in spans_as_of(session, span.seal_number):
        streams.put(one.position, leaf_of(one))
    if (
        seal is None
        or entry is None
        or (entries.root().hex(), streams.root().hex())
        != (
            span.entries_root,
            seal.root,
        )
    ):
        raise refuse(
            RefusalCode.STATE_FORBIDS, "登记库与封存不符，不能出具证明。请核验全部留痕，并报告审计管理员。"
        )
    entry_hash, content = entry
    return {
        "proof": PROOF_HEAD,
        "entry": {
            "hash": entry_hash,
            "content": content.decode(),
            "index": sequence - span.since - 1,
            "size": span.length - span.since,
            "path": [one.hex() for one in entries.path(sequence - span.since - 1)],
        },
        "stream": {
            "leaf": leaf_content(span).decode(),
            "index": span.position,
            "size": len(streams),
            "path": [one.hex() for one in streams.path(span.position)],
        },
        "seal": {"statement": statement_of(seal).decode(), "signature": seal.signature},
        "public_key": base64.b64encode(keys.public_keys.get(seal.key_id, b"")).decode(),
    }


def _tree_of_entries(
    session: Session, span: SealedSpan, sequence: int
) -> tuple[MerkleTree, tuple[str, bytes] | None]:
    """The tree over the entries of a span, and the hash and content of the one that is asked for."""
    tree, asked = MerkleTree(), None
    for entry in session.execute(entries_after(span.stream, span.since, until=span.length)):
        content = content_of(entry)
        tree.put(len(tree), leaf_hash(sealed_leaf(entry.hash, content)))
        if entry.sequence == sequence:
            asked = (entry.hash, content)
    return tree, asked
