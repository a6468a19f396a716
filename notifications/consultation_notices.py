"""Variables of the letters about a consultation as a whole."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.notices import NoticeKind
from notifications.notice_bases import Notice, Prose


@dataclass(frozen=True, kw_only=True)
class Terminated(Notice):
    kind = NoticeKind.TERMINATED
    terminated_on: date
    terminated_by: str
    reason: Prose


@dataclass(frozen=True, kw_only=True)
class Suspended(Notice):
    """中止; `review_on` is the day by which resuming must be considered."""

    kind = NoticeKind.SUSPENDED
    suspended_on: date
    suspended_by: str
    reason: Prose
    review_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Rejected(Notice):
    """不予受理告知书 to the proposer; number and title are the topic's."""

    kind = NoticeKind.REJECTED
    document_number: str | None = None
    decided_on: date
    decided_by: str
    reason: Prose
    clause: str
    article: str
    source: str
    diverted_to: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SessionNotice(Notice):
    """协商活动通知."""

    kind = NoticeKind.SESSION_NOTICE
    session_ordinal: int = 1
    starts_at: datetime
    place: str
    format_name: str
    chair_name: str
    agenda: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SessionRescheduled(SessionNotice):
    """协商活动改期: the renewed notice, with the day that no longer holds and why."""

    kind = NoticeKind.SESSION_RESCHEDULED
    postponed_from: date
    reason: Prose


@dataclass(frozen=True, kw_only=True)
class ResearchReturned(Notice):
    """退回补充调研; `returns_left` is how often the convener may still do so."""

    kind = NoticeKind.RESEARCH_RETURNED
    held_on: date
    returned_on: date
    returned_by: str
    reason: Prose
    returns_left: int


@dataclass(frozen=True, kw_only=True)
class TopicSentBack(Notice):
    """议题退回补充 to the proposer; number and title are the topic's."""

    kind = NoticeKind.TOPIC_SENT_BACK
    sent_back_on: date
    sent_back_by: str
    reason: Prose
    complete_by_on: date


@dataclass(frozen=True, kw_only=True)
class Merged(Notice):
    """并案告知; `into_number` and `into_title` are of the consultation that goes on."""

    kind = NoticeKind.MERGED
    merged_on: date
    merged_by: str
    into_number: str
    into_title: str
    reason: Prose


@dataclass(frozen=True, kw_only=True)
class StageDuty(Notice):
    """环节待办: the stage was entered, its duty holder is told what it needs."""

    kind = NoticeKind.STAGE_DUTY
    stage_name: str
    stage_ordinal: int
    previous_stage_name: str | None = None
    entered_on: date
    duties: tuple[str, ...] = ()
    due_on: date | None = None
    is_provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class ApprovalAsked(Notice):
    """请予审定/备案/同意: `approval_name` is one of these words; after `objection_by_on` silence files the topic."""

    kind = NoticeKind.APPROVAL_ASKED
    body_name: str
    approval_name: str
    step_ordinal: int
    step_count: int
    asked_on: date
    asked_by: str
    due_on: date | None = None
    is_provisional: bool = False
    objection_by_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class FiledBySilence(Notice):
    """期满视为已备案: the body that had been asked did not object by `filed_on`, the last day to do so."""

    kind = NoticeKind.FILED_BY_SILENCE
    body_name: str
    asked_on: date
    filed_on: date


@dataclass(frozen=True, kw_only=True)
class EvaluationAsked(Notice):
    """请评价; `party_name` is one of 党政点评、委员评议、群众评价、组织者评析."""

    kind = NoticeKind.EVALUATION_ASKED
    party_name: str
    round_ordinal: int = 1
    due_on: date
    is_provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class FollowUpDue(Notice):
    kind = NoticeKind.FOLLOW_UP_DUE
    completed_on: date
    follow_up_ordinal: int
    due_on: date
    is_provisional: bool = False
    items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Relapsed(Notice):
    """反弹重办: a 回头看 found that a solved problem came back."""

    kind = NoticeKind.RELAPSED
    held_on: date
    follow_up_ordinal: int
    finding: Prose


@dataclass(frozen=True, kw_only=True)
class Resumed(Notice):
    """恢复; `suspended_workdays` is what every running clock gained."""

    kind = NoticeKind.RESUMED
    suspended_on: date
    resumed_on: date
    resumed_by: str
    suspended_workdays: int


@dataclass(frozen=True, kw_only=True)
class DueDateRecounted(Notice):
    """期限重新计算: a newer working calendar moved a due date, or a 暂定 one is certain now."""

    kind = NoticeKind.DUE_DATE_RECOUNTED
    obligation_name: str
    holder_name: str
    calendar_version: str
    recounted_on: date
    previous_due_on: date
    was_provisional: bool
    due_on: date
    is_provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class RuleSetAdopted(Notice):
    """改用规则集新版本: what the consultation goes by from now on, and every due date that it moves."""

    kind = NoticeKind.RULE_SET_ADOPTED
    former_version: str
    version: str
    adopted_on: date
    adopted_by: str
    reason: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Completed(Notice):
    """办结; `outcome_name` is 办结 or 办结-未达预期."""

    kind = NoticeKind.COMPLETED
    completed_on: date
    outcome_name: str
    follow_up_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Archived(Notice):
    kind = NoticeKind.ARCHIVED
    archived_on: date
    follow_up_count: int
    retention_name: str
