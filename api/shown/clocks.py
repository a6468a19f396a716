"""Gates and clocks as response bodies."""

from datetime import date, datetime

from api.fields import Shown
from api.problems import finding_body
from domain.ladder import Colour
from domain.matters import ObligationKind
from domain.refusals import RuleFinding, Severity
from records.queries.clocks import ClockStanding, ExplainedClock


class GateShown(Shown):
    """One rule before the next state: what was measured, what is required, who says so."""

    rule_id: str
    stage: str
    severity: Severity
    is_satisfied: bool
    is_waived: bool
    measured: str
    required: str
    clause: str
    article: str
    source: str
    waivable_by: str | None
    field: str
    is_default: bool


def gate_shown(finding: RuleFinding) -> GateShown:
    """A finding as it is shown."""
    return GateShown(**finding_body(finding))


class ClockShown(Shown):
    """One clock as it stands today."""

    id: str
    consultation_id: str
    consultation_number: str
    consultation_title: str
    kind: ObligationKind
    kind_label: str
    subject_id: str
    holder_id: str | None
    holder_name: str
    title: str
    started_on: date
    due_on: date
    is_provisional: bool
    left_workdays: int
    is_overdue: bool
    is_suspended: bool
    is_open: bool
    colour: Colour
    colour_label: str


def clock_shown(clock: ClockStanding) -> ClockShown:
    """A clock's standing as it is shown."""
    labels = {"kind_label": clock.kind.label, "colour_label": clock.colour.label}
    return ClockShown.model_validate(vars(clock) | labels)


class ExplanationLine(Shown):
    """One line that explains a due date."""

    kind: str
    on: date
    until: date
    text: str


class ColourChange(Shown):
    """A day on which the colour changed."""

    on: date
    colour: Colour


class RungShown(Shown):
    """A rung of the ladder that fired: its own instant, and when it was recorded and told."""

    name: str
    label: str
    generation: int
    colour: Colour
    due_at: datetime
    fired_at: datetime


class ExplainedClockShown(Shown):
    """One clock and why it is due when it is."""

    clock: ClockShown
    explanation: list[ExplanationLine]
    colours: list[ColourChange]
    rungs: list[RungShown]


def explained_clock_shown(explained: ExplainedClock) -> ExplainedClockShown:
    """An explained clock as it is shown."""
    return ExplainedClockShown(
        clock=clock_shown(explained.standing),
        explanation=[ExplanationLine.model_validate(line) for line in explained.lines],
        colours=[ColourChange(on=on, colour=colour) for on, colour in explained.colours],
        rungs=[RungShown.model_validate(one) for one in explained.rungs],
    )
