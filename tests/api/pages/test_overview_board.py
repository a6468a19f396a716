"""The leader's overview: true numbers, each with its cases behind it, charts as text, small numbers guarded."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.pages.charts import Bar, Cell, bars, heat_map
from domain.stages import ConsultationState
from records.queries.analysis.dwell import rank_of
from records.queries.leader_holdings import Punctuality
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_workbench import QUERIES_MAX, section, statements
from tests.figures_books import COUNTING_BOOKS
from tests.pages import page_counter
from tests.stories import ASSIGNED_ON, new_story

TODAY = date(2026, 6, 3)


@pytest.fixture
def pages(sqlite_url: str) -> Iterator[Pages]:
    """Books whose quotas are known."""
    story = new_story(sqlite_url)
    app = create_app(replace(page_counter(story), books=COUNTING_BOOKS))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Pages(story, client)
    story.register.dispose()


@pytest.fixture
def late(pages: Pages) -> Pages:
    """One consultation whose unit is very late, and another at its beginning."""
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    pages.story.follow_the_clock(TODAY)
    other = pages.story.another()
    other.go_to(date(2026, 6, 1)).open()
    return pages


def row_of(text: str, name: str, label: str) -> dict[str, str]:
    """The cells of one line of a table, by their labels."""
    line = next(one for one in section(text, name).split("</tr>") if f">{label}</td>" in one)
    cells = re.findall(r'<td data-label="([^"]*)">(.*?)</td>', line, re.S)
    return {key: re.sub(r"<[^>]*>", "", value).strip() for key, value in cells}


def links_of(text: str, name: str) -> list[str]:
    """Where the numbers of a section lead."""
    return [
        one.replace("&amp;", "&")
        for one in re.findall(r'class="figures" href="([^"]*)"', section(text, name))
    ]


def overview(pages: Pages) -> str:
    """The page as the district's party office sees it."""
    answer = pages.by(cast.DISTRICT_PARTY_PLAYER).get("/overview")
    assert answer.status_code == 200
    text: str = answer.text
    return text


def test_consultations_are_counted_by_stage_and_gravest_colour(late: Pages) -> None:
    text = overview(late)
    assert row_of(text, "counts", "转化落实") == {
        "环节": "转化落实",
        "合计": "1",
        "红牌": "1",
        "黄牌": "0",
        "蓝牌": "0",
        "正常": "0",
        "中止": "0",
    }
    assert row_of(text, "counts", "搭建平台")["正常"] == "1"


def test_how_long_a_stage_took_is_told_in_working_days(late: Pages) -> None:
    line = row_of(overview(late), "dwells", "确定议题")
    assert line["已离开"] == "1"
    assert line["中位数"] == line["九成以内"]
    assert line["中位数"] == "8"
    assert row_of(overview(late), "dwells", "转化落实")["在办最久"] == "40"


def test_the_nearest_rank_is_a_value_that_was_measured() -> None:
    assert rank_of([], 50) is None
    assert rank_of([3], 90) == 3
    assert rank_of([1, 2, 3, 4], 50) == 2
    assert rank_of(list(range(1, 11)), 90) == 9


def test_it_says_for_whom_consultations_wait(late: Pages) -> None:
    line = row_of(overview(late), "waits", cast.HOUSING.name)
    assert line["事项"].count("办理反馈 1") == 1
    assert line["已逾期"] == line["合计"] == "2"


def test_a_small_number_gets_no_rate(late: Pages) -> None:
    late.story.do(late.story.answering(late.story.tasks[0]))
    line = row_of(overview(late), "results", cast.HOUSING.name)
    assert line["办复"] == "1"
    assert line["按期率"] == "不足 10 项，不列"
    assert "按期率 <strong" not in section(overview(late), "results")


def test_a_rate_is_cut_and_never_rounded_up() -> None:
    assert not Punctuality("u", "甲", 9, 9).is_ranked
    whole = Punctuality("u", "甲", 1_000_000, 999_999)
    assert whole.is_ranked
    assert whole.tenths_of_percent == 999


def test_a_room_stands_with_what_is_asked_of_it(late: Pages) -> None:
    text = section(overview(late), "rooms")
    assert "云塘街道“有事好商量”协商议事室" in text
    assert "不少于" in text
    assert "/figures/suzhou/" in text


def test_every_number_leads_to_its_cases(late: Pages) -> None:
    late.story.do(late.story.answering(late.story.tasks[0]))
    browser = late.by(cast.DISTRICT_PARTY_PLAYER)
    text = overview(late)
    addresses = {one for name in ("counts", "dwells", "waits", "results") for one in links_of(text, name)}
    assert len(addresses) > 10
    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert 'href="/consultations/0' in answer.text, address


def test_charts_say_the_same_numbers_as_text(late: Pages) -> None:
    text = overview(late)
    (chart,) = re.findall(r"<svg class=\"chart\".*?</svg>", section(text, "counts"), re.S)
    drawn = ElementTree.fromstring(chart)
    assert [one.text for one in drawn.iter("text")][:4] == ["红牌", "黄牌", "蓝牌", "正常"]
    assert "style=" not in text


def test_a_chart_escapes_its_words_and_draws_nothing_for_nought() -> None:
    chart = bars("甲<乙", [Bar("<b>", 0, "0 项"), Bar("丙", 2, "2 项", 4)])
    assert "<b>" not in chart
    drawn = ElementTree.fromstring(chart)
    assert [one.get("width") for one in drawn.iter("rect")] == ["100%", "100%", "50.00%"]
    assert [one.get("x1") for one in drawn.iter("line")] == ["100.00%"]
    cells = ElementTree.fromstring(heat_map("格", ["一"], [("行", [Cell(0)]), ("列", [Cell(3, "red")])]))
    assert [one.get("fill-opacity") for one in cells.iter("rect")] == ["0.00", "0.45"]


def test_another_area_sees_none_of_it(late: Pages) -> None:
    browser = late.by(cast.OUTSIDER_PLAYER)
    assert "没有在办的协商" in browser.get("/overview").text
    for address in ("of=held&unit=" + cast.HOUSING.id, "of=left&stage=topic", "of=answered"):
        assert "没有这样的协商" in browser.get(f"/overview/cases?{address}").text


def test_only_who_answers_for_an_area_sees_the_overview(pages: Pages) -> None:
    for player in (cast.HOUSING_PLAYER, cast.MEMBER_PLAYER, cast.SYSTEM_ADMIN_PLAYER):
        for path in ("/overview", "/overview/cases?of=answered"):
            assert pages.by(player).get(path).status_code == 403
    assert pages.by(cast.SUPERVISOR_PLAYER).get("/overview").status_code == 200
    assert pages.by(cast.OWNER_PLAYER).get("/overview/cases?of=nonsense").status_code == 404


def test_the_overview_asks_few_questions(late: Pages) -> None:
    overview(late)
    with statements(late) as asked:
        overview(late)
    assert len(asked) <= QUERIES_MAX, asked
