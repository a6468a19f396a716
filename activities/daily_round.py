"""The deeds of the daily round: its beginning, its steps, its end.

Every step is an activity of its own, named by its word. A step is a function of the office and the stamp that says
what it did; it must be harmless to run twice, because a worker may die in the middle.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from temporalio import activity

from activities.engine import Engine
from activities.quota_checks import QuotaCheck
from activities.reconciler import reconcile
from activities.seals import seal_the_day
from domain.bodies import CLOCK_ACTOR
from domain.daily_steps import DailyPlan, DailyStamp, DailyStep
from records.audit import AuditTrail
from records.books import Books
from records.daily_rounds import begin_round, end_round, note_step
from records.pen import Pen
from records.seal_keys import SealKeys
from records.seals import Sealing
from records.sessions import Register

FAULT_CHARACTERS_MAX = 1_000


@dataclass(frozen=True)
class DailyOffice:
    """What the steps of the daily round need from outside."""

    register: Register
    trail: AuditTrail
    books: Books
    base_url: str
    engine: Engine
    poke: Callable[[], None]
    seal_keys: SealKeys


@dataclass(frozen=True)
class StepReport:
    """What a step did: a sentence in Chinese for the page, and what it found as JSON."""

    told: str
    findings: dict[str, Any] = field(default_factory=dict)


StepFunction = (
    Callable[[DailyOffice, DailyStamp], StepReport]
    | Callable[[DailyOffice, DailyStamp], Awaitable[StepReport]]
)


def ring_post_office(office: DailyOffice, stamp: DailyStamp) -> StepReport:
    """Ring the bell, so that what may go out today goes out even where every poke was lost."""
    del stamp
    office.poke()
    return StepReport("已通知发信流程。")


def count_quotas(office: DailyOffice, stamp: DailyStamp) -> StepReport:
    """Look at the yearly figures; tell those who lag behind on a warning day, each once."""
    looked_at, told = QuotaCheck(office.register, office.trail, office.books, office.base_url).run(stamp.at)
    if told:
        office.poke()
    return StepReport(f"核对了 {looked_at} 个政协的年度指标，新提醒 {told} 项。")


async def reconcile_all(office: DailyOffice, stamp: DailyStamp) -> StepReport:
    """Find and repair what a missed run or a lost signal left behind."""
    found = await reconcile(office.register, office.engine, office.poke, stamp.at)
    return StepReport(found.told, found.as_json())


def seal_streams(office: DailyOffice, stamp: DailyStamp) -> StepReport:
    """Seal every audit stream, so that nothing written until now can be changed without a trace."""
    sealing = Sealing(office.register, office.trail, office.seal_keys, office.base_url)
    told, seal = seal_the_day(sealing, stamp.at)
    return StepReport(told, {"number": seal.number, "left_out": seal.left_out})


STEPS: Mapping[DailyStep, StepFunction] = {
    DailyStep.COUNT_QUOTAS: count_quotas,
    DailyStep.RECONCILE: reconcile_all,
    DailyStep.SEAL_THE_DAY: seal_streams,
    DailyStep.RING_POST_OFFICE: ring_post_office,
}
"""What each step does. Synchronous functions run in a thread, because the register is synchronous."""


def daily_activities(office: DailyOffice) -> Sequence[Callable[..., Any]]:
    """The activities that a worker registers: the round's own three, and one per step."""
    return [*_book_keeping(office), *(_activity(office, step) for step in DailyStep)]


def _book_keeping(office: DailyOffice) -> Sequence[Callable[..., Any]]:
    @activity.defn(name="begin_daily_round")
    def begin_daily_round(stamp: DailyStamp) -> DailyPlan:
        with office.register.writing() as session:
            begin_round(Pen(session, office.trail, CLOCK_ACTOR, stamp.at), stamp.round_id, stamp.for_on)
        return DailyPlan([step.value for step in DailyStep])

    @activity.defn(name="note_daily_fault")
    def note_daily_fault(stamp: DailyStamp, step: str, fault: str) -> None:
        with office.register.writing() as session:
            pen = Pen(session, office.trail, CLOCK_ACTOR, stamp.at)
            told = f"未能完成：{fault[:FAULT_CHARACTERS_MAX]}"
            note_step(pen, stamp.round_id, DailyStep(step), ended_at=_now(), is_done=False, told=told)

    @activity.defn(name="end_daily_round")
    def end_daily_round(stamp: DailyStamp) -> None:
        with office.register.writing() as session:
            end_round(Pen(session, office.trail, CLOCK_ACTOR, stamp.at), stamp.round_id)

    return [begin_daily_round, note_daily_fault, end_daily_round]


def _activity(office: DailyOffice, step: DailyStep) -> Callable[..., Any]:
    @activity.defn(name=step.value)
    async def run(stamp: DailyStamp) -> None:
        report = await run_step(office, step, stamp)
        await asyncio.to_thread(_note, office, step, stamp, report)

    return run


async def run_step(office: DailyOffice, step: DailyStep, stamp: DailyStamp) -> StepReport:
    """What the step says it did."""
    function = STEPS[step]
    if inspect.iscoroutinefunction(function):
        report: StepReport = await function(office, stamp)
        return report
    return await asyncio.to_thread(function, office, stamp)  # type: ignore[arg-type]


def _note(office: DailyOffice, step: DailyStep, stamp: DailyStamp, report: StepReport) -> None:
    with office.register.writing() as session:
        note_step(
            Pen(session, office.trail, CLOCK_ACTOR, stamp.at),
            stamp.round_id,
            step,
            ended_at=_now(),
            is_done=True,
            told=report.told,
            findings=report.findings,
        )


def _now() -> datetime:
    return datetime.now(UTC)
