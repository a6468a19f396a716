"""D-11 临汾：集中供热末端不热与历史欠费 (domain.md §5): sensitive, returned in time, seven tenths satisfied."""

from datetime import date
from pathlib import Path

import pytest

from domain.notices import NoticeKind
from tests.journeys.playing import Entered, Journey, journey

pytestmark = pytest.mark.journey


async def test_seven_tenths_satisfied_is_not_enough_until_the_second_handling(entered: Entered) -> None:
    await _is_archived_in_the_second_round(await entered("D-11"))


async def test_lived_through_it_goes_the_same_way(tmp_path: Path) -> None:
    async with journey("D-11", tmp_path, is_live=True) as played:
        await _is_archived_in_the_second_round(played)


async def test_a_return_on_the_fifth_day_gives_the_new_unit_a_full_period(entered: Entered) -> None:
    played = await entered("D-11")
    task = await played.task(2)
    assert task["unit_name"] == "尧岭县发改局"
    assert task["predecessor_id"] is not None
    # 05-28 for the two that stayed and for the one returned, then the second handling of the new one.
    assert played.due_on("feedback_task") == [date(2026, 5, 28)] * 3 + [date(2026, 7, 28)]
    assert played.letters(NoticeKind.RETURN_ACCEPTED) == 1
    assert played.letters(NoticeKind.TASK_REASSIGNED) == 1


async def test_sensitive_matters_are_reported_and_studied_before_the_research(entered: Entered) -> None:
    played = await entered("D-11")
    records = [(one["kind"], one["held_on"]) for one in await played.read("research-records")]
    assert records == [
        ("pre_report", "2026-01-20"),
        ("pre_study", "2026-01-26"),
        ("research", "2026-01-29"),
    ]
    refused = dict(played.refusals())
    assert refused["01-19"] == ("LF-10", "LF-09")
    # A day after the window of 退办, and before the second handling.
    assert {"03-10", "06-12"} <= set(refused)


async def test_its_dates_are_those_of_the_handbook(entered: Entered) -> None:
    played = await entered("D-11")
    # 02-14 is a Saturday on which people work.
    assert played.due_on("reporting") == [date(2026, 2, 14)]
    (sent,) = await played.read("submissions")
    assert sent["sent_on"] == "2026-02-13"
    assert date(2026, 10, 26) in played.due_on("follow_up_review")
    tasks = [await played.task(item) for item in (1, 2, 3)]
    assert [one["answered_on"] for one in tasks] == ["2026-05-27", "2026-07-24", "2026-05-20"]
    assert tasks[1]["verified_on"] == "2026-07-28"


async def _is_archived_in_the_second_round(played: Journey) -> None:
    standing = await played.consultation()
    assert played.played.complaints == []
    assert standing["state"] == "archived"
    assert standing["round"] == 2
    assert standing["rule_set_version"] == "2025-1-yaoling-1"
    evaluations = await played.evaluations()
    assert (evaluations["satisfied"], evaluations["dissatisfied"]) == (30, 6)
    assert evaluations["composite_score"] == "84.8"
