"""My duties: the open clocks that my organisation holds, and what waits for me; and figures over them."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from api.counter import TheCounter
from api.fields import Shown
from api.identity import Visitor
from api.shown.clocks import ClockShown, clock_shown
from api.shown.inspections import DemandShown, demand_shown
from domain.ladder import Colour
from domain.stages import ConsultationState
from records.queries.clocks import clocks_due_for, clocks_near_or_past_due
from records.queries.demands_due import demands_to_move
from records.queries.statistics import consultations_by_state
from records.queries.worklists import Duty, waiting_for

router = APIRouter(tags=["待办和统计"])

COLOURED_WITHIN_DAYS = 31
"""No rung comes so long before its due date, so clocks due later have no colour."""

COLOURED_MAX = 2_000


class WaitingShown(Shown):
    """One thing that waits, since when."""

    duty: Duty
    duty_label: str
    consultation_id: str
    consultation_number: str
    consultation_title: str
    subject_id: str
    title: str
    since_on: date


class Worklist(BaseModel):
    """What I have to do: by when, and what else waits."""

    today: date
    clocks: list[ClockShown]
    waiting: list[WaitingShown]
    demands: list[DemandShown] = []
    """What supervisors ask of my body, or what my body asked and has to judge."""


class StateCount(BaseModel):
    """How many consultations stand in a state."""

    state: ConsultationState
    state_label: str
    count: int


class ColourCount(BaseModel):
    """How many open clocks have a colour today."""

    colour: Colour
    colour_label: str
    count: int


class Overview(BaseModel):
    """Figures over what the reader may see. ``is_cut`` says that more clocks are due than were looked at."""

    today: date
    consultations: list[StateCount]
    clocks: list[ColourCount]
    overdue: int
    is_cut: bool


@router.get("/worklist", response_model=Worklist)
def read_worklist(counter: TheCounter, visitor: Visitor) -> Worklist:
    """My duties today, the nearest due date first."""
    today, actor = counter.today, visitor.actor
    with counter.register.reading() as session:
        clocks = clocks_due_for(session, counter.books, [actor.organisation_id], today)
        waiting = waiting_for(session, actor, today)
        demands = demands_to_move(session, counter.books, actor, today)
    return Worklist(
        today=today,
        clocks=[clock_shown(one) for one in clocks],
        waiting=[WaitingShown.model_validate(vars(one) | {"duty_label": one.duty.label}) for one in waiting],
        demands=[demand_shown(one) for one in demands],
    )


@router.get("/statistics/overview", response_model=Overview)
def read_overview(counter: TheCounter, visitor: Visitor) -> Overview:
    """Consultations by state and clocks by colour."""
    today, actor = counter.today, visitor.actor
    with counter.register.reading() as session:
        by_state = consultations_by_state(session, actor, today)
        clocks = clocks_near_or_past_due(
            session, counter.books, actor, today, within_days=COLOURED_WITHIN_DAYS, limit=COLOURED_MAX
        )
    colours = [clock.colour for clock in clocks]
    return Overview(
        today=today,
        consultations=[
            StateCount(state=state, state_label=state.label, count=by_state.get(state, 0))
            for state in ConsultationState
        ],
        clocks=[
            ColourCount(colour=colour, colour_label=colour.label, count=colours.count(colour))
            for colour in Colour
            if colour is not Colour.NONE
        ],
        overdue=sum(1 for clock in clocks if clock.is_overdue),
        is_cut=len(clocks) == COLOURED_MAX,
    )
