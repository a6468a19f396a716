"""C-10 四川：老旧场镇排水内涝 (domain.md §5), live: the order of approvals, and a report that waits to be read."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from service.case_files import CaseFile, read_case
from service.player import Player, moved
from service.simulation import Simulation, simulated_service
from tests.journeys.playing import FIRST_DAY, Entered, Journey

pytestmark = pytest.mark.journey


async def test_it_goes_as_told_and_stays_open(entered: Entered) -> None:
    played = await entered("C-10")
    assert played.played.complaints == []
    assert (await played.consultation())["completed_on"] is None
    # Entered afterwards: what lies before the entry rings for nobody.
    assert played.rungs_in_all() == 0


async def test_the_county_committee_cannot_agree_before_the_chairpersons_meeting(entered: Entered) -> None:
    played = await entered("C-10")
    assert played.refusals()[:2] == [("10-16", ()), ("10-16", ("SC-11",))]
    chain = await played.read("approvals")
    assert [(one["step"], one["decision"], one["decided_on"]) for one in chain] == [
        (1, "approved", "2026-10-15"),
        (2, "approved", "2026-10-20"),
        (3, "approved", "2026-10-27"),
    ]


async def test_it_waits_for_its_convener_to_accept_the_research(entered: Entered) -> None:
    played = await entered("C-10")
    standing = await played.consultation()
    assert standing["state"] == "research"
    assert played.blocking(standing) == {"SC-13"}
    waiting = await played.read("/worklist", "luoyongjia")
    mine = [one for one in waiting["waiting"] if one["consultation_id"] == played.consultation_id]
    assert [one["duty"] for one in mine] == ["accept_research"]


@pytest.fixture(scope="module")
async def county(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulation]:
    """A service in the October of the case, whose county has held three small consultations this year."""
    async with simulated_service(tmp_path_factory.mktemp("c10"), FIRST_DAY) as simulation:
        await simulation.arrive(moved(date(2026, 10, 8), simulation.years))
        for number in range(3):
            before = Player(
                read_case("C-09"), simulation.callers, key_prefix=f"case{number}", years=simulation.years
            )
            assert (await before.play(date(2026, 4, 9))).complaints == []
        yield simulation


async def test_it_is_the_fourth_of_its_county_once_its_session_is_over_and_ends_as_the_handbook_says(
    county: Simulation,
) -> None:
    case = _with_reasons(read_case("C-10"))
    player = Player(case, county.callers, years=county.years, arrive=county.arrive)
    played = Journey(county, player, await player.play(case.sample_until))
    waiting = await played.figure("SC-08", "sichuan/minling")
    assert (waiting["value"], waiting["required"], waiting["standing"]) == ("3", "4", "missed")

    await player.play(date(2026, 11, 26))
    reached = await played.figure("SC-08", "sichuan/minling")
    assert (reached["value"], reached["standing"]) == ("4", "reached")
    assert played.consultation_id in reached["consultation_ids"]

    await player.play()
    standing = await played.consultation()
    assert played.played.complaints == []
    assert standing["state"] == "completed"
    assert standing["deliberated_on"][5:] == "11-26"
    (session,) = await played.read("sessions")
    assert (session["notice_sent_on"][5:], session["held_on"][5:]) == ("11-19", "11-26")
    assert played.due_on("reporting") == [date(2026, 12, 7)]
    assert (await played.evaluations())["composite_score"] == "86.7"
    units = [(await played.task(item))["unit_name"] for item in (1, 2, 3)]
    assert units == ["岷岭县住建局", "岷岭县水利局", "岷岭县石桥镇政府"]


def _with_reasons(case: CaseFile) -> CaseFile:
    """The case, going on in spite of warnings: four consultations at a time are one more than SC-04 likes."""
    body = {"reason_for_warnings": "前三件已经协商，正在转化落实。"}
    steps = [
        step.model_copy(update={"body": body}) if step.do == "stage-advances" else step for step in case.step
    ]
    return case.model_copy(update={"step": tuple(steps)})
