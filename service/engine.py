"""The workflow engine as the reconciler sees it: Temporal."""

import contextlib
from datetime import timedelta

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from domain.acts import Outcome
from workflows.addresses import (
    CONSULTATION,
    MIRRORED_VERSION,
    POKE,
    consultation_id_of,
    consultation_workflow_id,
)
from workflows.consultation import Mirror

ASKED_WITHIN = timedelta(seconds=5)


class TemporalEngine:
    """Answers from one namespace; starts what has to be started on one task queue."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def running_ids(self) -> set[str]:
        """The consultations whose workflow is listed as running. The list may lag by seconds.

        A server that keeps no list (the time-skipping one) answers with none: each is then asked itself.
        """
        asked = f"WorkflowType = '{CONSULTATION}' AND ExecutionStatus = 'Running'"
        try:
            return {consultation_id_of(found.id) async for found in self._client.list_workflows(asked)}
        except RPCError as trouble:
            if trouble.status is not RPCStatusCode.UNIMPLEMENTED:
                raise
            return set()

    async def is_running(self, consultation_id: str) -> bool:
        """Whether the workflow runs, asked of itself."""
        handle = self._client.get_workflow_handle(consultation_workflow_id(consultation_id))
        try:
            found = await handle.describe()
        except RPCError as trouble:
            if trouble.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return found.status is WorkflowExecutionStatus.RUNNING

    async def version_of(self, consultation_id: str) -> int | None:
        """The version of the register that the workflow has seen; None when it cannot be asked now."""
        handle = self._client.get_workflow_handle(consultation_workflow_id(consultation_id))
        try:
            version: int = await handle.query(MIRRORED_VERSION, result_type=int, rpc_timeout=ASKED_WITHIN)
        except (RPCError, WorkflowQueryFailedError):
            return None
        return version

    async def poke(self, consultation_id: str) -> None:
        """Have the workflow look again what is due. Nothing happens where none runs."""
        with contextlib.suppress(RPCError):
            await self._client.get_workflow_handle(consultation_workflow_id(consultation_id)).signal(POKE)

    async def restart(self, consultation_id: str, outcome: Outcome) -> None:
        """Start the workflow where it stands in the register, unless one runs."""
        await self._client.start_workflow(
            CONSULTATION,
            args=[consultation_id, Mirror(outcome)],
            id=consultation_workflow_id(consultation_id),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
