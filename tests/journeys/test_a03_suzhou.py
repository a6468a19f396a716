"""A-03 苏州：村内河道“三乱”与生态护岸 (domain.md §5): filed late, and done only when everybody was told."""

from datetime import date

import pytest

from tests.journeys.playing import Entered

pytestmark = pytest.mark.journey


async def test_a_missing_filing_and_two_things_untold_stop_it(entered: Entered) -> None:
    played = await entered("A-03")
    assert played.played.complaints == []
    assert played.refusals() == [("04-16", ("SZ-19",)), ("06-08", ("SZ-31", "SZ-30")), ("06-09", ("SZ-30",))]
    standing = await played.consultation()
    assert standing["state"] == "archived"
    assert standing["completed_on"] == "2026-06-10"


async def test_the_party_branch_approves_then_the_town_then_the_work_committee_files(
    entered: Entered,
) -> None:
    played = await entered("A-03")
    chain = await played.read("approvals")
    assert [(one["label"], one["decision"], one["decided_on"]) for one in chain] == [
        ("同级党组织审定", "approved", "2026-04-13"),
        ("上一级党组织审定", "approved", "2026-04-16"),
        ("政协工委备案", "filed", "2026-04-20"),
    ]


async def test_the_town_that_commissioned_it_is_reported_to(entered: Entered) -> None:
    played = await entered("A-03")
    client = (await played.consultation())["commissioned_by"]
    sent = await played.read("submissions")
    assert client["name"] == "临湖镇政府"
    assert [(one["sent_on"], one["is_report_to_client"]) for one in sent] == [
        ("2026-05-08", False),
        ("2026-06-10", True),
    ]
    assert sent[-1]["recipient_id"] == client["id"]
    explained = [one for dissent in await played.read("dissents") for one in dissent["explanations"]]
    assert [one["explained_on"] for one in explained] == ["2026-06-09", "2026-06-09"]


async def test_a_village_has_twenty_working_days_and_is_looked_back_at_in_september(entered: Entered) -> None:
    played = await entered("A-03")
    assert played.due_on("reporting") == [date(2026, 5, 13)]
    assert played.due_on("feedback_task") == [date(2026, 6, 8)] * 2
    assert played.due_on("follow_up_review") == [date(2026, 9, 1)]
    tasks = [await played.task(item) for item in (1, 2)]
    assert [(one["answered_on"], one["verified_on"]) for one in tasks] == [("2026-06-05", "2026-06-08")] * 2
