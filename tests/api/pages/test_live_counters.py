"""The numbers at the top of every page: right at the page load, pushed when they change, and never in the way."""

import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, event, select

from api.identity import COOKIE
from api.pages.live_counters import CONNECTIONS_PER_PERSON_MAX, LiveCounters
from domain.stages import ConsultationState
from records.queries.counters import Counters, counters_of
from records.tables.people import UserSession
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import cookie_of, hand_out_cookies, page_counter
from tests.stories import ASSIGNED_ON, DUE_ON

HOUSING = cast.HOUSING_PLAYER


def live_over(pages: Pages, lifetime_seconds: float = 30) -> LiveCounters:
    """Counters that look again at once."""
    hand_out_cookies(pages.story)
    return LiveCounters(page_counter(pages.story), look_every_seconds=0, lifetime_seconds=lifetime_seconds)


def told(message: str) -> dict[str, int] | None:
    """The numbers in a message, None where it holds none."""
    lines = dict(line.split(": ", 1) for line in message.strip().splitlines() if ": " in line)
    return json.loads(lines["data"]) if "data" in lines else None


async def next_numbers(stream: AsyncGenerator[str, None]) -> dict[str, int]:
    """The next message that holds numbers."""
    async for message in stream:
        numbers = told(message)
        if numbers is not None:
            return numbers
    raise AssertionError("the stream ended")


def assigned(pages: Pages) -> None:
    """One task for the housing unit."""
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)


def numbers(pages: Pages, player: Any) -> Counters:
    """What the register says."""
    with pages.story.look() as session:
        return counters_of(session, player.actor, pages.story.today)


def test_overdue_today_and_waiting_are_counted_for_each(pages: Pages) -> None:
    assigned(pages)
    assert numbers(pages, HOUSING).overdue == 0
    pages.story.go_to(DUE_ON)
    assert numbers(pages, HOUSING).due_today == 1
    pages.story.go_to(DUE_ON + timedelta(days=3))
    assert (numbers(pages, HOUSING).overdue, numbers(pages, HOUSING).due_today) == (2, 0)
    pages.story.do(pages.story.answering(pages.story.tasks[0]))
    assert numbers(pages, cast.STAFF_PLAYER).waiting == 1
    assert numbers(pages, cast.SUPERVISOR_PLAYER).waiting == 0


def test_the_numbers_stand_on_the_page_without_script(pages: Pages) -> None:
    assigned(pages)
    pages.story.go_to(DUE_ON + timedelta(days=3))
    found = numbers(pages, HOUSING)
    text = pages.by(HOUSING).get("/feedback-tasks").text
    assert f'data-counter="overdue">{found.overdue}</b>' in text
    assert f'data-counter="due_today">{found.due_today}</b>' in text
    assert f'data-counter="waiting">{found.waiting}</b>' in text


def test_numbers_are_told_when_they_change_and_only_then(pages: Pages) -> None:
    async def watch() -> None:
        stream = live_over(pages).stream(cookie_of(HOUSING), HOUSING.actor)
        assert (await anext(stream)).startswith("retry: ")
        first = await next_numbers(stream)
        assert [told(await anext(stream)) for _ in range(3)] == [None] * 3
        assigned(pages)
        hand_out_cookies(pages.story)
        pages.story.go_to(DUE_ON)
        hand_out_cookies(pages.story)
        second = await next_numbers(stream)
        assert (first["due_today"], second["due_today"]) == (0, 1)
        await stream.aclose()

    asyncio.run(watch())


def test_many_open_pages_ask_the_register_once(pages: Pages) -> None:
    live = live_over(pages)
    live.look_every_seconds = 60
    asked: list[str] = []
    engine = pages.story.register.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    async def watch() -> None:
        streams = [live.stream(cookie_of(HOUSING), HOUSING.actor) for _ in range(5)]
        for stream in streams:
            await next_numbers(stream)
        for stream in streams:
            await stream.aclose()

    asyncio.run(watch())
    assert sum("audit_heads" in one for one in asked) == 1
    assert sum("FROM clocks" in one for one in asked) == 1


def test_a_stream_ends_by_itself_with_the_session_and_with_the_process(pages: Pages) -> None:
    async def ends(live: LiveCounters) -> list[str]:
        found = [message async for message in live.stream(cookie_of(HOUSING), HOUSING.actor)]
        assert live.connections == 0
        return found

    assert len(asyncio.run(ends(live_over(pages, lifetime_seconds=0)))) == 1
    closed = live_over(pages)
    closed.close()
    assert len(asyncio.run(ends(closed))) == 1
    live = live_over(pages)
    with pages.story.register.writing() as session:
        for row in session.scalars(select(UserSession).filter_by(person_id=HOUSING.id)):
            session.delete(row)
    assert len(asyncio.run(ends(live))) == 1


def test_one_person_has_so_many_streams_and_no_more(pages: Pages) -> None:
    async def full_before_and_after(live: LiveCounters) -> tuple[bool, bool, bool, bool]:
        unread = live.stream(cookie_of(HOUSING), HOUSING.actor)
        streams = [live.stream(cookie_of(HOUSING), HOUSING.actor) for _ in range(CONNECTIONS_PER_PERSON_MAX)]
        for stream in streams[1:]:
            await anext(stream)
        before = live.is_full(HOUSING.id)
        await anext(streams[0])
        full, others = live.is_full(HOUSING.id), live.is_full(cast.STAFF_PLAYER.id)
        for stream in (*streams, unread):
            await stream.aclose()
        return before, full, others, live.is_full(HOUSING.id)

    assert asyncio.run(full_before_and_after(live_over(pages))) == (False, True, False, False)


def test_an_open_page_does_not_keep_a_session_alive(pages: Pages) -> None:
    live = live_over(pages)
    with pages.story.look() as session:
        before = set(session.scalars(select(UserSession.seen_at)))
    pages.story.go_to(pages.story.today, hour=10, minute=9)
    live.signed_in(cookie_of(HOUSING))
    with pages.story.look() as session:
        assert set(session.scalars(select(UserSession.seen_at))) == before


def test_the_address_streams_to_who_is_signed_in(pages: Pages) -> None:
    live: LiveCounters = pages.client.app.state.live_counters  # type: ignore[attr-defined]
    live.lifetime_seconds, live.look_every_seconds = 0.05, 0.01
    answer = pages.by(HOUSING).get("/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: counters" in answer.text
    assert pages.by(None).get("/events").status_code == 401


def test_a_page_whose_session_has_ended_is_told_to_ask_no_more(pages: Pages) -> None:
    hand_out_cookies(pages.story)
    with pages.story.register.writing() as session:
        session.execute(delete(UserSession).where(UserSession.person_id == HOUSING.id))
    cookie = {"Cookie": f"{COOKIE}={cookie_of(HOUSING)}"}
    answer = pages.client.get("/events", headers=cookie)
    assert (answer.status_code, answer.content) == (204, b"")
