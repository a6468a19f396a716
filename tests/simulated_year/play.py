"""The same lives on the service: acts sent as updates to real workflows, workers that stop and start, real mail."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from domain.acts import Outcome
from domain.calendar import at_local
from domain.stages import ConsultationState
from records.books import Books
from regulations.loader import load_rule_sets
from service.bell import Bell
from service.composition import Parts, make_worker, open_parts
from tests.servers import smtp_server, temporal_time_skipping_server
from tests.simulated_year.days import calendar_ahead
from tests.simulated_year.findings import due_dates
from tests.simulated_year.hands import Hand
from tests.simulated_year.lives import Deed, Plan
from tests.simulated_year.people import furnish, open_at_implementation
from tests.workflows.running import settings_for
from workflows import post_office
from workflows.addresses import CONSULTATION, consultation_workflow_id
from workflows.consultation import Mirror
from workflows.patience import POST_ROUNDS_PER_RUN_MAX

AT_ONCE_MAX = 8
SLEEPS_DROPPED_MAX = 10
POST_ROUNDS_PER_RUN = 2
"""Workers here remember no workflow, so that one may take over from another at any moment (time would stand still for
what the server still keeps for a worker that is gone): the post office's history is kept short, for it is read anew each
time."""
RESTART_EVERY_DAYS_OF_DEEDS = 20
REFUSED_CODES = {"window_closed", "limit_reached"}


@dataclass
class Figures:
    """What was done."""

    acts: int = 0
    refused: int = 0
    restarts: int = 0
    mails: list[str] = field(default_factory=list)


@dataclass
class Play:
    """The service of the year, and the clock that everything goes by."""

    env: WorkflowEnvironment
    parts: Parts
    bell: Bell
    plans: Sequence[Plan]
    figures: Figures = field(default_factory=Figures)
    wrong: list[str] = field(default_factory=list)
    _working: asyncio.Task[None] | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self, until: date) -> None:
        """Live through every day on which somebody does something, and the rest of the year."""
        days = sorted({deed.on for plan in self.plans for deed in plan.deeds})
        await self.env.sleep(at_local(days[0], 9) - await self.env.get_current_time())
        await self.start_worker()
        for number, day in enumerate(days, start=1):
            await self.sleep_until(at_local(day, 10))
            mine = [(plan, [deed for deed in plan.deeds if deed.on == day]) for plan in self.plans]
            gate = asyncio.Semaphore(AT_ONCE_MAX)
            doing = [asyncio.create_task(self._do_all(plan, deeds, gate)) for plan, deeds in mine if deeds]
            if number % RESTART_EVERY_DAYS_OF_DEEDS == 0:
                await self.restart_worker()
            await asyncio.gather(*doing)
            self._compare_due_dates(day)
        await self.sleep_until(at_local(until, 12))
        for hour in (14, 17):
            await self.bell.open_post_office()
            await self.sleep_until(at_local(until, hour))

    async def sleep_until(self, at: datetime) -> None:
        """Let time pass, a day at a time; everything that falls due on the way happens.

        Many clocks in one long sleep outlast the patience of its call; a call that the server drops is made again.
        """
        dropped = 0
        while (ahead := at - await self.env.get_current_time()) > timedelta():
            try:
                await self.env.sleep(min(ahead, timedelta(days=1)))
            except RPCError:
                dropped += 1
                if dropped == SLEEPS_DROPPED_MAX:
                    raise

    async def start_worker(self) -> None:
        """A new worker, which knows nothing of what the one before has seen."""
        self._stop = asyncio.Event()
        started = asyncio.Event()
        self._working = asyncio.create_task(self._work(self._stop, started))
        await started.wait()

    async def stop_worker(self) -> None:
        """Send the worker home; what it has begun it finishes, nothing else."""
        self._stop.set()
        if self._working is not None:
            await self._working

    async def restart_worker(self) -> None:
        """In the middle of what people do."""
        await self.stop_worker()
        await self.start_worker()
        self.figures.restarts += 1

    async def _work(self, stop: asyncio.Event, started: asyncio.Event) -> None:
        async with make_worker(self.parts, self.env.client, self.bell):
            await self.bell.open_post_office()
            started.set()
            await stop.wait()

    async def _do_all(self, plan: Plan, deeds: Sequence[Deed], gate: asyncio.Semaphore) -> None:
        for deed in deeds:
            async with gate:
                await self._do(plan, deed)

    async def _do(self, plan: Plan, deed: Deed) -> None:
        if deed.what == "assign":
            await self._open(plan)
        act = await asyncio.to_thread(Hand(self.parts, plan, deed).act)
        handle: WorkflowHandle[Any, Any] = self.env.client.get_workflow_handle(
            consultation_workflow_id(plan.consultation_id)
        )
        is_refused = False
        try:
            await handle.execute_update(act.name, act, id=str(uuid.uuid4()), result_type=Outcome)
        except WorkflowUpdateFailedError as failed:
            code = failed.cause.type if isinstance(failed.cause, ApplicationError) else None
            is_refused = code in REFUSED_CODES
            if not is_refused:
                raise AssertionError(f"{plan.title} {deed}: {failed.cause}") from failed
        if is_refused is not deed.is_in_vain:
            self.wrong.append(f"{plan.title} {deed}: {'refused' if is_refused else 'recorded'}")
        self.figures.acts += 1
        self.figures.refused += is_refused

    async def _open(self, plan: Plan) -> None:
        rules = self.parts.books.rule_sets[plan.county.region]
        versions = {"rule_set_version": rules.version, "calendar_version": self.parts.books.calendar.version}

        def write() -> None:
            with self.parts.register.writing() as session:
                open_at_implementation(
                    session,
                    plan.county,
                    plan.consultation_id,
                    plan.title,
                    plan.items,
                    plan.starts_on,
                    versions,
                )

        await asyncio.to_thread(write)
        await self.env.client.start_workflow(
            CONSULTATION,
            args=[plan.consultation_id, Mirror(Outcome(state=ConsultationState.IMPLEMENTATION, version=1))],
            id=consultation_workflow_id(plan.consultation_id),
            task_queue=self.parts.settings.task_queue,
        )

    def _compare_due_dates(self, day: date) -> None:
        touched = [plan for plan in self.plans if day in plan.due]
        shown = due_dates(self.parts.register, [plan.consultation_id for plan in touched])
        for plan in touched:
            mine = shown[plan.consultation_id]
            if mine != plan.due[day]:
                self.wrong.append(f"{plan.title} on {day}: {_difference(mine, plan.due[day])}")


def _difference(shown: dict[str, date], wanted: dict[str, date]) -> str:
    keys = sorted(key for key in shown.keys() | wanted.keys() if shown.get(key) != wanted.get(key))
    return "; ".join(f"{key} is due {shown.get(key)}, the reference says {wanted.get(key)}" for key in keys)


@asynccontextmanager
async def year_played(
    plans: Sequence[Plan], database_url: str, data_dir: Path, years: int
) -> AsyncIterator[Play]:
    """The year lived to its end, the service still open to be looked at."""
    books = Books(load_rule_sets(), calendar_ahead(years))
    with smtp_server() as smtp:
        async with temporal_time_skipping_server() as env:
            settings = settings_for(
                database_url, data_dir, smtp.port, sandboxed_workflows=False, max_cached_workflows=0
            )
            parts = open_parts(settings, books=books)
            with parts.register.writing() as session:
                furnish(session)
            bell = Bell(env.client, settings.task_queue)
            play = Play(env, parts, bell, plans)
            vars(post_office)["POST_ROUNDS_PER_RUN_MAX"] = POST_ROUNDS_PER_RUN
            try:
                await play.live(max(max(plan.due) for plan in plans))
                await play.stop_worker()
                play.figures.mails = [str(one["Message-ID"]) for one in smtp.messages]
                yield play
            finally:
                vars(post_office)["POST_ROUNDS_PER_RUN_MAX"] = POST_ROUNDS_PER_RUN_MAX
                await play.stop_worker()
                await bell.close()
                parts.close()
