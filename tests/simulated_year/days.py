"""The days of the year that is lived: the server only goes forward, so 2026 is lived when its weekdays come back.

Said here once more and not taken from the service's own simulation, so that the whole web need not be loaded.
"""

from dataclasses import replace
from datetime import date

import chinese_calendar

from domain.calendar import WorkCalendar, YearTable
from regulations.calendars import calendar_of, load_calendar

YEAR = 2026
WEEKDAYS_COME_BACK_YEARS = 28
PUBLISHED = (2025, 2026)
_FIXED_DAYS_OFF = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))


def years_ahead(today: date) -> int:
    """By how many years 2026 has to be moved to lie wholly in the future."""
    years = 0
    while YEAR + years <= today.year:
        years += WEEKDAYS_COME_BACK_YEARS
    return years


def calendar_ahead(years: int) -> WorkCalendar:
    """The shipped calendar with its tables so many years later."""
    return calendar_of([_ahead(table, years) for table in load_calendar().years.values()])


def is_workday(day: date, years: int) -> bool:
    """Whether the day is worked, by chinesecalendar for what is published, so many years before."""
    before = day.year - years
    if before not in PUBLISHED:
        return day.weekday() < 5 and (day.month, day.day) not in _FIXED_DAYS_OFF
    worked: bool = chinese_calendar.is_workday(day.replace(year=before))
    return worked


def _ahead(table: YearTable, years: int) -> YearTable:
    return replace(
        table,
        year=table.year + years,
        days_off={day.replace(year=day.year + years): name for day, name in table.days_off.items()},
        workdays={day.replace(year=day.year + years): name for day, name in table.workdays.items()},
    )
