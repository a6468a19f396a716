"""C-09 四川：农村客运班线与学生周末接送 (domain.md §5): an absent department, and a class C explained."""

from datetime import date
from pathlib import Path

import pytest

from domain.evaluation import satisfaction_rate, shown
from domain.notices import NoticeKind
from tests.journeys.playing import journey

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("is_live", [False, True], ids=["afterwards", "live"])
async def test_an_absent_department_breaks_the_session_off_and_everybody_is_told(
    tmp_path: Path, is_live: bool
) -> None:
    async with journey("C-09", tmp_path, is_live=is_live) as played:
        standing = await played.consultation()
        assert played.played.complaints == []
        assert standing["state"] == "completed"
        assert [one["reason"] for one in standing["suspensions"]] == [
            "交通局负责同志缺席，协商中止，改期举行。"
        ]
        # Staff, convener and the county's party committee; no unit has a task yet.
        assert played.letters(NoticeKind.SUSPENDED) == 3
        assert played.letters(NoticeKind.RESUMED) == 3


async def test_its_figures_are_those_of_the_handbook(tmp_path: Path) -> None:
    async with journey("C-09", tmp_path, is_live=False) as played:
        found = await played.evaluations()
        ballots = found["satisfied"], found["basically_satisfied"], found["dissatisfied"]
        assert ballots == (18, 9, 4)
        assert shown(100 * satisfaction_rate(*ballots)) == "87.1"
        assert found["composite_score"] == "85.4"


async def test_a_look_back_in_a_year_without_a_table_is_provisional(tmp_path: Path) -> None:
    async with journey("C-09", tmp_path, is_live=False) as played:
        looked_back_on = [
            (due_on, is_provisional)
            for kind, due_on, is_provisional in played.due_dates()
            if kind == "follow_up_review"
        ]
        assert looked_back_on == [(date(2026, 10, 10), False), (date(2027, 1, 4), True)]


async def test_the_new_session_is_announced_to_the_departments_when_it_is_still_to_come(
    tmp_path: Path,
) -> None:
    async with journey("C-09", tmp_path, is_live=True) as played:
        assert played.letters(NoticeKind.SESSION_NOTICE) > 0
        assert played.letters(NoticeKind.OVERDUE) == 0
