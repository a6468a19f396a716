"""The variables of every letter: one frozen dataclass per kind of notice.

Deeds build them by keyword and store `payloads.to_payload(...)` in the outbox. Field names mean the same in
every kind: `due_on` is always the last day (24:00 Asia/Shanghai), `is_provisional` marks a due date in a year
without a published workday table, `workdays_late` counts working days after the due date, `..._by` is the
body that acted, `link` an absolute http(s) address of the page where the reader can act.
No personal data but names.
"""

from collections.abc import Mapping

from domain.notices import NoticeKind
from notifications.consultation_notices import (
    ApprovalAsked,
    Archived,
    Completed,
    EvaluationAsked,
    FollowUpDue,
    Rejected,
    Relapsed,
    Resumed,
    SessionNotice,
    StageDuty,
    Suspended,
    Terminated,
)
from notifications.escalation_notices import (
    InstructionRecorded,
    Overdue,
    RedNotice,
    SpecialReport,
    TalkProposed,
)
from notifications.notice_bases import (
    DatedFact,
    Notice,
)
from notifications.task_notices import (
    Answered,
    DueSoon,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    NotYetAcknowledged,
    ReturnAccepted,
    ReturnAsked,
    ReturnRefused,
    ReworkStarted,
    SentBack,
    TaskAssigned,
    TaskReassigned,
    Verified,
)

__all__ = [
    "NOTICES",
    "Answered",
    "ApprovalAsked",
    "Archived",
    "Completed",
    "DatedFact",
    "DueSoon",
    "EvaluationAsked",
    "ExtensionAsked",
    "ExtensionGranted",
    "ExtensionRefused",
    "FollowUpDue",
    "InstructionRecorded",
    "NotYetAcknowledged",
    "Notice",
    "Overdue",
    "RedNotice",
    "Rejected",
    "Relapsed",
    "Resumed",
    "ReturnAccepted",
    "ReturnAsked",
    "ReturnRefused",
    "ReworkStarted",
    "SentBack",
    "SessionNotice",
    "SpecialReport",
    "StageDuty",
    "Suspended",
    "TalkProposed",
    "TaskAssigned",
    "TaskReassigned",
    "Terminated",
    "Verified",
]

NOTICES: Mapping[NoticeKind, type[Notice]] = {
    notice.kind: notice
    for notice in (
        Answered,
        ApprovalAsked,
        Archived,
        Completed,
        DueSoon,
        EvaluationAsked,
        ExtensionAsked,
        ExtensionGranted,
        ExtensionRefused,
        FollowUpDue,
        InstructionRecorded,
        NotYetAcknowledged,
        Overdue,
        RedNotice,
        Rejected,
        Relapsed,
        Resumed,
        ReturnAccepted,
        ReturnAsked,
        ReturnRefused,
        ReworkStarted,
        SentBack,
        SessionNotice,
        SpecialReport,
        StageDuty,
        Suspended,
        TalkProposed,
        TaskAssigned,
        TaskReassigned,
        Terminated,
        Verified,
    )
}
