"""The post office: one long-lived workflow that drains the outbox, so that no consultation's history holds mail.

A deed pokes it after its commit; it also sleeps until the earliest letter that may not go out yet, and every worker
pokes it from time to time, so a lost poke only delays.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from workflows.addresses import POKE, POST_OFFICE
from workflows.patience import (
    AFTER_A_FAULT,
    DEED_RETRIES,
    POST_ROUND_TIMEOUT,
    POST_ROUNDS_PER_RUN_MAX,
    POST_SILENCE_MAX,
)


@dataclass
class PostRound:
    """What one round left: the earliest instant at which a letter may go out, None when the outbox is empty."""

    next_at: datetime | None = None


@workflow.defn(name=POST_OFFICE)
class PostOfficeWorkflow:
    """Drains the outbox in rounds, each one an activity."""

    def __init__(self) -> None:
        self._is_poked = True

    @workflow.run
    async def run(self) -> None:
        """Never ends; continues as new after a fixed number of rounds."""
        next_at: datetime | None = None
        for _ in range(POST_ROUNDS_PER_RUN_MAX):
            await self._wait(next_at)
            self._is_poked = False
            next_at = await self._deliver()
        workflow.continue_as_new()

    @workflow.signal(name=POKE)
    def poke(self) -> None:
        """Letters lie in the outbox."""
        self._is_poked = True

    async def _wait(self, next_at: datetime | None) -> None:
        workflow.set_current_details("等待信件" if next_at is None else f"下一批信件：{next_at.isoformat()}")
        try:
            await workflow.wait_condition(
                lambda: self._is_poked,
                timeout=None if next_at is None else max(next_at - workflow.now(), timedelta()),
                timeout_summary="下一批信件可以发出",
            )
        except TimeoutError:
            return

    async def _deliver(self) -> datetime | None:
        try:
            round_: PostRound = await workflow.execute_activity(
                "deliver_letters",
                workflow.now(),
                result_type=PostRound,
                start_to_close_timeout=POST_ROUND_TIMEOUT,
                heartbeat_timeout=POST_SILENCE_MAX,
                retry_policy=DEED_RETRIES,
            )
        except ActivityError:
            workflow.logger.exception("a round of the post office failed; it will be tried again")
            return workflow.now() + AFTER_A_FAULT
        return round_.next_at
