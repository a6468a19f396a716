"""统计分析 on pages: numbers that lead to their cases, charts as text, few questions, nothing to those they do not concern."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.pages.charts import Segment, stacked
from domain.stages import ConsultationState
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_workbench import QUERIES_MAX, section, statements
from tests.figures_books import COUNTING_BOOKS
from tests.pages import page_counter
from tests.stories import ASSIGNED_ON, DUE_ON, new_story

ANALYSES = ("timeliness", "dwell", "results")
PAGES = (*ANALYSES, "quotas", "members", "reports")


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Pages]:
    """One task answered in time, one late, and books whose quotas are known; reading changes nothing of it."""
    path = tmp_path_factory.mktemp("statistics") / "register.db"
    shutil.copy(sqlite_template, path)
    story = new_story(f"sqlite:///{path}")
    story.reach(ConsultationState.IMPLEMENTATION)
    story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id, cast.POLICE.id)
    story.do(story.answering(story.tasks[0]))
    story.follow_the_clock(DUE_ON.replace(month=6, day=8))
    app = create_app(replace(page_counter(story), books=COUNTING_BOOKS))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Pages(story, client)
    story.register.dispose()


def page_of(pages: Pages, path: str) -> str:
    """A page as the district's party office sees it."""
    answer = pages.by(cast.DISTRICT_PARTY_PLAYER).get(f"/statistics/{path}")
    assert answer.status_code == 200, path
    text: str = answer.text
    return text


def test_only_who_answers_for_an_area_sees_statistics(late: Pages) -> None:
    for player in (cast.HOUSING_PLAYER, cast.MEMBER_PLAYER, cast.SYSTEM_ADMIN_PLAYER):
        for path in (*PAGES, "cases?of=held"):
            assert late.by(player).get(f"/statistics/{path}").status_code == 403
    for path in PAGES:
        answer = late.by(cast.OUTSIDER_PLAYER).get(f"/statistics/{path}")
        assert answer.status_code == 200
        assert "云塘" not in answer.text
        assert late.by(cast.OUTSIDER_PLAYER).get(f"/statistics/{path}?area={cast.STREET}").status_code == 403
    assert late.by(cast.OWNER_PLAYER).get("/statistics/nothing").status_code == 404


def test_every_number_leads_to_its_cases(late: Pages) -> None:
    browser = late.by(cast.DISTRICT_PARTY_PLAYER)
    addresses = {
        one.replace("&amp;", "&")
        for path in ANALYSES
        for one in re.findall(r'href="(/statistics/cases[^"]*)"', page_of(late, path))
    }
    assert len(addresses) > 20
    for address in sorted(addresses):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        has_cases = 'href="/consultations/0' in answer.text or f'href="{late.case}"' in answer.text
        assert has_cases, address


def test_the_four_quadrants_are_told_by_words_and_shapes(late: Pages) -> None:
    text = section(page_of(late, "timeliness"), "s-quadrants")
    for words in ("✓ 按期办复", "✗ 逾期办复", "○ 在办未逾期", "✗ 在办已逾期", "计算方法"):
        assert words in text
    assert ">50%</a>" in text


def test_a_small_number_gets_no_rate(late: Pages) -> None:
    text = section(page_of(late, "timeliness"), "s-units")
    assert text.count("不足 10 项，不列") == 2
    assert "不列比率，也不排列先后" in text


def test_a_chart_says_its_numbers_as_text(late: Pages) -> None:
    text = section(page_of(late, "timeliness"), "s-places")
    (chart,) = re.findall(r"<svg class=\"chart\".*?</svg>", text, re.S)
    drawn = ElementTree.fromstring(chart)
    assert [one.text for one in drawn.iter("text")] == ["云塘街道", "按期办复 1、在办已逾期 1"]
    assert "style=" not in page_of(late, "timeliness")


def test_what_is_late_is_drawn_thinner_and_what_is_open_hollow() -> None:
    drawn = ElementTree.fromstring(stacked("甲", [("行", "话", [Segment(3), Segment(1, "open-late")])]))
    _, done, late = drawn.iter("rect")
    assert (done.get("width"), late.get("x"), late.get("width")) == ("75.00%", "75.00%", "25.00%")
    assert int(late.get("height") or 0) < int(done.get("height") or 0)
    assert late.get("class") == "chart-open-late"


def test_quotas_say_what_is_unset_and_when_people_look_again(late: Pages) -> None:
    text = page_of(late, "quotas")
    assert "未设定" in text
    assert "下一预警日：2026年6月30日" in text
    warned = section(page_of(late, "quotas?year=2025"), "warnings")
    assert "预警日 2025年12月1日" in warned
    assert "云塘街道“有事好商量”协商议事室" in warned


def test_reports_of_the_area_of_its_places_and_of_its_rooms_can_be_had(late: Pages) -> None:
    browser = late.by(cast.DISTRICT_PARTY_PLAYER)
    papers = re.findall(r'href="(/api/v1/statistics/yearly-report[^"]*)"', page_of(late, "reports"))
    assert len(papers) == 3
    for address in papers:
        assert browser.get(address.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_few_questions(late: Pages, path: str) -> None:
    page_of(late, path)
    with statements(late) as asked:
        page_of(late, path)
    assert len(asked) <= QUERIES_MAX, asked


def test_an_area_without_anything_says_what_would_fill_it(late: Pages) -> None:
    browser = late.by(cast.OUTSIDER_PLAYER)
    assert "交办以后，这里按" in browser.get("/statistics/timeliness").text
    assert "发起协商以后，这里按环节统计" in browser.get("/statistics/dwell").text
    assert "还没有登记协商议事室" in browser.get("/statistics/quotas").text
