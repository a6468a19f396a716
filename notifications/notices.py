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
    FiledBySilence,
    FollowUpDue,
    Merged,
    Rejected,
    Relapsed,
    ResearchReturned,
    Resumed,
    SessionNotice,
    SessionRescheduled,
    StageDuty,
    Suspended,
    Terminated,
    TopicSentBack,
)
from notifications.escalation_notices import (
    InstructionRecorded,
    Overdue,
    RedNotice,
    SpecialReport,
    TalkProposed,
    UnmetReport,
)
from notifications.inspection_notices import InspectionNotice
from notifications.notice_bases import (
    DatedFact,
    Notice,
)
from notifications.task_notices import (
    Answered,
    CoHandlingAnswered,
    CoHandlingAsked,
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
    "CoHandlingAnswered",
    "CoHandlingAsked",
    "Completed",
    "DatedFact",
    "DueSoon",
    "EvaluationAsked",
    "ExtensionAsked",
    "ExtensionGranted",
    "ExtensionRefused",
    "FiledBySilence",
    "FollowUpDue",
    "InspectionNotice",
    "InstructionRecorded",
    "Merged",
    "NotYetAcknowledged",
    "Notice",
    "Overdue",
    "RedNotice",
    "Rejected",
    "Relapsed",
    "ResearchReturned",
    "Resumed",
    "ReturnAccepted",
    "ReturnAsked",
    "ReturnRefused",
    "ReworkStarted",
    "SentBack",
    "SessionNotice",
    "SessionRescheduled",
    "SpecialReport",
    "StageDuty",
    "Suspended",
    "TalkProposed",
    "TaskAssigned",
    "TaskReassigned",
    "Terminated",
    "TopicSentBack",
    "UnmetReport",
    "Verified",
]

NOTICES: Mapping[NoticeKind, type[Notice]] = {
    notice.kind: notice
    for notice in (
        Answered,
        ApprovalAsked,
        Archived,
        CoHandlingAnswered,
        CoHandlingAsked,
        Completed,
        DueSoon,
        EvaluationAsked,
        ExtensionAsked,
        ExtensionGranted,
        ExtensionRefused,
        FiledBySilence,
        FollowUpDue,
        InspectionNotice,
        InstructionRecorded,
        Merged,
        NotYetAcknowledged,
        Overdue,
        RedNotice,
        Rejected,
        Relapsed,
        ResearchReturned,
        Resumed,
        ReturnAccepted,
        ReturnAsked,
        ReturnRefused,
        ReworkStarted,
        SentBack,
        SessionNotice,
        SessionRescheduled,
        SpecialReport,
        StageDuty,
        Suspended,
        TalkProposed,
        TaskAssigned,
        TaskReassigned,
        Terminated,
        TopicSentBack,
        UnmetReport,
        Verified,
    )
}
