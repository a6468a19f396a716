"""A-01 苏州：老旧小区加装电梯与停车位重排 (domain.md §5): passes every gate, to the day."""

from datetime import date
from pathlib import Path

import pytest

from domain.notices import NoticeKind
from tests.journeys.playing import journey

pytestmark = pytest.mark.journey


async def test_entered_afterwards_it_passes_every_gate_and_fires_no_rung(
    tmp_path: Path, database_url: str
) -> None:
    async with journey("A-01", tmp_path, is_live=False, database_url=database_url) as played:
        standing = await played.consultation()
        assert played.played.complaints == []
        assert standing["state"] == "archived"
        assert standing["completed_on"] == "2026-06-08"
        assert standing["archived_on"] == "2026-11-16"
        assert played.rungs_in_all() == 0
        assert played.audit_faults() == []


async def test_live_its_blue_reminders_come_from_the_worked_saturday_on(
    tmp_path: Path,
) -> None:
    async with journey("A-01", tmp_path, is_live=True) as played:
        assert played.played.complaints == []
        assert played.rungs(3) == [
            ("blue_10", 1, date(2026, 5, 9)),
            ("blue_5", 1, date(2026, 5, 15)),
            ("blue_1", 1, date(2026, 5, 21)),
        ]
        # Answered on 05-15: nobody is reminded of what they have answered.
        assert ("blue_1", 1, date(2026, 5, 21)) not in played.rungs(1)
        assert played.letters(NoticeKind.OVERDUE) == 0
        assert (await played.consultation())["state"] == "archived"


async def test_an_answer_on_the_due_date_is_in_time_and_its_item_is_looked_at_twice(tmp_path: Path) -> None:
    async with journey("A-01", tmp_path, is_live=False) as played:
        task = await played.task(3)
        assert task["clock"]["clock"]["due_on"] == task["answered_on"] == "2026-05-22"
        assert task["answers"][-1]["is_in_time"] is True
        reviews = {due_on for kind, due_on, _ in played.due_dates() if kind == "follow_up_review"}
        assert reviews == {date(2026, 8, 17), date(2026, 11, 13)}
        assert (await played.evaluations())["composite_score"] == "90.7"
