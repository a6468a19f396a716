"""Stories for the tests of faults."""

from collections.abc import Iterator

import pytest

from tests.stories import Story, new_story


@pytest.fixture
def story(sqlite_url: str) -> Iterator[Story]:
    """A register with the cast in it."""
    story = new_story(sqlite_url)
    yield story
    story.register.dispose()
