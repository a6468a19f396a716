"""Every act of a person or a clock, and its outcome: the messages that cross the workflow border.

An act is imperative (``AdvanceStage``), its deed is ``record_stage_advance``, the row it leaves is the noun
(``StageAdvance``). Acts carry opaque ids and short notes, never contact data: what they hold stays in workflow
histories. ``occurred_on`` is the day on which it happened, which may lie before the instant it is recorded (补录).
"""

from domain.act_base import INTERNAL_ERROR, Act, Outcome, Stamp, act_digest
from domain.consultation_acts import (
    AdvanceStage,
    CloseUnmet,
    DecideApproval,
    GrantWaiver,
    MergeConsultation,
    OpenConsultation,
    OrderRework,
    RecordEvaluation,
    RecordFollowUpOutcome,
    RecordWhatIsDue,
    RecountClocks,
    RejectTopic,
    ResumeConsultation,
    ReturnToTopic,
    SuspendConsultation,
    TerminateConsultation,
)
from domain.task_acts import (
    AcknowledgeTask,
    AnswerCoHandling,
    AnswerTask,
    AssignFeedbackTasks,
    DecideExtension,
    DecideReturn,
    RaiseEscalation,
    RecordInstruction,
    RequestExtension,
    RequestReturn,
    TaskAct,
    TaskAssignment,
    VerifyAnswer,
)

__all__ = [
    "ACTS",
    "INTERNAL_ERROR",
    "AcknowledgeTask",
    "Act",
    "AdvanceStage",
    "AnswerCoHandling",
    "AnswerTask",
    "AssignFeedbackTasks",
    "CloseUnmet",
    "DecideApproval",
    "DecideExtension",
    "DecideReturn",
    "GrantWaiver",
    "MergeConsultation",
    "OpenConsultation",
    "OrderRework",
    "Outcome",
    "RaiseEscalation",
    "RecordEvaluation",
    "RecordFollowUpOutcome",
    "RecordInstruction",
    "RecordWhatIsDue",
    "RecountClocks",
    "RejectTopic",
    "RequestExtension",
    "RequestReturn",
    "ResumeConsultation",
    "ReturnToTopic",
    "Stamp",
    "SuspendConsultation",
    "TaskAct",
    "TaskAssignment",
    "TerminateConsultation",
    "VerifyAnswer",
    "act_digest",
]

ACTS: dict[str, type[Act]] = {
    act.name: act
    for act in (
        OpenConsultation,
        AdvanceStage,
        ReturnToTopic,
        RejectTopic,
        MergeConsultation,
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
        AnswerCoHandling,
        VerifyAnswer,
        RaiseEscalation,
        RecordInstruction,
        RecordEvaluation,
        OrderRework,
        RecordFollowUpOutcome,
        CloseUnmet,
        RecountClocks,
    )
}
"""The acts that arrive as updates, by their name. What is due is never sent from outside."""
