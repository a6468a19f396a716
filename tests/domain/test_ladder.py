"""Each rung fires once, in order, on its morning; the colour follows from dates alone."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import SHANGHAI, at_local, end_of_day
from domain.clocks import (
    Clock,
    DueDateSet,
    Extended,
    LedgerEntry,
    PeriodRestarted,
    Resumed,
    Stopped,
    Suspended,
    read,
)
from domain.ladder import (
    Colour,
    Ladder,
    Rung,
    colour_history,
    colour_on,
    due_rungs,
    next_rung_at,
    rung_at,
)
from regulations.calendars import load_calendar

CALENDAR = load_calendar()
UNIT = ("duty_holder",)

LADDER = Ladder(
    "feedback",
    (
        Rung("sign", 3, Colour.NONE, "unsigned", UNIT, measured_from="start", until_generation=1),
        Rung("blue_10", -10, Colour.BLUE, "due_soon", UNIT, min_budget_workdays=30),
        Rung("blue_5", -5, Colour.BLUE, "due_soon", UNIT),
        Rung("blue_1", -1, Colour.BLUE, "due_soon", UNIT),
        Rung("yellow", 1, Colour.YELLOW, "urge", ("duty_head",)),
        Rung("red", 5, Colour.RED, "circular", ("organiser", "inspection"), after="period"),
        Rung(
            "report",
            10,
            Colour.RED,
            "special_report",
            ("party_committee",),
            opens="escalation",
            after="period",
        ),
        Rung("talk", 1, Colour.RED, "talk", ("party_committee",), opens="talk", after="instruction"),
        Rung("again", 2, Colour.NONE, "again", UNIT, from_generation=2),
    ),
)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def opened(start: str, budget: int, *ledger: LedgerEntry) -> Clock:
    return Clock(day(start), budget, at_local(day(start), 8), ledger)


def local_days(clock: Clock, today: str) -> dict[str, str]:
    reading = read(clock, CALENDAR, day(today))
    return {rung.name: f"{rung_at(rung, reading, 'key').astimezone(SHANGHAI):%m-%d}" for rung in LADDER.rungs}


def names_due(clock: Clock, today: str, *fired: tuple[int, str]) -> list[str]:
    due = due_rungs(clock, LADDER, CALENDAR, set(fired), end_of_day(day(today)) - timedelta(minutes=1), "key")
    return [due_rung.rung.name for due_rung in due]


def test_the_rungs_of_case_a_01_stand_on_their_days() -> None:
    days = local_days(opened("04-08", 30), "04-08")
    assert (days["sign"], days["blue_10"], days["blue_5"], days["blue_1"]) == (
        "04-13",
        "05-09",
        "05-15",
        "05-21",
    )


def test_the_rungs_of_case_b_07_stand_on_their_days() -> None:
    days = local_days(opened("06-01", 30), "06-01")
    assert (days["yellow"], days["red"], days["report"]) == ("07-15", "07-21", "07-28")
    after = local_days(
        opened("06-01", 30, DueDateSet(day("07-30"), day("08-13"), at_local(day("07-30"), 10))), "07-30"
    )
    assert after["talk"] == "08-14"


@pytest.mark.parametrize("key", [f"task-{number}" for number in range(40)])
def test_a_rung_comes_between_half_past_eight_and_ten_to_nine(key: str) -> None:
    reading = read(opened("04-08", 30), CALENDAR, day("04-08"))
    at = rung_at(LADDER.rungs[1], reading, key)
    assert at_local(day("05-09"), 8, 30) <= at <= at_local(day("05-09"), 8, 49)


def test_the_jitter_spreads_keys_and_is_the_same_in_every_process() -> None:
    reading = read(opened("04-08", 30), CALENDAR, day("04-08"))
    ats = [rung_at(LADDER.rungs[1], reading, f"task-{number}") for number in range(200)]
    assert len(set(ats)) == 20
    assert ats[0] == at_local(day("05-09"), 8, 42)


def test_a_rung_fires_once_in_its_generation() -> None:
    clock = opened("04-08", 30)
    assert names_due(clock, "05-09") == ["sign", "blue_10"]
    assert names_due(clock, "05-09", (1, "sign"), (1, "blue_10")) == []


def test_an_outage_delays_rungs_and_drops_none() -> None:
    assert names_due(opened("04-08", 30), "06-10") == [
        "sign",
        "blue_10",
        "blue_5",
        "blue_1",
        "yellow",
        "red",
        "report",
    ]


def test_a_short_period_has_no_early_rung() -> None:
    assert "blue_10" not in names_due(opened("05-11", 20), "06-05")
    assert "blue_5" in names_due(opened("05-11", 20), "06-05")


def test_a_new_generation_has_its_rungs_again() -> None:
    clock = opened("04-08", 30, PeriodRestarted(day("05-25"), 30, at_local(day("05-25"), 8)))
    assert names_due(clock, "07-06", (1, "blue_10"), (1, "yellow")) == ["blue_10", "blue_5", "blue_1"]
    assert names_due(clock, "07-10", (2, "blue_10"), (2, "blue_5"), (2, "blue_1")) == ["yellow", "again"]


def test_overdue_again_after_an_instruction_leads_to_a_talk_and_not_to_another_report() -> None:
    clock = opened("06-01", 30, DueDateSet(day("07-30"), day("08-13"), at_local(day("07-30"), 10)))
    assert "talk" not in names_due(clock, "08-13")
    due = names_due(clock, "09-10")
    assert "talk" in due
    assert "report" not in due
    assert "talk" not in names_due(opened("06-01", 30), "09-10")


def test_what_is_entered_afterwards_fires_no_rung_of_the_past() -> None:
    clock = Clock(day("04-08"), 30, at_local(day("05-18"), 15))
    assert names_due(clock, "05-20") == []
    assert names_due(clock, "05-21") == ["blue_1"]


def test_a_stopped_or_suspended_clock_fires_nothing() -> None:
    for entry in (Stopped(day("05-20")), Suspended(day("05-20"))):
        clock = opened("04-08", 30, entry)
        assert names_due(clock, "06-10") == []
        now = at_local(day("06-10"), 9)
        assert next_rung_at(clock, LADDER, CALENDAR, set(), now, "key") is None


def test_a_suspension_takes_the_rungs_ahead_along() -> None:
    clock = opened("04-08", 30, Suspended(day("04-10")), Resumed(day("04-17")))
    days = local_days(clock, "04-17")
    assert days["sign"] == "04-20"
    assert days["blue_1"] == "05-28"


def test_a_suspension_leaves_the_rungs_behind_it_where_they_were() -> None:
    clock = opened("04-08", 30, Suspended(day("04-13")), Resumed(day("04-17")))
    assert local_days(clock, "04-17")["sign"] == "04-13"


def test_the_next_rung_is_the_earliest_one_ahead() -> None:
    clock = opened("04-08", 30)
    reading = read(clock, CALENDAR, day("04-08"))
    blue_5 = rung_at(LADDER.rungs[2], reading, "key")
    blue_10 = rung_at(LADDER.rungs[1], reading, "key")
    now = at_local(day("05-08"), 9)
    assert next_rung_at(clock, LADDER, CALENDAR, set(), now, "key") == blue_10
    assert next_rung_at(clock, LADDER, CALENDAR, {(1, "blue_10")}, now, "key") == blue_5
    assert next_rung_at(clock, LADDER, CALENDAR, set(), blue_10, "key") == blue_5


def test_after_the_last_rung_nothing_is_awaited() -> None:
    now = at_local(day("08-10"), 9)
    assert next_rung_at(opened("04-08", 30), LADDER, CALENDAR, set(), now, "key") is None


def test_the_colours_of_case_b_07() -> None:
    clock = opened(
        "06-01",
        30,
        DueDateSet(day("07-30"), day("08-13"), at_local(day("07-30"), 10)),
        Stopped(day("08-21")),
    )
    assert colour_history(clock, LADDER, CALENDAR, day("12-01")) == [
        (day("06-30"), Colour.BLUE),
        (day("07-15"), Colour.YELLOW),
        (day("07-21"), Colour.RED),
        (day("07-30"), Colour.NONE),
        (day("08-06"), Colour.BLUE),
        (day("08-14"), Colour.RED),
        (day("08-22"), Colour.NONE),
    ]


def test_the_colour_history_ends_on_the_day_asked() -> None:
    history = colour_history(opened("06-01", 30), LADDER, CALENDAR, day("07-15"))
    assert history == [(day("06-30"), Colour.BLUE), (day("07-15"), Colour.YELLOW)]


def test_the_colour_of_a_past_day_is_true_of_what_was_entered_afterwards() -> None:
    clock = Clock(day("06-01"), 30, at_local(day("08-03"), 9), (Stopped(day("07-24")),))
    assert colour_on(clock, LADDER, CALENDAR, day("07-22")) is Colour.RED
    assert colour_on(clock, LADDER, CALENDAR, day("07-24")) is Colour.RED
    assert colour_on(clock, LADDER, CALENDAR, day("07-25")) is Colour.NONE


def test_the_colour_is_frozen_during_a_suspension() -> None:
    clock = opened("06-01", 30, Suspended(day("07-14")), Resumed(day("08-03")))
    assert colour_on(clock, LADDER, CALENDAR, day("07-30")) is Colour.BLUE
    assert colour_on(clock, LADDER, CALENDAR, day("08-03")) is Colour.BLUE
    assert colour_on(clock, LADDER, CALENDAR, day("08-04")) is Colour.YELLOW


def test_an_extension_gives_back_the_colour_of_its_new_date() -> None:
    clock = opened("07-06", 30, Extended(day("08-12"), 15))
    assert colour_on(clock, LADDER, CALENDAR, day("08-11")) is Colour.BLUE
    assert colour_on(clock, LADDER, CALENDAR, day("08-12")) is Colour.NONE


def test_before_the_opening_there_is_no_colour() -> None:
    clock = opened("06-01", 1)
    assert colour_on(clock, LADDER, CALENDAR, day("05-29")) is Colour.NONE
    assert colour_on(clock, LADDER, CALENDAR, day("06-01")) is Colour.BLUE


def test_colours_carry_the_words_people_use() -> None:
    assert [colour.label for colour in Colour] == ["正常", "蓝牌", "黄牌", "红牌"]


entries = st.lists(
    st.tuples(st.sampled_from(["extend", "pause", "restart", "instruct", "stop"]), st.integers(0, 30)),
    max_size=5,
)


def ledger_of(start: date, steps: list[tuple[str, int]]) -> tuple[LedgerEntry, ...]:
    """A valid ledger from drawn steps, each some days after the one before."""
    ledger: list[LedgerEntry] = []
    on = start
    for kind, days in steps:
        on += timedelta(days=days)
        is_stopped = bool(ledger) and isinstance(ledger[-1], Stopped)
        if kind == "restart" or is_stopped:
            ledger.append(PeriodRestarted(on, 5 + days, at_local(on, 9)))
        elif kind == "instruct":
            ledger.append(DueDateSet(on, on + timedelta(days=days), at_local(on, 9)))
        elif kind == "extend":
            ledger.append(Extended(on, 1 + days))
        elif kind == "pause":
            ledger.append(Suspended(on))
            on += timedelta(days=days)
            ledger.append(Resumed(on))
        else:
            ledger.append(Stopped(on))
    return tuple(ledger)


@given(
    st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    st.integers(1, 60),
    entries,
    st.lists(st.integers(0, 60 * 24 * 200), min_size=1, max_size=12),
)
def test_however_often_it_is_asked_no_rung_fires_twice_or_early_or_before_it_was_recorded(
    start: date, budget: int, steps: list[tuple[str, int]], minutes: list[int]
) -> None:
    clock = Clock(start, budget, at_local(start, 8), ledger_of(start, steps))
    fired: list[tuple[int, str]] = []
    for minute in sorted(minutes):
        now = at_local(start, 8) + timedelta(minutes=minute)
        for due in due_rungs(clock, LADDER, CALENDAR, fired, now, "key"):
            reading = read(clock, CALENDAR, now.astimezone(SHANGHAI).date())
            assert reading.recorded_at <= due.at <= now
            fired.append((due.generation, due.rung.name))
        assert due_rungs(clock, LADDER, CALENDAR, fired, now, "key") == []
    assert len(fired) == len(set(fired))


@given(st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.integers(1, 60), st.integers(0, 60 * 24 * 200))
def test_waking_at_each_next_rung_fires_exactly_what_one_late_look_would(
    start: date, budget: int, minutes: int
) -> None:
    clock = Clock(start, budget, at_local(start, 8))
    until = at_local(start, 8) + timedelta(minutes=minutes)
    fired: list[tuple[int, str]] = []
    now: datetime | None = at_local(start, 8)
    while now is not None and now <= until:
        fired += [
            (due.generation, due.rung.name) for due in due_rungs(clock, LADDER, CALENDAR, fired, now, "key")
        ]
        now = next_rung_at(clock, LADDER, CALENDAR, fired, now, "key")
    late = due_rungs(clock, LADDER, CALENDAR, (), until, "key")
    assert fired == [(due.generation, due.rung.name) for due in late]


@given(st.dates(date(2025, 1, 1), date(2026, 10, 31)), st.integers(1, 60), entries, st.integers(0, 200))
def test_the_history_tells_the_colour_of_every_day(
    start: date, budget: int, steps: list[tuple[str, int]], days_on: int
) -> None:
    clock = Clock(start, budget, at_local(start, 8), ledger_of(start, steps))
    on = start + timedelta(days=days_on)
    history = colour_history(clock, LADDER, CALENDAR, on)
    told = history[-1][1] if history else Colour.NONE
    assert told is colour_on(clock, LADDER, CALENDAR, on)


@given(st.dates(date(2025, 1, 1), date(2026, 10, 31)), st.integers(1, 60), st.lists(st.integers(0, 150)))
def test_an_untouched_clock_only_grows_graver(start: date, budget: int, offsets: list[int]) -> None:
    clock = Clock(start, budget, at_local(start, 8))
    ranks = [
        colour_on(clock, LADDER, CALENDAR, start + timedelta(days=offset)).rank for offset in sorted(offsets)
    ]
    assert ranks == sorted(ranks)
