"""B-05 南通：灌溉泵站开机与水费分摊 (domain.md §5): exactly a third, and a relapse after a good rating."""

from datetime import date
from pathlib import Path

import pytest

from domain.notices import NoticeKind
from tests.journeys.playing import Entered, journey

pytestmark = pytest.mark.journey


async def test_a_relapse_reopens_what_was_rated_well(entered: Entered) -> None:
    played = await entered("B-05")
    assert played.played.complaints == []
    standing = await played.consultation()
    assert standing["state"] == "archived"
    assert standing["round"] == 2
    assert [one["event"] for one in standing["stage_advances"]].count("rework") == 1
    assert played.letters(NoticeKind.RELAPSED) > 0
    assert played.letters(NoticeKind.REWORK_STARTED) > 0


async def test_lived_through_it_goes_the_same_way(tmp_path: Path) -> None:
    async with journey("B-05", tmp_path, is_live=True) as played:
        standing = await played.consultation()
        assert played.played.complaints == []
        assert (standing["state"], standing["round"]) == ("archived", 2)
        assert played.letters(NoticeKind.RELAPSED) > 0


async def test_the_second_handling_has_a_full_new_period_and_a_new_look_back(entered: Entered) -> None:
    played = await entered("B-05")
    task = await played.task(1)
    assert task["clock"]["clock"]["due_on"] == "2026-08-24"
    assert (task["answered_on"], task["verified_on"]) == ("2026-08-20", "2026-08-24")
    assert played.due_on("follow_up_review") == [date(2026, 7, 22), date(2026, 11, 20)]
    assert (await played.evaluations())["composite_score"] == "91.4"


async def test_its_first_dates_are_those_of_the_handbook(entered: Entered) -> None:
    played = await entered("B-05")
    assert (await played.consultation())["deliberated_on"] == "2026-03-05"
    assert played.due_on("reporting") == [date(2026, 3, 16)]
    # The period of the second handling is the clock of the same task.
    assert played.due_on("feedback_task") == [date(2026, 4, 28), date(2026, 8, 24)]
    other = await played.task(2)
    assert (other["answered_on"], other["answers"][-1]["result"]) == ("2026-04-24", "A")
