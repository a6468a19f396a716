"""The case of `shangliang demo`: what only time brings, from the first blue to the party committee and back."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from domain.notices import NoticeKind
from service.demo import demo
from tests.journeys.playing import journey

pytestmark = pytest.mark.journey


async def test_what_stays_overdue_goes_yellow_red_and_to_the_party_committee_once_each(
    tmp_path: Path,
) -> None:
    async with journey("demo", tmp_path, is_live=True) as played:
        assert played.played.complaints == []
        assert played.rungs(1) == [
            ("blue_10", 1, date(2026, 6, 30)),
            ("blue_5", 1, date(2026, 7, 7)),
            ("blue_1", 1, date(2026, 7, 13)),
            ("yellow", 1, date(2026, 7, 15)),
            ("red", 1, date(2026, 7, 21)),
            ("special_report", 1, date(2026, 7, 28)),
            ("blue_5", 2, date(2026, 8, 6)),
            ("blue_1", 2, date(2026, 8, 12)),
        ]
        assert [name for name, _, _ in played.rungs(2)] == ["blue_10", "blue_5"]
        assert played.letters(NoticeKind.SPECIAL_REPORT) == 4
        assert played.letters(NoticeKind.NOT_YET_ACKNOWLEDGED) == 3
        assert played.letters(NoticeKind.TALK_PROPOSED) == 0
        assert (await played.consultation())["state"] == "archived"
        assert played.audit_faults() == []


async def test_the_demo_tells_the_story_and_ends_well() -> None:
    told = StringIO()
    assert await demo(Console(file=told, width=200)) == 0
    story = told.getvalue()
    for words in ("SZ-21", "40.0 %", "黄牌", "红牌", "专报", "批示", "归档", "与预期不符 0 处", "核验完整"):
        assert words in story
