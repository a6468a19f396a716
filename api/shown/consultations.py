"""Consultations as response bodies."""

from datetime import date, datetime

from api.fields import Shown
from api.shown.clocks import ClockShown, GateShown
from domain.bodies import BodyKind, RoomLevel
from domain.matters import ConsultationKind, Decision
from domain.stages import ConsultationState


class StageAdvanceShown(Shown):
    """One change of state."""

    id: str
    event: str
    from_state: ConsultationState
    to_state: ConsultationState
    occurred_on: date
    recorded_at: datetime
    by_person_id: str | None
    by_organisation_id: str | None
    on_behalf_of_id: str | None
    note: str
    reason_for_warnings: str
    warned_rule_ids: list[str]


class SuspensionShown(Shown):
    """One suspension."""

    id: str
    reason: str
    suspended_on: date
    review_on: date
    resumed_on: date | None


class WaiverShown(Shown):
    """One waived rule. ``competence`` names whom the rule itself lets waive it."""

    id: str
    rule_id: str
    reason: str
    granted_on: date
    granted_by_person_id: str
    granted_by_person_name: str
    granted_by_organisation_id: str
    granted_by_organisation_name: str
    competence: str


class WarningsPassedShown(Shown):
    """One step forward in spite of warnings, with the reason that was written for it."""

    stage_advance_id: str
    from_state: ConsultationState
    to_state: ConsultationState
    occurred_on: date
    recorded_at: datetime
    rule_ids: list[str]
    reason: str
    by_person_id: str | None
    by_person_name: str
    by_organisation_id: str | None
    by_organisation_name: str


class ApprovalShown(Shown):
    """One step of the chain of 审定 and 备案."""

    id: str
    attempt: int
    step: int
    label: str
    body_kind: BodyKind
    body_id: str | None
    is_filing: bool
    is_optional: bool
    period_workdays: int
    decision: Decision | None
    decided_on: date | None
    note: str


class ConsultationLineShown(Shown):
    """One line of the list of consultations."""

    id: str
    number: str
    title: str
    state: ConsultationState
    state_label: str
    is_suspended: bool
    area: str
    room_name: str
    opened_on: date
    opened_at: datetime
    entered_state_on: date
    waiting_for: str


class PersonNamed(Shown):
    """A body or person with its name."""

    id: str
    name: str


class LinkedCaseShown(Shown):
    """The other end of a link, with the topic that it was opened on."""

    id: str
    number: str
    title: str
    state: ConsultationState
    is_readable: bool
    topic_title: str
    topic_description: str
    proposer: str


class LinkedCasesShown(Shown):
    """What stands above and below the consultation (三级联动), and what was merged (并案)."""

    parent: LinkedCaseShown | None
    children: tuple[LinkedCaseShown, ...]
    merged_into: LinkedCaseShown | None
    merged: tuple[LinkedCaseShown, ...]


class ConsultationShown(Shown):
    """One consultation: where it stands, what stands before the next stage, and what the reader may do now."""

    id: str
    number: str
    title: str
    kind: ConsultationKind
    room_id: str
    room_name: str
    room_level: RoomLevel
    topic_id: str
    area: str
    rule_set_id: str
    rule_set_version: str
    calendar_version: str
    leading_party: PersonNamed | None
    owner: PersonNamed | None
    operator: PersonNamed | None
    commissioned_by: PersonNamed | None
    lead: PersonNamed | None
    co_organisers: list[PersonNamed]
    conveners: list[PersonNamed]
    linked: LinkedCasesShown
    state: ConsultationState
    state_label: str
    stage_number: int | None
    is_suspended: bool
    version: int
    round: int
    opened_on: date
    opened_at: datetime
    entered_state_on: date
    deliberated_on: date | None
    completed_on: date | None
    archived_on: date | None
    next_wake_at: datetime | None
    waiting_for: str
    gates: list[GateShown]
    may: list[str]
    clocks: list[ClockShown]
    stage_advances: list[StageAdvanceShown]
    suspensions: list[SuspensionShown]
    warnings_passed: list[WarningsPassedShown]
    waivers: list[WaiverShown]
