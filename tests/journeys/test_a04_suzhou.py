"""A-04 苏州：职工通勤接驳 (domain.md §5): an acting convener, more time in time, and a second case ended."""

from datetime import date

import pytest

from domain.notices import NoticeKind
from tests.journeys.playing import Entered

pytestmark = pytest.mark.journey


async def test_a_convener_without_the_posts_needs_an_acting_record(entered: Entered) -> None:
    played = await entered("A-04")
    assert played.played.complaints == []
    assert played.refusals()[0] == ("05-26", ("SZ-13",))
    room = await played.read(f"/rooms/{(await played.consultation())['room_id']}")
    acting = [one for one in room["conveners"] if one["acting_reason"]]
    assert [(one["person_name"], one["is_cppcc_member"]) for one in acting] == [("沈知远", False)]
    assert len(room["conveners"]) == 2


async def test_more_time_is_asked_for_in_time_and_within_half_the_period(entered: Entered) -> None:
    played = await entered("A-04")
    tasks = [await played.task(item) for item in (1, 2)]
    assert [one["clock"]["clock"]["due_on"] for one in tasks] == ["2026-09-07", "2026-08-17"]
    (asked,) = tasks[0]["extension_requests"]
    assert (asked["requested_on"], asked["granted_workdays"]) == ("2026-08-11", 15)
    # Sixteen days are more than half the period, and 08-13 is a day after the last to ask.
    assert played.refusals()[1:] == [("08-11", ()), ("08-13", ())]
    assert tasks[1]["extension_requests"] == []
    assert played.letters(NoticeKind.EXTENSION_GRANTED) == 1


async def test_its_dates_and_results_are_those_of_the_handbook(entered: Entered) -> None:
    played = await entered("A-04")
    standing = await played.consultation()
    assert (standing["state"], standing["deliberated_on"]) == ("completed", "2026-06-25")
    assert played.due_on("reporting") == [date(2026, 7, 6)]
    assert played.due_on("follow_up_review")[0] == date(2026, 12, 4)
    tasks = [await played.task(item) for item in (1, 2)]
    assert [(one["answered_on"], one["answers"][-1]["result"]) for one in tasks] == [
        ("2026-09-04", "B"),
        ("2026-08-14", "A"),
    ]
    assert tasks[0]["verified_on"] == "2026-09-07"


async def test_the_second_case_is_ended_by_the_body_that_approved_it_and_was_never_held(
    entered: Entered,
) -> None:
    played = await entered("A-04")
    canteen = await played.read(f"/consultations/{played.played.made['canteen']}")
    assert (canteen["title"], canteen["state"], canteen["deliberated_on"]) == (
        "园区共享食堂",
        "terminated",
        None,
    )
    ended = canteen["stage_advances"][-1]
    assert (ended["event"], ended["occurred_on"]) == ("terminate", "2026-09-22")
    assert ended["by_organisation_id"] == canteen["leading_party"]["id"]
    assert canteen["leading_party"]["name"] == "滨河产业园党工委"
