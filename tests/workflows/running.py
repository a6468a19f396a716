"""A service without web on a Temporal server of the tests: parts, a worker on a queue of its own, a bell."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from temporalio.api.enums.v1 import EventType
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from domain.acts import Act, OpenConsultation, Outcome
from domain.calendar import local_date
from service.bell import Bell
from service.composition import Parts, make_worker, open_parts
from service.settings import Settings
from tests import cast
from tests.stories import Story
from workflows.addresses import CONSULTATION, POST_OFFICE_ID, consultation_workflow_id
from workflows.consultation import Mirror

AUDIT_KEY = "a key of the tests, 32 bytes long"
SEAL_KEY = "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M="
PERSONAL_DATA_KEY = "dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnY="
WITHIN_SECONDS = 20.0


def settings_for(database_url: str, data_dir: Path, smtp_port: int, **changes: Any) -> Settings:
    """Settings of a service that delivers to that port and uses a task queue of its own."""
    values: dict[str, Any] = {
        "data_dir": data_dir,
        "database_url": database_url,
        "task_queue": f"shangliang-{uuid.uuid4().hex[:8]}",
        "base_url": "http://shangliang.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp_port,
        "smtp_starttls": False,
        "audit_key": SecretStr(AUDIT_KEY),
        "personal_data_key": SecretStr(PERSONAL_DATA_KEY),
        "seal_key": SecretStr(SEAL_KEY),
    }
    return Settings(**{**values, **changes})


@dataclass
class Running:
    """A running service and what tests do with it."""

    env: WorkflowEnvironment
    parts: Parts
    bell: Bell
    workflow_ids: set[str] = field(default_factory=lambda: {POST_OFFICE_ID})

    @property
    def client(self) -> Client:
        """The client of the server."""
        return self.env.client

    @property
    def queue(self) -> str:
        """The task queue of the worker."""
        return self.parts.settings.task_queue

    async def today(self) -> date:
        """The server's day in Shanghai: a simulated one where time skips."""
        return local_date(await self.env.get_current_time())

    def handle(self, consultation_id: str) -> WorkflowHandle[Any, Any]:
        """The workflow of a consultation."""
        self.workflow_ids.add(consultation_workflow_id(consultation_id))
        return self.client.get_workflow_handle(consultation_workflow_id(consultation_id))

    async def open(self, story: Story, key: str = "open", by: Any = cast.STAFF) -> WorkflowHandle[Any, Any]:
        """Open the story's consultation as the counter does: one update with start."""
        story.today = await self.today()
        await self.opened(story.opening(by), key)
        return self.handle(story.consultation_id)

    async def opened(self, act: OpenConsultation, key: str) -> Outcome:
        """The outcome of an update with start."""
        self.workflow_ids.add(consultation_workflow_id(act.consultation_id))
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            CONSULTATION,
            act.consultation_id,
            id=consultation_workflow_id(act.consultation_id),
            task_queue=self.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        outcome: Outcome = await self.client.execute_update_with_start_workflow(
            act.name, act, start_workflow_operation=start, id=key, result_type=Outcome
        )
        return outcome

    async def take_over(self, story: Story) -> WorkflowHandle[Any, Any]:
        """Start the workflow of a consultation that deeds alone have brought somewhere, as a new run is started."""
        row = story.row
        self.workflow_ids.add(story.workflow_id)
        outcome = Outcome(
            state=row.state,
            version=row.version,
            is_suspended=row.is_suspended,
            next_wake_at=row.next_wake_at,
            waiting_for=row.waiting_for,
        )
        return await self.client.start_workflow(
            CONSULTATION,
            args=[story.consultation_id, Mirror(outcome)],
            id=story.workflow_id,
            task_queue=self.queue,
        )


async def act(handle: WorkflowHandle[Any, Any], what: Act, key: str) -> Outcome:
    """Send one act as an update."""
    outcome: Outcome = await handle.execute_update(what.name, what, id=key, result_type=Outcome)
    return outcome


async def refusal_code(handle: WorkflowHandle[Any, Any], what: Act, key: str) -> str:
    """Send one act that must be refused; returns the code by which programs branch."""
    try:
        outcome = await act(handle, what, key)
    except WorkflowUpdateFailedError as failed:
        return code_of(failed)
    raise AssertionError(f"{what.name} was recorded: {outcome}")


def code_of(failed: WorkflowUpdateFailedError) -> str:
    """The code in a refused update."""
    assert isinstance(failed.cause, ApplicationError)
    return failed.cause.type or ""


async def events(handle: WorkflowHandle[Any, Any], kind: str = "") -> list[int]:
    """Ids of the events of the present run, of one kind or of all."""
    history = await handle.fetch_history()
    wanted = EventType.Value(f"EVENT_TYPE_{kind}") if kind else None
    return [event.event_id for event in history.events if wanted is None or event.event_type == wanted]


async def lasting_events(service: Running, handle: WorkflowHandle[Any, Any]) -> list[int]:
    """Ids of the events that an act has left. The time-skipping server, unlike the real one, keeps even the workflow
    task in which an update was refused."""
    history = await handle.fetch_history()
    is_real = not service.env.supports_time_skipping
    return [
        event.event_id
        for event in history.events
        if is_real or "WORKFLOW_TASK" not in EventType.Name(event.event_type)
    ]


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until the condition holds; it must within some seconds."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while not await asyncio.to_thread(is_so):  # noqa: ASYNC110 - the register rings no bell
            await asyncio.sleep(0.05)


async def skip(env: WorkflowEnvironment, **duration: float) -> None:
    """Let simulated time pass."""
    await env.sleep(timedelta(**duration))


@asynccontextmanager
async def running(env: WorkflowEnvironment, settings: Settings) -> AsyncIterator[Running]:
    """Work for as long as the block lasts; its workflows are ended with it."""
    parts = open_parts(settings)
    bell = Bell(env.client, settings.task_queue)
    service = Running(env, parts, bell)
    try:
        async with make_worker(parts, env.client, bell):
            await bell.open_post_office()
            try:
                yield service
            finally:
                await bell.close()
    finally:
        # A task that no worker takes would keep simulated time from passing in the next test.
        for workflow_id in service.workflow_ids:
            await end(env.client, workflow_id)
        parts.close()


async def end(client: Client, workflow_id: str) -> None:
    """Terminate a workflow that may have ended already."""
    try:
        await client.get_workflow_handle(workflow_id).terminate()
    except RPCError:
        return


@dataclass
class StoryInWorkflow(Story):
    """A story whose acts go through the consultation's workflow. Tell it in a thread: ``asyncio.to_thread``."""

    running: Running | None = None
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def record(self, act_: Act, key: str = "") -> Outcome:
        """Send the act as an update, or as an update with start where it opens the consultation."""
        assert self.running is not None
        key = key or f"key-{uuid.uuid4()}"
        if isinstance(act_, OpenConsultation):
            sent = self.running.opened(act_, key)
        else:
            sent = act(self.running.handle(self.consultation_id), act_, key)
        return asyncio.run_coroutine_threadsafe(sent, self.loop).result(timeout=60)

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """The workflow of the consultation."""
        assert self.running is not None
        return self.running.handle(self.consultation_id)

    async def today_there(self) -> date:
        """The server's day."""
        assert self.running is not None
        return await self.running.today()
