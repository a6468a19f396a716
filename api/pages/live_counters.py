"""GET /events: the visitor's own numbers, pushed when they change (server-sent events).

However many pages are open, one process asks the register once in a few seconds whether anything has changed, and
counts anew only then. A connection ends by itself after a minute, with the user session, and with the process; the
browser comes back. An open page is no activity: it never keeps a user session from expiring.
"""

import asyncio
import json
from collections import Counter as Tally
from collections.abc import AsyncGenerator
from dataclasses import asdict
from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from api.counter import Counter, TheCounter
from api.identity import COOKIE
from api.problems import sign_in_required
from domain.bodies import Actor
from records.accounts import actor_of_session
from records.capacities import SignedIn
from records.queries.counters import Counters, changes_so_far, counters_of

router = APIRouter(include_in_schema=False)

LOOK_EVERY_SECONDS = 3.0
LIFETIME_SECONDS = 60.0
RETRY_MILLISECONDS = 5_000
CONNECTIONS_PER_PERSON_MAX = 6
PEOPLE_REMEMBERED_MAX = 2_000


class LiveCounters:
    """The numbers of those whose pages are open in this process."""

    def __init__(
        self,
        counter: Counter,
        look_every_seconds: float = LOOK_EVERY_SECONDS,
        lifetime_seconds: float = LIFETIME_SECONDS,
    ) -> None:
        self.lifetime_seconds = lifetime_seconds
        self.look_every_seconds = look_every_seconds
        self._counter = counter
        self._open: Tally[str] = Tally()
        self._closing = asyncio.Event()
        self._looking = asyncio.Lock()
        self._looked_at = float("-inf")
        self._changes = -1
        self._known: dict[tuple[Actor, date], tuple[int, Counters]] = {}

    @property
    def connections(self) -> int:
        """How many connections are open now."""
        return self._open.total()

    def close(self) -> None:
        """End every connection: the process is asked to end."""
        self._closing.set()

    def is_full(self, person_id: str) -> bool:
        """Whether one person has as many streams as one person may have."""
        return self._open[person_id] >= CONNECTIONS_PER_PERSON_MAX

    async def stream(self, cookie: str, actor: Actor) -> AsyncGenerator[str, None]:
        """The numbers now, and again whenever they have changed."""
        clock = asyncio.get_running_loop().time
        ends_at, told, changes = clock() + self.lifetime_seconds, None, -1
        # Counted here and not before: a stream that nobody came to read never ends, and would be counted for ever.
        self._open[actor.person_id] += 1
        try:
            yield f"retry: {RETRY_MILLISECONDS}\n\n"
            while clock() < ends_at and not self._closing.is_set():
                seen = await self._look(clock())
                if seen != changes and await run_in_threadpool(self.signed_in, cookie) is None:
                    return
                changes = seen
                counters = await self._counters(actor, seen)
                # A comment in between tells a dead connection from a quiet one.
                yield ": \n\n" if counters == told else _message(counters)
                told = counters
                await self._pause(min(self.look_every_seconds, ends_at - clock()))
        finally:
            self._open[actor.person_id] -= 1
            self._open += Tally()

    def signed_in(self, cookie: str) -> SignedIn | None:
        """Who is looking; None when the user session has ended."""
        counter = self._counter
        return actor_of_session(counter.register, cookie, counter.now(), counter.idle, counts_as_seen=False)

    async def _look(self, now: float) -> int:
        """How many changes the register holds, asked once in a few seconds for everybody."""
        async with self._looking:
            if now - self._looked_at >= self.look_every_seconds:
                self._changes = await run_in_threadpool(self._read_changes)
                self._looked_at = now
            return self._changes

    def _read_changes(self) -> int:
        with self._counter.register.reading() as session:
            return changes_so_far(session)

    async def _counters(self, actor: Actor, changes: int) -> Counters:
        today = self._counter.today
        at, known = self._known.get((actor, today), (-1, None))
        if known is not None and at == changes:
            return known
        counters = await run_in_threadpool(self._read_counters, actor, today)
        if len(self._known) >= PEOPLE_REMEMBERED_MAX:
            self._known.clear()
        self._known[actor, today] = (changes, counters)
        return counters

    def _read_counters(self, actor: Actor, today: date) -> Counters:
        with self._counter.register.reading() as session:
            return counters_of(session, actor, today)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._closing.wait(), max(seconds, 0))
        except TimeoutError:
            return


def _message(counters: Counters) -> str:
    return f"event: counters\ndata: {json.dumps(asdict(counters))}\n\n"


@router.get("/events")
async def events(request: Request, counter: TheCounter) -> Response:
    """The stream of one open page."""
    del counter
    live: LiveCounters = request.app.state.live_counters
    cookie = request.cookies.get(COOKIE, "")
    if not cookie:
        raise sign_in_required()
    visitor = await run_in_threadpool(live.signed_in, cookie)
    if visitor is None or live.is_full(visitor.actor.person_id):
        # 204 is how a browser is told to ask no more: the page keeps the numbers that it was loaded with.
        return Response(status_code=204)
    return StreamingResponse(
        live.stream(cookie, visitor.actor),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
