"""How days, instants and words of the register are written for people."""

import re
from datetime import date, datetime

from domain.calendar import SHANGHAI
from domain.words import Word

_WEEKDAYS = "一二三四五六日"
_ISO_DAY = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])(?: 至 (\d{2})-(\d{2})(?![\d-]))? ?")


def day(on: date | None) -> str:
    """2026年5月22日（周五）; a dash where there is no day."""
    if on is None:
        return "—"
    return f"{on.year}年{on.month}月{on.day}日（周{_WEEKDAYS[on.weekday()]}）"


def moment(at: datetime | None) -> str:
    """2026年5月22日（周五）14:30, as the clocks of Shanghai show it."""
    if at is None:
        return "—"
    local = at.astimezone(SHANGHAI)
    return f"{day(local.date())}{local:%H:%M}"


def with_days(text: str) -> str:
    """The text with every ISO date in it written as people write it."""
    return _ISO_DAY.sub(_day_of, text)


def label(word: Word | None, absent: str = "—") -> str:
    """The Chinese word; a dash where there is none."""
    return absent if word is None else word.label


def yes_no(value: bool | None) -> str:
    """是, 否, or 未填写."""
    if value is None:
        return "未填写"
    return "是" if value else "否"


def workdays_left(left: int) -> str:
    """What is left of a period, or how far it is overrun."""
    if left < 0:
        return f"已逾期 {-left} 个工作日"
    return "今天到期" if left == 0 else f"剩余 {left} 个工作日"


def _day_of(found: re.Match[str]) -> str:
    """The day, or the span of days whose second half leaves the year out."""
    year, month, first, until_month, until = found.groups()
    try:
        begins = day(date(int(year), int(month), int(first)))
        ends = f"至{day(date(int(year), int(until_month), int(until)))}" if until else ""
    except ValueError:
        return found[0]
    return begins + ends
