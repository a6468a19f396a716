"""The county on either database."""

from collections.abc import Iterator

import pytest

from tests.records.counting.county import County, open_county


@pytest.fixture
def county(sqlite_url: str) -> Iterator[County]:
    """The county on SQLite."""
    yield from _opened(sqlite_url)


@pytest.fixture
def any_county(database_url: str) -> Iterator[County]:
    """The county, once on SQLite and once on PostgreSQL."""
    yield from _opened(database_url)


def _opened(url: str) -> Iterator[County]:
    opened = open_county(url)
    yield opened
    opened.register.dispose()
