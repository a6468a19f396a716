"""A real browser in front of the pages. Without one these tests are skipped, but never where CI is set."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.app import create_app
from api.identity import COOKIE
from tests.cast import Player
from tests.pages import Cookies, cookie_of, page_counter
from tests.stories import Story, new_story

CHROMIUM = Path("/usr/bin/chromium")
WAIT_SECONDS = 20


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, closed with its module: the loop that drives it must not meet that of other tests."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            raise FileNotFoundError(CHROMIUM)
        pytest.skip(f"NOT TESTED IN A BROWSER: {CHROMIUM} is not there")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Site:
    """The pages of a story on a port of this machine, and windows onto them."""

    story: Story
    address: str
    browser: Browser
    cookies: Cookies = field(default_factory=Cookies)
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def window(self, player: Player | None, *, width: int = 1280, has_script: bool = True) -> Page:
        """A window of somebody signed in; whatever the browser complains of is kept."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=has_script, locale="zh-CN"
        )
        self.contexts.append(context)
        if player is not None:
            self.cookies.keep_fresh(self.story)
            context.add_cookies([{"name": COOKIE, "value": cookie_of(player), "url": self.address}])
        page = context.new_page()
        page.set_default_timeout(WAIT_SECONDS * 1000)
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    @property
    def case(self) -> str:
        """Where the pages of the story's consultation begin."""
        return f"{self.address}/consultations/{self.story.consultation_id}"


@contextmanager
def served(story: Story, browser: Browser) -> Iterator[Site]:
    """The pages of a story on a port of their own, as long as the block lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    config = uvicorn.Config(create_app(page_counter(story, address)), port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + WAIT_SECONDS
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    assert server.started
    one = Site(story, address, browser)
    yield one
    for context in one.contexts:
        context.close()
    server.should_exit = True
    thread.join(WAIT_SECONDS)


@pytest.fixture
def site(sqlite_url: str, chromium: Browser) -> Iterator[Site]:
    """The pages of a new story."""
    story = new_story(sqlite_url)
    with served(story, chromium) as one:
        yield one
    story.register.dispose()
