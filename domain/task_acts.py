"""Acts on feedback tasks and on what was escalated from them."""

from dataclasses import dataclass
from datetime import date

from domain.act_base import Act
from domain.matters import (
    AdoptionStatus,
    ResultClass,
    Verdict,
)


@dataclass(frozen=True, kw_only=True)
class TaskAssignment:
    """One suggestion handed to a lead unit and its co-handlers. A period left out is that of the rule set."""

    suggestion_id: str
    lead_unit_id: str
    co_unit_ids: tuple[str, ...] = ()
    period_workdays: int | None = None
    co_handling_workdays: int | None = None


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
class AnswerCoHandling(TaskAct):
    """会办答复: a co-handler hands in the opinion that it prepared as a paper."""

    name = "answer_co_handling"
    deed = "record_co_handling_answer"

    co_handling_id: str


@dataclass(frozen=True, kw_only=True)
class VerifyAnswer(TaskAct):
    """核实 an answer, or send it back with a new period (domain.md §2.7: 10 working days)."""

    name = "verify_answer"
    deed = "record_verification"

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RaiseEscalation(TaskAct):
    """Enter a 专报 (or 约谈建议) afterwards, that was made before the service knew of the task (补录).

    What the ladder carries to the party committee by itself is never entered by hand.
    """

    name = "raise_escalation"
    deed = "record_escalation"


@dataclass(frozen=True, kw_only=True)
class RecordInstruction(Act):
    """批示 on an escalation; a new due date begins a new generation of the task's clock."""

    name = "record_instruction"
    deed = "record_instruction"
    event = "instruct"

    escalation_id: str
    text: str
    new_due_on: date | None = None
