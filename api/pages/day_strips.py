"""A counted period as sheets of a wall calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.day_count import CountedDay, DayCount

Week = tuple[CountedDay | None, ...]


@dataclass(frozen=True)
class MonthSheet:
    """One month: its first day, and the weeks of it that the period touches, Monday first; None is outside."""

    month: date
    weeks: tuple[Week, ...]


def month_sheets(count: DayCount) -> Sequence[MonthSheet]:
    """The period's days, month by month and week by week."""
    weeks: dict[date, dict[date, list[CountedDay | None]]] = {}
    for day in count.days:
        monday = day.on - timedelta(days=day.on.weekday())
        week = weeks.setdefault(day.on.replace(day=1), {}).setdefault(monday, [None] * 7)
        week[day.on.weekday()] = day
    return [MonthSheet(month, tuple(map(tuple, rows.values()))) for month, rows in weeks.items()]
