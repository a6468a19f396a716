"""The ordered chain of 审定 and 备案 on a topic (domain.md §1.6.3, §1.6.4, SZ-18, SZ-19, SC-11, LF-07).

Order is by date, then by step number: two bodies may decide on one day, the earlier step first. Silence never
approves: only a recorded decision moves the chain. A refusal stops it. A 备案 is no approval: the filing body may
object within its window, and then the chain goes back to be approved anew; when its days pass without an objection,
the clock records it as filed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.matters import Decision
from domain.refusals import RefusalCode as Code
from domain.refusals import Refused, refuse
from statemachines.asking import day


@dataclass(frozen=True)
class ChainStep:
    """One step of the chain as it stands. ``label`` names the body: 主席会议, 同级党委, 政协工委."""

    step: int
    label: str
    is_filing: bool = False
    is_optional: bool = False
    decision: Decision | None = None
    decided_on: date | None = None

    @property
    def verb(self) -> str:
        """What the body does with the topic."""
        return "备案" if self.is_filing else "审定"

    @property
    def choices(self) -> frozenset[Decision]:
        """The decisions this step can bring."""
        if self.is_filing:
            return frozenset({Decision.FILED, Decision.OBJECTED})
        return frozenset({Decision.APPROVED, Decision.REFUSED})


def open_steps(chain: Sequence[ChainStep]) -> frozenset[int]:
    """Numbers of the steps that may be decided now, whatever the day."""
    return frozenset(one.step for one in chain if _forbidding(chain, one) is None)


def after(
    chain: Sequence[ChainStep],
    step: int,
    decision: Decision,
    on: date,
    *,
    objection_closes_on: date | None = None,
) -> tuple[ChainStep, ...]:
    """The chain after the decision on one step, dated ``on``.

    An objection, possible until the end of ``objection_closes_on`` (None: not judged), returns the chain with
    every step open again; the objection itself stays in the record of the deed. Raises ``Refused`` with
    NOT_FOUND, INVALID_INPUT (a decision that this step cannot bring), WRONG_ORDER, STATE_FORBIDS (decided
    already, or stopped by a refusal) or WINDOW_CLOSED.
    """
    here = next((one for one in chain if one.step == step), None)
    if here is None:
        raise refuse(Code.NOT_FOUND, f"审定程序中没有第 {step} 步。", field="step")
    if decision not in here.choices:
        message = f"{here.label}{here.verb}不能作出「{decision.label}」的决定。"
        raise refuse(Code.INVALID_INPUT, message, field="decision")
    is_objection_to_filed = decision is Decision.OBJECTED and here.decision is Decision.FILED
    forbidding = None if is_objection_to_filed else _forbidding(chain, here)
    if forbidding is not None:
        raise forbidding
    _check_date(chain, here, on)
    if decision is Decision.OBJECTED:
        _check_objection_window(here, on, objection_closes_on)
        return reopened(chain)
    decided = replace(here, decision=decision, decided_on=on)
    return tuple(decided if one.step == step else one for one in chain)


def reopened(chain: Sequence[ChainStep]) -> tuple[ChainStep, ...]:
    """The same chain with no step decided: after an objection, or when the topic itself came back."""
    return tuple(replace(one, decision=None, decided_on=None) for one in chain)


def _forbidding(chain: Sequence[ChainStep], here: ChainStep) -> Refused | None:
    """Why the step may not be decided as the chain stands, or None."""
    stopper = next((one for one in chain if one.decision is Decision.REFUSED), None)
    if stopper is not None:
        return refuse(Code.STATE_FORBIDS, f"{stopper.label}审定未同意，审定程序已停止。")
    if here.decision is not None:
        message = f"{here.label}已作出「{here.decision.label}」的决定，不能重复办理。"
        return refuse(Code.STATE_FORBIDS, message)
    before = sorted((one for one in chain if one.step < here.step), key=lambda one: one.step)
    missing = next((one for one in before if one.decision is None and not one.is_optional), None)
    if missing is not None:
        message = f"{missing.label}尚未{missing.verb}，{here.label}不能先行{here.verb}。"
        return refuse(Code.WRONG_ORDER, message, field="step")
    # Only an optional step can find a later one decided: its turn has passed.
    later = next((one for one in chain if one.step > here.step and one.decision is not None), None)
    if later is not None:
        message = f"{later.label}已经{later.verb}，不能再补办{here.label}{here.verb}。"
        return refuse(Code.WRONG_ORDER, message, field="step")
    return None


def _check_date(chain: Sequence[ChainStep], here: ChainStep, on: date) -> None:
    """Raise WRONG_ORDER when ``on`` lies before the date of an earlier step, or of the filing objected to."""
    for one in chain:
        if one.step <= here.step and one.decided_on is not None and on < one.decided_on:
            message = f"{one.label}{one.verb}的日期为{day(one.decided_on)}，{here.label}的日期不得早于该日。"
            raise refuse(Code.WRONG_ORDER, message, field="occurred_on")


def _check_objection_window(here: ChainStep, on: date, objection_closes_on: date | None) -> None:
    if objection_closes_on is not None and on > objection_closes_on:
        message = f"{here.label}对备案的异议最迟应于{day(objection_closes_on)}提出，现已超过期限。"
        raise refuse(Code.WINDOW_CLOSED, message)
