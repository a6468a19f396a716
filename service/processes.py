"""Running the parts until told to stop: the web, the worker, or everything in one process."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import anyio.to_thread
import structlog
import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from activities.demands_due import DemandRound
from api.app import create_app
from api.recounts import recount_all
from domain.calendar import local_date
from service.bell import Bell
from service.composition import Parts, make_counter, make_worker
from service.daily_schedule import keep_daily_schedule
from service.settings import Settings

RING_EVERY_SECONDS = 600.0
READING_THREADS = 8
BACKLOG = 2048

log = structlog.stdlib.get_logger(__name__)


async def told_to_stop() -> None:
    """Return when the process is asked to end (SIGINT, SIGTERM)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


def spare_the_collector() -> None:
    """Let the garbage collector pass over all that was loaded at the start: it never becomes garbage.

    A full round over it takes a tenth of a second and more, in the middle of somebody's page.
    """
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def working(parts: Parts, client: Client) -> AsyncIterator[Bell]:
    """Run a worker for as long as the block lasts, and keep the post office open."""
    bell = Bell(client, parts.settings.task_queue)
    async with make_worker(parts, client, bell):
        with contextlib.suppress(RPCError):
            await bell.open_post_office()
        ringing = asyncio.create_task(_look_from_time_to_time(parts, client, bell))
        try:
            yield bell
        finally:
            ringing.cancel()
            await bell.close()


async def _look_from_time_to_time(parts: Parts, client: Client, bell: Bell) -> None:
    """Whoever left letters may have died before they rang, or before all due dates were counted afresh.

    Demands of supervisors have no workflow: this look fires what is due of them.
    """
    demands = DemandRound(parts.register, parts.trail, parts.books, parts.settings.base_url, bell.ring)
    is_schedule_kept = False
    while True:
        if not is_schedule_kept:
            is_schedule_kept = await _has_kept_schedule(parts, client)
        await asyncio.sleep(RING_EVERY_SECONDS)
        bell.ring()
        try:
            await recount_all(client, parts.register, parts.books, local_date(datetime.now(UTC)))
            await asyncio.to_thread(demands.record_due, datetime.now(UTC))
        except SQLAlchemyError:
            log.exception("due dates could not be looked at; the next round does it")


async def _has_kept_schedule(parts: Parts, client: Client) -> bool:
    """Nobody waits for it at a start; where the server cannot do it now, it is tried again in a while."""
    try:
        await keep_daily_schedule(client, parts.settings.task_queue)
    except RPCError:
        log.exception("the daily schedule could not be kept; the next round does it")
        return False
    return True


@asynccontextmanager
async def serving(settings: Settings, app: FastAPI) -> AsyncIterator[None]:
    """Serve the pages and the API for as long as the block lasts; requests under way are finished.

    Raises:
        OSError: the address is taken.
    """
    config = uvicorn.Config(
        app,
        host=settings.web_host,
        port=settings.web_port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=10,
    )
    spare_the_collector()
    # As for deeds: many readers at once only fight over the interpreter.
    anyio.to_thread.current_default_thread_limiter().total_tokens = READING_THREADS
    server = _Server(config)
    serving_task = asyncio.create_task(server.serve(sockets=[_listening_at(settings)]))
    try:
        while not server.started:
            if serving_task.done():
                raise OSError(f"{settings.base_url} ended before it served") from serving_task.exception()
            await asyncio.sleep(0.02)
        yield
    finally:
        # Open pages would else keep their streams, and the process, for as long as a minute.
        app.state.live_counters.close()
        server.should_exit = True
        await serving_task


def _listening_at(settings: Settings) -> socket.socket:
    # uvicorn itself would leave with a SystemExit out of its task, past everything that is still to be closed.
    family = socket.AF_INET6 if ":" in settings.web_host else socket.AF_INET
    try:
        listening = socket.create_server(
            (settings.web_host, settings.web_port), family=family, backlog=BACKLOG
        )
    except OSError as taken:
        address = f"{settings.web_host}:{settings.web_port}"
        raise OSError(f"{address} 无法监听 / cannot be listened on ({taken.strerror})") from taken
    # Inherited by every connection: without it the body of an answer waits 40 ms for the client's delayed ACK.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def make_app(parts: Parts, client: Client, bell: Bell) -> FastAPI:
    """The application of one web process."""
    return create_app(make_counter(parts, client, bell))


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to us: the web is one part among several."""
        yield
