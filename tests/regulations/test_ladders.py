"""The ladders of the books on the dates of the sample cases (domain.md §5)."""

from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from domain.calendar import local_date
from domain.clocks import Clock
from domain.ladder import Colour, Ladder, colour_history, due_rungs
from domain.ledger import DueDateSet, LedgerEntry, Stopped
from domain.matters import ObligationKind
from domain.refusals import RefusalCode, Refused
from regulations.calendars import load_calendar
from regulations.county import with_county
from regulations.loader import load_rule_sets
from regulations.reading_ladders import ladder_table, read_ladder

BOOKS = load_rule_sets()
CALENDAR = load_calendar()


def clock(started_on: date, budget_workdays: int, *ledger: LedgerEntry) -> Clock:
    recorded_at = datetime(started_on.year, started_on.month, started_on.day, 1, tzinfo=UTC)
    return Clock(started_on, budget_workdays, recorded_at, ledger)


def fired(of: Clock, ladder: Ladder, until: date) -> list[tuple[str, date]]:
    """Every rung that has come by the end of that day, with its day, when none was fired before."""
    now = datetime(until.year, until.month, until.day, 15, tzinfo=UTC)
    return [(due.rung.name, local_date(due.at)) for due in due_rungs(of, ladder, CALENDAR, (), now, "key")]


def test_case_a_01_is_reminded_ten_five_and_one_workdays_before_its_due_date() -> None:
    ladder = BOOKS["suzhou"].ladder(ObligationKind.FEEDBACK_TASK)
    assert fired(clock(date(2026, 4, 8), 30), ladder, date(2026, 5, 22)) == [
        ("blue_10", date(2026, 5, 9)),
        ("blue_5", date(2026, 5, 15)),
        ("blue_1", date(2026, 5, 21)),
    ]


def test_a_village_period_of_20_workdays_has_no_reminder_ten_days_before() -> None:
    ladder = BOOKS["suzhou"].ladder(ObligationKind.FEEDBACK_TASK)
    names = [name for name, _ in fired(clock(date(2026, 5, 11), 20), ladder, date(2026, 6, 8))]
    assert names == ["blue_5", "blue_1"]


def test_case_b_07_goes_yellow_red_and_to_the_county_committee() -> None:
    ladder = BOOKS["nantong"].ladder(ObligationKind.FEEDBACK_TASK)
    late = fired(clock(date(2026, 6, 1), 30), ladder, date(2026, 7, 29))
    assert late[-3:] == [
        ("yellow", date(2026, 7, 15)),
        ("red", date(2026, 7, 21)),
        ("special_report", date(2026, 7, 28)),
    ]


def test_case_b_07_overdue_again_after_the_instruction_leads_to_a_talk_and_no_second_special_report() -> None:
    ladder = BOOKS["nantong"].ladder(ObligationKind.FEEDBACK_TASK)
    instructed_at = datetime(2026, 7, 30, 2, tzinfo=UTC)
    instructed = clock(date(2026, 6, 1), 30, DueDateSet(date(2026, 7, 30), date(2026, 8, 13), instructed_at))
    after = fired(instructed, ladder, date(2026, 9, 30))
    assert after[-1] == ("talk_proposed", date(2026, 8, 14))
    assert {name for name, _ in after} <= {"blue_5", "blue_1", "talk_proposed"}


def test_the_colour_of_a_task_answered_in_time_is_never_yellow() -> None:
    ladder = BOOKS["suzhou"].ladder(ObligationKind.FEEDBACK_TASK)
    answered = clock(date(2026, 4, 8), 30, Stopped(date(2026, 5, 22)))
    colours = {colour for _, colour in colour_history(answered, ladder, CALENDAR, date(2026, 7, 1))}
    assert colours <= {Colour.NONE, Colour.BLUE}


def test_an_unacknowledged_task_is_told_once_three_workdays_have_passed() -> None:
    ladder = BOOKS["suzhou"].ladder(ObligationKind.ACKNOWLEDGEMENT)
    waiting = clock(date(2026, 4, 8), 3)
    assert fired(waiting, ladder, date(2026, 4, 13)) == []
    assert fired(waiting, ladder, date(2026, 4, 14)) == [("not_yet_acknowledged", date(2026, 4, 14))]


def test_the_party_committees_desk_is_overdue_after_its_five_workdays() -> None:
    ladder = BOOKS["nantong"].ladder(ObligationKind.ESCALATION)
    desk = clock(date(2026, 7, 28), 5)
    assert ("yellow", date(2026, 8, 5)) in fired(desk, ladder, date(2026, 8, 5))


# ---------------------------------------------------------------- a county's own ladder


@pytest.mark.parametrize("region", BOOKS)
def test_a_ladder_written_down_is_read_back_as_it_was(region: str) -> None:
    for kind, ladder in BOOKS[region].ladders.items():
        assert read_ladder("county", kind.value, ladder_table(ladder)) == (kind, ladder)


def without_desk(name: str) -> list[dict[str, Any]]:
    rungs = ladder_table(BOOKS["suzhou"].ladder(ObligationKind.FEEDBACK_TASK))
    return [rung for rung in rungs if rung["name"] != name]


@pytest.mark.parametrize("missing", ["special_report", "talk_proposed"])
def test_no_county_takes_away_the_way_to_the_party_committee(missing: str) -> None:
    with pytest.raises(Refused) as caught:
        with_county(BOOKS["suzhou"], {}, "x", {"feedback_task": without_desk(missing)})
    assert (caught.value.refusal.code, caught.value.refusal.field) == (
        RefusalCode.INVALID_INPUT,
        "ladder.feedback_task.opens",
    )


def test_a_ladder_without_rungs_chases_nobody_and_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        with_county(BOOKS["suzhou"], {}, "x", {"reporting": []})
    assert caught.value.refusal.field == "ladder.reporting.-"


def test_a_ladder_that_a_document_sets_is_no_countys_to_change(tmp_path: Path) -> None:
    for file in resources.files("regulations").iterdir():
        if file.name.endswith(".toml"):
            (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    own = '[[ladder.reporting]]\nname = "late"\noffset_workdays = 1\ncolour = "red"\nnotice = "overdue"\ntell = ["owner"]\n'
    path = tmp_path / "suzhou.toml"
    path.write_text(path.read_text(encoding="utf-8") + own, encoding="utf-8")
    book = load_rule_sets(tmp_path)["suzhou"]
    assert [rung.name for rung in book.ladder(ObligationKind.REPORTING).rungs] == ["late"]
    rungs = ladder_table(BOOKS["suzhou"].ladder(ObligationKind.REPORTING))
    with pytest.raises(Refused) as caught:
        with_county(book, {}, "x", {"reporting": rungs})
    assert (caught.value.refusal.code, caught.value.refusal.field) == (
        RefusalCode.PARENT_RULE_HARD,
        "ladder.reporting",
    )
