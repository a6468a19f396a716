"""Counting in working days, at the edges of the 2026 notice and of what is published."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import DueDate, WorkCalendar, at_local, end_of_day, local_date
from regulations.calendars import load_calendar

CALENDAR = load_calendar()
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("case", "start", "count", "due"),
    [
        ("A-01 feedback", date(2026, 4, 8), 30, date(2026, 5, 22)),
        ("A-01 acknowledgement", date(2026, 4, 8), 3, date(2026, 4, 13)),
        ("A-01 return", date(2026, 4, 8), 5, date(2026, 4, 15)),
        ("A-01 blue on an adjusted Saturday", date(2026, 5, 22), -10, date(2026, 5, 9)),
        ("A-01 blue at five", date(2026, 5, 22), -5, date(2026, 5, 15)),
        ("A-01 blue at one", date(2026, 5, 22), -1, date(2026, 5, 21)),
        ("A-01 report over 清明", date(2026, 3, 26), 7, date(2026, 4, 7)),
        ("A-01 follow-up", date(2026, 5, 22), 60, date(2026, 8, 17)),
        ("A-01 follow-up of the B item", date(2026, 5, 22), 120, date(2026, 11, 13)),
        ("A-02 report", date(2026, 5, 28), 7, date(2026, 6, 8)),
        ("A-02 feedback over 端午", date(2026, 6, 10), 30, date(2026, 7, 23)),
        ("A-02 follow-up", date(2026, 7, 23), 60, date(2026, 10, 21)),
        ("A-03 report over 劳动节", date(2026, 4, 30), 7, date(2026, 5, 13)),
        ("A-03 feedback", date(2026, 5, 11), 20, date(2026, 6, 8)),
        ("A-03 follow-up", date(2026, 6, 8), 60, date(2026, 9, 1)),
        ("A-04 report", date(2026, 6, 25), 7, date(2026, 7, 6)),
        ("A-04 feedback", date(2026, 7, 6), 30, date(2026, 8, 17)),
        ("A-04 last day to ask for an extension", date(2026, 8, 17), -3, date(2026, 8, 12)),
        ("A-04 follow-up", date(2026, 9, 7), 60, date(2026, 12, 4)),
        ("B-05 report", date(2026, 3, 5), 7, date(2026, 3, 16)),
        ("B-05 feedback", date(2026, 3, 16), 30, date(2026, 4, 28)),
        ("B-05 second handling", date(2026, 7, 27), 20, date(2026, 8, 24)),
        ("B-06 report", date(2026, 5, 12), 7, date(2026, 5, 21)),
        ("B-06 feedback", date(2026, 5, 20), 20, date(2026, 6, 17)),
        ("B-06 follow-up", date(2026, 6, 17), 60, date(2026, 9, 10)),
        ("B-07 feedback", date(2026, 6, 1), 30, date(2026, 7, 14)),
        ("B-07 follow-up", date(2026, 8, 24), 60, date(2026, 11, 20)),
        ("C-09 report", date(2026, 4, 9), 7, date(2026, 4, 20)),
        ("C-09 feedback", date(2026, 4, 15), 60, date(2026, 7, 13)),
        ("C-09 follow-up on an adjusted Saturday", date(2026, 7, 13), 60, date(2026, 10, 10)),
        ("D-11 report on an adjusted Saturday", date(2026, 2, 5), 7, date(2026, 2, 14)),
        ("D-11 feedback", date(2026, 3, 2), 60, date(2026, 5, 28)),
        ("D-11 return", date(2026, 3, 2), 5, date(2026, 3, 9)),
        ("D-11 reassigned", date(2026, 3, 11), 60, date(2026, 6, 8)),
        ("D-11 second handling", date(2026, 6, 15), 30, date(2026, 7, 28)),
        ("D-11 follow-up", date(2026, 7, 28), 60, date(2026, 10, 26)),
        ("D-12 report over 中秋 and 国庆", date(2026, 9, 24), 7, date(2026, 10, 12)),
        ("due on an adjusted Sunday", date(2026, 9, 18), 1, date(2026, 9, 20)),
    ],
)
def test_the_dates_of_the_acceptance_cases_are_counted(case: str, start: date, count: int, due: date) -> None:
    assert CALENDAR.add_workdays(start, count) == DueDate(due, is_provisional=False), case


def test_counting_into_a_year_without_a_table_is_provisional() -> None:
    assert CALENDAR.add_workdays(date(2026, 10, 12), 58) == DueDate(date(2026, 12, 31), False)
    assert CALENDAR.add_workdays(date(2026, 10, 12), 60) == DueDate(date(2027, 1, 5), True)


def test_counting_back_into_a_year_without_a_table_is_provisional() -> None:
    assert CALENDAR.add_workdays(date(2025, 1, 2), -1) == DueDate(date(2024, 12, 31), True)


def test_the_excluded_first_day_does_not_make_a_date_provisional() -> None:
    assert CALENDAR.add_workdays(date(2024, 12, 31), 1) == DueDate(date(2025, 1, 2), False)


def test_an_unknown_year_has_weekdays_without_the_fixed_statutory_days() -> None:
    assert not CALENDAR.is_known(2027)
    assert not CALENDAR.is_workday(date(2027, 1, 1))
    assert CALENDAR.name_of(date(2027, 1, 1)) == "元旦"
    assert not CALENDAR.is_workday(date(2027, 1, 2))
    assert CALENDAR.name_of(date(2027, 1, 2)) == "周末"
    assert CALENDAR.is_workday(date(2027, 2, 8))


def test_every_day_tells_why_it_is_off_or_worked() -> None:
    assert CALENDAR.name_of(date(2026, 2, 16)) == "春节"
    assert CALENDAR.name_of(date(2026, 9, 20)) == "国庆节调休上班"
    assert CALENDAR.name_of(date(2026, 5, 16)) == "周末"
    assert CALENDAR.name_of(date(2026, 5, 18)) is None


def test_no_working_days_from_a_day_off_leads_to_the_next_working_day() -> None:
    assert CALENDAR.add_workdays(date(2026, 10, 1), 0).on == date(2026, 10, 8)
    assert CALENDAR.add_workdays(date(2026, 5, 9), 0).on == date(2026, 5, 9)


def test_an_absurd_count_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="count"):
        CALENDAR.add_workdays(date(2026, 1, 5), 3_001)
    with pytest.raises(ValueError, match="count"):
        CALENDAR.add_workdays(date(2026, 1, 5), -3_001)
    with pytest.raises(ValueError, match="day"):
        CALENDAR.add_workdays(date(9999, 12, 31), 1)


def test_working_days_between_exclude_the_first_day_and_are_never_negative() -> None:
    assert CALENDAR.workdays_between(date(2026, 4, 30), date(2026, 5, 9)) == 4
    assert CALENDAR.workdays_between(date(2026, 5, 9), date(2026, 5, 9)) == 0
    assert CALENDAR.workdays_between(date(2026, 5, 9), date(2026, 4, 30)) == 0


def test_the_first_unpublished_day_is_named() -> None:
    assert CALENDAR.first_provisional(date(2026, 10, 12), date(2027, 1, 5)) == date(2027, 1, 1)
    assert CALENDAR.first_provisional(date(2026, 10, 12), date(2026, 12, 31)) is None
    assert CALENDAR.first_provisional(date(2027, 3, 1), date(2027, 3, 5)) == date(2027, 3, 2)


def test_a_calendar_may_be_a_key() -> None:
    assert {CALENDAR: 1}[WorkCalendar(CALENDAR.version, CALENDAR.years)] == 1


def test_days_are_those_of_shanghai() -> None:
    assert local_date(datetime(2026, 5, 22, 15, 59, tzinfo=UTC)) == date(2026, 5, 22)
    assert local_date(datetime(2026, 5, 22, 16, 0, tzinfo=UTC)) == date(2026, 5, 23)
    assert end_of_day(date(2026, 5, 22)) == datetime(2026, 5, 22, 16, 0, tzinfo=UTC)
    assert at_local(date(2026, 5, 22), 8, 30) == datetime(2026, 5, 22, 0, 30, tzinfo=UTC)
    assert at_local(date(2026, 5, 22), 8).tzinfo is UTC


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="at"):
        local_date(datetime(2026, 5, 22))  # noqa: DTZ001 the naive instant is the point


@given(days, st.integers(1, 700))
def test_counting_forth_and_asking_between_agree(day: date, count: int) -> None:
    due = CALENDAR.add_workdays(day, count)
    assert CALENDAR.is_workday(due.on)
    assert CALENDAR.workdays_between(day, due.on) == count
    assert due.is_provisional == (CALENDAR.first_provisional(day, due.on) is not None)


@given(days, st.integers(1, 700))
def test_counting_back_undoes_counting_forth(day: date, count: int) -> None:
    workday = CALENDAR.next_workday(day)
    assert CALENDAR.add_workdays(CALENDAR.add_workdays(workday, count).on, -count).on == workday


@given(days, st.integers(-300, 300), st.integers(-300, 300))
def test_counting_never_runs_backwards(day: date, one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert CALENDAR.add_workdays(day, low).on <= CALENDAR.add_workdays(day, high).on


@given(days, st.integers(0, 60))
def test_the_fast_count_is_the_count_day_by_day(day: date, length: int) -> None:
    until = day + timedelta(days=length)
    walked = sum(CALENDAR.is_workday(day + timedelta(days=n)) for n in range(1, length + 1))
    assert CALENDAR.workdays_between(day, until) == walked
