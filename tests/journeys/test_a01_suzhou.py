"""A-01 苏州：老旧小区加装电梯与停车位重排 (domain.md §5): passes every gate, to the day."""

from datetime import date
from pathlib import Path

import pytest

from domain.notices import NoticeKind
from tests.journeys.playing import Entered, journey

pytestmark = pytest.mark.journey


async def test_entered_afterwards_it_passes_every_gate_and_fires_no_rung(
    tmp_path: Path, database_url: str
) -> None:
    async with journey("A-01", tmp_path, is_live=False, database_url=database_url) as played:
        standing = await played.consultation()
        assert played.played.complaints == []
        assert standing["state"] == "archived"
        assert standing["completed_on"] == "2026-06-08"
        assert standing["archived_on"] == "2026-11-16"
        # Refused are a 退办 one day late, and 归档 before the class B item was looked at again.
        assert played.refusals() == [("04-16", ()), ("08-17", ("SZ-28",))]
        assert played.rungs_in_all() == 0
        assert played.audit_faults() == []


async def test_live_its_blue_reminders_come_from_the_worked_saturday_on(
    tmp_path: Path,
) -> None:
    async with journey("A-01", tmp_path, is_live=True) as played:
        assert played.played.complaints == []
        assert played.rungs(3) == [
            ("blue_10", 1, date(2026, 5, 9)),
            ("blue_5", 1, date(2026, 5, 15)),
            ("blue_1", 1, date(2026, 5, 21)),
        ]
        # Answered on 05-15: nobody is reminded of what they have answered.
        assert ("blue_1", 1, date(2026, 5, 21)) not in played.rungs(1)
        assert played.letters(NoticeKind.OVERDUE) == 0
        assert (await played.consultation())["state"] == "archived"


async def test_an_answer_on_the_due_date_is_in_time_and_its_item_is_looked_at_twice(entered: Entered) -> None:
    played = await entered("A-01")
    task = await played.task(3)
    assert task["clock"]["clock"]["due_on"] == task["answered_on"] == "2026-05-22"
    assert task["answers"][-1]["is_in_time"] is True
    assert played.due_on("follow_up_review") == [date(2026, 8, 17), date(2026, 11, 13)]
    assert (await played.evaluations())["composite_score"] == "90.7"


async def test_its_dates_are_those_of_the_handbook(entered: Entered) -> None:
    played = await entered("A-01")
    assert played.due_on("acknowledgement") == [date(2026, 4, 13)] * 3
    assert played.due_on("reporting") == [date(2026, 4, 7)]
    (sent,) = await played.read("submissions")
    assert sent["sent_on"] == "2026-04-03"
    explained = [one for dissent in await played.read("dissents") for one in dissent["explanations"]]
    assert [one["explained_on"] for one in explained] == ["2026-04-02", "2026-04-02"]
    answered = [
        (task["answered_on"], task["verified_on"], task["answers"][-1]["result"])
        for task in [await played.task(item) for item in (1, 2, 3)]
    ]
    assert answered == [
        ("2026-05-15", "2026-05-15", "A"),
        ("2026-05-20", "2026-05-20", "A"),
        ("2026-05-22", "2026-05-22", "B"),
    ]


async def test_the_notice_went_out_before_its_last_day(entered: Entered) -> None:
    played = await entered("A-01")
    calendar = played.simulation.parts.books.calendar
    (session,) = await played.read("sessions")
    latest_on = calendar.add_workdays(date(2026, 3, 26), -5).on
    assert latest_on == date(2026, 3, 19)
    assert date.fromisoformat(session["notice_sent_on"]) <= latest_on
