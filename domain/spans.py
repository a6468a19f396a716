"""The span that a figure looks at: a calendar year, one of its quarters, one of its months."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.words import Word


class Period(Word):
    """Which part of the year."""

    YEAR = "year", "全年"
    Q1 = "q1", "第一季度"
    Q2 = "q2", "第二季度"
    Q3 = "q3", "第三季度"
    Q4 = "q4", "第四季度"
    M1 = "m1", "1月"
    M2 = "m2", "2月"
    M3 = "m3", "3月"
    M4 = "m4", "4月"
    M5 = "m5", "5月"
    M6 = "m6", "6月"
    M7 = "m7", "7月"
    M8 = "m8", "8月"
    M9 = "m9", "9月"
    M10 = "m10", "10月"
    M11 = "m11", "11月"
    M12 = "m12", "12月"


@dataclass(frozen=True)
class Span:
    """A calendar year or a part of it, both ends included."""

    year: int
    period: Period = Period.YEAR

    @property
    def months(self) -> range:
        """The numbers of its months."""
        if self.period is Period.YEAR:
            return range(1, 13)
        number = int(self.period.value[1:])
        is_quarter = self.period.value.startswith("q")
        return range(3 * number - 2, 3 * number + 1) if is_quarter else range(number, number + 1)

    @property
    def first_on(self) -> date:
        """The first day."""
        return date(self.year, self.months[0], 1)

    @property
    def last_on(self) -> date:
        """The last day."""
        month = self.months[-1]
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def title(self) -> str:
        """2026年, 2026年第三季度, 2026年9月."""
        return f"{self.year}年{'' if self.period is Period.YEAR else self.period.label}"

    def each_month(self) -> Iterator["Span"]:
        """Its months, one by one."""
        return (Span(self.year, Period(f"m{month}")) for month in self.months)
