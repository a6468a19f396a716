"""Dated cases of the clock, whose answers were found without it: see `dated_cases.toml` for how."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from domain.calendar import WorkCalendar, YearTable, at_local
from domain.clocks import Clock, LedgerEntry, explain, read, was_in_time
from domain.day_count import DayKind, count_days
from domain.explanations import LineKind
from domain.ladder import colour_on
from domain.ledger import DueDateSet, Extended, PeriodRestarted, Recounted, Resumed, Stopped, Suspended
from domain.matters import ObligationKind
from regulations.calendars import load_calendar
from regulations.loader import load_rule_sets

TABLE = tomllib.loads(Path(__file__).with_name("dated_cases.toml").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = TABLE["case"]
SHIPPED = load_calendar()
LADDER = load_rule_sets()["suzhou"].ladder(ObligationKind.FEEDBACK_TASK)


def edition_of(version: str) -> WorkCalendar:
    if version in ("shipped", SHIPPED.version):
        return CALENDAR
    said = TABLE["editions"][version]
    shipped = SHIPPED.years.get(said["year"])
    table = YearTable(
        year=said["year"],
        days_off=(dict(shipped.days_off) if shipped else {})
        | dict.fromkeys((*said.get("off", ()), *said.get("also_off", ())), "放假"),
        workdays=(dict(shipped.workdays) if shipped else {}) | dict.fromkeys(said.get("worked", ()), "上班"),
        source=said["source"],
    )
    years = {**SHIPPED.years, said["year"]: table}
    return WorkCalendar(version, years, editions=edition_of)


CALENDAR = replace(SHIPPED, editions=edition_of)

ENTRIES: Mapping[str, Callable[[dict[str, Any]], LedgerEntry]] = {
    "extended": lambda one: Extended(one["on"], one["workdays"]),
    "suspended": lambda one: Suspended(one["on"]),
    "resumed": lambda one: Resumed(one["on"]),
    "restarted": lambda one: PeriodRestarted(one["on"], one["workdays"], at_local(one["on"], 9)),
    "instructed": lambda one: DueDateSet(one["on"], one["due"], at_local(one["on"], 9)),
    "stopped": lambda one: Stopped(one["on"]),
    "recounted": lambda one: Recounted(one["on"], one["edition"], SHIPPED.version),
}


def clock_of(case: dict[str, Any]) -> Clock:
    ledger = tuple(ENTRIES[one["what"]](one) for one in case.get("ledger", ()))
    return Clock(case["start"], case["workdays"], at_local(case["start"], 8), ledger)


def calendar_of(case: dict[str, Any]) -> WorkCalendar:
    return edition_of(case.get("edition", "shipped"))


def last_day(case: dict[str, Any]) -> date:
    days: list[date] = [case["start"], *(one["on"] for one in case.get("ledger", ()))]
    return max(days)


def cases(field: str = "name") -> pytest.MarkDecorator:
    wanted = [one for one in CASES if field in one]
    return pytest.mark.parametrize("case", wanted, ids=[one["name"] for one in wanted])


def test_the_table_has_sixty_cases_of_every_kind_and_more() -> None:
    kinds = {entry["what"] for one in CASES for entry in one.get("ledger", ())}
    assert len(CASES) >= 60
    assert kinds == set(ENTRIES)
    assert len({one["name"] for one in CASES}) == len(CASES)


@cases()
def test_the_due_date_is_the_one_counted_without_it(case: dict[str, Any]) -> None:
    due = read(clock_of(case), calendar_of(case), last_day(case)).due
    assert (due.on, due.is_provisional) == (case["due"], case.get("is_provisional", False))


@cases("colours")
def test_every_day_has_the_colour_of_the_table(case: dict[str, Any]) -> None:
    days = {date.fromisoformat(day): colour for day, colour in case["colours"].items()}
    shown = {day: colour_on(clock_of(case), LADDER, calendar_of(case), day).value for day in days}
    assert shown == days


@cases("in_time")
def test_an_answer_keeps_the_period_or_not_as_the_table_says(case: dict[str, Any]) -> None:
    days = {date.fromisoformat(day): kept for day, kept in case["in_time"].items()}
    assert {day: was_in_time(clock_of(case), calendar_of(case), day) for day in days} == days


@cases()
def test_the_explanation_and_the_sheet_of_days_end_on_that_date(case: dict[str, Any]) -> None:
    clock, calendar = clock_of(case), calendar_of(case)
    (due,) = [line for line in explain(clock, calendar) if line.kind is LineKind.DUE]
    assert due.on == case["due"]
    assert due.text.startswith("暂定" if case.get("is_provisional") else "到期")
    days = count_days(clock, calendar).days
    assert days[-1].on in (case["due"], days[0].on)
    assert all(after.on - before.on == timedelta(days=1) for before, after in pairwise(days))
    assert all(day.kind is not DayKind.COUNTED or day.number > 0 for day in days)
