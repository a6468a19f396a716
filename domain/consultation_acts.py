"""Acts on a consultation as a whole, and the clock's own act."""

from dataclasses import dataclass
from datetime import date

from domain.act_base import Act
from domain.matters import (
    Decision,
    Diversion,
    EvaluationParty,
    Exclusion,
    FollowUpOutcome,
)
from domain.stages import ConsultationState


@dataclass(frozen=True, kw_only=True)
class OpenConsultation(Act):
    """Open a consultation on a topic in a room; its rule set is pinned now.

    ``lead_person_id`` is the member of the 主席会议 who leads it (SC-07), ``co_organiser_ids`` are other bodies that
    hold it together with the room's own, ``parent_id`` is the consultation of a larger area that it belongs to
    (三级联动, NA-05).
    """

    name = "open_consultation"
    deed = "record_opening"
    event = "open"

    consultation_id: str
    room_id: str
    topic_id: str
    kind: str
    commissioned_by: str | None = None
    lead_person_id: str | None = None
    co_organiser_ids: tuple[str, ...] = ()
    parent_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class AdvanceStage(Act):
    """Go on to the next stage (from 评估质效 to 办结, from 办结 to 归档) once the gate is met."""

    name = "advance_stage"
    deed = "record_stage_advance"
    event = "advance"

    expected_state: ConsultationState
    reason_for_warnings: str = ""


@dataclass(frozen=True, kw_only=True)
class ReturnToTopic(Act):
    """Research found the topic unfit for deliberation: back to 确定议题."""

    name = "return_to_topic"
    deed = "record_return_to_topic"
    event = "return_to_topic"

    reason: str


@dataclass(frozen=True, kw_only=True)
class RejectTopic(Act):
    """Refuse the topic with a written reason and the channel it is handed to (SC-12, LF-08)."""

    name = "reject_topic"
    deed = "record_rejection"
    event = "reject"

    exclusion: Exclusion
    diversion: Diversion
    reason: str


@dataclass(frozen=True, kw_only=True)
class MergeConsultation(Act):
    """并案: end here and go on inside another consultation on a similar topic (domain.md §2.2)."""

    name = "merge_consultation"
    deed = "record_merge"
    event = "merge"

    into_consultation_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class TerminateConsultation(Act):
    """End before the last stage, by decision of the approving body (domain.md §2.9)."""

    name = "terminate_consultation"
    deed = "record_termination"
    event = "terminate"

    reason: str


@dataclass(frozen=True, kw_only=True)
class SuspendConsultation(Act):
    """Freeze every clock until resumed; ``review_on`` is the day on which the reason is looked at again."""

    name = "suspend_consultation"
    deed = "record_suspension"
    event = "suspend"

    reason: str
    review_on: date


@dataclass(frozen=True, kw_only=True)
class ResumeConsultation(Act):
    """End a suspension: every clock runs on with the working days it had left."""

    name = "resume_consultation"
    deed = "record_resumption"
    event = "resume"


@dataclass(frozen=True, kw_only=True)
class GrantWaiver(Act):
    """Waive one hard rule, where that rule names who may."""

    name = "grant_waiver"
    deed = "record_waiver"
    event = "waive"

    rule_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DecideApproval(Act):
    """Record what a body decided on its own step of the approval chain."""

    name = "decide_approval"
    deed = "record_approval"
    event = "decide_approval"

    step: int
    decision: Decision


@dataclass(frozen=True, kw_only=True)
class RecordEvaluation(Act):
    """One party's score, 0 to 100; the public's comes from the ballots instead."""

    name = "record_evaluation"
    deed = "record_evaluation"
    event = "evaluate"

    party: EvaluationParty
    score: float
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderRework(Act):
    """再评议: send named items back for 二次办理 with a new period, and open a new round of evaluation."""

    name = "order_rework"
    deed = "record_rework"
    event = "rework"

    reason: str
    task_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RecordFollowUpOutcome(Act):
    """What a 回头看 found, and which members went along; 反弹 reopens the consultation for the items named."""

    name = "record_follow_up_outcome"
    deed = "record_follow_up_outcome"
    event = "follow_up"

    review_id: str
    outcome: FollowUpOutcome
    findings: str
    task_ids: tuple[str, ...] = ()
    attended_by_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CloseUnmet(Act):
    """办结-未达预期, after the last permitted round, with a 专报 to the party committee (domain.md §2.8)."""

    name = "close_unmet"
    deed = "record_unmet_closure"
    event = "close_unmet"

    reason: str


@dataclass(frozen=True, kw_only=True)
class AdoptRuleSetVersion(Act):
    """Change over to a newer published version of the rule set, at the border of a stage."""

    name = "adopt_rule_set_version"
    deed = "record_rule_set_adoption"
    event = "adopt_rules"

    version_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RecountClocks(Act):
    """A newer working calendar is in force: every open clock that names an older one changes over to it."""

    name = "recount_clocks"
    deed = "record_recount"
    event = "clock"

    calendar: str


@dataclass(frozen=True, kw_only=True)
class RecordWhatIsDue(Act):
    """The clock's own act: record every rung whose instant has come."""

    name = "record_what_is_due"
    deed = "record_what_is_due"
    event = "clock"
