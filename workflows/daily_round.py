"""The daily round: one short workflow a day, started by a Schedule, that runs its steps one after the other.

A step that fails is noted and does not hold up the others; what it left undone is found by the next round.
"""

from dataclasses import replace

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from domain.calendar import local_date
    from domain.daily_steps import DailyPlan, DailyStamp

from workflows.addresses import DAILY_ROUND
from workflows.patience import DAILY_STEP_RETRIES, DAILY_STEP_TIMEOUT, DEED_RETRIES, DEED_TIMEOUT


@workflow.defn(name=DAILY_ROUND)
class DailyRoundWorkflow:
    """One daily round. The register holds what it did."""

    @workflow.run
    async def run(self) -> int:
        """Run every step once; returns how many failed."""
        now = workflow.now()
        stamp = DailyStamp(workflow.info().run_id, local_date(now), now)
        plan: DailyPlan = await self._write("begin_daily_round", stamp, result_type=DailyPlan)
        faults = 0
        for step in plan.steps:
            workflow.set_current_details(step)
            faults += not await self._has_run(step, replace(stamp, at=workflow.now()))
        await self._write("end_daily_round", replace(stamp, at=workflow.now()))
        return faults

    async def _has_run(self, step: str, stamp: DailyStamp) -> bool:
        try:
            await workflow.execute_activity(
                step,
                stamp,
                start_to_close_timeout=DAILY_STEP_TIMEOUT,
                retry_policy=DAILY_STEP_RETRIES,
            )
        except ActivityError as fault:
            workflow.logger.exception("the step %s of the daily round failed", step)
            await self._write("note_daily_fault", stamp, step, str(fault.cause or fault))
            return False
        return True

    async def _write(self, deed: str, *args: object, result_type: type | None = None) -> DailyPlan:
        written: DailyPlan = await workflow.execute_activity(
            deed,
            args=args,
            result_type=result_type,
            start_to_close_timeout=DEED_TIMEOUT,
            retry_policy=DEED_RETRIES,
        )
        return written
