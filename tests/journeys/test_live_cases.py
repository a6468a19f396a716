"""The live cases of our own: each stands where somebody still has something to do."""

from datetime import date
from pathlib import Path

import pytest

from service.case_files import read_case
from service.player import Player, moved
from service.simulation import simulated_service
from tests.journeys.playing import Entered, Journey

pytestmark = pytest.mark.journey

LOADED_ON = date(2026, 11, 21)
ENTERED_RUNGS = {"A-15": 3}


@pytest.mark.parametrize("name", ["A-13", "A-14", "A-15", "A-16"])
async def test_a_live_case_goes_as_told_and_stays_open(entered: Entered, name: str) -> None:
    played = await entered(name)
    assert played.played.complaints == []
    assert (await played.consultation())["completed_on"] is None
    # Entered afterwards: what lies before the entry rings for nobody, but for what the files themselves entered.
    assert played.rungs_in_all() == ENTERED_RUNGS.get(name, 0)


async def test_a14_gives_the_approver_something_to_do(entered: Entered) -> None:
    played = await entered("A-14")
    desk = await played.read("/worklist", "yuntang.dangwei")
    mine = [one for one in desk["clocks"] if one["consultation_id"] == played.consultation_id]
    assert [(one["kind"], one["due_on"]) for one in mine] == [("approval", "2026-11-27")]


async def test_a15_leaves_a_report_and_a_proposed_talk_on_the_desk(entered: Entered) -> None:
    played = await entered("A-15")
    desk = await played.read("/escalations", "fengxi.quwei", is_open=True)
    mine = [one for one in desk["items"] if one["consultation_id"] == played.consultation_id]
    assert sorted(one["kind"] for one in mine) == ["escalation", "talk"]


async def test_a16_gives_convener_and_member_something_of_their_own(entered: Entered) -> None:
    played = await entered("A-16")
    convener = await played.read("/mine", "zhouqiming")
    assert any(one["is_to_accept"] for one in convener["research"])
    member = await played.read("/mine", "fengxi.weiyuan")
    coming = [one["case"]["consultation_id"] for one in member["sessions"] if one["state"] == "planned"]
    assert coming == [played.consultation_id]


async def test_a13_is_reported_to_the_district_committee_on_the_tenth_morning(tmp_path: Path) -> None:
    """Loaded on the ninth working day of the delay: red already, and 专报 comes truly, by itself."""
    case = read_case("A-13")
    async with simulated_service(tmp_path, LOADED_ON) as simulation:
        await simulation.arrive(moved(LOADED_ON, simulation.years))
        player = Player(case, simulation.callers, years=simulation.years)
        played = Journey(simulation, player, await player.play())
        assert played.played.complaints == []
        assert (await played.task(1))["clock"]["clock"]["colour"] == "red"
        assert (await simulation.callers.read("fengxi.quwei", "/escalations"))["items"] == []

        await simulation.arrive(moved(date(2026, 11, 23), simulation.years))
        assert played.rungs(1) == [("special_report", 1, date(2026, 11, 23))]
        desk = await simulation.callers.read("fengxi.quwei", "/escalations")
        assert [one["consultation_title"] for one in desk["items"]] == [case.title]
