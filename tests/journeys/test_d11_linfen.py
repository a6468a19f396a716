"""D-11 临汾：集中供热末端不热与历史欠费 (domain.md §5): sensitive, returned in time, seven tenths satisfied."""

from datetime import date
from pathlib import Path

import pytest

from domain.notices import NoticeKind
from tests.journeys.playing import journey

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("is_live", [False, True], ids=["afterwards", "live"])
async def test_seven_tenths_satisfied_is_not_enough_until_the_second_handling(
    tmp_path: Path, is_live: bool
) -> None:
    async with journey("D-11", tmp_path, is_live=is_live) as played:
        standing = await played.consultation()
        assert played.played.complaints == []
        assert standing["state"] == "archived"
        assert standing["round"] == 2
        assert standing["rule_set_version"] == "2025-1-yaoling-1"
        evaluations = await played.evaluations()
        assert (evaluations["satisfied"], evaluations["dissatisfied"]) == (30, 6)
        assert evaluations["composite_score"] == "84.8"


async def test_a_return_on_the_fifth_day_gives_the_new_unit_a_full_period(tmp_path: Path) -> None:
    async with journey("D-11", tmp_path, is_live=False) as played:
        task = await played.task(2)
        assert task["unit_name"] == "尧岭县发改局"
        assert task["predecessor_id"] is not None
        due_dates = [due_on for kind, due_on, _ in played.due_dates() if kind == "feedback_task"]
        # 05-28 for the two that stayed and for the one returned, then the second handling of the new one.
        assert due_dates == [date(2026, 5, 28)] * 3 + [date(2026, 7, 28)]
        assert played.letters(NoticeKind.RETURN_ACCEPTED) == 1
        assert played.letters(NoticeKind.TASK_REASSIGNED) == 1
