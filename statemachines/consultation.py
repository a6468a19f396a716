"""The lifecycle of a consultation: eight stages in their lawful order, and its ends (design.md §3, domain.md §2).

The machine is the judge inside a deed and the mirror inside a workflow. Ask it through :func:`after` and
:func:`open_events`; both turn every "no" of the library into a :class:`~domain.refusals.Refused`.

Readings chosen where the handbook leaves room:

* 终止 ends a consultation before its 办结 (glossary: "ended before S8"). 办结 counts for the year already, so
  from there the ways out are 归档, 二次办理 and 办结（未达预期）.
* "≤2 rounds" (domain.md §2.8) limits the 二次办理: ``round`` is the number of the evaluation just closed,
  1 for the first, and 二次办理 may follow while ``round <= round_limit``.
* 批示 and 终止 are not ours to hold up: both stay open during a suspension, and so does the clock, which
  watches over the suspension itself.
"""

import threading
from dataclasses import dataclass
from itertools import pairwise

from statemachine import Event, State, StateMachine
from statemachine.states import States
from statemachine.transition_list import TransitionList

from domain.refusals import RefusalCode as Code
from domain.refusals import Refused, RuleFinding, refuse
from domain.stages import FINAL_STATES, ConsultationState
from statemachines.asking import HINTED_STATES_MAX, either, event_of, open_events_of, states_open_to, staying

OPEN_WHILE_SUSPENDED = frozenset({"resume", "terminate", "instruct", "clock"})


@dataclass
class ConsultationStanding:
    """What the machine reads and writes: the state, and whether the consultation is suspended (中止)."""

    state: ConsultationState
    is_suspended: bool = False


def place(state: ConsultationState) -> str:
    """The state as a sentence names it: 「商前调研」环节, or 「办结」状态."""
    return f"「{state.label}」{'环节' if state.stage else '状态'}"


def gates_are_met(source: State, unmet: tuple[RuleFinding, ...] = ()) -> None:
    """Raise GATES_UNMET with the findings that block the exit, if there are any."""
    if unmet:
        where = place(ConsultationState(source.value))
        message = f"协商现处{where}，尚有 {len(unmet)} 项规则要求未满足，不能推进环节。"
        raise refuse(Code.GATES_UNMET, message, unmet=unmet)


def round_is_left(round: int = 1, round_limit: int = 2) -> None:
    """Raise LIMIT_REACHED when the permitted rounds of 二次办理 are used up."""
    if round > round_limit:
        message = f"二次办理最多 {round_limit} 轮，现已用完，应专报党委并按「办结（未达预期）」处理。"
        raise refuse(Code.LIMIT_REACHED, message)


def _in_order(*states: State) -> TransitionList:
    return either(
        here.to(following, unless="is_suspended", validators=gates_are_met)
        for here, following in pairwise(states)
    )


class ConsultationMachine(StateMachine):
    """States are the words of :class:`ConsultationState`; the model is a :class:`ConsultationStanding`."""

    at = States.from_enum(
        ConsultationState, initial=ConsultationState.PLATFORM, final=FINAL_STATES, use_enum_instance=True
    )
    _stages = (
        at.PLATFORM,
        at.TOPIC,
        at.PARTICIPANTS,
        at.RESEARCH,
        at.DELIBERATION,
        at.REPORTING,
        at.IMPLEMENTATION,
        at.EVALUATION,
    )

    # What moves the consultation.
    advance = Event(_in_order(*_stages, at.COMPLETED, at.ARCHIVED), name="推进环节")
    return_to_topic = Event(at.RESEARCH.to(at.TOPIC, unless="is_suspended"), name="退回议题环节")
    reject = Event(at.REJECTED.from_(at.PLATFORM, at.TOPIC, unless="is_suspended"), name="作不予受理处理")
    merge = Event(at.MERGED.from_(at.PLATFORM, at.TOPIC, unless="is_suspended"), name="并案")
    rework = Event(
        at.IMPLEMENTATION.from_(at.EVALUATION, at.COMPLETED, unless="is_suspended", validators=round_is_left),
        name="启动二次办理",
    )
    close_unmet = Event(
        at.COMPLETED_UNMET.from_(at.EVALUATION, at.COMPLETED, unless="is_suspended"),
        name="按未达预期办结",
    )
    terminate = Event(at.TERMINATED.from_(*_stages), name="终止协商")

    # What leaves it where it is, but is lawful only there.
    decide_approval = Event(staying(at.TOPIC, unless="is_suspended"), name="登记审定（备案）决定")
    assign_tasks = Event(staying(at.IMPLEMENTATION, unless="is_suspended"), name="交办")
    handle_task = Event(staying(at.IMPLEMENTATION, unless="is_suspended"), name="办理反馈事项")
    evaluate = Event(staying(at.EVALUATION, unless="is_suspended"), name="登记评价")
    follow_up = Event(staying(at.COMPLETED, unless="is_suspended"), name="登记回头看结果")
    instruct = Event(staying(at.IMPLEMENTATION, at.EVALUATION), name="登记批示")
    waive = Event(staying(*_stages, unless="is_suspended"), name="批准豁免")
    adopt_rules = Event(staying(*_stages, unless="is_suspended"), name="改用规则集新版本")
    suspend = Event(staying(*_stages, at.COMPLETED, unless="is_suspended"), name="中止协商")
    resume = Event(staying(*_stages, at.COMPLETED, cond="is_suspended"), name="恢复协商")
    clock = Event(staying(*_stages, at.COMPLETED), name="登记到期事项")


class _Bench(threading.local):
    """One machine a thread, set to the standing that is asked about: building one costs ten times the asking."""

    standing: ConsultationStanding
    machine: ConsultationMachine

    def __init__(self) -> None:
        self._renew()

    def set(self, state: ConsultationState, is_suspended: bool) -> ConsultationMachine:
        if self.standing.state.is_final:
            # A machine that has come to its end does not run again.
            self._renew()
        self.standing.state, self.standing.is_suspended = state, is_suspended
        return self.machine

    def _renew(self) -> None:
        self.standing = ConsultationStanding(ConsultationState.PLATFORM)
        self.machine = ConsultationMachine(self.standing)


_bench = _Bench()


def open_events(state: ConsultationState, *, is_suspended: bool = False) -> frozenset[str]:
    """Names of the events that the state leaves open. Gates and rounds are not asked: they need facts."""
    return open_events_of(_bench.set(state, is_suspended))


def after(
    state: ConsultationState,
    event: str,
    *,
    is_suspended: bool = False,
    unmet: tuple[RuleFinding, ...] = (),
    round: int = 1,
    round_limit: int = 2,
) -> ConsultationState:
    """The state after the event.

    ``unmet`` are the findings that block ``advance``; ``round`` is the number of the evaluation that ``rework``
    follows, ``round_limit`` how many times it may. Raises ``Refused`` with SUSPENDED, STATE_FORBIDS,
    GATES_UNMET or LIMIT_REACHED, and ``KeyError`` for an event the machine does not know.
    """
    machine = _bench.set(state, is_suspended)
    if event not in open_events_of(machine):
        raise _refusal(ConsultationStanding(state, is_suspended), event)
    machine.send(event, unmet=unmet, round=round, round_limit=round_limit)
    return _bench.standing.state


def _refusal(standing: ConsultationStanding, event: str) -> Refused:
    label = event_of(ConsultationMachine, event).name
    state = standing.state
    if state.is_final:
        return refuse(Code.STATE_FORBIDS, f"协商现为{place(state)}，程序已经结束，不能{label}。")
    if standing.is_suspended and event not in OPEN_WHILE_SUSPENDED:
        again = "再次" if event == "suspend" else ""
        return refuse(Code.SUSPENDED, f"协商已中止，恢复之前不能{again}{label}。")
    if event == "resume":
        return refuse(Code.STATE_FORBIDS, f"协商现处{place(state)}，并未中止，不能{label}。")
    allowed = states_open_to(ConsultationMachine, event)
    hint = ""
    if len(allowed) <= HINTED_STATES_MAX:
        hint = f"；该操作限于{'或'.join(place(ConsultationState(one)) for one in allowed)}"
    return refuse(Code.STATE_FORBIDS, f"协商现处{place(state)}，不能{label}{hint}。")
