"""Process events: from an act to the workflow and back, with two-phase patience (temporal.md §5).

Not accepted in time is 503: nothing is in the history, and the same request with the same key may follow. Accepted but
not finished is 202 with a place to look.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote

import structlog
from fastapi.concurrency import run_in_threadpool
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from api.counter import Counter
from api.foresight import refuse_early, refuse_opening
from api.problems import temporal_unavailable
from domain.acts import Act, OpenConsultation, Outcome, act_digest
from domain.calendar import local_date
from domain.refusals import Refusal, RefusalCode, Refused, RuleFinding, Severity, refuse
from records.outcomes import outcome_from_json
from records.queries.consultations import consultation_number, recorded_deed
from workflows.addresses import CONSULTATION, consultation_workflow_id

logger = logging.getLogger(__name__)

ENDED_MEANWHILE = "AcceptedUpdateCompletedWorkflow"
"""What Temporal calls the failure of an update whose workflow came to its end first."""


@dataclass(frozen=True)
class Sent:
    """What became of an act: its outcome, or None when it was accepted and is not finished yet."""

    consultation_id: str
    key: str
    outcome: Outcome | None

    @property
    def poll_at(self) -> str:
        """Where to look for the outcome."""
        return f"/api/v1/updates/{self.consultation_id}/{quote(self.key, safe='')}"


async def send(counter: Counter, consultation_id: str, act: Act, key: str) -> Sent:
    """Send one act under its key. A key that was recorded answers from the register, without the process.

    Raises Refused, and the 503 problem when the process cannot take the act in time.
    """
    recorded, number = await run_in_threadpool(_recorded_or_refused, counter, consultation_id, act, key)
    with _following(consultation_id, number):
        if recorded is None:
            logger.info("%s goes to the process", act.name)
            recorded = await _ask_process(counter, consultation_id, act, key)
            if recorded is not None and recorded.act_digest != act_digest(act):
                raise _key_reused()
        return Sent(consultation_id, key, recorded)


async def look(counter: Counter, consultation_id: str, key: str) -> Sent:
    """What became of an act that was sent under this key. Raises Refused (NOT_FOUND) when nothing is known of it."""
    recorded = await run_in_threadpool(_recorded, counter, consultation_id, key)
    if recorded is None:
        handle = counter.client.get_workflow_handle(consultation_workflow_id(consultation_id))
        update: WorkflowUpdateHandle[Outcome] = handle.get_update_handle(key, result_type=Outcome)
        recorded = await _result(update, counter.patience_seconds, _unknown_key())
    return Sent(consultation_id, key, recorded)


def _recorded(counter: Counter, consultation_id: str, key: str) -> Outcome | None:
    with counter.register.reading() as session:
        deed = recorded_deed(session, consultation_id, key)
    return None if deed is None else outcome_from_json(deed.outcome)


def _following(consultation_id: str, number: str | None) -> AbstractContextManager[None]:
    """Name the consultation in every line logged inside; one that is being opened has no number yet."""
    names = {"consultation_id": consultation_id} | ({"consultation": number} if number else {})
    return structlog.contextvars.bound_contextvars(**names)


def _recorded_or_refused(
    counter: Counter, consultation_id: str, act: Act, key: str
) -> tuple[Outcome | None, str | None]:
    """The outcome that stands under the key, if any, and the number of the consultation."""
    with counter.register.reading() as session:
        number = consultation_number(session, consultation_id)
        deed = recorded_deed(session, consultation_id, key)
        if deed is not None:
            outcome = outcome_from_json(deed.outcome)
            if outcome.act_digest not in _digests(act, counter.today, local_date(deed.recorded_at)):
                raise _key_reused()
            return outcome, number
        if isinstance(act, OpenConsultation):
            refuse_opening(session, act, counter.today)
        else:
            refuse_early(session, counter, consultation_id, act, counter.today)
    return None, number


def _digests(act: Act, today: date, recorded_on: date) -> Iterator[str]:
    """What the act may have been recorded as. A request that names no day means the day on which it first came."""
    yield act_digest(act)
    if act.occurred_on == today:
        yield act_digest(replace(act, occurred_on=recorded_on))


async def _ask_process(counter: Counter, consultation_id: str, act: Act, key: str) -> Outcome | None:
    try:
        async with asyncio.timeout(counter.patience_seconds):
            update = await _start(counter, consultation_id, act, key)
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        raise temporal_unavailable() from None
    except WorkflowUpdateFailedError as failure:
        raise _refused_by(failure) from failure
    except RPCError as error:
        raise _answer_to(error, _ended()) from error
    return await _result(update, counter.patience_seconds, _ended())


async def _start(counter: Counter, consultation_id: str, act: Act, key: str) -> WorkflowUpdateHandle[Outcome]:
    if isinstance(act, OpenConsultation):
        return await counter.client.start_update_with_start_workflow(
            act.name,
            act,
            id=key,
            result_type=Outcome,
            wait_for_stage=WorkflowUpdateStage.ACCEPTED,
            start_workflow_operation=WithStartWorkflowOperation(
                CONSULTATION,
                consultation_id,
                id=consultation_workflow_id(consultation_id),
                task_queue=counter.task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            ),
        )
    handle = counter.client.get_workflow_handle(consultation_workflow_id(consultation_id))
    return await handle.start_update(
        act.name, act, id=key, result_type=Outcome, wait_for_stage=WorkflowUpdateStage.ACCEPTED
    )


async def _result(
    update: WorkflowUpdateHandle[Outcome], patience_seconds: float, not_found: Refused
) -> Outcome | None:
    """The outcome, or None when it is not there within the patience."""
    try:
        async with asyncio.timeout(patience_seconds):
            outcome: Outcome = await update.result()
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        return None
    except WorkflowUpdateFailedError as failure:
        raise _refused_by(failure) from failure
    except RPCError as error:
        raise _answer_to(error, not_found) from error
    if outcome.refusal is not None:
        raise Refused(outcome.refusal)
    return outcome


def _answer_to(error: RPCError, not_found: Refused) -> Exception:
    """No such workflow or update is an answer; everything else says that the engine is away."""
    return not_found if error.status is RPCStatusCode.NOT_FOUND else temporal_unavailable()


def _refused_by(failure: WorkflowUpdateFailedError) -> Exception:
    """The refusal that a failed update carries; a failure that is none is a fault of ours."""
    cause = failure.cause
    if isinstance(cause, ApplicationError) and cause.type == ENDED_MEANWHILE:
        return _ended()
    codes = {code.value for code in RefusalCode}
    if not isinstance(cause, ApplicationError) or cause.type not in codes or not cause.details:
        return failure
    return Refused(refusal_from_wire(cause.details[0]))


def refusal_from_wire(kept: Refusal | Mapping[str, Any]) -> Refusal:
    """A refusal as the failure of an update carries it: decoded, or still a mapping."""
    if isinstance(kept, Refusal):
        return kept
    findings = tuple(
        RuleFinding(**{**finding, "severity": Severity(finding["severity"])})
        for finding in kept.get("unmet", ())
    )
    return Refusal(RefusalCode(kept["code"]), kept["message"], kept.get("field", ""), findings)


def _key_reused() -> Refused:
    return refuse(RefusalCode.KEY_REUSED, "该幂等键已用于另一项内容不同的操作，请更换后重试。")


def _ended() -> Refused:
    return refuse(RefusalCode.STATE_FORBIDS, "该协商的流程已经结束，不能再办理。")


def _unknown_key() -> Refused:
    return refuse(RefusalCode.NOT_FOUND, "未找到该次办理。")


async def tell(client: Client, consultation_id: str, act: Act, key: str) -> None:
    """Send an act of the clock and wait until it is recorded. Raises RPCError and WorkflowUpdateFailedError."""
    handle = client.get_workflow_handle(consultation_workflow_id(consultation_id))
    update = await handle.start_update(
        act.name, act, id=key, result_type=Outcome, wait_for_stage=WorkflowUpdateStage.ACCEPTED
    )
    await update.result()
