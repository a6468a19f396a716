"""Variables of the letter about yearly figures that lag behind on a warning day."""

from dataclasses import dataclass
from datetime import date

from domain.notices import NoticeKind
from notifications.notice_bases import Notice


@dataclass(frozen=True, kw_only=True)
class QuotaBehind(Notice):
    """年度指标提醒 to the staff of one 政协. Number and title of a consultation are those of the year's figures."""

    kind = NoticeKind.QUOTA_BEHIND
    organisation_name: str
    year: int
    look_on: date
    behind: tuple[str, ...]
