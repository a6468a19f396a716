"""Reading what a consultation's workflow remembers of its deeds, for as long as Temporal keeps its history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.witnesses import WitnessedDeed, WitnessedHistory
from workflows.addresses import consultation_workflow_id


async def witnessed_history(client: Client, consultation_id: str) -> WitnessedHistory | None:
    """The deeds of every run that is still there, in order; None where no history is left.

    Raises RPCError when the server cannot be asked.
    """
    workflow_id = consultation_workflow_id(consultation_id)
    runs: list[list[WitnessedDeed]] = []
    run_id: str | None = None
    while run_id != "":
        handle = client.get_workflow_handle(workflow_id, run_id=run_id)
        try:
            events = [event async for event in handle.fetch_history_events()]
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return WitnessedHistory(_in_order(runs), is_whole=False) if runs else None
        runs.append(await _deeds_in(client, events))
        # The first event of a run names the one that it goes on from.
        run_id = events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    return WitnessedHistory(_in_order(runs))


def _in_order(runs: list[list[WitnessedDeed]]) -> list[WitnessedDeed]:
    return [deed for run in reversed(runs) for deed in run]


async def _deeds_in(client: Client, events: Iterable[HistoryEvent]) -> list[WitnessedDeed]:
    asked: dict[int, tuple[str, list[Any]]] = {}
    answered: dict[int, dict[str, Any]] = {}
    for event in events:
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            scheduled = event.activity_task_scheduled_event_attributes
            given = await client.data_converter.decode(scheduled.input.payloads)
            asked[event.event_id] = (scheduled.activity_type.name, given)
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            completed = event.activity_task_completed_event_attributes
            (outcome,) = await client.data_converter.decode(completed.result.payloads)
            answered[completed.scheduled_event_id] = outcome
    return [
        _deed(name, act, stamp, answered.get(event_id)) for event_id, (name, (act, stamp)) in asked.items()
    ]


def _deed(
    name: str, act: dict[str, Any], stamp: dict[str, Any], outcome: dict[str, Any] | None
) -> WitnessedDeed:
    by = act["by"]
    is_done = outcome is not None and outcome.get("refusal") is None
    told = outcome or {}
    return WitnessedDeed(
        update_id=stamp["update_id"],
        deed=name,
        person_id=by["person_id"],
        organisation_id=by["organisation_id"],
        role=by["role"],
        at=datetime.fromisoformat(stamp["at"]),
        is_done=is_done,
        audit_length=told.get("audit_length", 0),
        audit_head=told.get("audit_head", ""),
    )
