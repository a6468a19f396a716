"""C-10 四川：老旧场镇排水内涝 (domain.md §5), live: the order of approvals, and a report that waits to be read."""

from datetime import date
from pathlib import Path

import pytest

from tests.journeys.playing import Entered, journey

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


async def test_lived_to_its_end_it_comes_to_the_figures_of_the_handbook(tmp_path: Path) -> None:
    async with journey("C-10", tmp_path, is_live=True) as played:
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
