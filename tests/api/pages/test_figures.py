"""The page of the yearly figures: words and shapes, the clause, and the cases one click away."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from domain.stages import ConsultationState
from tests import cast
from tests.api.pages.conftest import Pages
from tests.figures_books import COUNTING_BOOKS
from tests.pages import page_counter
from tests.stories import new_story

SZ_12 = f"/figures/suzhou/SZ-12?year=2026&area={cast.DISTRICT}"


@pytest.fixture
def pages(sqlite_url: str) -> Iterator[Pages]:
    """Every page with books whose quotas are known, over a consultation deliberated in March 2026."""
    story = new_story(sqlite_url)
    story.reach(ConsultationState.REPORTING)
    app = create_app(replace(page_counter(story), books=COUNTING_BOOKS))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Pages(story, client)
    story.register.dispose()


def row_of(text: str, rule_id: str) -> str:
    """The line of one rule."""
    return next(one for one in text.split("</tr>") if f">{rule_id}</a>" in one)


def test_a_rule_stands_with_clause_number_requirement_and_standing(pages: Pages) -> None:
    text = pages.by(cast.OWNER_PLAYER).get("/figures").text
    line = row_of(text, "SZ-12")
    assert "“要有合理的数量频次”" in line
    assert "1 次" in line
    assert "每室不少于 2 次" in line
    assert '<span aria-hidden="true">✗</span> 未达到' in line
    assert "预警日：2026年6月30日（周二）、2026年9月30日（周三）、2026年12月1日（周二）" in line
    assert 'href="/rule-sets/suzhou#SZ-12-whole"' in line


def test_a_warning_day_that_has_passed_says_so(pages: Pages) -> None:
    pages.story.go_to(pages.story.today.replace(month=7, day=1))
    line = row_of(pages.by(cast.OWNER_PLAYER).get("/figures").text, "SZ-12")
    assert "2026年6月30日（周二）（已过）、2026年9月30日（周三）、" in line


def test_an_unset_number_prints_unset_and_an_empty_share_a_dash(pages: Pages) -> None:
    text = pages.by(cast.OWNER_PLAYER).get("/figures").text
    assert row_of(text, "LF-20").count("未设定") == 2
    assert "解决率：—" in row_of(text, "SZ-11")
    assert "0%" not in row_of(text, "SZ-11")


def test_results_stand_before_how_often_something_was_done(pages: Pages) -> None:
    text = pages.by(cast.OWNER_PLAYER).get("/figures").text
    assert text.index(">SZ-11</a>") < text.index(">SZ-12</a>") < text.index(">LF-18</a>")


def test_the_cases_behind_a_number_are_one_click_away(pages: Pages) -> None:
    browser = pages.by(cast.OWNER_PLAYER)
    line = row_of(browser.get("/figures").text, "SZ-12")
    (address,) = re.findall(r'href="(/figures/[^"]*)"', line)
    page = browser.get(address.replace("&amp;", "&")).text
    assert f'href="{pages.case}"' in page
    assert "没有问答、意见和建议" in page
    (part,) = re.findall(r'href="([^"]*part=[^"]*)"', page)
    narrowed = browser.get(part.replace("&amp;", "&").split("#")[0]).text
    assert "云塘街道“有事好商量”协商议事室：据以统计的协商" in narrowed
    assert f'href="{pages.case}"' in narrowed


def test_members_are_listed_by_name_without_a_rank(pages: Pages) -> None:
    page = pages.by(cast.OWNER_PLAYER).get("/figures/suzhou/SZ-39").text
    assert "褚委员" in page
    assert "不排名次" in page


def test_another_year_may_be_picked(pages: Pages) -> None:
    text = pages.by(cast.OWNER_PLAYER).get("/figures?year=2025").text
    assert '<option value="2025" selected>' in text
    assert "0 次" in row_of(text, "LF-18")


def test_who_answers_for_no_area_is_told_so_and_finds_no_link(pages: Pages) -> None:
    for player in (cast.HOUSING_PLAYER, cast.MEMBER_PLAYER, cast.SYSTEM_ADMIN_PLAYER):
        assert pages.by(player).get("/figures").status_code == 403
        assert 'href="/figures"' not in pages.by(player).get("/").text
    assert 'href="/figures"' in pages.by(cast.OWNER_PLAYER).get("/").text


def test_another_county_sees_no_case_and_no_number(pages: Pages) -> None:
    browser = pages.by(cast.OUTSIDER_PLAYER)
    assert "还没有登记协商议事室" in browser.get("/figures").text
    assert browser.get(SZ_12).status_code == 403
    own = browser.get("/figures/suzhou/SZ-12")
    assert own.status_code == 200
    assert pages.story.consultation_id not in own.text


@pytest.mark.parametrize("path", ["/figures/suzhou/SZ-00", "/figures/nowhere/SZ-12", "/figures?year=1"])
def test_what_is_not_there_is_a_page_that_says_so(pages: Pages, path: str) -> None:
    answer = pages.by(cast.OWNER_PLAYER).get(path)
    assert answer.status_code == 404
    assert '<html lang="zh-CN">' in answer.text
