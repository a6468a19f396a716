"""Inspections and demands, as response bodies."""

from datetime import date, datetime

from api.fields import Shown
from domain.inspections import DemandKind, DemandState, DemandStepKind, InspectionKind
from domain.ladder import Colour
from records.queries.demands import DemandStanding, inspection_number
from records.queries.inspections import Inspected


class NamedShown(Shown):
    """A body or a consultation by its name."""

    id: str
    name: str


class VisitShown(Shown):
    """One visit to the place."""

    id: str
    visited_on: date
    place: str
    inspectors: str
    record: str
    recorded_at: datetime


class InspectionShown(Shown):
    """One inspection with what it looks at and its visits."""

    id: str
    number: str
    kind: InspectionKind
    kind_label: str
    title: str
    matters: str
    planned_on: date
    concluded_on: date | None
    conclusion: str
    units: list[NamedShown]
    consultations: list[NamedShown]
    visits: list[VisitShown]


class DemandStepShown(Shown):
    """What happened to a demand after it was issued."""

    kind: DemandStepKind
    kind_label: str
    on: date
    recorded_at: datetime
    text: str
    workdays: int | None
    is_in_time: bool | None


class SentRungShown(Shown):
    """One rung that fired, and the letter it brought."""

    label: str
    colour: Colour
    on: date
    generation: int


class DemandShown(Shown):
    """One demand as it stands today, with its steps and what was sent about it."""

    id: str
    kind: DemandKind
    kind_label: str
    state: DemandState
    state_label: str
    title: str
    text: str
    about: str
    inspection_id: str | None
    consultation_id: str | None
    holder_id: str
    holder_name: str
    issued_by_id: str
    issued_by_name: str
    issued_on: date
    due_on: date
    is_provisional: bool
    left_workdays: int
    is_overdue: bool
    is_running: bool
    colour: Colour
    colour_label: str
    reported_to_id: str | None
    reported_on: date | None
    steps: list[DemandStepShown]
    sent: list[SentRungShown]


def inspection_shown(one: Inspected) -> InspectionShown:
    """An inspection as it is shown."""
    row = one.row
    own = ("id", "kind", "title", "matters", "planned_on", "concluded_on", "conclusion")
    return InspectionShown(
        **{name: getattr(row, name) for name in own},
        number=inspection_number(row),
        kind_label=row.kind.label,
        units=[NamedShown(id=unit.id, name=unit.name) for unit in one.units],
        consultations=[
            NamedShown(id=case.id, name=f"{case.number} {case.title}") for case in one.consultations
        ],
        visits=[VisitShown.model_validate(visit) for visit in one.visits],
    )


def demand_shown(one: DemandStanding) -> DemandShown:
    """A demand as it is shown."""
    row = one.row
    own = {name for name in DemandShown.model_fields if hasattr(row, name)}
    derived = ("about", "holder_name", "issued_by_name", "left_workdays", "is_overdue", "colour")
    return DemandShown(
        **{name: getattr(row, name) for name in own - {"due_on", "is_provisional"}},
        **{name: getattr(one, name) for name in derived},
        due_on=one.due_on,
        is_provisional=one.is_provisional,
        kind_label=row.kind.label,
        state_label=row.state.label,
        colour_label=one.colour.label,
        steps=[
            DemandStepShown.model_validate(
                {name: getattr(step, name) for name in DemandStepShown.model_fields if name != "kind_label"}
                | {"kind_label": step.kind.label}
            )
            for step in one.record.steps
        ],
        sent=[SentRungShown.model_validate(sent) for sent in one.sent],
    )
