"""The live cases of the sample (domain.md §5): each stands where somebody still has something to do."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service.case_files import LIVE_CASES, read_case
from service.player import Player, moved
from service.simulation import simulated_service
from tests.journeys.playing import Journey, journey

pytestmark = pytest.mark.journey

LOADED_ON = date(2026, 11, 21)


@pytest.mark.parametrize("name", LIVE_CASES)
async def test_a_live_case_goes_as_told_and_stays_open(tmp_path: Path, name: str) -> None:
    async with journey(name, tmp_path, is_live=False) as played:
        assert played.played.complaints == []
        assert (await played.consultation())["completed_on"] is None
        # Entered afterwards: what lies before the entry rings for nobody.
        assert played.rungs_in_all() == 0
        assert played.audit_faults() == []


async def test_c10_refuses_the_county_committee_before_the_chairpersons_meeting(tmp_path: Path) -> None:
    async with journey("C-10", tmp_path, is_live=False) as played:
        path = f"/consultations/{played.played.consultation_id}/approvals"
        chain = await played.simulation.callers.read("minling.shefa", path)
        decided = [(one["step"], one["decision"], one["decided_on"]) for one in chain]
        assert decided == [
            (1, "approved", "2026-10-15"),
            (2, "approved", "2026-10-20"),
            (3, "approved", "2026-10-27"),
        ]


async def test_c10_waits_for_its_convener_to_accept_the_research(tmp_path: Path) -> None:
    async with journey("C-10", tmp_path, is_live=False) as played:
        standing = await played.consultation()
        assert standing["state"] == "research"
        assert _blocking(standing) == {"SC-13"}
        waiting = await _worklist(played, "luoyongjia")
        assert [one["duty"] for one in waiting["waiting"]] == ["accept_research"]


async def test_d12_keeps_a_provisional_date_in_a_year_without_a_table(tmp_path: Path) -> None:
    async with journey("D-12", tmp_path, is_live=False) as played:
        tasks = [(kind, on, flag) for kind, on, flag in played.due_dates() if kind == "feedback_task"]
        assert tasks == [("feedback_task", date(2027, 1, 5), True)] * 3
        open_task = await played.task(3)
        assert open_task["clock"]["clock"]["is_provisional"] is True


async def test_d12_has_leaders_of_the_county_and_goes_on_after_an_explanation(tmp_path: Path) -> None:
    async with journey("D-12", tmp_path, is_live=False) as played:
        standing = await played.consultation()
        assert "D-S7-verified" in _blocking(standing)
        assert "D-S7-class-c" not in _blocking(standing)
        mine = await _worklist(played, "yaoling.jingji")
        assert [one["title"] for one in mine["waiting"]] == ["由县民政局重新确定停办助餐点的选址"]
        theirs = await _worklist(played, "yaoling.shijian")
        assert [one["kind"] for one in theirs["clocks"]] == ["feedback_task"]


async def test_a14_gives_the_approver_something_to_do(tmp_path: Path) -> None:
    async with journey("A-14", tmp_path, is_live=False) as played:
        desk = await _worklist(played, "yuntang.dangwei")
        assert [(one["kind"], one["due_on"]) for one in desk["clocks"]] == [("approval", "2026-11-27")]


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


def _blocking(standing: dict[str, Any]) -> set[str]:
    return {
        one["rule_id"] for one in standing["gates"] if one["severity"] == "hard" and not one["is_satisfied"]
    }


async def _worklist(played: Journey, who: str) -> dict[str, Any]:
    found: dict[str, Any] = await played.simulation.callers.read(who, "/worklist")
    return found
