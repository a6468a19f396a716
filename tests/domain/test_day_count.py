"""A period counted day by day says the same as the due date, and names every day that it leaves out."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.clocks import Clock, read
from domain.day_count import DayKind, count_days, times_extended
from domain.ledger import DueDateSet, Extended, PeriodRestarted, Resumed, Suspended
from regulations.calendars import load_calendar

CALENDAR = load_calendar()
AT = datetime(2026, 4, 8, 2, tzinfo=UTC)
A_01 = Clock(date(2026, 4, 8), 30, AT)


def test_a_01_counts_thirty_days_over_the_first_of_may() -> None:
    count = count_days(A_01, CALENDAR)
    days = {day.on: day for day in count.days}
    assert days[date(2026, 4, 8)].kind is DayKind.START
    assert days[date(2026, 4, 9)].number == 1
    assert days[date(2026, 5, 1)].name == "劳动节"
    assert days[date(2026, 5, 9)].kind is DayKind.COUNTED, "a Saturday that is worked"
    assert (count.days[-1].on, count.days[-1].number) == (date(2026, 5, 22), 30)
    assert dict(count.skipped) == {"周末": 9, "劳动节": 5}


def test_a_suspension_and_an_extension_are_counted_around() -> None:
    ledger = (
        Suspended(date(2026, 4, 13)),
        Resumed(date(2026, 4, 16)),
        Extended(date(2026, 4, 20), 5, "施工许可"),
    )
    count = count_days(replace(A_01, ledger=ledger), CALENDAR)
    suspended = [day.on.day for day in count.days if day.kind is DayKind.SUSPENDED]
    assert suspended == [14, 15, 16]
    assert (count.workdays, count.suspended_workdays, count.days[-1].number) == (35, 3, 35)


def test_a_suspension_after_the_due_date_leaves_days_that_are_no_part_of_the_period() -> None:
    ledger = (Suspended(date(2026, 5, 26)), Resumed(date(2026, 5, 29)))
    count = count_days(replace(A_01, ledger=ledger), CALENDAR)
    assert count.due_on == date(2026, 5, 27)
    assert [day.kind for day in count.days[-3:]] == [DayKind.BEYOND, DayKind.BEYOND, DayKind.SUSPENDED]


def test_a_period_set_by_instruction_begins_on_its_day() -> None:
    ledger = (DueDateSet(date(2026, 6, 10), date(2026, 6, 20), AT),)
    count = count_days(replace(A_01, ledger=ledger), CALENDAR)
    assert (count.begins_with, count.started_on, count.due_on) == (
        "批示",
        date(2026, 6, 10),
        date(2026, 6, 22),
    )


def test_a_period_begun_anew_may_be_extended_again_but_not_one_set_by_instruction() -> None:
    extended = (Extended(date(2026, 4, 20), 5),)
    restarted = (*extended, PeriodRestarted(date(2026, 6, 1), 20, AT))
    instructed = (*extended, DueDateSet(date(2026, 6, 10), date(2026, 6, 20), AT))
    counts = [times_extended(replace(A_01, ledger=ledger)) for ledger in (extended, restarted, instructed)]
    assert counts == [1, 0, 1]


@given(
    st.dates(date(2025, 1, 1), date(2026, 10, 1)),
    st.integers(1, 90),
    st.lists(st.integers(1, 20), max_size=3),
)
def test_the_last_day_counted_is_the_due_date(begun: date, budget: int, extensions: list[int]) -> None:
    clock = Clock(begun, budget, AT, tuple(Extended(begun, workdays) for workdays in extensions))
    count = count_days(clock, CALENDAR)
    assert count.days[-1].on == read(clock, CALENDAR, begun).due.on
    assert count.days[-1].number == budget + sum(extensions)
    assert [day.number for day in count.days if day.number] == list(range(1, count.workdays + 1))
