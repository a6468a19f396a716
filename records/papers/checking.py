"""What every paper must keep to before it is written: texts, days, numbers, words and known bodies.

A paper is a frozen dataclass whose fields say what they are::

    title: Annotated[str, Line("议题名称")]
    proposed_on: Annotated[date, PastDay("提出日期")]

:func:`checked` walks the fields and returns the cleaned values by name. A field that may be None is not checked
when it is None.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any, Protocol, get_type_hints

from domain.refusals import RefusalCode, Refused, refuse
from records.base import Base
from records.pen import Pen

LINE_CHARACTERS_MAX = 200
PROSE_CHARACTERS_MAX = 20_000
EARLIEST_ON = date(2000, 1, 1)
LATEST_ON = date(2100, 12, 31)
ITEMS_MAX = 100

_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_DECEIVING = "\u202a-\u202e\u2066-\u2069"
_NOT_TEXT = "\ud800-\udfff\ufffe\uffff"
_FORBIDDEN_IN_PROSE = re.compile(f"[{_CONTROL}{_DECEIVING}{_NOT_TEXT}]")
_FORBIDDEN_IN_LINE = re.compile(f"[{_CONTROL}{_DECEIVING}{_NOT_TEXT}\t\n\r\u2028\u2029]")


class Check(Protocol):
    """What one field must keep to. ``label`` is its Chinese name, ``of`` cleans the value or raises Refused."""

    @property
    def label(self) -> str: ...

    def of(self, value: Any, field: str, pen: Pen, /) -> Any: ...


def invalid(message: str, field: str) -> Refused:
    """The refusal of one input."""
    return refuse(RefusalCode.INVALID_INPUT, message, field=field)


@dataclass(frozen=True)
class Line:
    """A text of one line, stripped; empty only when ``is_required`` is False."""

    label: str
    is_required: bool = True
    characters_max: int = LINE_CHARACTERS_MAX

    def of(self, value: Any, field: str, _pen: Pen) -> str:
        return _text(self, value, field, _FORBIDDEN_IN_LINE)


@dataclass(frozen=True)
class Text:
    """A text of several lines, stripped, its line ends made alike."""

    label: str
    is_required: bool = True
    characters_max: int = PROSE_CHARACTERS_MAX

    def of(self, value: Any, field: str, _pen: Pen) -> str:
        return _text(self, value, field, _FORBIDDEN_IN_PROSE).replace("\r\n", "\n").replace("\r", "\n")


def _text(check: Line | Text, value: Any, field: str, forbidden: re.Pattern[str]) -> str:
    if not isinstance(value, str):
        raise invalid(f"“{check.label}”应为文字。", field)
    # Looked at before any other work, so that a huge text costs nothing.
    if len(value) > check.characters_max + 1_000:
        raise _too_long(check, field)
    if found := forbidden.search(value.strip()):
        raise invalid(
            f"“{check.label}”含有不允许的控制字符（U+{ord(found[0]):04X}），请删除后重新填写。", field
        )
    text = unicodedata.normalize("NFC", value.strip())
    if len(text) > check.characters_max:
        raise _too_long(check, field)
    if check.is_required and not text:
        raise invalid(f"请填写“{check.label}”。", field)
    return text


def _too_long(check: Line | Text, field: str) -> Refused:
    return invalid(f"“{check.label}”不得超过 {check.characters_max} 个字符。", field)


@dataclass(frozen=True)
class Lines:
    """A list of one-line texts, each of them required."""

    label: str
    items_max: int = ITEMS_MAX

    def of(self, value: Any, field: str, pen: Pen) -> list[str]:
        items = list(value)
        if len(items) > self.items_max:
            raise invalid(f"“{self.label}”不得超过 {self.items_max} 项。", field)
        return [Line(self.label).of(item, f"{field}[{index}]", pen) for index, item in enumerate(items)]


@dataclass(frozen=True)
class Words:
    """A list of words of one enumeration, without repetition, in the order of the enumeration."""

    label: str
    of_kind: type[Any]

    def of(self, value: Any, field: str, pen: Pen) -> list[str]:
        given = {str(item) for item in value}
        known = [str(member.value) for member in self.of_kind]
        if unknown := sorted(given - set(known)):
            shown = Line(self.label).of(unknown[0], field, pen)
            raise invalid(f"“{self.label}”中没有“{shown}”一项。", field)
        return [word for word in known if word in given]


@dataclass(frozen=True)
class Day:
    """A day between 2000 and 2100, past or to come."""

    label: str

    def of(self, value: Any, field: str, _pen: Pen) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise invalid(f"“{self.label}”应为日期。", field)
        if not EARLIEST_ON <= value <= LATEST_ON:
            raise invalid(f"“{self.label}”应在 {EARLIEST_ON} 至 {LATEST_ON} 之间。", field)
        return value


@dataclass(frozen=True)
class PastDay:
    """A day on which something happened: not before 2000, not after today in Asia/Shanghai."""

    label: str

    def of(self, value: Any, field: str, pen: Pen) -> date:
        day = Day(self.label).of(value, field, pen)
        if day > pen.today:
            raise invalid(f"“{self.label}”不得晚于今天（{pen.today}）。", field)
        return day


@dataclass(frozen=True)
class Moment:
    """An aware instant between 2000 and 2100."""

    label: str

    def of(self, value: Any, field: str, _pen: Pen) -> datetime:
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise invalid(f"“{self.label}”应为带时区的时刻。", field)
        if not EARLIEST_ON.year <= value.year <= LATEST_ON.year:
            raise invalid(f"“{self.label}”应在 {EARLIEST_ON} 至 {LATEST_ON} 之间。", field)
        return value.astimezone(UTC)


@dataclass(frozen=True)
class Number:
    """A whole number between two bounds, both included."""

    label: str
    least: int = 0
    most: int = 10_000

    def of(self, value: Any, field: str, _pen: Pen) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            raise invalid(f"“{self.label}”应为 {self.least} 至 {self.most} 之间的整数。", field)
        return value


@dataclass(frozen=True)
class Known:
    """The id of a row that must exist."""

    label: str
    table: type[Base]

    def of(self, value: Any, field: str, pen: Pen) -> str:
        if not isinstance(value, str) or not value or _FORBIDDEN_IN_LINE.search(value):
            raise invalid(f"“{self.label}”不存在，请重新选择。", field)
        if pen.session.get(self.table, value) is None:
            raise invalid(f"“{self.label}”不存在，请重新选择。", field)
        return value


@dataclass(frozen=True)
class Parameters:
    """What a county sets for itself: names of rules' parameters, plain values, numbers level by level."""

    label: str
    items_max: int = ITEMS_MAX
    is_required: bool = True

    def of(self, value: Any, field: str, pen: Pen) -> dict[str, Any]:
        if (self.is_required and not value) or len(value) > self.items_max:
            raise invalid(f"“{self.label}”应有 {int(self.is_required)} 至 {self.items_max} 项。", field)
        return {self._name(name, field): self._value(name, item, field, pen) for name, item in value.items()}

    def _name(self, name: Any, field: str) -> str:
        if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_.]{0,79}", name):
            raise invalid(f"“{self.label}”的参数名应由小写字母、数字、下划线组成。", field)
        return name

    def _value(self, name: str, value: Any, field: str, pen: Pen) -> Any:
        if isinstance(value, str):
            return Line(self.label).of(value, f"{field}.{name}", pen)
        if isinstance(value, list | tuple) and len(value) <= self.items_max:
            return [self._value(name, item, field, pen) for item in value]
        if isinstance(value, Mapping) and len(value) <= self.items_max:
            return {self._name(key, field): self._number(name, item, field) for key, item in value.items()}
        return self._number(name, value, field)

    def _number(self, name: str, value: Any, field: str) -> Any:
        is_number = isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value))
        if not is_number or abs(value) > 10**9:
            raise invalid(f"“{self.label}”中参数 {name} 的值不是允许的数字或文字。", f"{field}.{name}")
        return value


_CHECKS: dict[type[object], dict[str, Check]] = {}


def checked(pen: Pen, paper: Any, prefix: str = "") -> dict[str, Any]:
    """The cleaned values of a paper's fields by name.

    Raises Refused (INVALID_INPUT) at the first field at fault; ``prefix`` tells papers of one list apart.
    """
    values: dict[str, Any] = {}
    kind: type[object] = type(paper)
    checks = _checks_of(kind)
    for field in fields(paper):
        value = getattr(paper, field.name)
        check = checks.get(field.name)
        is_unchecked = check is None or (value is None and field.default is None)
        values[field.name] = (
            value if is_unchecked or check is None else check.of(value, prefix + field.name, pen)
        )
    return values


def text_faults(paper: Any) -> dict[str, str]:
    """What is wrong with each text of a paper, by field: a page tells it before anything is written."""
    found = {}
    for name, check in _checks_of(type(paper)).items():
        if isinstance(check, Line | Text):
            forbidden = _FORBIDDEN_IN_LINE if isinstance(check, Line) else _FORBIDDEN_IN_PROSE
            try:
                _text(check, getattr(paper, name), name, forbidden)
            except Refused as refused:
                found[name] = refused.refusal.message
    return found


def clean(pen: Pen, check: Check, value: Any, field: str) -> Any:
    """One value that stands alone, cleaned by its check."""
    return check.of(value, field, pen)


def _checks_of(paper: type[object]) -> dict[str, Check]:
    if paper not in _CHECKS:
        hints = get_type_hints(paper, include_extras=True)
        _CHECKS[paper] = {
            name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")
        }
    return _CHECKS[paper]
