"""Statistics over HTTP: formula and cases with every number, sheets and papers, and nothing to those they do not concern."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from docx import Document
from starlette.testclient import TestClient

from api.app import create_app
from domain.stages import ConsultationState
from tests import cast
from tests.api.conftest import House, NoProcess, counter_over, hand_out_tokens
from tests.cast import Player
from tests.figures_books import COUNTING_BOOKS
from tests.stories import ASSIGNED_ON, DUE_ON, new_story

URL = "/api/v1/statistics"
NAMES = ("timeliness", "dwell", "results")
YEARLY = ("quotas", "members", "yearly-report")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[House]:
    """A consultation with one task answered in time and one that is late; nothing is changed by reading."""
    path = tmp_path_factory.mktemp("statistics") / "register.db"
    path.write_bytes(sqlite_template.read_bytes())
    story = new_story(f"sqlite:///{path}")
    hand_out_tokens(story)
    story.reach(ConsultationState.IMPLEMENTATION)
    story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id, cast.POLICE.id)
    story.do(story.answering(story.tasks[0]))
    story.follow_the_clock(DUE_ON.replace(month=6, day=8))
    app = create_app(replace(counter_over(story, NoProcess()), books=COUNTING_BOOKS))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield House(story, app, client)
    story.register.dispose()


def analysis(house: House, name: str, query: str = "", by: Player = cast.OWNER_PLAYER) -> dict[str, Any]:
    """The statistics of an analysis by their names."""
    answer = house.get(f"{URL}/{name}{query}", by)
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["statistics"]}


def by_key(statistic: dict[str, Any], column: int = 0) -> dict[str, Any]:
    """One number of every line."""
    return {line["key"]: line["numbers"][column] for line in statistic["lines"]}


@pytest.mark.parametrize("name", [*NAMES, *YEARLY])
@pytest.mark.parametrize(
    "player",
    [cast.HOUSING_PLAYER, cast.MEMBER_PLAYER, cast.SYSTEM_ADMIN_PLAYER, cast.CONVENER_PLAYER],
    ids=lambda one: one.actor.role.value,
)
def test_who_answers_for_no_area_sees_no_statistics(house: House, name: str, player: Player) -> None:
    answer = house.get(f"{URL}/{name}", player)
    assert answer.status_code == 403
    assert house.story.row.number not in answer.text


@pytest.mark.parametrize("name", [*NAMES, *YEARLY])
def test_another_area_is_refused_and_ones_own_is_empty(house: House, name: str) -> None:
    for area in (cast.DISTRICT, cast.STREET, "suzhou"):
        assert house.get(f"{URL}/{name}?area={area}", cast.OUTSIDER_PLAYER).status_code == 403
    own = house.get(f"{URL}/{name}", cast.OUTSIDER_PLAYER)
    assert own.status_code == 200
    assert house.story.consultation_id not in own.text


def test_a_room_of_another_area_is_not_found(house: House) -> None:
    assert house.get(f"{URL}/yearly-report?room={cast.ROOM_ID}", cast.OUTSIDER_PLAYER).status_code == 404
    assert house.get(f"{URL}/yearly-report?room=nowhere", cast.OWNER_PLAYER).status_code == 404


@pytest.mark.parametrize(
    "path", ["nothing", "cases?of=tasks&which=nothing", "cases?of=left", "cases?of=rated&which=nobody"]
)
def test_a_number_that_no_statistic_has_is_not_found(house: House, path: str) -> None:
    assert house.get(f"{URL}/{path}", cast.OWNER_PLAYER).status_code == 404


@pytest.mark.parametrize("query", ["year=1999", "period=q5", "period=x", "area=%25", "format=pdf"])
def test_a_query_that_makes_no_sense_is_refused(house: House, query: str) -> None:
    assert house.get(f"{URL}/timeliness?{query}", cast.OWNER_PLAYER).status_code == 422


def test_every_task_stands_in_one_quadrant_with_its_formula_and_cases(house: House) -> None:
    found = analysis(house, "timeliness")
    quadrants = by_key(found["quadrants"])
    assert {key: one["value"] for key, one in quadrants.items()} == {
        "answered_in_time": "1",
        "answered_late": "0",
        "open_in_time": "0",
        "open_late": "1",
        "rate": "1/2",
    }
    assert found["quadrants"]["formula"].startswith("按期反馈率＝")
    cases = house.get(quadrants["open_late"]["cases"], cast.OWNER_PLAYER).json()
    assert (cases["count"], cases["which"]) == (1, "在办已逾期")
    assert [one["id"] for one in cases["cases"]] == [house.story.consultation_id]
    nobody = house.get(quadrants["answered_late"]["cases"], cast.OWNER_PLAYER).json()
    assert (nobody["count"], nobody["cases"]) == (0, [])


def test_a_small_number_is_kept_back_and_says_so(house: House) -> None:
    rate = by_key(analysis(house, "timeliness")["units"], 5)[cast.HOUSING.id]
    assert (rate["value"], rate["is_guarded"], rate["value_shown"]) == (None, True, "不足 10 项，不列")
    assert (rate["numerator"], rate["denominator"]) == (1, 1)


def test_a_quarter_and_a_month_have_figures_of_their_own(house: House) -> None:
    for period, expected in (("q2", "2"), ("m4", "2"), ("m5", "0"), ("q1", "0")):
        total = analysis(house, "timeliness", f"?period={period}")["quadrants"]["total"]
        assert total["numbers"][0]["value"] == expected, period


def test_stages_and_what_waits_lead_to_the_case(house: House) -> None:
    found = analysis(house, "dwell")
    left = by_key(found["stages"])["topic"]
    assert left["value"] == "1"
    assert by_key(found["stages"], 1)["topic"]["value"] == "8"
    holder = by_key(found["holders"])[cast.POLICE.id]
    assert house.get(holder["cases"], cast.OWNER_PLAYER).json()["count"] == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_sheet_says_the_same_with_formulas_and_what_was_counted(house: House, name: str) -> None:
    answer = house.get(f"{URL}/{name}?format=xlsx", cast.OWNER_PLAYER)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    statistics = analysis(house, name)
    assert len(book.sheetnames) == len(statistics) + 2
    formulas = {row[0]: row[1] for row in book["计算方法"].iter_rows(min_row=4, values_only=True) if row[0]}
    assert formulas == {one["title"]: one["formula"] for one in statistics.values()}
    listed = list(book[book.sheetnames[-1]].iter_rows(min_row=4, values_only=True))
    assert {row[0] for row in listed} == {house.story.row.number}


def test_quotas_leave_out_persons_and_what_nothing_is_asked_of(house: House) -> None:
    answer = house.get(f"{URL}/quotas", cast.OWNER_PLAYER).json()
    (rule_set,) = answer["rule_sets"]
    assert [one["rule_id"] for one in rule_set["figures"]] == ["SZ-12", "LF-18", "LF-19", "LF-20"]
    assert answer["warnings"] == []
    assert answer["next_warning_on"] == "2026-06-30"


def test_a_quota_that_is_missed_warns_from_its_day_on(house: House) -> None:
    answer = house.get(f"{URL}/quotas?year=2025", cast.OWNER_PLAYER).json()
    warned = {one["rule_id"]: (one["warned_on"], one["behind"]) for one in answer["warnings"]}
    assert warned["SZ-12"] == ("2025-12-01", ["云塘街道“有事好商量”协商议事室"])
    assert "LF-20" not in warned


def test_members_stand_by_name_with_what_they_took_part_in(house: House) -> None:
    answer = house.get(f"{URL}/members", cast.OWNER_PLAYER).json()
    assert answer["headings"] == ["出席", "调研", "议题被采用", "发言", "跟踪问效"]
    assert [one["name"] for one in answer["members"]] == [cast.MEMBER_PLAYER.name]
    book = openpyxl.load_workbook(
        io.BytesIO(house.get(f"{URL}/members?format=xlsx", cast.OWNER_PLAYER).content)
    )
    assert book.sheetnames == ["委员参与情况", "计算方法"]
    assert "不排名次" in str(book["委员参与情况"]["A2"].value)


@pytest.mark.parametrize("query", ["", f"?room={cast.ROOM_ID}", f"?area={cast.STREET}&year=2025"])
def test_the_yearly_report_is_a_paper(house: House, query: str) -> None:
    answer = house.get(f"{URL}/yearly-report{query}", cast.OWNER_PLAYER)
    assert answer.status_code == 200
    said = [one.text for one in Document(io.BytesIO(answer.content)).paragraphs]
    assert "一、办理成效" in said
    assert any(one.endswith("年度协商议事工作报告") for one in said)
    assert ("云塘街道“有事好商量”协商议事室" in said) == query.startswith("?room")
