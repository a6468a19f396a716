"""Pages over a story in a register of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from starlette.testclient import TestClient

from tests.cast import Player
from tests.pages import Browser, Cookies, open_pages
from tests.stories import Story, new_story


@dataclass
class Pages:
    """The story, and a browser for whoever looks at it."""

    story: Story
    client: TestClient
    cookies: Cookies = field(default_factory=Cookies)

    def by(self, player: Player | None) -> Browser:
        """The browser of a player, or of somebody who is not signed in."""
        return Browser(self.story, player, self.client, self.cookies)

    @property
    def case(self) -> str:
        """Where the pages of the story's consultation begin."""
        return f"/consultations/{self.story.consultation_id}"


@pytest.fixture
def pages(sqlite_url: str) -> Iterator[Pages]:
    """Every page, over a story in which nothing has happened yet."""
    story = new_story(sqlite_url)
    with open_pages(story) as client:
        yield Pages(story, client)
    story.register.dispose()
