"""Every act of a person or a clock, and its outcome: the messages that cross the workflow border.

An act is imperative (``AdvanceStage``), its deed is ``record_stage_advance``, the row it leaves is the noun
(``StageAdvance``). Acts carry opaque ids and short notes, never contact data: what they hold stays in workflow
histories. ``occurred_on`` is the day on which it happened, which may lie before the instant it is recorded (补录).
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import ClassVar

from domain.bodies import Actor
from domain.matters import (
    AdoptionStatus,
    Decision,
    Diversion,
    EvaluationParty,
    Exclusion,
    FollowUpOutcome,
    ResultClass,
    Verdict,
)
from domain.refusals import Refusal
from domain.stages import ConsultationState

INTERNAL_ERROR = "internal_error"
"""The code of a fault of ours, where a refusal would carry its own."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """What every act says: who does it and on which day it happened.

    ``name`` is the workflow update, ``deed`` the activity that records it, ``event`` the event of the
    consultation's machine that must be open for it.
    """

    name: ClassVar[str]
    deed: ClassVar[str]
    event: ClassVar[str]

    by: Actor
    occurred_on: date
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class OpenConsultation(Act):
    """Open a consultation on a topic in a room; its rule set is pinned now."""

    name = "open_consultation"
    deed = "record_opening"
    event = "open"

    consultation_id: str
    room_id: str
    topic_id: str
    kind: str
    commissioned_by: str | None = None


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
class TaskAssignment:
    """One suggestion handed to a lead unit and its co-handlers."""

    suggestion_id: str
    lead_unit_id: str
    co_unit_ids: tuple[str, ...] = ()
    period_workdays: int | None = None


@dataclass(frozen=True, kw_only=True)
class AssignFeedbackTasks(Act):
    """交办: hand suggestions to their units; each lead unit's period starts the day after ``occurred_on``."""

    name = "assign_feedback_tasks"
    deed = "record_task_assignments"
    event = "assign_tasks"

    assignments: tuple[TaskAssignment, ...]


@dataclass(frozen=True, kw_only=True)
class TaskAct(Act):
    """An act on one feedback task."""

    event = "handle_task"

    task_id: str


@dataclass(frozen=True, kw_only=True)
class AcknowledgeTask(TaskAct):
    """签收: the unit confirms receipt."""

    name = "acknowledge_task"
    deed = "record_acknowledgement"


@dataclass(frozen=True, kw_only=True)
class RequestReturn(TaskAct):
    """退办: the unit says the item is not its duty, within the window of the rule set."""

    name = "request_return"
    deed = "record_return_request"

    reason: str


@dataclass(frozen=True, kw_only=True)
class DecideReturn(TaskAct):
    """Accept a 退办 and hand the item to another unit with a full new period, or refuse it."""

    name = "decide_return"
    deed = "record_return_decision"

    is_accepted: bool
    new_unit_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class RequestExtension(TaskAct):
    """延期: ask for more working days, in time and within the limits of the rule set."""

    name = "request_extension"
    deed = "record_extension_request"

    workdays: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class DecideExtension(TaskAct):
    """Grant the working days asked for (or fewer), or refuse."""

    name = "decide_extension"
    deed = "record_extension_decision"

    is_granted: bool
    workdays: int = 0


@dataclass(frozen=True, kw_only=True)
class AnswerTask(TaskAct):
    """办复: hand in the written feedback that was prepared as a paper, with its class."""

    name = "answer_task"
    deed = "record_answer"

    answer_id: str
    adoption: AdoptionStatus
    result: ResultClass


@dataclass(frozen=True, kw_only=True)
class VerifyAnswer(TaskAct):
    """核实 an answer, or send it back with a new period (domain.md §2.7: 10 working days)."""

    name = "verify_answer"
    deed = "record_verification"

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordInstruction(Act):
    """批示 on an escalation; a new due date begins a new generation of the task's clock."""

    name = "record_instruction"
    deed = "record_instruction"
    event = "instruct"

    escalation_id: str
    text: str
    new_due_on: date | None = None


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
    """What a 回头看 found; 反弹 reopens the consultation for the items named."""

    name = "record_follow_up_outcome"
    deed = "record_follow_up_outcome"
    event = "follow_up"

    review_id: str
    outcome: FollowUpOutcome
    findings: str
    task_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CloseUnmet(Act):
    """办结-未达预期, after the last permitted round, with a 专报 to the party committee (domain.md §2.8)."""

    name = "close_unmet"
    deed = "record_unmet_closure"
    event = "close_unmet"

    reason: str


@dataclass(frozen=True, kw_only=True)
class RecordWhatIsDue(Act):
    """The clock's own act: record every rung whose instant has come."""

    name = "record_what_is_due"
    deed = "record_what_is_due"
    event = "clock"


ACTS: dict[str, type[Act]] = {
    act.name: act
    for act in (
        OpenConsultation,
        AdvanceStage,
        ReturnToTopic,
        RejectTopic,
        TerminateConsultation,
        SuspendConsultation,
        ResumeConsultation,
        GrantWaiver,
        DecideApproval,
        AssignFeedbackTasks,
        AcknowledgeTask,
        RequestReturn,
        DecideReturn,
        RequestExtension,
        DecideExtension,
        AnswerTask,
        VerifyAnswer,
        RecordInstruction,
        RecordEvaluation,
        OrderRework,
        RecordFollowUpOutcome,
        CloseUnmet,
    )
}
"""The acts of people, by the name of their update. The clock's act is never sent from outside."""


@dataclass(frozen=True)
class Stamp:
    """What the workflow adds to an act on its way to the deed: the key that makes it exactly-once, and now.

    ``update_id`` is the client's ``Idempotency-Key``; ``at`` an aware UTC instant of the workflow's own time.
    """

    workflow_id: str
    update_id: str
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """What a deed answers: the consultation as it now stands, or the refusal that left it as it was.

    ``version`` grows by one with every recorded deed; a mirror adopts an outcome only when it is newer.
    ``next_wake_at`` is the earliest instant at which a clock yields something, None when nothing is awaited.
    A refused act changes nothing, so its outcome has no state and version 0. ``made_id`` names the row the act made, ``act_digest`` the act itself, so that a key reused for another act shows.
    """

    state: ConsultationState | None = None
    version: int = 0
    is_suspended: bool = False
    next_wake_at: datetime | None = None
    waiting_for: str = ""
    made_id: str | None = None
    act_digest: str = ""
    refusal: Refusal | None = None


def act_digest(act: Act) -> str:
    """A digest of everything an act says, so that an idempotency key reused for another act shows."""
    said = json.dumps([act.name, asdict(act)], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()
