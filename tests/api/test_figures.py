"""The yearly figures over HTTP: their formula, the cases behind them, and who may not see them."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from domain.stages import ConsultationState
from tests import cast
from tests.api.conftest import House, NoProcess, counter_over, hand_out_tokens
from tests.cast import Player
from tests.figures_books import COUNTING_BOOKS
from tests.stories import new_story

URL = "/api/v1/figures"


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    """A counter with books whose quotas are known, over a consultation that was deliberated in March 2026."""
    story = new_story(sqlite_url)
    hand_out_tokens(story)
    story.reach(ConsultationState.REPORTING)
    app = create_app(replace(counter_over(story, NoProcess()), books=COUNTING_BOOKS))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield House(story, app, client)
    story.register.dispose()


def figures_by_rule(answer: Any) -> dict[str, Any]:
    """The figures of the only rule set of an answer."""
    assert answer.status_code == 200, answer.text
    (rule_set,) = answer.json()["rule_sets"]
    return {one["rule_id"]: one for one in rule_set["figures"]}


def test_every_quota_rule_stands_with_its_formula_and_the_cases_behind_it(house: House) -> None:
    answer = house.get(URL, cast.OWNER_PLAYER)
    figures = figures_by_rule(answer)
    assert list(figures) == ["SZ-12", "SZ-11", "LF-18", "LF-19", "LF-20", "SZ-39"]
    assert (answer.json()["area"], answer.json()["year"]) == (cast.DISTRICT, 2026)
    often = figures["SZ-12"]
    assert (often["value"], often["required"], often["standing_label"]) == ("1", "2", "未达到")
    assert often["required_shown"] == "每室不少于 2 次"
    assert often["consultation_ids"] == [house.story.consultation_id]
    assert often["warning_on"] == ["2026-06-30", "2026-09-30", "2026-12-01"]
    assert often["formula"].startswith("每个协商议事室")
    assert often["clause"] == "要有合理的数量频次"
    (room,) = often["parts"]
    assert (room["key"], room["value"], room["standing"]) == (cast.ROOM_ID, "1", "missed")


def test_shares_are_exact_and_an_unset_number_says_so(house: House) -> None:
    figures = figures_by_rule(house.get(URL, cast.OWNER_PLAYER))
    share = figures["LF-19"]
    assert (share["value"], share["required"], share["numerator"], share["denominator"]) == (
        "0",
        "3/10",
        0,
        1,
    )
    unset = figures["LF-20"]
    assert (unset["required"], unset["required_shown"], unset["standing_label"]) == (None, "未设定", "未设定")
    empty = next(one for one in figures["SZ-11"]["parts"] if one["key"] == "solved")
    assert (empty["value"], empty["value_shown"], empty["denominator"]) == (None, "—", 0)


def test_another_year_has_other_figures(house: House) -> None:
    figures = figures_by_rule(house.get(f"{URL}?year=2025", cast.OWNER_PLAYER))
    assert (figures["LF-18"]["value"], figures["LF-18"]["standing"]) == ("0", "missed")
    assert figures["LF-18"]["consultation_ids"] == []


def test_a_street_reads_its_own_figures_by_default(house: House) -> None:
    answer = house.get(URL, cast.STAFF_PLAYER)
    assert answer.json()["area"] == cast.STREET
    assert figures_by_rule(answer)["LF-18"]["standing"] == "counted"


def test_one_rule_set_may_be_asked_for(house: House) -> None:
    answer = house.get(f"{URL}?rule_set=linfen", cast.OWNER_PLAYER)
    assert [one["rule_set_id"] for one in answer.json()["rule_sets"]] == ["linfen"]
    assert house.get(f"{URL}?rule_set=nowhere", cast.OWNER_PLAYER).status_code == 404


@pytest.mark.parametrize(
    "player",
    [cast.HOUSING_PLAYER, cast.HOUSING_HEAD_PLAYER, cast.MEMBER_PLAYER, cast.SYSTEM_ADMIN_PLAYER],
    ids=lambda one: one.actor.role.value,
)
def test_who_answers_for_no_area_sees_no_figures(house: House, player: Player) -> None:
    answer = house.get(URL, player)
    assert answer.status_code == 403
    assert house.story.consultation_id not in answer.text


def test_another_county_sees_nothing(house: House) -> None:
    own = house.get(URL, cast.OUTSIDER_PLAYER)
    assert own.json()["rule_sets"] == []
    for area in (cast.DISTRICT, cast.STREET, "suzhou"):
        assert house.get(f"{URL}?area={area}", cast.OUTSIDER_PLAYER).status_code == 403
    by_name = figures_by_rule(house.get(f"{URL}?rule_set=suzhou", cast.OUTSIDER_PLAYER))
    assert {one["consultation_ids"] == [] for one in by_name.values()} == {True}
    assert by_name["LF-18"]["value"] == "0"


def test_a_street_does_not_see_the_figures_of_its_county(house: House) -> None:
    assert house.get(f"{URL}?area={cast.DISTRICT}", cast.STAFF_PLAYER).status_code == 403


@pytest.mark.parametrize("query", ["year=1999", "year=2101", "year=x", "area=%25", "format=pdf"])
def test_a_query_that_makes_no_sense_is_refused(house: House, query: str) -> None:
    assert house.get(f"{URL}?{query}", cast.OWNER_PLAYER).status_code == 422


def test_the_figures_come_as_a_printable_list(house: House) -> None:
    answer = house.get(f"{URL}?format=xlsx", cast.OWNER_PLAYER)
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["苏州指标", "苏州分项"]
    rows = {row[0]: row for row in book["苏州指标"].iter_rows(min_row=4, values_only=True)}
    assert rows["SZ-12"][2:6] == ("每室协商议事活动次数", "1 次", "每室不少于 2 次", "未达到")
    assert rows["SZ-12"][7] == house.story.row.number
    assert rows["LF-20"][4] == "未设定"
    parts = list(book["苏州分项"].iter_rows(min_row=4, values_only=True))
    assert [row[2] for row in parts if row[0] == "SZ-11"] == ["解决率", "满意率", "按期反馈率"]


def test_an_area_without_rooms_has_an_empty_list(house: House) -> None:
    answer = house.get(f"{URL}?format=xlsx", cast.OUTSIDER_PLAYER)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["统计指标"]
    assert book["统计指标"].max_row == 3
