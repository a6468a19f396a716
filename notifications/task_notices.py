"""Variables of the letters about one feedback task."""

from dataclasses import dataclass
from datetime import date

from domain.notices import NoticeKind
from notifications.notice_bases import DatedTaskNotice, Prose, TaskNotice


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(DatedTaskNotice):
    """交办通知; the three `..._by_on` are the last days to 签收, to ask for 退办 and for 延期."""

    kind = NoticeKind.TASK_ASSIGNED
    role_name: str = "主办"
    due_workdays: int
    assigned_on: date
    assigned_by: str
    acknowledge_by_on: date | None = None
    return_by_on: date | None = None
    extension_by_on: date | None = None
    co_handler_names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TaskReassigned(TaskAssigned):
    """改交办 to a new unit, which gets a full new period."""

    kind = NoticeKind.TASK_REASSIGNED
    previous_unit_name: str


@dataclass(frozen=True, kw_only=True)
class CoHandlingAsked(DatedTaskNotice):
    """请予会办: `unit_name` is the co-handler, `due_on` its own last day, `lead_due_on` that of the lead unit."""

    kind = NoticeKind.CO_HANDLING_ASKED
    lead_name: str
    due_workdays: int
    assigned_on: date
    assigned_by: str
    lead_due_on: date
    is_lead_provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class CoHandlingAnswered(DatedTaskNotice):
    """会办已答复, to the lead unit; `workdays_late` 0 means in time."""

    kind = NoticeKind.CO_HANDLING_ANSWERED
    lead_name: str
    answered_on: date
    workdays_late: int = 0
    opinion_summary: Prose = ""


@dataclass(frozen=True, kw_only=True)
class NotYetAcknowledged(DatedTaskNotice):
    """未签收提醒; `workdays_late` counts from the last day to 签收."""

    kind = NoticeKind.NOT_YET_ACKNOWLEDGED
    assigned_on: date
    acknowledge_by_on: date
    workdays_late: int


@dataclass(frozen=True, kw_only=True)
class DueSoon(DatedTaskNotice):
    """临期提醒; `lead_name` is the lead unit where the duty is 会办, and empty for every other."""

    kind = NoticeKind.DUE_SOON
    assigned_on: date
    workdays_left: int
    lead_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Answered(DatedTaskNotice):
    """已办复; `workdays_late` 0 means in time."""

    kind = NoticeKind.ANSWERED
    answered_on: date
    workdays_late: int = 0
    result_name: str
    adoption_name: str
    answer_summary: Prose = ""


@dataclass(frozen=True, kw_only=True)
class SentBack(DatedTaskNotice):
    kind = NoticeKind.SENT_BACK
    sent_back_on: date
    sent_back_by: str
    reason: Prose
    due_workdays: int


@dataclass(frozen=True, kw_only=True)
class ReworkStarted(DatedTaskNotice):
    kind = NoticeKind.REWORK_STARTED
    started_on: date
    round_ordinal: int = 1
    reason: Prose
    due_workdays: int


@dataclass(frozen=True, kw_only=True)
class Verified(TaskNotice):
    kind = NoticeKind.VERIFIED
    verified_on: date
    verified_by: str
    result_name: str


@dataclass(frozen=True, kw_only=True)
class ExtensionAsked(DatedTaskNotice):
    """申请延期; `due_on` is the date in force, `requested_due_on` what it would become."""

    kind = NoticeKind.EXTENSION_ASKED
    asked_on: date
    extension_workdays: int
    requested_due_on: date
    is_requested_provisional: bool = False
    reason: Prose


@dataclass(frozen=True, kw_only=True)
class ExtensionGranted(DatedTaskNotice):
    kind = NoticeKind.EXTENSION_GRANTED
    decided_on: date
    decided_by: str
    extension_workdays: int
    previous_due_on: date


@dataclass(frozen=True, kw_only=True)
class ExtensionRefused(DatedTaskNotice):
    kind = NoticeKind.EXTENSION_REFUSED
    decided_on: date
    decided_by: str
    reason: Prose


@dataclass(frozen=True, kw_only=True)
class ReturnAsked(DatedTaskNotice):
    kind = NoticeKind.RETURN_ASKED
    asked_on: date
    reason: Prose
    proposed_unit_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReturnAccepted(TaskNotice):
    kind = NoticeKind.RETURN_ACCEPTED
    decided_on: date
    decided_by: str


@dataclass(frozen=True, kw_only=True)
class ReturnRefused(DatedTaskNotice):
    kind = NoticeKind.RETURN_REFUSED
    decided_on: date
    decided_by: str
    reason: Prose
