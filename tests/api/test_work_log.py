"""The work log through HTTP: who keeps it, who reads it, and what an inspected unit never learns."""

from typing import Any

import pytest

from records.tables.letters import NoticeRow
from tests import cast
from tests.api.conftest import House
from tests.cast import PLAYERS, Player

PATH = "/api/v1/work-records"
TRAINING = {"kind": "training", "happened_on": "2026-02-10", "title": "委员培训", "people_count": 60}
UNANNOUNCED = {
    "kind": "unannounced_inspection",
    "happened_on": "2026-02-10",
    "title": "暗访",
    "subject_organisation_id": cast.HOUSING.id,
}
KEEPERS = {"staff", "party_office", "supervisor"}


@pytest.fixture(autouse=True)
def in_spring(house: House) -> None:
    house.story.go_to(house.story.today.replace(month=3, day=2))


def made(house: House, body: dict[str, Any], by: Player) -> str:
    answer = house.post(PATH, body, by)
    assert answer.status_code == 201, answer.text
    address: str = answer.headers["location"]
    return address


def titles(house: House, by: Player, query: str = "") -> list[str]:
    answer = house.get(f"{PATH}{query}", by)
    assert answer.status_code == 200, answer.text
    return [one["title"] for one in answer.json()["items"]]


@pytest.mark.parametrize("player", PLAYERS, ids=lambda one: one.id)
def test_only_staff_party_offices_and_supervisors_keep_a_log(house: House, player: Player) -> None:
    answer = house.post(PATH, TRAINING, player)
    expected = 201 if player.role.value in KEEPERS else 403
    assert answer.status_code == expected, answer.text


def test_an_entry_is_read_where_it_was_made(house: House) -> None:
    address = made(house, TRAINING, cast.STAFF_PLAYER)
    found = house.get(address, cast.STAFF_PLAYER).json()
    assert (found["title"], found["area"], found["organisation_id"]) == (
        "委员培训",
        cast.STREET,
        cast.WORK_COMMITTEE.id,
    )
    assert house.get(address, cast.OUTSIDER_PLAYER).status_code == 404
    assert house.get(address, cast.SUPERVISOR_PLAYER).status_code == 200


def test_the_list_is_narrowed_by_year_kind_area_and_consultation(house: House) -> None:
    house.story.open()
    made(house, TRAINING, cast.STAFF_PLAYER)
    made(house, {**TRAINING, "title": "去年", "happened_on": "2025-06-01"}, cast.STAFF_PLAYER)
    report = {"kind": "report_for_instruction", "consultation_id": house.story.consultation_id}
    made(house, {**TRAINING, **report, "title": "请示"}, cast.STAFF_PLAYER)
    by = cast.OWNER_PLAYER
    assert titles(house, by) == ["请示", "委员培训", "去年"]
    assert titles(house, by, "?year=2025") == ["去年"]
    assert titles(house, by, "?kind=report_for_instruction") == ["请示"]
    assert titles(house, by, f"?consultation_id={house.story.consultation_id}") == ["请示"]
    assert titles(house, by, f"?area={cast.STREET}") == ["请示", "委员培训", "去年"]
    assert titles(house, by, f"?area={cast.ELSEWHERE}") == []
    first = house.get(f"{PATH}?limit=2", by).json()
    assert titles(house, by, f"?cursor={first['next']}") == ["去年"]
    assert house.get(f"{PATH}?cursor=WyJ4IiwieSJd", by).status_code == 422


def test_an_announced_inspection_is_told_and_shown_to_its_unit(house: House) -> None:
    address = made(house, {**UNANNOUNCED, "kind": "inspection", "title": "督查"}, cast.SUPERVISOR_PLAYER)
    told = {row.person_id for row in house.story.every(NoticeRow)}
    assert told == {cast.HOUSING_PLAYER.id, cast.HOUSING_HEAD_PLAYER.id}
    assert house.get(address, cast.HOUSING_PLAYER).json()["title"] == "督查"
    assert titles(house, cast.POLICE_PLAYER) == []


def test_an_unannounced_inspection_is_not_told_to_the_inspected_unit(house: House) -> None:
    address = made(house, UNANNOUNCED, cast.SUPERVISOR_PLAYER)
    assert house.story.every(NoticeRow) == []
    for player in (cast.HOUSING_PLAYER, cast.HOUSING_HEAD_PLAYER, cast.POLICE_PLAYER):
        assert house.get(address, player).status_code == 404
        assert titles(house, player) == []
        assert house.post(f"{address}/withdrawals", {"reason": "误登"}, player).status_code == 404
    assert titles(house, cast.OWNER_PLAYER) == ["暗访"]


def test_an_entry_is_withdrawn_by_its_own_organisation_only(house: House) -> None:
    address = made(house, TRAINING, cast.STAFF_PLAYER)
    body = {"reason": "重复登记"}
    assert house.post(f"{address}/withdrawals", body, cast.OWNER_PLAYER).status_code == 403
    assert house.post(f"{address}/withdrawals", {"reason": ""}, cast.STAFF_PLAYER).status_code == 422
    assert house.post(f"{address}/withdrawals", body, cast.STAFF_PLAYER).status_code == 201
    found = house.get(address, cast.STAFF_PLAYER).json()
    assert (found["withdrawn_on"], found["withdrawal_reason"]) == ("2026-03-02", "重复登记")
    again = house.post(f"{address}/withdrawals", body, cast.STAFF_PLAYER)
    assert (again.status_code, again.json()["code"]) == (409, "state_forbids")


def test_a_kind_says_what_it_needs(house: House) -> None:
    body = {name: value for name, value in UNANNOUNCED.items() if name != "subject_organisation_id"}
    answer = house.post(PATH, body, cast.SUPERVISOR_PLAYER)
    assert (answer.status_code, answer.json()["field"]) == (422, "subject_organisation_id")
    assert answer.json()["detail"] == "登记“四不两直”督查调研应选择被督查的单位。"
