"""B-05 南通：灌溉泵站开机与水费分摊 (domain.md §5): exactly a third, and a relapse after a good rating."""

from datetime import date
from pathlib import Path

import pytest

from domain.notices import NoticeKind
from tests.journeys.playing import journey

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("is_live", [False, True], ids=["afterwards", "live"])
async def test_a_relapse_reopens_what_was_rated_well(tmp_path: Path, is_live: bool) -> None:
    async with journey("B-05", tmp_path, is_live=is_live) as played:
        standing = await played.consultation()
        assert played.played.complaints == []
        assert standing["state"] == "archived"
        assert standing["round"] == 2
        assert [one["event"] for one in standing["stage_advances"]].count("rework") == 1
        assert played.letters(NoticeKind.RELAPSED) > 0
        assert played.letters(NoticeKind.REWORK_STARTED) > 0


async def test_the_second_handling_has_a_full_new_period_and_a_new_look_back(tmp_path: Path) -> None:
    async with journey("B-05", tmp_path, is_live=False) as played:
        task = await played.task(1)
        assert task["clock"]["clock"]["due_on"] == "2026-08-24"
        assert task["answered_on"] == "2026-08-20"
        looked_back_on = [due_on for kind, due_on, _ in played.due_dates() if kind == "follow_up_review"]
        assert looked_back_on == [date(2026, 7, 22), date(2026, 11, 20)]
        assert (await played.evaluations())["composite_score"] == "91.4"
