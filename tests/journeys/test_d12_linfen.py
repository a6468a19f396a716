"""D-12 临汾：农村老年助餐点运营补贴 (domain.md §5), live: a date in a year whose table is not out yet."""

from datetime import date
from pathlib import Path

import pytest

from domain.notices import NoticeKind
from tests.journeys.playing import Entered, journey

pytestmark = pytest.mark.journey
ADMIN, OTHER_ADMIN = "admin", "admin.fuhe"


async def test_it_goes_as_told_and_stays_open(entered: Entered) -> None:
    played = await entered("D-12")
    assert played.played.complaints == []
    assert (await played.consultation())["completed_on"] is None
    # Entered afterwards: what lies before the entry rings for nobody.
    assert played.rungs_in_all() == 0


async def test_a_date_in_a_year_without_a_table_is_provisional(entered: Entered) -> None:
    played = await entered("D-12")
    tasks = [(kind, on, flag) for kind, on, flag in played.due_dates() if kind == "feedback_task"]
    assert tasks == [("feedback_task", date(2027, 1, 5), True)] * 3
    open_task = await played.task(3)
    assert open_task["clock"]["clock"]["is_provisional"] is True
    # Day 58 of the sixty is the last day that the calendar knows.
    calendar = played.simulation.parts.books.calendar
    assert calendar.workdays_between(date(2026, 10, 12), date(2026, 12, 31)) == 58


async def test_leaders_of_the_county_take_part_and_it_goes_on_after_an_explanation(entered: Entered) -> None:
    played = await entered("D-12")
    people = await played.read("participants")
    assert len(people) == 27
    assert sum(one["kind"] == "leader" for one in people) == 2
    standing = await played.consultation()
    assert "D-S7-verified" in played.blocking(standing)
    assert "D-S7-class-c" not in played.blocking(standing)
    mine = await played.read("/worklist", "yaoling.jingji")
    waiting = [one["title"] for one in mine["waiting"] if one["consultation_id"] == played.consultation_id]
    assert waiting == ["由县民政局重新确定停办助餐点的选址"]
    theirs = await played.read("/worklist", "yaoling.shijian")
    assert [one["kind"] for one in theirs["clocks"]] == ["feedback_task"]


async def test_its_dates_before_that_are_those_of_the_handbook(entered: Entered) -> None:
    played = await entered("D-12")
    chain = await played.read("approvals")
    assert [one["decided_on"] for one in chain] == ["2026-08-11", "2026-08-18"]
    assert (await played.consultation())["deliberated_on"] == "2026-09-24"
    # The feasts lie between, and 10-10 is a Saturday on which people work.
    assert played.due_on("reporting") == [date(2026, 10, 12)]


async def test_lived_to_its_end_it_comes_to_the_figures_of_the_handbook(tmp_path: Path) -> None:
    async with journey("D-12", tmp_path, is_live=True) as played:
        assert played.played.complaints == []
        assert (await played.consultation())["state"] == "completed"
        assert (await played.evaluations())["composite_score"] == "81.4"
        results = [(await played.task(item))["answers"][-1]["result"] for item in (1, 2, 3)]
        assert results == ["B", "C", "A"]


DAYS_2027 = [
    *({"on": f"2027-01-0{day}", "kind": "放假", "name": "元旦（试验）"} for day in (1, 2, 3, 4)),
    {"on": "2027-01-09", "kind": "上班", "name": "元旦调休上班（试验）"},
]
"""Invented: no notice for 2027 is known."""


async def test_when_the_missing_year_is_imported_the_date_is_counted_afresh(tmp_path: Path) -> None:
    until = date(2026, 11, 19)
    async with journey("D-12", tmp_path, is_live=False, until=until) as played:
        post, books = played.simulation.callers.post, "/work-calendars"
        before = played.letters(NoticeKind.DUE_DATE_RECOUNTED)
        body = {"year": 2027, "source": "试验用工作日历", "days": DAYS_2027}
        drafted = await post(ADMIN, books, body, "calendar-draft")
        assert drafted.status == 201, drafted.body
        address = f"{books}/{drafted.body['calendar_id']}"
        moves = await played.read(f"{address}/preview", OTHER_ADMIN)
        assert [(one["old_due_on"], one["due_on"]) for one in moves] == [("2027-01-05", "2027-01-06")]
        assert [(one["was_provisional"], one["is_provisional"]) for one in moves] == [(True, False)]
        own = await post(ADMIN, f"{address}/publications", {}, "calendar-own")
        assert (own.status, own.code) == (403, "not_permitted")
        published = await post(OTHER_ADMIN, f"{address}/publications", {}, "calendar-out")
        assert published.status == 201, published.body

        open_task = await played.task(3)
        clock = open_task["clock"]["clock"]
        assert (clock["due_on"], clock["is_provisional"]) == ("2027-01-06", False)
        lines = [line["text"] for line in open_task["clock"]["explanation"]]
        assert [one for one in lines if "重新计算：原暂定 2027-01-05 → 现 2027-01-06" in one]
        assert not [one for one in lines if one.startswith("暂定到期")]
        assert NoticeKind.DUE_DATE_RECOUNTED in played.letters_to("yaoling.shijian")
        assert NoticeKind.DUE_DATE_RECOUNTED in played.letters_to("yaoling.jingji")
        assert before == 0
        # What was answered before keeps its date: nothing is waited for any more.
        assert (await played.task(2))["clock"]["clock"]["due_on"] == "2027-01-05"
        again = await post(OTHER_ADMIN, f"{address}/publications", {}, "calendar-twice")
        assert (again.status, again.code) == (409, "state_forbids")
        assert played.audit_faults() == []
