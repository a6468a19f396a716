"""How dates, working days, numbers and foreign text are written in a letter: the filters of the templates."""

import re
import unicodedata
from dataclasses import fields, replace
from datetime import date, datetime
from typing import get_type_hints

from domain.calendar import SHANGHAI
from notifications.notice_bases import DatedFact, Notice, Prose

TEXT_CHARACTERS_MAX = 5_000  # of one variable; the page behind the link shows everything
SUBJECT_CHARACTERS_MAX = 120

_WEEKDAYS = "一二三四五六日"
_DIGITS = "零一二三四五六七八九"
_JOINERS = "\u200c\u200d"  # part of how some names are written


def plain_date(day: date) -> str:
    """2026年5月22日, as under a paper."""
    return f"{day.year}年{day.month}月{day.day}日"


def long_date(day: date | None) -> str:
    """2026年5月22日（周五）; nothing for no date."""
    return "" if day is None else f"{plain_date(day)}（周{_WEEKDAYS[day.weekday()]}）"


def due_date(day: date | None, is_provisional: bool) -> str:
    """A due date, marked 暂定 when the workday table of its year is not published yet."""
    if day is None or not is_provisional:
        return long_date(day)
    return long_date(day).replace("）", "，暂定）")


def local_time(instant: datetime) -> str:
    """2026年3月26日（周四）14:00, in Asia/Shanghai."""
    there = instant.astimezone(SHANGHAI)
    return f"{long_date(there.date())}{there:%H:%M}"


def workdays(count: int) -> str:
    """30个工作日."""
    return f"{count}个工作日"


def time_left(workdays_left: int) -> str:
    """How soon a due date is: 今日到期, 还有1个工作日到期."""
    return "今日到期" if workdays_left <= 0 else f"还有{workdays(workdays_left)}到期"


def timeliness(workdays_late: int) -> str:
    """Whether an answer came in time: 按期, 逾期2个工作日."""
    return "按期" if workdays_late <= 0 else f"逾期{workdays(workdays_late)}"


def chinese_number(number: int) -> str:
    """A small number as a Chinese numeral, for ordinals: 三, 十, 二十一; above 99 in digits."""
    if not 0 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def one_line(text: str) -> str:
    """Text without control characters or line breaks: nothing in it can start a header or a paragraph."""
    return " ".join(_without_controls(text).split())


def paragraphs(text: str) -> str:
    """Text of several lines without control characters and empty lines."""
    lines = (one_line(line) for line in re.split(r"\r\n|[\r\n\v\f\x85\u2028\u2029]", text))
    return "\n".join(line for line in lines if line)


def shortened(text: str, characters_max: int = TEXT_CHARACTERS_MAX) -> str:
    """Text cut to a length a mail can carry, with an ellipsis where it was cut."""
    return text if len(text) <= characters_max else text[: characters_max - 2].rstrip() + "……"


def _without_controls(text: str) -> str:
    # Cc control, Cf invisible and direction-turning, Cs half characters that no mail can encode.
    return "".join(
        " " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign
        for sign in text
        if sign in _JOINERS or unicodedata.category(sign) not in {"Cf", "Cs"}
    )


def clean_variables(form: Notice | DatedFact) -> dict[str, object]:
    """The fields of a notice by name, every text of them cleaned and cut to a length a mail can carry."""
    hints = get_type_hints(type(form), include_extras=True)
    return {
        field.name: _clean(getattr(form, field.name), is_prose=hints[field.name] == Prose)
        for field in fields(form)
    }


def _clean(value: object, is_prose: bool) -> object:
    if isinstance(value, str):
        return shortened(paragraphs(value) if is_prose else one_line(value))
    if isinstance(value, tuple):
        return tuple(_clean(item, is_prose) for item in value)
    if isinstance(value, DatedFact):
        return replace(value, what=shortened(one_line(value.what)))
    return value
