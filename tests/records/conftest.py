"""Registers for the tests of this room: furnished with one small county."""

from collections.abc import Iterator

import pytest

from records.sessions import Register
from tests.records.papers.people_and_places import Scene, furnish


@pytest.fixture
def scene(sqlite_url: str) -> Iterator[Scene]:
    """An open consultation on SQLite."""
    yield from _furnished(sqlite_url)


@pytest.fixture
def any_scene(database_url: str) -> Iterator[Scene]:
    """An open consultation, once on SQLite and once on PostgreSQL."""
    yield from _furnished(database_url)


def _furnished(database_url: str) -> Iterator[Scene]:
    register = Register(database_url)
    yield furnish(register)
    register.dispose()
