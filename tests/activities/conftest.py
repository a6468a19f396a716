"""Stories for the tests of deeds."""

from collections.abc import Iterator

import pytest

from tests.stories import Story, new_story


@pytest.fixture
def story(sqlite_url: str) -> Iterator[Story]:
    """A register with the cast and no consultation yet, on SQLite."""
    yield from _told(sqlite_url)


@pytest.fixture
def any_story(database_url: str) -> Iterator[Story]:
    """The same, once on SQLite and once on PostgreSQL."""
    yield from _told(database_url)


def _told(database_url: str) -> Iterator[Story]:
    story = new_story(database_url)
    yield story
    story.register.dispose()
