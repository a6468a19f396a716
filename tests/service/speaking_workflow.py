"""A workflow and a deed that only log; apart from the tests, because the sandbox imports this module again."""

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class SpeakInAWorkflow:
    @workflow.run
    async def run(self) -> None:
        workflow.logger.warning("in the workflow")
        await workflow.execute_activity("speak_in_a_deed", start_to_close_timeout=timedelta(seconds=10))
