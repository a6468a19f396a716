"""The lifecycle of a 回头看: scheduled, then what it found, once and for good (domain.md §2.8).

Events are the words of :class:`~domain.matters.FollowUpOutcome`, so an outcome can be passed as it is. What a
relapse (反弹) starts is the consultation's ``rework``; a further look at B and C items is a review of its own.
"""

from dataclasses import dataclass

from statemachine import Event, StateMachine
from statemachine.states import States

from domain.matters import FollowUpReviewState
from domain.refusals import RefusalCode as Code
from domain.refusals import refuse
from statemachines.asking import event_of, open_events_of


@dataclass
class FollowUpReviewStanding:
    """What the machine reads and writes."""

    state: FollowUpReviewState


class FollowUpReviewMachine(StateMachine):
    """States are the words of :class:`FollowUpReviewState`; the model is a :class:`FollowUpReviewStanding`."""

    at = States.from_enum(
        FollowUpReviewState,
        initial=FollowUpReviewState.SCHEDULED,
        final=[FollowUpReviewState.HOLDS, FollowUpReviewState.PARTLY, FollowUpReviewState.RELAPSED],
        use_enum_instance=True,
    )

    holds = Event(at.SCHEDULED.to(at.HOLDS), name="认定成效巩固")
    partly = Event(at.SCHEDULED.to(at.PARTLY), name="认定部分落实")
    relapsed = Event(at.SCHEDULED.to(at.RELAPSED), name="认定反弹")


def open_events(state: FollowUpReviewState) -> frozenset[str]:
    """Names of the outcomes that may still be recorded: all of them, or none."""
    return open_events_of(FollowUpReviewMachine(FollowUpReviewStanding(state)))


def after(state: FollowUpReviewState, event: str) -> FollowUpReviewState:
    """The state after the outcome. Raises ``Refused`` with STATE_FORBIDS once one is recorded."""
    standing = FollowUpReviewStanding(state)
    machine = FollowUpReviewMachine(standing)
    if event not in open_events_of(machine):
        label = event_of(FollowUpReviewMachine, event).name
        message = f"该次回头看已登记结果「{state.label}」，不能再{label}。"
        raise refuse(Code.STATE_FORBIDS, message)
    machine.send(event)
    return standing.state
