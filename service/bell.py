"""The bell of the post office: rung after a commit that left letters, heard by its workflow."""

import asyncio
import contextlib

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from workflows.addresses import POKE, POST_OFFICE, POST_OFFICE_ID

QUIET_SECONDS = 0.5
"""Deeds that follow one another within this time ring once: one signal for many letters."""


class Bell:
    """Ring it from any thread. A ring that is lost only delays: the post office also wakes by itself."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue
        self._loop = asyncio.get_running_loop()
        self._ringing: asyncio.Task[None] | None = None
        self._is_rung = False

    def ring(self) -> None:
        """Tell the post office that letters lie in the outbox. Returns at once."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ring_soon)

    async def open_post_office(self) -> None:
        """Start the post office, or poke the one that is open."""
        await self._client.start_workflow(
            POST_OFFICE,
            id=POST_OFFICE_ID,
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal=POKE,
        )

    async def close(self) -> None:
        """Let a ring under way finish."""
        if self._ringing is not None:
            await self._ringing

    def _ring_soon(self) -> None:
        self._is_rung = True
        if self._ringing is None or self._ringing.done():
            self._ringing = self._loop.create_task(self._ring())

    async def _ring(self) -> None:
        # Rung again while the signal was on its way: the post office may have looked before that commit.
        while self._is_rung:
            await asyncio.sleep(QUIET_SECONDS)
            self._is_rung = False
            with contextlib.suppress(RPCError):
                await self.open_post_office()
