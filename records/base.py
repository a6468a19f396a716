"""What all tables share: names of constraints, instants in UTC, words, ids."""

import json
import os
import threading
import time
import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from domain.words import Word


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. SQLite drops time zones, so naive values are refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants; store UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return aware UTC on every database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Prose(TypeDecorator[str]):
    """Long text of people, kept as it is."""

    impl = Text
    cache_ok = True


class Base(DeclarativeBase):
    """Base of every table of the register."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: Instant(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        Word: Enum(
            Word, native_enum=False, length=40, values_callable=lambda words: [w.value for w in words]
        ),
        str: String(200),
    }


class _Moments:
    """The instants of ids: in a process no two are the same and none goes back, so rows keep the order of writing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        """60 bits: milliseconds since 1970, and in each of them a number that begins anywhere in its lower half."""
        start = int.from_bytes(os.urandom(2)) >> 5
        with self._lock:
            self._last = max((time.time_ns() // 1_000_000 << 12) | start, self._last + 1)
            return self._last


_moments = _Moments()


def new_id() -> str:
    """A fresh opaque id (uuid7, RFC 9562 §6.2: ordered by time, so that indexes grow at their end)."""
    milliseconds, number = divmod(_moments.next(), 1 << 12)
    random = int.from_bytes(os.urandom(8)) >> 2
    value = (milliseconds << 80) | (0x7 << 76) | (number << 64) | (0x2 << 62) | random
    return str(uuid.UUID(int=value))


def to_json(value: object) -> str:
    """Canonical JSON: Chinese as it is written, keys in order, so that equal values are equal texts."""
    return _CANONICAL.encode(value)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not JSON: {value!r}")


# Made once: `json.dumps` would make another one for every text, which takes longer than writing it.
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
