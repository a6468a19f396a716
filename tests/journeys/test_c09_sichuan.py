"""C-09 四川：农村客运班线与学生周末接送 (domain.md §5): an absent department, and a class C explained."""

from datetime import date
from pathlib import Path

import pytest

from domain.notices import NoticeKind
from tests.journeys.playing import Entered, journey

pytestmark = pytest.mark.journey


async def test_an_absent_department_breaks_the_session_off_and_everybody_is_told(entered: Entered) -> None:
    played = await entered("C-09")
    assert played.played.complaints == []
    standing = await played.consultation()
    assert standing["state"] == "completed"
    assert [one["reason"] for one in standing["suspensions"]] == ["交通局负责同志缺席，协商中止，改期举行。"]
    # Staff, convener and the county's party committee; no unit has a task yet.
    assert played.letters(NoticeKind.SUSPENDED) == 3
    assert played.letters(NoticeKind.RESUMED) == 3


async def test_lived_through_the_new_session_is_announced_to_the_departments(tmp_path: Path) -> None:
    async with journey("C-09", tmp_path, is_live=True) as played:
        assert played.played.complaints == []
        assert played.letters(NoticeKind.SUSPENDED) == 3
        assert played.letters(NoticeKind.SESSION_NOTICE) > 0
        assert played.letters(NoticeKind.OVERDUE) == 0


async def test_its_dates_and_results_are_those_of_the_handbook(entered: Entered) -> None:
    played = await entered("C-09")
    assert (await played.consultation())["deliberated_on"] == "2026-04-09"
    assert [(one["held_on"], one["state"]) for one in await played.read("sessions")] == [
        ("2026-03-26", "broken_off"),
        ("2026-04-09", "held"),
    ]
    assert played.due_on("reporting") == [date(2026, 4, 20)]
    (sent,) = await played.read("submissions")
    assert sent["sent_on"] == "2026-04-14"
    assert played.due_on("feedback_task") == [date(2026, 7, 13)] * 3
    tasks = [await played.task(item) for item in (1, 2, 3)]
    assert [(one["answered_on"], one["answers"][-1]["result"]) for one in tasks] == [
        ("2026-07-08", "A"),
        ("2026-07-08", "A"),
        ("2026-07-10", "C"),
    ]
    found = await played.evaluations()
    assert (found["satisfied"], found["basically_satisfied"], found["dissatisfied"]) == (18, 9, 4)


async def test_what_cannot_be_solved_this_year_is_explained_and_followed_by_the_members(
    entered: Entered,
) -> None:
    played = await entered("C-09")
    item = (await played.read("suggestions"))[2]
    assert item["explained_on"] == "2026-07-13"
    assert item["is_key_difficulty"] is True
    assert "民主监督" in item["follow_up_plan"]


async def test_a_look_back_in_a_year_without_a_table_is_provisional(entered: Entered) -> None:
    played = await entered("C-09")
    looked_back_on = [
        (due_on, is_provisional)
        for kind, due_on, is_provisional in played.due_dates()
        if kind == "follow_up_review"
    ]
    assert looked_back_on == [(date(2026, 10, 10), False), (date(2027, 1, 4), True)]
