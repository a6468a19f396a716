"""A-02 苏州：农贸市场改造与过渡安置 (domain.md §5): forty per cent is refused, exactly half passes."""

from datetime import date

import pytest

from tests.journeys.playing import Entered

pytestmark = pytest.mark.journey


async def test_forty_per_cent_is_refused_and_exactly_half_passes_on_list_and_sign_in(
    entered: Entered,
) -> None:
    played = await entered("A-02")
    assert played.played.complaints == []
    assert played.refusals() == [("05-06", ("SZ-21",))]
    people = {one["id"]: one for one in await played.read("participants")}
    (session,) = await played.read("sessions")
    signed_in = [people[one] for one in (await played.read(f"sessions/{session['id']}"))["sign_ins"]]
    assert (len(people), sum(one["is_direct_stakeholder"] for one in people.values())) == (30, 15)
    assert (len(signed_in), sum(one["is_direct_stakeholder"] for one in signed_in)) == (28, 14)


async def test_its_dates_and_results_are_those_of_the_handbook(entered: Entered) -> None:
    played = await entered("A-02")
    assert (await played.consultation())["state"] == "completed"
    assert (await played.consultation())["deliberated_on"] == "2026-05-28"
    assert played.due_on("reporting") == [date(2026, 6, 8)]
    assert played.due_on("feedback_task") == [date(2026, 7, 23)] * 3
    assert played.due_on("follow_up_review")[0] == date(2026, 10, 21)
    tasks = [await played.task(item) for item in (1, 2, 3)]
    assert [(one["answered_on"], one["answers"][-1]["result"]) for one in tasks] == [
        ("2026-07-10", "A"),
        ("2026-07-20", "A"),
        ("2026-07-22", "B"),
    ]
    assert {one["verified_on"] for one in tasks} == {"2026-07-23"}
