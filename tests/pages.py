"""Pages over a story: a process that records acts by the real deeds at once, and visitors with a browser's cookie."""

import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from starlette.testclient import TestClient
from temporalio.service import RPCError, RPCStatusCode

from api.app import create_app
from api.counter import Counter
from api.identity import COOKIE
from domain.acts import Outcome, Stamp
from records.papers.desk import PaperDesk
from records.tables.people import Membership, UserSession
from tests.cast import PLAYERS, Player
from tests.stories import BOOKS, SEAL_KEYS, TRAIL, VAULT, Story


class DeedProcess:
    """Stands where the Temporal client stands: every update is one deed, done at once."""

    def __init__(self, story: Story) -> None:
        self._story = story

    def get_workflow_handle(self, workflow_id: str, **_options: Any) -> "DeedHandle":
        """The handle of a consultation's workflow."""
        return DeedHandle(self._story, workflow_id)

    async def start_update_with_start_workflow(
        self, _name: str, act: Any, *, id: str, start_workflow_operation: Any, **_options: Any
    ) -> "DeedHandle":
        """Open a consultation."""
        workflow_id = f"consultation/{act.consultation_id}"
        return await DeedHandle(self._story, workflow_id).start_update(_name, act, id=id)


@dataclass
class DeedHandle:
    """One update, or the workflow it is sent to."""

    story: Story
    workflow_id: str
    outcome: Outcome | None = None

    async def start_update(self, _name: str, act: Any, *, id: str, **_options: Any) -> "DeedHandle":
        """Record the act."""
        outcome = self.story.workshop.record(act, Stamp(self.workflow_id, id, self.story.now))
        return DeedHandle(self.story, self.workflow_id, outcome)

    def fetch_history_events(self) -> AsyncIterator[Any]:
        """No history is kept."""
        return _nothing_kept()

    async def result(self) -> Outcome:
        """What became of it."""
        assert self.outcome is not None
        return self.outcome


async def _nothing_kept() -> AsyncIterator[Any]:
    nothing: tuple[Any, ...] = ()
    for event in nothing:
        yield event
    raise RPCError("no history", RPCStatusCode.NOT_FOUND, b"")


def page_counter(story: Story, base_url: str = "http://testserver") -> Counter:
    """The counter of a story whose acts are recorded at once."""
    process: Any = DeedProcess(story)
    return Counter(
        register=story.register,
        trail=TRAIL,
        books=BOOKS,
        vault=VAULT,
        desk=PaperDesk(story.register, TRAIL),
        client=process,
        task_queue="nobody",
        now=lambda: story.now,
        patience_seconds=10,
        idle_minutes=15,
        base_url=base_url,
        seal_keys=SEAL_KEYS,
    )


def hand_out_cookies(story: Story) -> None:
    """One open user session for every player; sign-in itself has tests of its own."""
    with story.register.writing() as session:
        held = {row.person_id: row.id for row in session.query(Membership)}
        for player in PLAYERS:
            digest = hashlib.sha256(cookie_of(player).encode()).hexdigest()
            row = session.get(UserSession, digest) or UserSession(
                token_digest=digest, person_id=player.id, membership_id=held[player.id], started_at=story.now
            )
            row.seen_at = story.now
            session.add(row)


def cookie_of(player: Player) -> str:
    """The session cookie of a player of the cast."""
    return f"cookie-of-{player.id}"


@dataclass
class Cookies:
    """When everybody's user session was last seen: a story's clock moves by months."""

    seen_at: datetime | None = None

    def keep_fresh(self, story: Story) -> None:
        """See everybody now, unless that was done at this instant."""
        if self.seen_at != story.now:
            hand_out_cookies(story)
            self.seen_at = story.now


@dataclass
class Browser:
    """One visitor without a real browser: pages, forms, redirects."""

    story: Story
    player: Player | None
    client: TestClient
    cookies: "Cookies"

    def get(self, path: str) -> Any:
        """Look at a page."""
        return self.client.get(path, headers=self._headers(), follow_redirects=False)

    def post(self, path: str, **fields: Any) -> Any:
        """Send a form as a page of ours does."""
        headers = {**self._headers(), "Sec-Fetch-Site": "same-origin"}
        files = fields.pop("files", None)
        return self.client.post(path, data=fields, files=files, headers=headers, follow_redirects=False)

    def send(self, path: str, form_id: str, **fields: Any) -> Any:
        """Fill in the form that stands on a page, with everything hidden in it, and send it."""
        form = form_on(self.get(path).text, form_id)
        assert form is not None, f"{path} shows no form {form_id}"
        return self.post(form.address, **{**form.values, **fields})

    def _headers(self) -> dict[str, str]:
        if self.player is None:
            return {}
        self.cookies.keep_fresh(self.story)
        return {"Cookie": f"{COOKIE}={cookie_of(self.player)}"}


@dataclass(frozen=True)
class FormOnPage:
    """A form as the browser would send it untouched."""

    address: str
    values: dict[str, str]


def form_on(html: str, form_id: str) -> FormOnPage | None:
    """The form of this id with its hidden fields, inputs and chosen options."""
    found = re.search(rf'<form\b[^>]*\bid="{re.escape(form_id)}".*?</form>', html, re.S)
    if found is None:
        return None
    text = found[0]
    address = re.search(r'action="([^"]*)"', text)
    values: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", text):
        kind = _attribute(tag, "type")
        if kind in {"checkbox", "radio"} and " checked" not in tag:
            continue
        if name := _attribute(tag, "name"):
            values[name] = _attribute(tag, "value")
    for name, content in re.findall(r'<textarea\b[^>]*\bname="([^"]*)"[^>]*>(.*?)</textarea>', text, re.S):
        values[name] = unescape(content)
    for name, options in re.findall(r'<select\b[^>]*\bname="([^"]*)"[^>]*>(.*?)</select>', text, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        values[name] = unescape(chosen[1]) if chosen else ""
    return FormOnPage(unescape(address[1]) if address else "", values)


def form_ids(html: str) -> set[str]:
    """The forms that stand on a page."""
    return set(re.findall(r'<form\b[^>]*\bid="([^"]*)"', html))


def open_pages(story: Story) -> TestClient:
    """A client of the application over the story."""
    return TestClient(create_app(page_counter(story)), raise_server_exceptions=False)


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""
