"""A period counted day by day, so that everyone can check a due date with a finger on the calendar.

Rule source: 民法典 201–203 (counting begins the day after; days off are not counted; a due date moves to a day worked).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import WorkCalendar
from domain.ledger import Clock, DueDateSet, Extended, PeriodRestarted, Standing, replay
from domain.words import Word


class DayKind(Word):
    """What one day is to a period."""

    START = "start", "起算日"
    COUNTED = "counted", "计入"
    OFF = "off", "不计入"
    SUSPENDED = "suspended", "中止"
    BEYOND = "beyond", "顺延"


@dataclass(frozen=True)
class CountedDay:
    """One day. ``number`` is its place in the period, 0 where it is not counted; ``name`` says why it is special."""

    on: date
    kind: DayKind
    number: int = 0
    name: str = ""


@dataclass(frozen=True)
class DayCount:
    """The running period from the day on which it began to the day on which it is due."""

    days: tuple[CountedDay, ...]
    begins_with: str
    is_instructed: bool
    """Whether a 批示 set the date."""
    budget_workdays: int
    extended_workdays: int
    times_extended: int
    suspended_workdays: int
    due_on: date
    is_provisional: bool
    calendar_version: str

    @property
    def started_on(self) -> date:
        """The first day, which is not counted."""
        return self.days[0].on

    @property
    def workdays(self) -> int:
        """How many working days the period has in all."""
        return self.budget_workdays + self.extended_workdays

    @property
    def skipped(self) -> tuple[tuple[str, int], ...]:
        """The days off by name and how many they are, those of the calendar in the order in which they come."""
        counts: dict[str, int] = {}
        for day in self.days:
            if day.kind is DayKind.OFF:
                counts[day.name] = counts.get(day.name, 0) + 1
        return tuple(counts.items())


def count_days(clock: Clock, calendar: WorkCalendar) -> DayCount:
    """The days of the clock's latest period. Raises LedgerError for an invalid ledger."""
    steps = replay(clock, calendar)
    standing = steps[-1][1]
    beginning = next(entry for entry, one in steps if one.generation == standing.generation)
    return DayCount(
        days=(CountedDay(standing.started_on, DayKind.START), *_days(standing)),
        begins_with=_beginning(beginning),
        is_instructed=standing.is_instructed,
        budget_workdays=standing.budget_workdays,
        extended_workdays=standing.extended_workdays,
        times_extended=times_extended(clock),
        suspended_workdays=sum(one.workdays for one in standing.suspensions),
        due_on=standing.due.on,
        is_provisional=standing.due.is_provisional,
        calendar_version=standing.calendar.version,
    )


def times_extended(clock: Clock) -> int:
    """How often the present period was extended. 退回重办 begins a new one; the date of a 批示 does not.

    No third date without the party committee (domain.md §2.7): what it set is not a period to be extended anew.
    """
    granted = 0
    for entry in clock.ledger:
        if isinstance(entry, PeriodRestarted):
            granted = 0
        granted += isinstance(entry, Extended)
    return granted


def _beginning(entry: object) -> str:
    if isinstance(entry, DueDateSet):
        return "批示"
    return "重新起算" if isinstance(entry, PeriodRestarted) else "交办"


def _days(standing: Standing) -> list[CountedDay]:
    calendar = standing.calendar
    wanted = standing.budget_workdays + standing.extended_workdays
    days, number, day = [], 0, standing.started_on
    while day < standing.due.on:
        day += timedelta(days=1)
        name = calendar.name_of(day) or ""
        if not calendar.is_workday(day):
            days.append(CountedDay(day, DayKind.OFF, name=name))
        elif _is_suspended(standing, day):
            days.append(CountedDay(day, DayKind.SUSPENDED, name=name))
        elif number == wanted:
            days.append(CountedDay(day, DayKind.BEYOND, name=name))
        else:
            number += 1
            days.append(CountedDay(day, DayKind.COUNTED, number, name))
    return days


def _is_suspended(standing: Standing, day: date) -> bool:
    if standing.suspended_on is not None and day > standing.suspended_on:
        return True
    return any(one.suspended_on < day <= one.resumed_on for one in standing.suspensions)
