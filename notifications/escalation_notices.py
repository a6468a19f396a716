"""Variables of the papers of the ladder, from 催办通知书 to 约谈建议, and of the 批示 that answers them."""

from dataclasses import dataclass
from datetime import date

from domain.notices import NoticeKind
from notifications.notice_bases import DatedFact, DatedTaskNotice, Notice, Prose


@dataclass(frozen=True, kw_only=True)
class SpecialReport(DatedTaskNotice):
    """专报 to the party body. It proposes and never orders: 政协 has no 督查权 (domain.md §3.3)."""

    kind = NoticeKind.SPECIAL_REPORT
    addressee_name: str
    document_number: str | None = None
    suggestion: Prose
    assigned_on: date
    workdays_late: int
    rungs_fired: tuple[DatedFact, ...]
    period_history: tuple[DatedFact, ...] = ()  # 延期、退办
    proposal: Prose = ""
    issued_on: date
    issued_by: str


@dataclass(frozen=True, kw_only=True)
class UnmetReport(Notice):
    """未达预期专报 to the party body, when the permitted rounds of 二次办理 did not bring what was asked."""

    kind = NoticeKind.UNMET_REPORT
    addressee_name: str
    closed_on: date
    rework_count: int
    measured: str
    reason: Prose
    issued_by: str


@dataclass(frozen=True, kw_only=True)
class TalkProposed(DatedTaskNotice):
    """约谈建议; `due_on` is the date the 批示 had set, `first_due_on` the one before it."""

    kind = NoticeKind.TALK_PROPOSED
    addressee_name: str
    document_number: str | None = None
    first_due_on: date
    instructed_on: date
    workdays_late: int
    issued_on: date
    issued_by: str


@dataclass(frozen=True, kw_only=True)
class RedNotice(DatedTaskNotice):
    """红牌通报; `urged_on` is the day of the 催办通知书."""

    kind = NoticeKind.RED_NOTICE
    document_number: str | None = None
    assigned_on: date
    urged_on: date | None = None
    workdays_late: int
    copied_to: tuple[str, ...] = ()
    issued_on: date
    issued_by: str


@dataclass(frozen=True, kw_only=True)
class Overdue(DatedTaskNotice):
    """催办通知书; `lead_name` is the lead unit where the duty is 会办, and empty for every other."""

    kind = NoticeKind.OVERDUE
    document_number: str | None = None
    assigned_on: date
    workdays_late: int
    issued_on: date
    issued_by: str
    lead_name: str = ""
    colour_name: str = "黄牌"


@dataclass(frozen=True, kw_only=True)
class InstructionRecorded(DatedTaskNotice):
    """批示已登记; `due_on` is the new date."""

    kind = NoticeKind.INSTRUCTION_RECORDED
    instructed_by: str
    instructed_on: date
    instruction: Prose
