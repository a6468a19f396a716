"""What every machine is asked, and how its answers are worded."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import cast

from statemachine import Event, State, StateMachine
from statemachine.transition_list import TransitionList

from domain.words import Word

HINTED_STATES_MAX = 3
"""A refusal names where the event is open only while that list stays short enough to help."""


def either(alternatives: Iterable[TransitionList]) -> TransitionList:
    """Join transitions into the one list that an event takes."""
    return reduce(or_, alternatives)


def staying(
    *states: State, cond: str | None = None, unless: str | None = None, validators: object = None
) -> TransitionList:
    """Transitions of an event that is open in these states and moves none of them."""
    return either(
        state.to(state, internal=True, cond=cond, unless=unless, validators=validators) for state in states
    )


def open_events_of(machine: StateMachine) -> frozenset[str]:
    """Events open now, guards asked. Validators (gates, windows, limits) are not: they need facts."""
    return frozenset(str(event.id) for event in machine.enabled_events())


def events_of(machine: type[StateMachine]) -> list[Event]:
    """The events of a machine in the order in which it declares them."""
    # The library types this property of its metaclass as if it were a method of the instance.
    return cast(list[Event], machine.events)


def event_of(machine: type[StateMachine], event: str) -> Event:
    """The event of this name.

    Raises ``KeyError`` for a name the machine does not have: that is a mistake in the program, not a refusal.
    """
    return {str(known.id): known for known in events_of(machine)}[event]


def states_open_to(machine: type[StateMachine], event: str) -> tuple[Word, ...]:
    """The states, in their order, from which the event leads anywhere at all."""
    return tuple(
        state.value
        for state in machine.states
        if any(event == known.id for transition in state.transitions for known in transition.events)
    )


def day(on: date) -> str:
    """A date as a sentence says it: 3月9日."""
    return f"{on.month}月{on.day}日"
