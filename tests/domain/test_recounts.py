"""A newer working calendar: what it does to clocks, and what it leaves alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import WorkCalendar, YearTable
from domain.calendar_layers import Layer, edition, layered
from domain.clocks import Clock, LedgerEntry, explain, read
from domain.ledger import DueDateSet, Extended, PeriodRestarted, Recounted, Resumed, Stopped, Suspended
from regulations.calendars import load_calendar

BASE = load_calendar()
AT = datetime(2026, 10, 12, 2, tzinfo=UTC)


def invented_2027(*days_off: date, workdays: tuple[date, ...] = (), revision: int = 1) -> YearTable:
    """A table that nobody has published."""
    return YearTable(
        2027, dict.fromkeys(days_off, "元旦"), dict.fromkeys(workdays, "调休"), "试验用表", revision
    )


NEW_YEAR = tuple(date(2027, 1, 1) + timedelta(days=offset) for offset in range(3))
LAYERS = (Layer(1, "", invented_2027(*NEW_YEAR, date(2027, 1, 4), workdays=(date(2027, 1, 9),))),)


def current(layers: tuple[Layer, ...] = LAYERS, area: str = "linfen/yaoling", unit: str = "") -> WorkCalendar:
    """The calendar of an area that finds its earlier versions."""
    return replace(layered(BASE, layers, area, unit), editions=lambda version: edition(BASE, layers, version))


CALENDAR = current()
RECOUNT = Recounted(date(2026, 12, 10), CALENDAR.version, BASE.version)


def test_the_provisional_date_of_d12_is_counted_afresh() -> None:
    clock = Clock(date(2026, 10, 12), 60, AT, calendar_version=BASE.version)
    before = read(clock, CALENDAR, date(2026, 12, 10))
    assert (before.due.on, before.due.is_provisional) == (date(2027, 1, 5), True)
    after = read(replace(clock, ledger=(RECOUNT,)), CALENDAR, date(2026, 12, 10))
    assert (after.due.on, after.due.is_provisional) == (date(2027, 1, 6), False)
    # What was said before stays as it was said.
    assert read(replace(clock, ledger=(RECOUNT,)), CALENDAR, date(2026, 12, 9)).due == before.due


def test_the_explanation_says_what_the_newer_calendar_did() -> None:
    clock = Clock(date(2026, 10, 12), 60, AT, (RECOUNT,), BASE.version)
    texts = [line.text for line in explain(clock, CALENDAR)]
    assert f"2026-12-10 按工作日历〔{CALENDAR.version}〕重新计算：原暂定 2027-01-05 → 现 2027-01-06" in texts
    assert not [text for text in texts if text.startswith("暂定到期")]


def test_a_stopped_clock_stays_as_it_stopped_but_a_new_period_goes_by_the_newer_calendar() -> None:
    stopped = Clock(date(2026, 10, 12), 60, AT, (Stopped(date(2026, 12, 1)), RECOUNT), BASE.version)
    assert read(stopped, CALENDAR, date(2026, 12, 31)).due.on == date(2027, 1, 5)
    sent_back = PeriodRestarted(date(2026, 12, 15), 20, AT)
    again = read(replace(stopped, ledger=(*stopped.ledger, sent_back)), CALENDAR, date(2026, 12, 31))
    assert again.due == CALENDAR.add_workdays(date(2026, 12, 15), 20)
    assert not again.due.is_provisional


def test_nobody_is_late_of_a_sudden() -> None:
    worked = (Layer(1, "", invented_2027(workdays=(date(2027, 1, 2), date(2027, 1, 3)))),)
    calendar = current(worked)
    recount = Recounted(date(2027, 1, 5), calendar.version, BASE.version)
    clock = Clock(date(2026, 10, 12), 60, AT, (recount,), BASE.version)
    assert calendar.add_workdays(date(2026, 10, 12), 60).on < date(2027, 1, 5)
    assert read(clock, calendar, date(2027, 1, 5)).due.on == date(2027, 1, 5)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[LedgerEntry, ...]:
    """Random ledgers of one or several periods around the end of 2026."""
    day = date(2026, 10, 12)
    entries: list[LedgerEntry] = []
    is_suspended = False
    for kind in draw(st.lists(st.sampled_from(["extend", "pause", "restart", "set"]), max_size=5)):
        day += timedelta(days=draw(st.integers(0, 12)))
        match kind:
            case "extend":
                entries.append(Extended(day, draw(st.integers(1, 30))))
            case "pause":
                entries.append(Resumed(day) if is_suspended else Suspended(day))
                is_suspended = not is_suspended
            case "restart":
                entries.append(PeriodRestarted(day, draw(st.integers(0, 60)), AT))
            case _:
                entries.append(DueDateSet(day, day + timedelta(days=draw(st.integers(0, 80))), AT))
    return tuple(entries)


@given(ledgers(), st.integers(5, 60), st.integers(0, 90))
def test_a_recount_equals_counting_afresh_and_never_moves_a_passed_deadline(
    ledger: tuple[LedgerEntry, ...], budget: int, later: int
) -> None:
    on = max([date(2026, 10, 12), *(entry.on for entry in ledger)]) + timedelta(days=later)
    old = Clock(date(2026, 10, 12), budget, AT, ledger, BASE.version)
    recounted = replace(old, ledger=(*ledger, Recounted(on, CALENDAR.version, BASE.version)))
    before, after = read(old, CALENDAR, on), read(recounted, CALENDAR, on)
    afresh = read(replace(old, calendar_version=""), CALENDAR, on)
    assert after.generation == before.generation
    if before.is_overdue:
        assert after.due == before.due
        return
    as_of = min(on, before.suspended_on or on)
    assert after.due.is_provisional == afresh.due.is_provisional
    assert after.due.on == max(afresh.due.on, CALENDAR.next_workday(as_of))
    assert not after.is_overdue


def test_the_nearer_table_has_the_last_word_and_a_year_needs_the_nations_table() -> None:
    fire_feast = YearTable(2027, {date(2027, 8, 2): "火把节"}, {}, "州规定")
    local = Layer(1, "sichuan/minling", fire_feast)
    assert current((local,), "sichuan/minling/a").is_known(2027) is False
    both = (local, Layer(2, "", invented_2027(*NEW_YEAR)))
    assert current(both, "sichuan/minling/a").name_of(date(2027, 8, 2)) == "火把节"
    assert current(both, "sichuan").is_workday(date(2027, 8, 2))
    unit = (
        *both,
        Layer(3, "unit:u1", YearTable(2027, {}, {date(2027, 8, 1): "值班"}, "单位安排")),
    )
    theirs = current(unit, "sichuan/minling/a", "u1")
    assert theirs.is_workday(date(2027, 8, 1))
    assert not current(unit, "sichuan/minling/a", "u2").is_workday(date(2027, 8, 1))
    assert theirs.version == f"{BASE.version}+3@sichuan/minling#u1"


def test_every_version_is_found_again_by_its_name() -> None:
    revised = (*LAYERS, Layer(2, "", invented_2027(*NEW_YEAR, revision=2)))
    calendar = current(revised)
    first = calendar.named(f"{BASE.version}+1")
    assert not first.is_workday(date(2027, 1, 4))
    assert calendar.is_workday(date(2027, 1, 4))
    assert not calendar.named(BASE.version).is_known(2027)


@pytest.mark.parametrize("version", ["cn-2026.1+9", "cn-1999.1", "1", "cn-2026.1+1@nowhere"])
def test_a_version_that_was_never_given_is_not_guessed(version: str) -> None:
    with pytest.raises(LookupError):
        CALENDAR.named(version)
