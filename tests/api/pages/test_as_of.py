"""A consultation as it stood on a past day: rebuilt from its record, and told apart from today."""

import re
from datetime import date

import pytest

from domain.acts import AcknowledgeTask, SuspendConsultation
from domain.stages import ConsultationState
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_workbench import QUERIES_MAX, section, statements
from tests.stories import ASSIGNED_ON, OPENED_ON

TODAY = date(2026, 6, 3)
ACKNOWLEDGED_ON = date(2026, 4, 10)


@pytest.fixture
def late(pages: Pages) -> Pages:
    """A unit acknowledged a task on 2026-04-10 and is late since 2026-05-22."""
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    (task,) = pages.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    pages.story.go_to(ACKNOWLEDGED_ON).do(
        AcknowledgeTask(by=cast.HOUSING_CLERK, occurred_on=ACKNOWLEDGED_ON, task_id=task.id)
    )
    pages.story.follow_the_clock(TODAY)
    return pages


def as_of(pages: Pages, on: str) -> str:
    """The page of that day as the supervisor sees it."""
    answer = pages.by(cast.SUPERVISOR_PLAYER).get(f"{pages.case}/as-of?on={on}")
    assert answer.status_code == 200
    text: str = answer.text
    return text


def current_stage(text: str) -> str:
    """The stage that the bar shows as current."""
    found = re.search(r'aria-current="step">.*?class="stage-name">(.*?)<', text, re.S)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("on", "stage"),
    [
        ("2026-03-11", "确定议题"),
        ("2026-03-16", "商前调研"),
        ("2026-03-25", "开展协商"),
        ("2026-03-26", "报送成果"),
        ("2026-04-08", "转化落实"),
    ],
)
def test_the_bar_shows_the_stage_of_that_day(late: Pages, on: str, stage: str) -> None:
    assert current_stage(as_of(late, on)) == stage


@pytest.mark.parametrize(
    ("on", "lamp", "left"),
    [
        ("2026-04-08", "正常", "剩余 30 个工作日"),
        ("2026-05-21", "蓝牌", "剩余 1 个工作日"),
        ("2026-05-22", "蓝牌", "今天到期"),
        ("2026-05-25", "黄牌", "已逾期 1 个工作日"),
        ("2026-05-29", "红牌", "已逾期 5 个工作日"),
    ],
)
def test_a_clock_has_the_colour_and_the_days_of_that_day(late: Pages, on: str, lamp: str, left: str) -> None:
    line = next(
        one for one in section(as_of(late, on), "clocks").split("</tr>") if "<td" in one and "签收" not in one
    )
    assert f"</span> {lamp}</span>" in line
    assert left in line


@pytest.mark.parametrize(("on", "state"), [("2026-04-09", "已交办"), ("2026-04-10", "已签收")])
def test_a_task_has_the_state_of_that_day(late: Pages, on: str, state: str) -> None:
    assert state in section(as_of(late, on), "tasks")


def test_a_task_not_yet_assigned_is_not_there(late: Pages) -> None:
    text = as_of(late, "2026-04-07")
    assert "当时还没有交办" in text
    assert cast.HOUSING.name not in section(text, "movers")


def test_it_names_who_had_to_move(late: Pages) -> None:
    assert f"{cast.HOUSING.name}（签收、办理反馈）" in section(as_of(late, "2026-04-09"), "movers")
    research = section(as_of(late, "2026-03-17"), "movers")
    assert f"{cast.WORK_COMMITTEE.name}（推进“商前调研”环节）" in research


def test_the_difference_to_today_is_told_in_words(late: Pages) -> None:
    told = section(as_of(late, "2026-05-25"), "differences")
    assert "当时为黄牌，现在为红牌" in told
    told = section(as_of(late, "2026-04-09"), "differences")
    assert f"{cast.HOUSING.name}的办理事项：当时已交办，现在已签收，自2026年4月10日（周五）起。" in told
    told = section(as_of(late, "2026-03-11"), "differences")
    assert "当时处于“确定议题”，现在处于“转化落实”" in told
    assert "此后又交办 1 项。" in told


def test_today_differs_in_nothing(late: Pages) -> None:
    assert "与今天相同" in section(as_of(late, TODAY.isoformat()), "differences")


def test_a_suspension_stands_only_while_it_lasted(late: Pages) -> None:
    late.story.do(
        SuspendConsultation(by=cast.STAFF, occurred_on=TODAY, reason="等待规划", review_on=date(2026, 7, 1))
    )
    assert "当时已中止" not in as_of(late, "2026-06-02")
    assert "当时正常进行，现在已中止。" in as_of(late, "2026-06-02")
    assert "期限中止" in section(as_of(late, TODAY.isoformat()), "clocks")


def test_links_lead_to_the_days_around_and_to_days_with_changes(late: Pages) -> None:
    text = as_of(late, "2026-04-09")
    for on in ("2026-04-08", "2026-04-10"):
        assert f"as-of?on={on}" in text
    assert "上一次变动：2026年4月8日（周三）" in text
    assert "下一次变动：2026年4月10日（周五）" in text
    assert "前一天" not in as_of(late, OPENED_ON.isoformat())
    assert "后一天" not in as_of(late, TODAY.isoformat())


def test_what_was_entered_later_is_told(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(date(2026, 4, 15)).do(pages.story.assigning(cast.HOUSING.id, on=ASSIGNED_ON))
    text = as_of(pages, "2026-04-09")
    assert "其中 2 项是当日以后补录的" in text
    assert "已交办" in section(text, "tasks")
    assert "补录的" not in as_of(pages, "2026-04-15")


def test_a_day_is_found_by_what_happened_and_not_only_by_what_was_entered(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(date(2026, 4, 15)).do(pages.story.assigning(cast.HOUSING.id, on=ASSIGNED_ON))
    assert "下一次变动：2026年4月8日（周三）" in as_of(pages, "2026-04-07")
    assert "当天发生：已交办。" in section(as_of(pages, "2026-04-08"), "that-day")
    entered = section(as_of(pages, "2026-04-15"), "that-day")
    assert "当天没有环节、交办或者期限的变动。" in entered
    assert "当天登记：交办。" in entered


def test_before_its_opening_there_was_nothing(late: Pages) -> None:
    text = as_of(late, "2026-02-01")
    assert "这一天协商尚未发起" in text
    assert section(text, "clocks") == ""


@pytest.mark.parametrize(("on", "wrong"), [("昨天", "请填写日期"), ("2026-06-04", "日期不能晚于今天")])
def test_a_day_that_cannot_be_shown_stays_in_its_field(late: Pages, on: str, wrong: str) -> None:
    answer = late.by(cast.SUPERVISOR_PLAYER).get(f"{late.case}/as-of?on={on}")
    assert answer.status_code == 422
    assert wrong in answer.text
    assert f'value="{on}"' in answer.text


def test_it_is_only_for_who_may_read_the_consultation(late: Pages) -> None:
    assert late.by(cast.OUTSIDER_PLAYER).get(f"{late.case}/as-of?on=2026-05-01").status_code == 404
    assert late.by(cast.STAFF_PLAYER).get(f"{late.case}/as-of").status_code == 200


def test_a_past_day_asks_few_questions(late: Pages) -> None:
    as_of(late, "2026-05-01")
    with statements(late) as asked:
        as_of(late, "2026-05-01")
    assert len(asked) <= QUERIES_MAX, asked
