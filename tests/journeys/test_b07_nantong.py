"""B-07 南通：学校周边上下学拥堵 (domain.md §5): late, later, to the county committee, and late again."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from domain.notices import NoticeKind
from tests.journeys.playing import Entered, Journey, journey

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
async def lived(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Journey]:
    """The case lived through: only time brings its rungs."""
    async with journey("B-07", tmp_path_factory.mktemp("b07"), is_live=True) as played:
        yield played


async def test_what_stays_overdue_climbs_every_rung_on_its_day_and_only_once(lived: Journey) -> None:
    assert lived.played.complaints == []
    assert lived.rungs(1) == [
        ("blue_10", 1, date(2026, 6, 30)),
        ("blue_5", 1, date(2026, 7, 7)),
        ("blue_1", 1, date(2026, 7, 13)),
        ("yellow", 1, date(2026, 7, 15)),
        ("red", 1, date(2026, 7, 21)),
        ("special_report", 1, date(2026, 7, 28)),
        ("blue_5", 2, date(2026, 8, 6)),
        ("blue_1", 2, date(2026, 8, 12)),
        ("talk_proposed", 2, date(2026, 8, 14)),
    ]
    # The other unit answered on 07-10 and is chased no more.
    assert [name for name, _, _ in lived.rungs(2)] == ["blue_10", "blue_5"]


async def test_a_late_co_handler_goes_yellow_alone_and_the_lead_unit_keeps_its_date(lived: Journey) -> None:
    assert lived.rungs_of("co_handling") == [("blue_1", date(2026, 6, 22)), ("yellow", date(2026, 6, 24))]
    assert NoticeKind.OVERDUE in lived.letters_to("jianghai.jiaoyu.head")
    # Of the lead unit's clock nothing came before its own first rung.
    assert lived.rungs(1)[0][2] == date(2026, 6, 30)
    (co_handling,) = (await lived.task(1))["co_handlings"]
    assert (co_handling["answered_on"][5:], co_handling["is_in_time"]) == ("06-25", False)


async def test_a_key_consultation_is_listed_for_supervision_when_its_implementation_begins(
    lived: Journey,
) -> None:
    listed = (await lived.read("/supervision-items", "jianghai.ducha"))["items"]
    assert [(one["consultation_id"], one["opened_on"][5:]) for one in listed] == [
        (lived.consultation_id, "05-28")
    ]


async def test_the_county_committee_is_told_and_not_the_street(lived: Journey) -> None:
    """The unit is of the county's level: its 专报 goes to the county's committee (domain.md §2.7)."""
    desk = (await lived.read("/escalations", "jianghai.xianwei"))["items"]
    assert [one["kind"] for one in desk] == ["talk", "escalation"]
    assert [one["raised_on"][5:] for one in desk] == ["08-14", "07-28"]
    assert (await lived.read("/escalations", "chengdong.dangwei"))["items"] == []
    told = lived.letters_to("jianghai.xianwei")
    assert {NoticeKind.SPECIAL_REPORT, NoticeKind.TALK_PROPOSED} <= told
    assert NoticeKind.OVERDUE not in told


async def test_the_head_of_the_unit_is_urged_and_the_inspection_office_gets_the_circular(
    lived: Journey,
) -> None:
    head = lived.letters_to("jianghai.gongan.head")
    assert {NoticeKind.OVERDUE, NoticeKind.RED_NOTICE, NoticeKind.TALK_PROPOSED} <= head
    inspection = lived.letters_to("jianghai.ducha")
    assert {NoticeKind.RED_NOTICE, NoticeKind.TALK_PROPOSED} <= inspection
    assert NoticeKind.OVERDUE not in inspection


async def test_without_the_county_committee_there_is_no_third_date(lived: Journey) -> None:
    task = await lived.task(1)
    assert task["clock"]["clock"]["due_on"][5:] == "08-13"
    assert task["extension_requests"] == []
    assert (task["answered_on"][5:], task["answers"][-1]["is_in_time"]) == ("08-21", False)
    desk = (await lived.read("/escalations", "jianghai.xianwei"))["items"]
    instructed = [
        (await lived.read(f"/escalations/{one['id']}", "jianghai.xianwei"))["instructions"] for one in desk
    ]
    assert [len(one) for one in instructed] == [0, 1]
    assert instructed[1][0]["new_due_on"][5:] == "08-13"


async def test_late_again_after_the_instruction_a_deduction_is_proposed(lived: Journey) -> None:
    logged = (await lived.read("/work-records?kind=assessment", "jianghai.ducha"))["items"]
    mine = [one for one in logged if one["consultation_id"] == lived.consultation_id]
    assert [(one["happened_on"][5:], one["title"]) for one in mine] == [
        ("08-14", "考核扣分建议：江海县公安局")
    ]


async def test_lived_through_it_ends_with_the_figures_of_the_handbook(lived: Journey) -> None:
    assert (await lived.consultation())["state"] == "archived"
    assert (await lived.evaluations())["composite_score"] == "73.8"
    assert lived.due_on("follow_up_review") == [date(2026, 11, 20)]
    assert lived.audit_faults() == []


async def test_entered_afterwards_what_was_reported_is_entered_and_nobody_is_chased(entered: Entered) -> None:
    played = await entered("B-07")
    assert played.played.complaints == []
    assert [name for name, _, _ in played.rungs(1)] == ["special_report", "talk_proposed"]
    chasing = (NoticeKind.OVERDUE, NoticeKind.RED_NOTICE, NoticeKind.SPECIAL_REPORT, NoticeKind.TALK_PROPOSED)
    assert [played.letters(kind) for kind in chasing] == [0, 0, 0, 0]
    assert (await played.evaluations())["composite_score"] == "73.8"


async def test_entered_afterwards_it_is_the_case_that_was_lived_through(
    entered: Entered, lived: Journey
) -> None:
    played = await entered("B-07")
    for item in (1, 2):
        lived_task, entered_task = await lived.task(item), await played.task(item)
        assert _colours(entered_task) == _colours(lived_task)
        assert [one["is_in_time"] for one in entered_task["answers"]] == [
            one["is_in_time"] for one in lived_task["answers"]
        ]
    assert played.due_dates() == lived.due_dates()
    desk = (await played.read("/escalations", "jianghai.xianwei"))["items"]
    mine = [one for one in desk if one["consultation_id"] == played.consultation_id]
    assert [(one["kind"], one["raised_on"][5:]) for one in mine] == [
        ("talk", "08-14"),
        ("escalation", "07-28"),
    ]


def _colours(task: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["on"][5:], one["colour"]) for one in task["clock"]["colours"]]
