"""B-06 南通：亮化与垃圾分类点选址 (domain.md §5): two conveners, no session without research."""

from datetime import date

import pytest

from tests.journeys.playing import Entered

pytestmark = pytest.mark.journey


async def test_one_convener_and_no_research_stop_a_village_and_warnings_ask_for_a_reason(
    entered: Entered,
) -> None:
    played = await entered("B-06")
    assert played.played.complaints == []
    assert played.refusals() == [
        ("04-09", ("NA-15",)),
        ("04-10", ("NA-04",)),
        ("04-20", ("NA-08",)),
        ("04-30", ("NA-09",)),
    ]


async def test_the_reasons_for_going_on_in_spite_of_warnings_are_kept(entered: Entered) -> None:
    played = await entered("B-06")
    given = [
        (one["occurred_on"], one["warned_rule_ids"], one["reason_for_warnings"])
        for one in await played.read("stage-advances")
        if one["reason_for_warnings"]
    ]
    assert [(on, "NA-04" in rules, "NA-09" in rules) for on, rules, _ in given] == [
        ("2026-04-10", True, False),
        ("2026-04-30", False, True),
    ]
    assert given[0][2].startswith("村网格员月底换届")


async def test_a_grid_worker_is_on_the_list_and_not_among_the_public(entered: Entered) -> None:
    played = await entered("B-06")
    people = await played.read("participants")
    assert len(people) == 20
    assert sum(one["is_mass_representative"] for one in people) == 9
    (grid_worker,) = [one for one in people if one["kind"] == "grid_worker"]
    assert grid_worker["is_mass_representative"] is False


async def test_its_dates_and_results_are_those_of_the_handbook(entered: Entered) -> None:
    played = await entered("B-06")
    standing = await played.consultation()
    assert (standing["state"], standing["deliberated_on"]) == ("archived", "2026-05-12")
    assert played.due_on("reporting") == [date(2026, 5, 21)]
    assert played.due_on("feedback_task") == [date(2026, 6, 17)] * 2
    assert played.due_on("follow_up_review") == [date(2026, 9, 10)]
    tasks = [await played.task(item) for item in (1, 2)]
    assert [(one["answered_on"], one["verified_on"]) for one in tasks] == [
        ("2026-06-16", "2026-06-17"),
        ("2026-06-12", "2026-06-17"),
    ]
