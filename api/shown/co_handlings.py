"""Co-handlings as response bodies."""

from collections.abc import Mapping
from datetime import date

from api.fields import Shown
from api.shown.clocks import ExplainedClockShown, explained_clock_shown
from domain.bodies import Actor
from records.queries.clocks import ExplainedClock
from records.queries.co_handlings import CoHandlingLine, CoHandlingState


class CoHandlingShown(Shown):
    """One co-handler of a task. Without an id it was named before co-handlers had clocks of their own."""

    id: str | None
    unit_id: str
    unit_name: str
    state: CoHandlingState | None
    state_label: str
    opinion: str
    answered_on: date | None
    is_in_time: bool | None
    clock: ExplainedClockShown | None


def co_handling_shown(
    line: CoHandlingLine, clocks: Mapping[str, ExplainedClock], reader: Actor
) -> CoHandlingShown:
    """A co-handler with its clock, its colour and, once handed in, its opinion."""
    row = line.co_handling
    return CoHandlingShown(
        id=row.id if row is not None else None,
        unit_id=line.unit_id,
        unit_name=line.unit_name,
        state=line.state,
        state_label=line.state.label if line.state is not None else "",
        opinion=line.opinion_for(reader),
        answered_on=row.answered_on if row is not None else None,
        is_in_time=row.is_in_time if row is not None else None,
        clock=explained_clock_shown(clocks[line.clock.id]) if line.clock is not None else None,
    )
