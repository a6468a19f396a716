"""Registers as a story left them, so that a run carries each way only once.

Only SQLite: a register there is one file, and its content says by itself whether the same way begins from it.
"""

import hashlib
import sqlite3
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
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
        register.dispose()
        path = _path(register)
        for leftover in ("-wal", "-shm"):
            path.with_name(path.name + leftover).unlink(missing_ok=True)
        path.write_bytes(found.content)
        return found.standing


def _path(register: Register) -> Path:
    return Path(str(register.engine.url.database))


def _content(register: Register) -> bytes:
    connection = sqlite3.connect(_path(register))
    try:
        return connection.serialize()
    finally:
        connection.close()
