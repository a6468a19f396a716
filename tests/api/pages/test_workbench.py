"""The workbench: what is due, in order and by consultation; what waits for others apart; numbers that are links."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event

from domain.acts import RequestReturn, SuspendConsultation
from domain.stages import ConsultationState
from tests import cast
from tests.api.pages.conftest import Pages
from tests.stories import ASSIGNED_ON, DUE_ON

QUERIES_MAX = 12


@contextmanager
def statements(pages: Pages) -> Iterator[list[str]]:
    """Every question that the register is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            asked.append(statement)

    event.listen(pages.story.register.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(pages.story.register.engine, "before_cursor_execute", note)


def strip(text: str) -> dict[str, int]:
    """The numbers above the list, by the address that each leads to."""
    found = re.search(r'<nav class="strip".*?</nav>', text, re.S)
    assert found is not None
    return {
        address: int(number)
        for address, number in re.findall(r'href="([^"]*)".*?<strong[^>]*>(\d+)<', found[0], re.S)
    }


def section(text: str, name: str) -> str:
    """One section of the page, empty where it is not there."""
    found = re.search(rf'<section aria-labelledby="{name}">.*?</section>', text, re.S)
    return found[0] if found else ""


def assigned(pages: Pages) -> Pages:
    """Two units with a task each, due on 2026-05-22."""
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id, cast.POLICE.id)
    return pages


def test_a_unit_sees_its_own_duties_and_nobody_elses(pages: Pages) -> None:
    text = assigned(pages).by(cast.HOUSING_PLAYER).get("/").text
    tasks = {task.unit_id: task.id for task in pages.story.tasks}
    assert f"/feedback-tasks/{tasks[cast.HOUSING.id]}" in section(text, "duties")
    assert f"/feedback-tasks/{tasks[cast.POLICE.id]}" not in text
    assert "/?show=others" not in strip(text)


def test_the_organiser_waits_for_the_units_in_a_section_apart(pages: Pages) -> None:
    pages = assigned(pages)
    pages.story.go_to(DUE_ON.replace(day=15))
    text = pages.by(cast.STAFF_PLAYER).get("/").text
    others = section(text, "others")
    assert cast.HOUSING.name in others
    assert cast.POLICE.name in others
    assert others.count("desk-case") == 1
    assert cast.HOUSING.name not in section(text, "duties")


def test_each_number_leads_to_the_list_that_it_counts(pages: Pages) -> None:
    pages = assigned(pages)
    unit = pages.by(cast.HOUSING_PLAYER)
    days = {DUE_ON.replace(day=15): "soon", DUE_ON: "today", DUE_ON.replace(day=25): "overdue"}
    for day, span in days.items():
        pages.story.go_to(day)
        numbers = strip(unit.get("/").text)
        for address, number in numbers.items():
            shown = section(unit.get(address).text, "duties")
            assert len(re.findall(r'data-label="余期"', shown)) == number, (day, address)
        assert numbers[f"/?show={span}"] > 0, day


def test_five_working_days_are_counted_over_weekends(pages: Pages) -> None:
    pages = assigned(pages)
    unit = pages.by(cast.HOUSING_PLAYER)
    pages.story.go_to(date(2026, 5, 14))
    assert strip(unit.get("/").text)["/?show=soon"] == 0
    pages.story.go_to(date(2026, 5, 15))
    assert strip(unit.get("/").text)["/?show=soon"] == 1


def test_nothing_is_overdue_while_a_consultation_is_suspended(pages: Pages) -> None:
    pages = assigned(pages)
    pages.story.go_to(DUE_ON.replace(day=20))
    pages.story.do(
        SuspendConsultation(
            by=cast.STAFF, occurred_on=pages.story.today, reason="等待规划调整", review_on=date(2026, 6, 30)
        )
    )
    pages.story.go_to(date(2026, 6, 1))
    text = pages.by(cast.HOUSING_PLAYER).get("/").text
    assert strip(text)["/?show=overdue"] == 0
    assert "期限中止，剩余" in section(text, "duties")


def test_a_request_waits_for_staff_without_a_due_date(pages: Pages) -> None:
    pages = assigned(pages)
    task = pages.story.tasks[0]
    pages.story.go_to(ASSIGNED_ON.replace(day=9))
    pages.story.do(
        RequestReturn(
            by=cast.HOUSING_CLERK, occurred_on=pages.story.today, task_id=task.id, reason="非本单位职责"
        )
    )
    text = pages.by(cast.STAFF_PLAYER).get("/").text
    duties = section(text, "duties")
    assert "答复退办申请" in duties
    assert f'href="/feedback-tasks/{task.id}"' in duties
    assert "自2026年4月9日（周四）起" in duties
    assert strip(text)["/"] == 1


def test_a_consultation_that_waits_for_nobody_waits_for_its_organiser(pages: Pages) -> None:
    pages.story.reach(ConsultationState.RESEARCH)
    text = pages.by(cast.STAFF_PLAYER).get("/").text
    ready = section(text, "ready")
    assert "备齐“商前调研”环节材料" in ready
    assert f'href="{pages.case}"' in ready
    # It is no duty with a date: the number above the list counts what stands in the list.
    assert strip(text)["/"] == 0
    assert f'href="{pages.case}"' not in section(text, "duties")
    assert f'href="{pages.case}"' not in pages.by(cast.OUTSIDER_PLAYER).get("/").text


@pytest.mark.parametrize("player", [cast.STAFF_PLAYER, cast.CONVENER_PLAYER, cast.DISTRICT_PARTY_PLAYER])
def test_the_workbench_asks_the_register_a_dozen_times_at_most(pages: Pages, player: cast.Player) -> None:
    pages = assigned(pages)
    pages.story.go_to(DUE_ON.replace(day=25))
    browser = pages.by(player)
    browser.get("/")
    with statements(pages) as asked:
        assert browser.get("/").status_code == 200
    assert len(asked) <= QUERIES_MAX, asked


def test_an_empty_desk_says_what_would_fill_it(pages: Pages) -> None:
    assert "将按到期先后列在这里" in pages.by(cast.POLICE_PLAYER).get("/").text


def test_a_wrong_place_in_the_list_is_said_and_an_unknown_part_is_everything(pages: Pages) -> None:
    assert pages.by(cast.STAFF_PLAYER).get("/?cursor=none").status_code == 422
    assert pages.by(cast.STAFF_PLAYER).get("/?show=none").status_code == 200
