"""Registers for the tests of this room: furnished with one small county."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from records.sessions import Register
from records.tables import Base
from tests.records.papers.people_and_places import Scene, furnish


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """An open consultation on SQLite."""
    yield from _furnished(f"sqlite:///{tmp_path / 'register.db'}")


@pytest.fixture
def any_scene(empty_database_url: str) -> Iterator[Scene]:
    """An open consultation, once on SQLite and once on PostgreSQL."""
    yield from _furnished(empty_database_url)


def _furnished(database_url: str) -> Iterator[Scene]:
    register = Register(database_url)
    Base.metadata.create_all(register.engine)
    yield furnish(register)
    register.dispose()
