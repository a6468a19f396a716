"""Days and instants of Asia/Shanghai: which days are worked, and counting in working days.

Rule source: 民法典 201–203 (the first day is not counted, the last day moves to the next working day and
ends at 24:00) and the yearly State Council notice on holidays, one `YearTable` each.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

COUNT_WORKDAYS_MAX = 3_000
YEAR_MIN, YEAR_MAX = 1990, 2200

WEEKEND_NAME = "周末"
_SATURDAY = 5

# 全国年节及纪念日放假办法 (2024), only the days that a solar date fixes: the others move with the moon
# or with the notice, and guessing them would hide that the year is not published yet.
_FIXED_DAYS_OFF = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}


def local_date(at: datetime) -> date:
    """The Shanghai date of an aware instant. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("at: 时间必须带时区")
    return at.astimezone(SHANGHAI).date()


def at_local(on: date, hour: int, minute: int = 0) -> datetime:
    """The instant, in UTC, at which Shanghai's clocks show `hour:minute` on that day."""
    return datetime.combine(on, time(hour, minute), SHANGHAI).astimezone(UTC)


def end_of_day(on: date) -> datetime:
    """24:00 Shanghai of that day as a UTC instant."""
    return at_local(on + timedelta(days=1), 0)


@dataclass(frozen=True)
class YearTable:
    """One year's published notice: the days off and the weekend days worked instead, each with its name."""

    year: int
    days_off: Mapping[date, str]
    workdays: Mapping[date, str]
    source: str
    revision: int = 1


@dataclass(frozen=True)
class DueDate:
    """A day reached by counting; provisional (暂定) when a counted day lies in a year without a table."""

    on: date
    is_provisional: bool


@dataclass(frozen=True)
class WorkCalendar:
    """The working days of the years whose notice is loaded, and a marked estimate for all others."""

    version: str
    years: Mapping[int, YearTable] = field(hash=False)
    editions: Callable[[str], "WorkCalendar"] | None = field(default=None, repr=False, compare=False)
    """Where other versions of the calendar are found by their name."""
    _ordinals_by_year: dict[int, tuple[int, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def named(self, version: str) -> "WorkCalendar":
        """The calendar in another version; an empty name means this one. Raises LookupError for an unknown one."""
        if version in ("", self.version):
            return self
        if self.editions is None:
            raise LookupError(f"work calendar {version!r} is unknown")
        return self.editions(version)

    def is_known(self, year: int) -> bool:
        return year in self.years

    def is_workday(self, day: date) -> bool:
        table = self.years.get(day.year)
        if table is None:
            return day.weekday() < _SATURDAY and (day.month, day.day) not in _FIXED_DAYS_OFF
        if day in table.days_off:
            return False
        return day.weekday() < _SATURDAY or day in table.workdays

    def name_of(self, day: date) -> str | None:
        """Why the day is off or, being a weekend day, worked; None for an ordinary working day."""
        table = self.years.get(day.year)
        if table is None:
            name = _FIXED_DAYS_OFF.get((day.month, day.day))
        else:
            name = table.days_off.get(day) or table.workdays.get(day)
        if name is None and day.weekday() >= _SATURDAY:
            return WEEKEND_NAME
        return name

    def add_workdays(self, day: date, count: int) -> DueDate:
        """The day `count` working days after `day` (before it when negative), `day` itself not counted.

        With count 0 the day itself, moved to the next working day when it is off.
        Raises ValueError naming the field when the count or the day is outside all reason.
        """
        if abs(count) > COUNT_WORKDAYS_MAX:
            raise ValueError(f"count: 工作日数 {count} 超出允许范围（±{COUNT_WORKDAYS_MAX}）")
        if not YEAR_MIN <= day.year <= YEAR_MAX:
            raise ValueError(f"day: 日期 {day.isoformat()} 超出允许范围（{YEAR_MIN}—{YEAR_MAX} 年）")
        if count == 0:
            reached = self.next_workday(day)
            counted_from, counted_until = day, reached
        elif count > 0:
            reached = self._nth_workday(day.year, self._rank(day) + count - 1)
            counted_from, counted_until = day + timedelta(days=1), reached
        else:
            rank_before = self._rank(day) - (1 if self.is_workday(day) else 0)
            reached = self._nth_workday(day.year, rank_before + count)
            counted_from, counted_until = reached, day - timedelta(days=1)
        years = range(counted_from.year, counted_until.year + 1)
        return DueDate(on=reached, is_provisional=not all(self.is_known(year) for year in years))

    def workdays_between(self, after: date, until: date) -> int:
        """How many working days lie in (after, until]; 0 when `until` is not later."""
        if until <= after:
            return 0
        full_years = sum(len(self._workdays_of(year)) for year in range(after.year, until.year))
        return full_years + self._rank(until) - self._rank(after)

    def next_workday(self, day: date) -> date:
        """The day itself when it is worked, otherwise the first working day after it."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def first_provisional(self, after: date, until: date) -> date | None:
        """The first day in (after, until] of a year without a table; None when all are published."""
        day = after + timedelta(days=1)
        while day <= until:
            if not self.is_known(day.year):
                return day
            day = date(day.year + 1, 1, 1)
        return None

    def _nth_workday(self, year: int, index: int) -> date:
        """The working day number `index` from 0 of that year, reaching into the years around it."""
        while index < 0:
            year -= 1
            index += len(self._workdays_of(year))
        while index >= len(self._workdays_of(year)):
            index -= len(self._workdays_of(year))
            year += 1
        return date.fromordinal(self._workdays_of(year)[index])

    def _rank(self, day: date) -> int:
        """How many working days of its year have passed at the end of that day."""
        return bisect_right(self._workdays_of(day.year), day.toordinal())

    def _workdays_of(self, year: int) -> tuple[int, ...]:
        if year not in self._ordinals_by_year:
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            days = range(first, last + 1)
            self._ordinals_by_year[year] = tuple(d for d in days if self.is_workday(date.fromordinal(d)))
        return self._ordinals_by_year[year]
