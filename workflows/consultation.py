"""The whole story of one consultation: it waits for people and for the nearest clock, and does nothing itself.

Every act of a person arrives as an update, under one lock is handed to its deed, and the deed's outcome is adopted.
When the earliest clock of the consultation comes, the deed ``record_what_is_due`` records it. Rules, calendars and
periods live in deeds and may change while consultations run; only this loop must stay replayable.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.acts import (
        ACTS,
        INTERNAL_ERROR,
        Act,
        AdvanceStage,
        OpenConsultation,
        Outcome,
        RecordWhatIsDue,
        Stamp,
    )
    from domain.bodies import CLOCK_ACTOR
    from domain.calendar import local_date
    from domain.refusals import Refusal, RefusalCode, Refused
    from statemachines import consultation as law

from workflows.addresses import CONSULTATION, MIRRORED_VERSION, POKE, STAGE_ATTRIBUTE
from workflows.patience import AFTER_A_FAULT, DEED_RETRIES, DEED_TIMEOUT, UPDATES_PER_RUN_MAX


@dataclass
class Mirror:
    """What the workflow knows of the register: the outcome of the newest deed, carried from run to run."""

    outcome: Outcome
    updates: int = 0


@workflow.defn(name=CONSULTATION)
class ConsultationWorkflow:
    """One consultation. Its id names it; the register holds everything else."""

    @workflow.init
    def __init__(self, consultation_id: str, mirror: Mirror | None = None) -> None:
        self._consultation_id = consultation_id
        self._mirror = mirror or Mirror(Outcome())
        self._lock = asyncio.Lock()
        self._is_opening_refused = False
        self._is_poked = False

    @workflow.run
    async def run(self, consultation_id: str, mirror: Mirror | None = None) -> str:
        """Wait until the consultation has come to an end; returns its last state."""
        del consultation_id, mirror
        await workflow.wait_condition(lambda: self._is_open or self._is_opening_refused)
        while self._is_open and not self._is_over:
            await self._wait_for_people_or_the_clock()
            if self._is_run_long_enough and not self._is_over:
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(args=[self._consultation_id, Mirror(self._mirror.outcome)])
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._mirror.outcome.state or RefusalCode.NOT_FOUND

    @workflow.update(dynamic=True)
    async def record(self, name: str, args: Sequence[RawValue]) -> Outcome:
        """Record one act of a person. The update's name is the act's, its id the client's idempotency key."""
        act = _act(name, args)
        info = workflow.current_update_info()
        if info is None:
            raise ApplicationError("an act arrives as an update only", non_retryable=True)
        self._mirror.updates += 1
        try:
            async with self._lock:
                self._refuse_early(act)
                return await self._do(act, info.id)
        except ActivityError as fault:
            raise ApplicationError("办理时发生内部错误", type=INTERNAL_ERROR, non_retryable=True) from fault
        finally:
            if isinstance(act, OpenConsultation) and not self._is_open:
                self._is_opening_refused = True

    @record.validator
    def refuse_what_the_state_forbids(self, name: str, args: Sequence[RawValue]) -> None:
        """Refuse before anything enters the history what the mirrored state alone makes impossible."""
        self._refuse_early(_act(name, args))

    @workflow.signal(name=POKE)
    def poke(self) -> None:
        """Look again what is due, whatever the mirror says: the reconciler found the register ahead of it."""
        self._is_poked = True

    @workflow.query(name=MIRRORED_VERSION)
    def mirrored_version(self) -> int:
        """The version of the register that the mirror shows."""
        return self._mirror.outcome.version

    async def _wait_for_people_or_the_clock(self) -> None:
        """Sleep until the nearest clock comes. The timer is only set anew when the instant itself changes."""
        wake_at = self._mirror.outcome.next_wake_at
        self._show_what_is_awaited()
        try:
            await workflow.wait_condition(
                lambda: (
                    self._mirror.outcome.next_wake_at != wake_at
                    or self._is_poked
                    or self._is_over
                    or self._is_run_long_enough
                ),
                timeout=None if wake_at is None else max(wake_at - workflow.now(), timedelta()),
                timeout_summary=self._mirror.outcome.waiting_for or None,
            )
        except TimeoutError:
            await self._record_what_is_due()
            return
        if self._is_poked:
            self._is_poked = False
            await self._record_what_is_due()

    async def _record_what_is_due(self) -> None:
        now = workflow.now()
        act = RecordWhatIsDue(by=CLOCK_ACTOR, occurred_on=local_date(now))
        async with self._lock:
            if self._is_over:
                return
            try:
                await self._do(act, f"due/{now.isoformat()}")
            except (ActivityError, ApplicationError):
                # A clock must not die of a fault: it comes back to it, and the rungs it owes wait in the register.
                workflow.logger.exception("the clock's deed failed; it will be tried again")
                self._mirror.outcome = replace(self._mirror.outcome, next_wake_at=now + AFTER_A_FAULT)

    async def _do(self, act: Act, update_id: str) -> Outcome:
        """Hand the act to its deed and adopt the outcome, or raise the refusal with its code."""
        stamp = Stamp(workflow.info().workflow_id, update_id, workflow.now())
        outcome: Outcome = await workflow.execute_activity(
            act.deed,
            args=[act, stamp],
            result_type=Outcome,
            start_to_close_timeout=DEED_TIMEOUT,
            retry_policy=DEED_RETRIES,
        )
        if outcome.refusal is not None:
            raise refused(outcome.refusal)
        if outcome.version > self._mirror.outcome.version:
            self._adopt(outcome)
        workflow.logger.info("%s is done, version %d", act.name, outcome.version)
        return outcome

    def _adopt(self, outcome: Outcome) -> None:
        if outcome.state is not None and outcome.state is not self._mirror.outcome.state:
            workflow.upsert_search_attributes([STAGE_ATTRIBUTE.value_set(outcome.state.value)])
        self._mirror.outcome = outcome

    def _refuse_early(self, act: Act) -> None:
        outcome = self._mirror.outcome
        if outcome.state is None or isinstance(act, OpenConsultation):
            return
        if isinstance(act, AdvanceStage) and act.expected_state is not outcome.state:
            message = f"协商已处于「{outcome.state.label}」，请刷新后再操作。"
            raise refused(Refusal(RefusalCode.STALE_FORM, message, field="expected_state"))
        try:
            law.after(outcome.state, act.event, is_suspended=outcome.is_suspended)
        except Refused as refusal:
            raise refused(refusal.refusal) from refusal

    def _show_what_is_awaited(self) -> None:
        outcome = self._mirror.outcome
        state = "未开始" if outcome.state is None else outcome.state.label
        suspended = "（已中止）" if outcome.is_suspended else ""
        workflow.set_current_details(f"{state}{suspended}\n{outcome.waiting_for}")

    @property
    def _is_open(self) -> bool:
        return self._mirror.outcome.state is not None

    @property
    def _is_over(self) -> bool:
        state = self._mirror.outcome.state
        return state is not None and state.is_final

    @property
    def _is_run_long_enough(self) -> bool:
        return self._mirror.updates >= UPDATES_PER_RUN_MAX or workflow.info().is_continue_as_new_suggested()


def refused(refusal: Refusal) -> ApplicationError:
    """The refusal as an update answers it: its code as the error's type, itself as the detail."""
    return ApplicationError(refusal.message, refusal, type=refusal.code.value, non_retryable=True)


def _act(name: str, args: Sequence[RawValue]) -> Act:
    act_type = ACTS.get(name)
    if act_type is None or len(args) != 1:
        raise refused(Refusal(RefusalCode.NOT_FOUND, f"没有这样的操作：{name}", field="act"))
    act: Act = workflow.payload_converter().from_payload(args[0].payload, act_type)
    return act
