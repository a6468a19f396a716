"""Variables of the letters about leave: both the absent person and the deputy are told.

Why somebody is away stands in none of them: it may be an illness.
"""

from dataclasses import dataclass
from datetime import date, datetime

from domain.notices import NoticeKind
from notifications.notice_bases import Notice


@dataclass(frozen=True, kw_only=True)
class LeaveNotice(Notice):
    """A letter about one leave; ``capacity`` is the membership that is stood in for. Number and title may be empty."""

    absent_name: str
    deputy_name: str
    capacity: str


@dataclass(frozen=True, kw_only=True)
class DeputyNamed(LeaveNotice):
    """请假代办. ``entered_by`` is the administrator who entered it for somebody else, else empty."""

    kind = NoticeKind.DEPUTY_NAMED
    since_on: date
    until_on: date
    entered_by: str = ""


@dataclass(frozen=True, kw_only=True)
class DeputyEnded(LeaveNotice):
    """代办结束, before the last day of the leave."""

    kind = NoticeKind.DEPUTY_ENDED
    ended_on: date


@dataclass(frozen=True, kw_only=True)
class DoneByDeputy(LeaveNotice):
    """代办事项: one act, told to the deputy at once and to the absent person on their return."""

    kind = NoticeKind.DONE_BY_DEPUTY
    what: str
    done_at: datetime
