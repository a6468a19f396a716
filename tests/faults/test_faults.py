"""What is left after a worker, a server, a database or the mail died: nothing lost, nothing twice."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.acts import SuspendConsultation
from domain.notices import NoticeKind
from domain.stages import ConsultationState
from records.migrations import upgrade
from records.tables.audit import AuditEntry
from records.tables.consultations import RecordedDeed, StageAdvance
from records.tables.letters import NoticeRow, NoticeState
from records.tables.obligations import FiredRung
from service.bell import Bell
from service.composition import open_parts
from service.temporal_server import connect, embedded_temporal
from tests import cast
from tests.postgres import create_database, fresh_name, postgres_server
from tests.servers import SmtpServer, TemporalDev, free_port, smtp_server
from tests.stories import TRAIL, Story, new_story
from tests.workflows.running import Running, act, end, running, settings_for, until
from workflows.addresses import POST_OFFICE_ID

pytestmark = pytest.mark.faults
S = ConsultationState


def assert_recorded_once(story: Story) -> None:
    """One advance, one deed, one audit entry, and an unbroken chain."""
    assert len(story.every(StageAdvance)) == 1
    assert len(story.every(RecordedDeed, act="advance_stage")) == 1
    assert len(story.every(AuditEntry, update_id="k1")) == 1
    with story.look() as session:
        assert list(TRAIL.verify(session)) == []


# ---------------------------------------------------------------- the worker


@asynccontextmanager
async def worker_process(given: dict[str, Any]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker that is up; killed at the end of the block if it still lives."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.working_alone",
        json.dumps(given),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            while (await process.stdout.readline()).strip() != b"working":
                assert process.returncode is None
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_worker_killed_in_the_middle_of_a_deed_records_it_once(
    story: Story, tmp_path: Path, temporal_dev: TemporalDev, smtp_catcher: SmtpServer
) -> None:
    stall_file = tmp_path / "in-the-middle"
    settings = settings_for(str(story.register.engine.url), tmp_path, smtp_catcher.port)
    given = {
        "address": temporal_dev.address,
        "database_url": settings.database_url,
        "data_dir": str(tmp_path),
        "smtp_port": smtp_catcher.port,
        "task_queue": settings.task_queue,
    }
    parts, bell = open_parts(settings), Bell(temporal_dev.env.client, settings.task_queue)
    service = Running(temporal_dev.env, parts, bell)
    async with worker_process({**given, "stall_file": str(stall_file)}) as doomed:
        handle = await service.open(story)
        waiting = asyncio.create_task(act(handle, story.advancing(), "k1"))
        await until(stall_file.exists)
        doomed.send_signal(signal.SIGKILL)
        await doomed.wait()
    assert story.row.state is S.PLATFORM
    async with worker_process(given):
        async with asyncio.timeout(20):
            outcome = await waiting
        assert (outcome.state, outcome.version) == (S.TOPIC, 2)
        assert await act(handle, replace(story.advancing(), expected_state=S.PLATFORM), "k1") == outcome
    assert_recorded_once(story)
    for workflow_id in service.workflow_ids:
        await end(service.client, workflow_id)
    parts.close()


# ---------------------------------------------------------------- the Temporal server


async def test_a_temporal_server_that_was_killed_loses_nothing_acknowledged(
    story: Story, tmp_path: Path, smtp_catcher: SmtpServer
) -> None:
    await asyncio.to_thread(story.reach, S.TOPIC)
    other = story.another()
    settings = settings_for(str(story.register.engine.url), tmp_path, smtp_catcher.port)
    async with embedded_temporal(settings) as address:
        env = WorkflowEnvironment.from_client(await connect(settings, address))
        async with running(env, settings) as service:
            handle = await service.open(other)
            first = await act(handle, other.advancing(), "k1")
            _kill_the_server_on(tmp_path)
            service.workflow_ids.clear()
    # Its clocks have come while it was down: the consultation that waits for the topic's approval owes three rungs.
    async with embedded_temporal(settings) as address:
        env = WorkflowEnvironment.from_client(await connect(settings, address))
        async with running(env, settings) as service:
            handle = service.handle(other.consultation_id)
            assert await act(handle, replace(other.advancing(), expected_state=S.PLATFORM), "k1") == first
            await service.take_over(story)
            await until(lambda: len(story.every(FiredRung)) == 3)
    assert len(other.every(StageAdvance, consultation_id=other.consultation_id)) == 1


def _kill_the_server_on(data_dir: Path) -> None:
    """kill -9 our own server, found by the file that it has open."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _is_server_on(entry, data_dir):
            os.kill(int(entry.name), signal.SIGKILL)


def _is_server_on(process: Path, data_dir: Path) -> bool:
    try:
        command = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"start-dev" in command and str(data_dir / "temporal.db").encode() in command


# ---------------------------------------------------------------- the database


@contextmanager
def locked(database_url: str, seconds: float) -> Iterator[None]:
    """Another connection holds the file exclusively for that long."""
    path = database_url.removeprefix("sqlite:///")
    is_held = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA busy_timeout=10000")
            connection.execute("BEGIN EXCLUSIVE")
            is_held.set()
            threading.Event().wait(seconds)
            connection.execute("ROLLBACK")

    holder = threading.Thread(target=hold)
    holder.start()
    assert is_held.wait(10)
    yield
    holder.join()


@pytest.mark.parametrize("patience_seconds", [10, 1], ids=["waits for the lock", "tries again"])
async def test_a_locked_database_delays_a_deed_and_nothing_else(
    story: Story,
    tmp_path: Path,
    temporal_dev: TemporalDev,
    smtp_catcher: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
    patience_seconds: int,
) -> None:
    monkeypatch.setattr("records.dialects.BUSY_SECONDS", patience_seconds)
    url = str(story.register.engine.url)
    async with running(temporal_dev.env, settings_for(url, tmp_path, smtp_catcher.port)) as service:
        handle = await service.open(story)
        advancing = story.advancing()
        with locked(url, seconds=4):
            waiting = asyncio.create_task(act(handle, advancing, "k1"))
            await asyncio.sleep(2)
            assert not waiting.done()
        assert (await waiting).state is S.TOPIC
    assert_recorded_once(story)


async def test_a_postgresql_that_stops_and_starts_again_delays_a_deed_and_nothing_else(
    tmp_path: Path, temporal_dev: TemporalDev, smtp_catcher: SmtpServer, postgres_url: str
) -> None:
    del postgres_url  # skips where there is no PostgreSQL
    with postgres_server() as server_url:
        url = create_database(server_url, fresh_name("register"))
        upgrade(url)
        story = new_story(url)
        async with running(temporal_dev.env, settings_for(url, tmp_path, smtp_catcher.port)) as service:
            handle = await service.open(story)
            advancing = story.advancing()
            with stopped(Path(server_url.rpartition("host=")[2])) as start_again:
                waiting = asyncio.create_task(act(handle, advancing, "k1"))
                await asyncio.sleep(2)
                assert not waiting.done()
                start_again()
                assert (await waiting).state is S.TOPIC
                assert_recorded_once(story)
                story.register.dispose()
                service.parts.register.dispose()


@contextmanager
def stopped(base: Path) -> Iterator[Callable[[], None]]:
    """Stop the PostgreSQL in that folder; yields what starts it again, with the same words."""
    postmaster = int((base / "data" / "postmaster.pid").read_text().splitlines()[0])
    command = Path(f"/proc/{postmaster}/cmdline").read_bytes().split(b"\0")[:-1]
    owner = (base / "data").stat()
    os.kill(postmaster, signal.SIGINT)
    while (base / "data" / "postmaster.pid").exists():
        time.sleep(0.05)
    servers: list[subprocess.Popen[bytes]] = []

    def start_again() -> None:
        with (base / "log").open("ab") as log:
            servers.append(
                subprocess.Popen(
                    command, cwd="/", stdout=log, stderr=log, user=owner.st_uid, group=owner.st_gid
                )
            )

    try:
        yield start_again
    finally:
        for server in servers:
            server.send_signal(signal.SIGINT)
            server.wait(20)


# ---------------------------------------------------------------- the mail


@pytest.mark.parametrize("fault", ["away", "refusing"])
async def test_a_dead_mail_server_holds_up_no_stage_and_loses_no_letter(
    story: Story, tmp_path: Path, temporal_dev: TemporalDev, fault: str
) -> None:
    with smtp_server() as mail:
        mail.refusals["*"] = "421 4.3.2 closing"
        port = mail.port if fault == "refusing" else free_port()
        settings = settings_for(str(story.register.engine.url), tmp_path, port)
        async with running(temporal_dev.env, settings) as service:
            handle = await service.open(story)
            review_on = service.parts.books.calendar.add_workdays(story.today, 5).on
            pause = SuspendConsultation(
                by=cast.STAFF, occurred_on=story.today, reason="等待", review_on=review_on
            )
            assert (await act(handle, pause, "k1")).is_suspended
            await until(lambda: all(row.attempts == 1 for row in _urgent(story)))
            assert {row.state for row in _urgent(story)} == {NoticeState.WAITING}
            await _nothing_is_being_delivered(service.client)
        mail.refusals.clear()
        _let_back_off_pass(story)
        async with running(temporal_dev.env, settings.model_copy(update={"smtp_port": mail.port})):
            await until(lambda: {row.state for row in _urgent(story)} == {NoticeState.DELIVERED})
        people = sorted(str(message["To"]) for message in mail.messages if "中止" in str(message["Subject"]))
        assert people == sorted({*people})
        assert len(people) == len(_urgent(story)) == 3


async def _nothing_is_being_delivered(client: Client) -> None:
    """Wait until the post office has nothing under way: it went on, and nothing hangs on the dead server."""
    async with asyncio.timeout(20):
        while True:
            described = await client.get_workflow_handle(POST_OFFICE_ID).describe()
            if not described.raw_description.pending_activities:
                return
            await asyncio.sleep(0.1)


def _urgent(story: Story) -> list[NoticeRow]:
    return story.every(NoticeRow, kind=NoticeKind.SUSPENDED)


def _let_back_off_pass(story: Story) -> None:
    with story.register.writing() as session:
        for row in _urgent(story):
            letter = session.get_one(NoticeRow, row.id)
            letter.send_after_at = letter.written_at
