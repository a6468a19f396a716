"""The floor: a workflow with one update handler, one normal activity, one write to SQLite."""

import itertools
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Mapped, mapped_column
from temporalio import activity
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.worker import PollerBehaviorAutoscaling, UnsandboxedWorkflowRunner, Worker

from bench.bare_workflow import BareWorkflow
from records.base import Base
from records.sessions import Register

TASK_QUEUE = "bench-floor"
Job = Callable[[], Awaitable[None]]


class BareRow(Base):
    """The one row that the floor writes."""

    __tablename__ = "bench_rows"

    id: Mapped[str] = mapped_column(primary_key=True)


@dataclass(frozen=True)
class BareFloor:
    """Gives out the jobs to be timed: each an update of a workflow of its own."""

    client: Client

    async def updates(self, count: int) -> list[Job]:
        """Accepted updates."""
        return [partial(self._update, handle) for handle in await self._started(count)]

    async def refusals(self, count: int) -> list[Job]:
        """Updates that the validator refuses."""
        return [partial(self._refused, handle) for handle in await self._started(count)]

    async def _started(self, count: int) -> list[WorkflowHandle[BareWorkflow, None]]:
        return [
            await self.client.start_workflow(
                BareWorkflow.run, id=f"bare/{uuid.uuid4()}", task_queue=TASK_QUEUE, request_eager_start=True
            )
            for _ in range(count)
        ]

    async def _update(self, handle: WorkflowHandle[BareWorkflow, None]) -> None:
        await handle.execute_update(BareWorkflow.write, "yes")

    async def _refused(self, handle: WorkflowHandle[BareWorkflow, None]) -> None:
        try:
            await handle.execute_update(BareWorkflow.write, "no")
        except WorkflowUpdateFailedError:
            return
        raise AssertionError("the validator let it through")


@asynccontextmanager
async def bare_worker(client: Client, database: Path) -> AsyncIterator[BareFloor]:
    """A worker tuned as ours is, with its own SQLite file of the same habits."""
    register = Register(f"sqlite:///{database}")
    Base.metadata.tables[BareRow.__tablename__].create(register.engine)
    numbers = itertools.count()

    @activity.defn(name="bare_write")
    def bare_write(text: str) -> str:
        with register.writing() as session:
            session.execute(insert(BareRow).values(id=f"{text}-{next(numbers)}"))
        return text

    async with Worker(
        client,
        task_queue=TASK_QUEUE,
        build_id="bench-floor",
        workflows=[BareWorkflow],
        activities=[bare_write],
        activity_executor=ThreadPoolExecutor(20),
        max_concurrent_activities=20,
        workflow_runner=UnsandboxedWorkflowRunner(),
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
    ):
        yield BareFloor(client)
    register.dispose()
