"""What a statistic is: a title, how it is computed, lines of numbers, and the cases behind every number.

Pages, JSON, sheets and the yearly report show the same object, so they cannot differ.
"""

from dataclasses import dataclass
from fractions import Fraction

from domain.figures import Amount, amount_shown
from domain.spans import Span
from domain.words import Word

GUARDED = "不足 10 项，不列"


class Of(Word):
    """What the consultations behind a number have in common."""

    TASKS = "tasks", "有所列办理任务的协商"
    LEFT = "left", "离开该环节的协商"
    WAITING = "waiting", "在办的协商"
    HELD = "held", "完成“开展协商”的协商"
    ITEMS = "items", "有该类办理结果的协商"
    SUGGESTED = "suggested", "形成建议的协商"
    CONVERTED = "converted", "有建议转化的协商"
    RATED = "rated", "该方已评价的协商"
    EVALUATED = "evaluated", "已评价的协商"
    REOPENED = "reopened", "再评议的协商"
    FOLLOWED_UP = "followed_up", "已回头看的协商"
    RELAPSED = "relapsed", "回头看发现反弹的协商"
    REPEATED = "repeated", "议题相同的协商"


@dataclass(frozen=True, kw_only=True)
class Behind:
    """The address of the cases behind one number. ``which`` narrows it to one quadrant, stage, class, party or topic.

    ``is_own`` leaves out what lies below the area; ``unit_id`` is who handles, or for whom it waits.
    """

    of: Of
    area: str
    span: Span
    which: str = ""
    unit_id: str = ""
    is_own: bool = False

    def query(self) -> dict[str, str]:
        """The parameters of its address."""
        given = {
            "of": self.of.value,
            "area": self.area,
            "year": str(self.span.year),
            "period": self.span.period.value,
            "which": self.which,
            "unit": self.unit_id,
            "own": "yes" if self.is_own else "",
        }
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number and its cases. ``is_guarded`` keeps back a share of too few; ``note`` is a mark in words."""

    value: Amount | None
    unit: str = ""
    numerator: int | None = None
    denominator: int | None = None
    behind: Behind | None = None
    is_guarded: bool = False
    note: str = ""

    @property
    def shown(self) -> str:
        """The number for people."""
        return GUARDED if self.is_guarded else amount_shown(self.value, self.unit)


def share(
    numerator: int, denominator: int, *, behind: Behind | None = None, least: int = 0, note: str = ""
) -> Number:
    """A share in per cent; of fewer than ``least`` nothing is said but the two counts."""
    is_guarded = 0 < denominator < least
    value = Fraction(numerator, denominator) if denominator and not is_guarded else None
    return Number(
        value=value,
        unit="%",
        numerator=numerator,
        denominator=denominator,
        behind=behind,
        is_guarded=is_guarded,
        note=note,
    )


@dataclass(frozen=True)
class Line:
    """One row: its label and a number for every column."""

    key: str
    label: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """A table of numbers with its formula. ``head`` names the first column, ``total`` is the last row if there is one."""

    name: str
    title: str
    formula: str
    head: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    total: Line | None = None
    note: str = ""
    empty: str = "本期没有可以统计的数据。"

    def line(self, key: str) -> Line:
        """The row of that key. Raises KeyError when there is none."""
        for line in self.lines:
            if line.key == key:
                return line
        raise KeyError(key)
