"""The bare workflow, in a module that imports nothing heavy."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError


@workflow.defn
class BareWorkflow:
    """Waits for ever; one update, one normal activity."""

    @workflow.init
    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @workflow.run
    async def run(self) -> None:
        """Wait."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def write(self, text: str) -> str:
        """Write once."""
        async with self._lock:
            result: str = await workflow.execute_activity(
                "bare_write", text, result_type=str, start_to_close_timeout=timedelta(seconds=60)
            )
            return result

    @write.validator
    def refuse(self, text: str) -> None:
        """Refuse "no"."""
        if text == "no":
            raise ApplicationError("no", type="no")
