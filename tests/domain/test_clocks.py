"""Due dates, extensions, suspensions and new periods of one obligation, with the dates of the cases."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.calendar import DueDate, at_local
from domain.clocks import (
    Clock,
    DueDateSet,
    Extended,
    LedgerEntry,
    LedgerError,
    PeriodRestarted,
    Resumed,
    Stopped,
    Suspended,
    read,
    was_in_time,
)
from regulations.calendars import load_calendar

CALENDAR = load_calendar()


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def opened(start: str, budget: int, *ledger: LedgerEntry) -> Clock:
    return Clock(day(start), budget, at_local(day(start), 10), ledger)


def restarted(on: str, budget: int) -> PeriodRestarted:
    return PeriodRestarted(day(on), budget, at_local(day(on), 10))


def instructed(on: str, due: str) -> DueDateSet:
    return DueDateSet(day(on), day(due), at_local(day(on), 10))


def due_of(clock: Clock, today: str) -> date:
    return read(clock, CALENDAR, day(today)).due.on


def test_the_day_of_assignment_is_not_counted() -> None:
    reading = read(opened("04-08", 30), CALENDAR, day("04-08"))
    assert reading.due == DueDate(day("05-22"), is_provisional=False)
    assert (reading.consumed_workdays, reading.left_workdays) == (0, 30)
    assert reading.is_running
    assert reading.generation == 1


def test_a_clock_is_not_overdue_on_its_due_date_but_the_day_after() -> None:
    clock = opened("04-08", 30)
    assert not read(clock, CALENDAR, day("05-22")).is_overdue
    assert read(clock, CALENDAR, day("05-22")).left_workdays == 0
    assert read(clock, CALENDAR, day("05-23")).is_overdue
    assert read(clock, CALENDAR, day("05-25")).left_workdays == -1


def test_an_answer_on_the_due_date_is_in_time() -> None:
    clock = opened("04-08", 30)
    assert was_in_time(clock, CALENDAR, day("05-22"))
    assert not was_in_time(clock, CALENDAR, day("05-23"))


def test_an_extension_moves_the_due_date_by_its_working_days() -> None:
    clock = opened("07-06", 30, Extended(day("08-12"), 15))
    assert due_of(clock, "08-11") == day("08-17")
    reading = read(clock, CALENDAR, day("08-12"))
    assert reading.due.on == day("09-07")
    assert (reading.budget_workdays, reading.extended_workdays) == (30, 15)
    assert was_in_time(clock, CALENDAR, day("09-04"))


def test_an_extension_granted_after_the_answer_does_not_save_it() -> None:
    clock = opened("07-06", 30, Extended(day("08-20"), 15))
    assert not was_in_time(clock, CALENDAR, day("08-18"))


def test_a_suspension_freezes_the_days_left() -> None:
    clock = opened("04-08", 30, Suspended(day("05-12")))
    before, during = (read(clock, CALENDAR, day(text)) for text in ("05-12", "06-12"))
    assert during.is_suspended
    assert not during.is_running
    assert during.left_workdays == before.left_workdays == 8
    assert during.due.on == day("05-22")
    assert not during.is_overdue


def test_resuming_moves_the_due_date_by_the_working_days_after_the_suspension() -> None:
    clock = opened("04-08", 30, Suspended(day("05-12")), Resumed(day("05-20")))
    reading = read(clock, CALENDAR, day("05-20"))
    assert reading.due.on == day("06-01")
    assert reading.is_running
    assert reading.left_workdays == 8


def test_a_suspension_does_not_forgive_what_was_already_overdue() -> None:
    clock = opened("04-08", 30, Suspended(day("05-27")), Resumed(day("06-10")))
    assert read(clock, CALENDAR, day("06-01")).is_overdue
    assert read(clock, CALENDAR, day("06-10")).left_workdays == -3


def test_a_reassigned_task_has_a_full_new_period() -> None:
    reading = read(opened("03-02", 60, restarted("03-11", 60)), CALENDAR, day("03-11"))
    assert reading.due.on == day("06-08")
    assert (reading.generation, reading.started_on) == (2, day("03-11"))
    assert reading.recorded_at == at_local(day("03-11"), 10)
    assert not reading.is_instructed


def test_an_instruction_sets_a_new_due_date() -> None:
    reading = read(opened("06-01", 30, instructed("07-30", "08-13")), CALENDAR, day("07-30"))
    assert reading.due.on == day("08-13")
    assert reading.generation == 2
    assert reading.is_instructed
    assert reading.budget_workdays == reading.left_workdays == 10


def test_an_instructed_date_moves_on_with_extensions_and_suspensions() -> None:
    clock = opened(
        "06-01",
        30,
        instructed("07-30", "08-13"),
        Extended(day("08-04"), 2),
        Suspended(day("08-10")),
        Resumed(day("08-13")),
    )
    assert due_of(clock, "08-13") == day("08-20")


def test_an_instructed_date_on_a_day_off_moves_to_the_next_working_day() -> None:
    assert due_of(opened("08-03", 30, instructed("09-14", "10-03")), "09-14") == day("10-08")
    assert due_of(opened("08-03", 30, instructed("09-14", "09-20")), "09-14") == day("09-20")


def test_an_instructed_date_in_an_unpublished_year_is_provisional() -> None:
    entry = DueDateSet(day("12-01"), date(2027, 1, 8), at_local(day("12-01"), 10))
    reading = read(opened("10-12", 30, entry), CALENDAR, day("12-01"))
    assert reading.due == DueDate(date(2027, 1, 8), is_provisional=True)


def test_a_due_date_in_an_unpublished_year_is_provisional() -> None:
    reading = read(opened("10-12", 60), CALENDAR, day("11-21"))
    assert reading.due == DueDate(date(2027, 1, 5), is_provisional=True)


def test_an_extension_from_a_provisional_date_stays_provisional() -> None:
    reading = read(opened("10-12", 60, Extended(day("11-20"), 5)), CALENDAR, day("11-21"))
    assert reading.due == DueDate(date(2027, 1, 12), is_provisional=True)


def test_a_stopped_clock_chases_nothing() -> None:
    clock = opened("04-08", 30, Stopped(day("06-02")))
    reading = read(clock, CALENDAR, day("09-01"))
    assert reading.is_stopped
    assert reading.stopped_on == day("06-02")
    assert not reading.is_running
    assert not reading.is_overdue
    assert reading.left_workdays == -7
    assert not was_in_time(clock, CALENDAR, day("06-02"))


def test_before_it_was_stopped_the_clock_was_overdue() -> None:
    clock = opened("04-08", 30, Stopped(day("06-02")))
    assert read(clock, CALENDAR, day("06-01")).is_overdue


def test_an_answer_sent_back_runs_again() -> None:
    clock = opened("04-08", 30, Stopped(day("05-20")), restarted("05-25", 10))
    reading = read(clock, CALENDAR, day("05-26"))
    assert reading.is_running
    assert reading.stopped_on is None
    assert reading.due.on == day("06-08")


def test_a_late_answer_sent_back_the_same_day_stays_late() -> None:
    clock = opened("04-08", 30, Stopped(day("05-27")), restarted("05-27", 10))
    assert not was_in_time(clock, CALENDAR, day("05-27"))
    assert was_in_time(clock, CALENDAR, day("05-28"))


def test_an_answer_during_a_suspension_is_judged_by_the_frozen_clock() -> None:
    clock = opened("04-08", 30, Suspended(day("05-12")))
    assert was_in_time(clock, CALENDAR, day("06-12"))


def test_a_period_begun_during_a_suspension_waits_for_the_resumption() -> None:
    clock = opened("04-08", 30, Suspended(day("05-12")), restarted("05-18", 10), Resumed(day("05-20")))
    assert read(clock, CALENDAR, day("05-19")).is_suspended
    assert due_of(clock, "05-20") == day("06-03")


def test_a_clock_may_be_dropped_while_suspended() -> None:
    clock = opened("04-08", 30, Suspended(day("05-12")), Stopped(day("05-18")))
    reading = read(clock, CALENDAR, day("05-18"))
    assert (reading.is_stopped, reading.is_suspended, reading.left_workdays) == (True, False, 8)


def test_entries_recorded_late_count_by_their_own_day() -> None:
    clock = opened("07-06", 30, Stopped(day("09-04")), Extended(day("08-12"), 15))
    assert was_in_time(clock, CALENDAR, day("09-04"))


def test_a_day_before_the_opening_reads_as_the_opening() -> None:
    reading = read(opened("04-08", 30), CALENDAR, day("04-01"))
    assert (reading.consumed_workdays, reading.left_workdays) == (0, 30)


NAIVE = datetime(2026, 5, 12, 9)  # noqa: DTZ001 refused below


@pytest.mark.parametrize(
    ("clock", "code", "fields"),
    [
        (opened("04-08", -1), "budget_out_of_range", ("budget_workdays",)),
        (opened("04-08", 3_001), "budget_out_of_range", ("budget_workdays",)),
        (opened("04-08", 30, restarted("05-12", -5)), "budget_out_of_range", ("budget_workdays",)),
        (opened("04-08", 30, Extended(day("05-12"), -5)), "extension_out_of_range", ("workdays",)),
        (opened("04-08", 30, Extended(day("05-12"), 0)), "extension_out_of_range", ("workdays",)),
        (opened("04-08", 30, Extended(day("04-07"), 5)), "before_start", ("on",)),
        (opened("04-08", 30, Resumed(day("05-12"))), "not_suspended", ("on",)),
        (opened("04-08", 30, Suspended(day("05-12")), Suspended(day("05-13"))), "already_suspended", ("on",)),
        (opened("04-08", 30, Stopped(day("05-12")), Stopped(day("05-13"))), "already_stopped", ("on",)),
        (opened("04-08", 30, Stopped(day("05-12")), Extended(day("05-13"), 5)), "already_stopped", ("on",)),
        (opened("04-08", 30, restarted("05-13", 5), restarted("05-12", 5)), "period_out_of_order", ("on",)),
        (opened("04-08", 30, instructed("05-12", "05-11")), "due_before_entry", ("due_on", "on")),
        (Clock(day("04-08"), 30, NAIVE), "instant_without_zone", ("recorded_at",)),
        (
            opened("04-08", 30, PeriodRestarted(day("05-12"), 5, NAIVE)),
            "instant_without_zone",
            ("recorded_at",),
        ),
    ],
)
def test_a_ledger_that_contradicts_itself_is_refused(
    clock: Clock, code: str, fields: tuple[str, ...]
) -> None:
    with pytest.raises(LedgerError) as caught:
        read(clock, CALENDAR, day("06-01"))
    assert (caught.value.code, caught.value.fields) == (code, fields)
    assert caught.value.code.label in str(caught.value)


def test_an_invalid_entry_of_the_future_is_refused_today() -> None:
    with pytest.raises(LedgerError):
        read(opened("04-08", 30, Resumed(day("05-12"))), CALENDAR, day("04-10"))


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """A clock with a valid ledger of any entries in any lawful order."""
    start = draw(st.dates(date(2025, 1, 1), date(2026, 12, 31)))
    on, is_suspended, is_stopped = start, False, False
    ledger: list[LedgerEntry] = []
    for _ in range(draw(st.integers(0, 8))):
        on += timedelta(days=draw(st.integers(0, 25)))
        recorded_at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
        begin: list[LedgerEntry] = [
            PeriodRestarted(on, draw(st.integers(1, 60)), recorded_at),
            DueDateSet(on, on + timedelta(days=draw(st.integers(0, 60))), recorded_at),
        ]
        change: list[LedgerEntry] = [
            Extended(on, draw(st.integers(1, 30))),
            Resumed(on) if is_suspended else Suspended(on),
            Stopped(on),
        ]
        entry = draw(st.sampled_from(begin if is_stopped else begin + change))
        is_stopped = isinstance(entry, Stopped)
        if isinstance(entry, Suspended | Resumed):
            is_suspended = isinstance(entry, Suspended)
        ledger.append(entry)
    recorded_at = datetime(start.year, start.month, start.day, 9, tzinfo=UTC)
    return Clock(start, draw(st.integers(1, 90)), recorded_at, tuple(ledger))


later = st.integers(0, 400)


@given(clocks(), later)
def test_budget_and_extensions_are_what_is_consumed_and_what_is_left(clock: Clock, days_on: int) -> None:
    reading = read(clock, CALENDAR, clock.started_on + timedelta(days=days_on))
    given_workdays = reading.budget_workdays + reading.extended_workdays
    assert given_workdays == reading.consumed_workdays + reading.left_workdays


@given(clocks(), later)
def test_a_clock_is_always_due_on_a_working_day(clock: Clock, days_on: int) -> None:
    assert CALENDAR.is_workday(read(clock, CALENDAR, clock.started_on + timedelta(days=days_on)).due.on)


@given(clocks(), later, later)
def test_time_only_goes_forward(clock: Clock, one: int, other: int) -> None:
    low, high = (
        read(clock, CALENDAR, clock.started_on + timedelta(days=days)) for days in sorted((one, other))
    )
    assert low.generation <= high.generation
    if low.generation == high.generation:
        assert low.consumed_workdays <= high.consumed_workdays
        assert low.due.on <= high.due.on
        if low.extended_workdays == high.extended_workdays:
            assert low.left_workdays >= high.left_workdays


@given(
    st.dates(date(2025, 1, 1), date(2026, 10, 1)), st.integers(1, 60), st.integers(0, 60), st.integers(0, 60)
)
def test_suspending_for_some_working_days_moves_the_due_date_by_as_many(
    start: date, budget: int, into: int, length: int
) -> None:
    recorded_at = datetime(start.year, start.month, start.day, 9, tzinfo=UTC)
    suspended_on = start + timedelta(days=into)
    resumed_on = suspended_on + timedelta(days=length)
    plain = Clock(start, budget, recorded_at)
    frozen = Clock(start, budget, recorded_at, (Suspended(suspended_on), Resumed(resumed_on)))
    before, after = (read(clock, CALENDAR, resumed_on).due.on for clock in (plain, frozen))
    assert CALENDAR.workdays_between(before, after) == CALENDAR.workdays_between(suspended_on, resumed_on)


@given(clocks(), st.randoms(use_true_random=False), later)
def test_the_order_of_recording_does_not_matter_for_entries_of_different_days(
    clock: Clock, random: Random, days_on: int
) -> None:
    days = [entry.on for entry in clock.ledger]
    changes = [entry for entry in clock.ledger if not isinstance(entry, PeriodRestarted | DueDateSet)]
    assume(len(set(days)) == len(days))
    begins = [entry for entry in clock.ledger if isinstance(entry, PeriodRestarted | DueDateSet)]
    random.shuffle(changes)
    shuffled = Clock(clock.started_on, clock.budget_workdays, clock.recorded_at, (*changes, *begins))
    today = clock.started_on + timedelta(days=days_on)
    assert read(shuffled, CALENDAR, today) == read(clock, CALENDAR, today)
