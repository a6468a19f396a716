"""Registers as a story left them, so that a run carries each way only once.

Only SQLite: a register there is one file, and its content says by itself whether the same way begins from it.
"""

import hashlib
import sqlite3
from collections.abc import Hashable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from records.sessions import Register


@dataclass(frozen=True)
class Snapshot:
    """The whole register at the end of a way, and where the story stood."""

    content: bytes
    standing: dict[str, Any]


class Snapshots:
    """What was reached in this run, by the content from which it began and the way it went."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Snapshot] = {}

    def beginning(self, register: Register, way: Hashable) -> Hashable:
        """The key of a way from here; None where the register is no file."""
        if register.engine.dialect.name != "sqlite":
            return None
        return hashlib.sha256(_content(register)).digest(), way

    def keep(self, key: Hashable, register: Register, standing: dict[str, Any]) -> None:
        """Keep what was reached."""
        if key is not None:
            self._kept[key] = Snapshot(_content(register), standing)

    def bring_back(self, key: Hashable, register: Register) -> dict[str, Any] | None:
        """Lay what was reached over the register; returns where the story stood, None where nobody was yet."""
        found = self._kept.get(key)
        if found is None:
            return None
        # Through SQLite itself, for a worker of the story may have the file open in this very moment.
        with closing(sqlite3.connect(":memory:")) as kept, closing(_open(register)) as file:
            kept.deserialize(found.content)
            kept.backup(file)
        return found.standing


def _open(register: Register) -> sqlite3.Connection:
    return sqlite3.connect(str(register.engine.url.database))


def _content(register: Register) -> bytes:
    with closing(_open(register)) as connection:
        content = bytearray(connection.serialize())
    # The two bytes of the header that say "write-ahead log", which a register in memory cannot have.
    content[18:20] = b"\x01\x01"
    return bytes(content)
