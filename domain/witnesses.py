"""What the history of a workflow says of the deeds of one consultation, beside the register that it witnesses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.audit_actions import AuditAction

PROCESS_ACTIONS = frozenset(
    {
        AuditAction.CONSULTATION_OPENED,
        AuditAction.STAGE_ADVANCED,
        AuditAction.RETURNED_TO_TOPIC,
        AuditAction.REJECTED,
        AuditAction.TERMINATED,
        AuditAction.MERGED,
        AuditAction.SUSPENDED,
        AuditAction.RESUMED,
        AuditAction.WAIVED,
        AuditAction.REWORK_ORDERED,
        AuditAction.CLOSED_UNMET,
        AuditAction.APPROVAL_DECIDED,
        AuditAction.TASKS_ASSIGNED,
        AuditAction.TASK_ACKNOWLEDGED,
        AuditAction.RETURN_REQUESTED,
        AuditAction.RETURN_DECIDED,
        AuditAction.EXTENSION_REQUESTED,
        AuditAction.EXTENSION_DECIDED,
        AuditAction.TASK_ANSWERED,
        AuditAction.CO_HANDLING_ANSWERED,
        AuditAction.ANSWER_VERIFIED,
        AuditAction.ANSWER_SENT_BACK,
        AuditAction.RUNG_FIRED,
        AuditAction.ESCALATED,
        AuditAction.TALK_PROPOSED,
        AuditAction.INSTRUCTED,
        AuditAction.EVALUATED,
        AuditAction.FOLLOW_UP_RECORDED,
    }
)
"""What only a deed of the consultation's workflow writes: an entry of these kinds must be in its history too."""


@dataclass(frozen=True)
class WitnessedDeed:
    """One deed as the history tells it: its key, who did it, when, and how the audit stream stood after it.

    ``is_done`` is false for a deed that was refused, failed, or is under way. Histories written before deeds told how
    the stream stood have ``audit_length`` 0.
    """

    update_id: str
    deed: str
    person_id: str
    organisation_id: str
    role: str
    at: datetime
    is_done: bool
    audit_length: int = 0
    audit_head: str = ""


@dataclass(frozen=True)
class WitnessedHistory:
    """The deeds of one consultation in order; ``is_whole`` is false where the earliest runs are gone."""

    deeds: Sequence[WitnessedDeed] = field(default_factory=list)
    is_whole: bool = True
