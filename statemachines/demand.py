"""The lifecycle of what supervisors ask of a body: from 提出 to 核实销号 (domain.md §3.3).

Overdue and reported are not states: they follow from the clock. An answer may be sent back as often as it does not
satisfy; each time the body gets a new period.
"""

from dataclasses import dataclass

from statemachine import Event, StateMachine
from statemachine.states import States

from domain.inspections import DemandState
from domain.refusals import RefusalCode, refuse
from statemachines.asking import event_of, open_events_of


@dataclass
class DemandStanding:
    """What the machine reads and writes."""

    state: DemandState


class DemandMachine(StateMachine):
    """States are the words of :class:`DemandState`; the model is a :class:`DemandStanding`."""

    at = States.from_enum(
        DemandState, initial=DemandState.ISSUED, final=DemandState.VERIFIED, use_enum_instance=True
    )

    answer = Event(at.ANSWERED.from_(at.ISSUED, at.SENT_BACK), name="答复")
    send_back = Event(at.ANSWERED.to(at.SENT_BACK), name="退回重办")
    verify = Event(at.ANSWERED.to(at.VERIFIED), name="核实销号")


def open_events(state: DemandState) -> frozenset[str]:
    """Names of the events that the state leaves open."""
    return open_events_of(DemandMachine(DemandStanding(state)))


def after(state: DemandState, event: str) -> DemandState:
    """The state after the event. Raises Refused (STATE_FORBIDS)."""
    standing = DemandStanding(state)
    machine = DemandMachine(standing)
    if event not in open_events_of(machine):
        label = event_of(DemandMachine, event).name
        raise refuse(RefusalCode.STATE_FORBIDS, f"该事项现为“{state.label}”，不能{label}。")
    machine.send(event)
    return standing.state
