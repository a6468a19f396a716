"""The overdue board: late and near clocks with what was sent, grouped, narrowed, within one's sight."""

import re
from datetime import date

import pytest

from domain.acts import SuspendConsultation
from domain.stages import ConsultationState
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_workbench import QUERIES_MAX, statements
from tests.stories import ASSIGNED_ON


def late(pages: Pages, until: date = date(2026, 6, 1)) -> Pages:
    """Two units with a task each, due on 2026-05-22, and nobody has answered."""
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id, cast.POLICE.id)
    pages.story.follow_the_clock(until)
    return pages


def headings(text: str) -> list[str]:
    """The titles of the groups."""
    found = re.findall(r'<h2 id="group-\d+">(.*?)<span', text, re.S)
    return [re.sub(r"<[^>]*>", "", one).strip() for one in found]


def test_a_late_clock_stands_with_its_lamp_its_days_and_what_was_sent(pages: Pages) -> None:
    text = late(pages).by(cast.SUPERVISOR_PLAYER).get("/overdue?kind=feedback_task").text
    line = next(one for one in text.split("</tr>") if pages.story.tasks[0].id in one)
    assert "</span> 红牌</span>" in line
    assert "已逾期 6 个工作日" in line
    assert re.search(r"催办通知书 <span[^>]*>2026年5月25日（周一）", line)
    assert re.search(r"红牌通报 <span[^>]*>2026年5月29日（周五）", line)


def test_the_sum_counts_lines_by_colour(pages: Pages) -> None:
    text = late(pages).by(cast.SUPERVISOR_PLAYER).get("/overdue?kind=feedback_task").text
    (sum_,) = re.findall(r'<p class="board-sum">(.*?)</p>', text, re.S)
    assert re.findall(r">(\d+)<", sum_) == ["2", "2", "2", "0", "0"]


def test_it_is_grouped_by_unit_or_by_consultation(pages: Pages) -> None:
    browser = late(pages).by(cast.SUPERVISOR_PLAYER)
    assert {cast.HOUSING.name, cast.POLICE.name} <= set(headings(browser.get("/overdue").text))
    by_case = headings(browser.get("/overdue?by=case").text)
    assert by_case == [f"{pages.story.row.number} {pages.story.row.title}"]


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        (f"area={cast.STREET}", True),
        ("area=suzhou/fengxi/elsewhere", False),
        ("state=implementation", True),
        ("state=topic", False),
        ("kind=feedback_task", True),
        ("kind=filing", False),
        ("late=yes", True),
        ("by=nonsense&state=nonsense&kind=nonsense", True),
    ],
)
def test_it_is_narrowed_by_area_stage_kind_and_lateness(pages: Pages, query: str, is_there: bool) -> None:
    text = late(pages).by(cast.SUPERVISOR_PLAYER).get(f"/overdue?{query}").text
    assert (pages.story.tasks[0].id in text) is is_there
    assert ("没有符合条件的事项" in text) is not is_there


def test_what_is_due_far_ahead_is_not_on_the_board(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    text = pages.by(cast.SUPERVISOR_PLAYER).get("/overdue?kind=feedback_task").text
    assert "没有符合条件的事项" in text


def test_a_suspended_clock_is_not_called_late(pages: Pages) -> None:
    late(pages, date(2026, 5, 20)).story.do(
        SuspendConsultation(
            by=cast.STAFF, occurred_on=date(2026, 5, 20), reason="等待上位规划", review_on=date(2026, 8, 3)
        )
    )
    pages.story.go_to(date(2026, 6, 3))
    browser = pages.by(cast.SUPERVISOR_PLAYER)
    assert "期限中止" in browser.get("/overdue").text
    assert pages.story.tasks[0].id not in browser.get("/overdue?kind=feedback_task&late=yes").text


def test_only_who_answers_for_an_area_sees_it_and_only_that_area(pages: Pages) -> None:
    late(pages)
    for player in (cast.HOUSING_PLAYER, cast.MEMBER_PLAYER, cast.SYSTEM_ADMIN_PLAYER):
        assert pages.by(player).get("/overdue").status_code == 403
        assert 'href="/overdue"' not in pages.by(player).get("/").text
    outside = pages.by(cast.OUTSIDER_PLAYER).get("/overdue")
    assert outside.status_code == 200
    assert pages.story.row.number not in outside.text
    assert 'href="/overdue"' in pages.by(cast.OWNER_PLAYER).get("/").text


def test_the_board_asks_few_questions(pages: Pages) -> None:
    browser = late(pages).by(cast.SUPERVISOR_PLAYER)
    browser.get("/overdue")
    with statements(pages) as asked:
        browser.get("/overdue")
    assert len(asked) <= QUERIES_MAX, asked
