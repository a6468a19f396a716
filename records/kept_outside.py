"""What was kept outside the service: heads as the API hands them out, seals as the letters carry them."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.queries.seals import seal_with
from records.seal_checks import SEALS
from records.seals import STATEMENT_HEAD, statement_of
from records.stream_walks import AuditFault
from records.tables.audit import AuditEntry

_STATEMENT = re.compile(rf"{STATEMENT_HEAD} number=(\d+)(?: \w+=[\w:.-]+)+")


class KeptOutsideError(ValueError):
    """A file holds no head and no seal."""


@dataclass(frozen=True)
class KeptHead:
    """Length and last hash of one stream at some time."""

    stream: str
    length: int
    head: str


@dataclass(frozen=True)
class KeptOutside:
    """Heads, and the statements of seals by their number."""

    heads: list[KeptHead] = field(default_factory=list)
    statements: dict[int, str] = field(default_factory=dict)


def read_kept(path: Path) -> KeptOutside:
    """Read JSON (one answer of ``/api/v1/audit/heads``, or one a line) or the text of letters, in any mixture.

    Raises:
        KeptOutsideError: there is neither a head nor a seal in it. OSError: it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise KeptOutsideError(f"{path.name} 不是 UTF-8 文本 / is not UTF-8 text") from trouble
    kept = KeptOutside(
        heads=[head for document in _documents(text) for head in _heads_in(document)],
        statements={int(found[1]): found[0] for found in _STATEMENT.finditer(text)},
    )
    if not kept.heads and not kept.statements:
        raise KeptOutsideError(f"{path.name} 中没有链头，也没有封存文本 / holds no head and no seal")
    return kept


def faults_against(session: Session, kept: KeptOutside) -> Iterator[AuditFault]:
    """Where the register departs from what was kept: an older backup, or a record that was written anew."""
    for number, statement in sorted(kept.statements.items()):
        seal = seal_with(session, number)
        if seal is None:
            yield AuditFault(SEALS, number, "登记库中没有这一号封存：登记库可能由较早的备份恢复")
        elif statement_of(seal).decode() != statement:
            yield AuditFault(SEALS, number, "与平台之外留存的封存文本不符")
    for head in kept.heads:
        there = session.scalar(
            select(AuditEntry.hash).where(
                AuditEntry.stream == head.stream, AuditEntry.sequence == head.length
            )
        )
        if there is None and head.length > 0:
            fault = f"平台之外留存的链头有 {head.length} 条，登记库中没有这一条：可能由较早的备份恢复"
            yield AuditFault(head.stream, _length_of(session, head.stream) + 1, fault)
        elif head.length > 0 and there != head.head:
            fault = f"与平台之外留存的链头不符，第 {head.length} 条或者更早的记录被改写"
            yield AuditFault(head.stream, head.length, fault)


def _length_of(session: Session, stream: str) -> int:
    query = select(AuditEntry.sequence).where(AuditEntry.stream == stream)
    return session.scalar(query.order_by(AuditEntry.sequence.desc()).limit(1)) or 0


def _documents(text: str) -> Iterator[Any]:
    for part in (text, *text.splitlines()):
        if part.lstrip().startswith(("{", "[")):
            try:
                yield json.loads(part)
            except ValueError:
                continue
            if part is text:
                return


def _heads_in(document: Any) -> Iterable[KeptHead]:
    match document:
        case list():
            for one in document:
                yield from _heads_in(one)
        case {"items": list(items)}:
            yield from _heads_in(items)
        case {"stream": str(stream), "length": int(length), "head": str(head)}:
            yield KeptHead(stream, length, head)
