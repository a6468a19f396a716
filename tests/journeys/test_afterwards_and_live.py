"""Entered afterwards or lived through: the dates, states and figures are the same (design.md §2, 补录)."""

from pathlib import Path

import pytest

from tests.journeys.playing import Journey, journey

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("name", ["A-01", "D-11"])
async def test_a_case_entered_afterwards_equals_the_same_case_lived_through(
    tmp_path: Path, name: str
) -> None:
    async with journey(name, tmp_path / "afterwards", is_live=False) as entered:
        afterwards = await _figures(entered)
    async with journey(name, tmp_path / "live", is_live=True) as lived:
        live = await _figures(lived)
    assert afterwards == live


async def _figures(played: Journey) -> dict[str, object]:
    standing = await played.consultation()
    evaluations = await played.evaluations()
    items = range(1, 4)
    tasks = [await played.task(item) for item in items]
    return {
        "state": standing["state"],
        "round": standing["round"],
        "days": [
            standing[name][5:] for name in ("opened_on", "deliberated_on", "completed_on", "archived_on")
        ],
        "due_dates": played.due_dates(),
        "composite": evaluations["composite_score"],
        "public": evaluations["public_score"],
        "tasks": [
            (task["state"], task["unit_name"], [one["is_in_time"] for one in task["answers"]])
            for task in tasks
        ],
        "colours": [[(one["on"][5:], one["colour"]) for one in task["clock"]["colours"]] for task in tasks],
    }
