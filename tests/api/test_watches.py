"""Watch lists: whose they are, what they may hold, and what changed since one last looked."""

from datetime import timedelta

import pytest

from domain.acts import AcknowledgeTask
from domain.stages import ConsultationState
from tests import cast
from tests.api.conftest import House
from tests.cast import PLAYERS
from tests.pages import Browser, Cookies
from tests.stories import ASSIGNED_ON

PATH = "/api/v1/watches"
SUPERVISOR = cast.SUPERVISOR_PLAYER
WATCHERS = {"supervisor", "party_office", "approver", "staff"}


@pytest.fixture
def handled(house: House) -> House:
    """A consultation in 转化落实, whose item the housing bureau handles."""
    house.story.reach(ConsultationState.IMPLEMENTATION).go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    return house


def acknowledge(house: House) -> None:
    (task,) = house.story.tasks
    on = ASSIGNED_ON + timedelta(days=1)
    house.story.go_to(on).do(AcknowledgeTask(by=cast.HOUSING_CLERK, occurred_on=on, task_id=task.id))


def test_only_supervisors_leaders_and_staff_watch_and_only_within_their_scope(handled: House) -> None:
    case = {"consultation_id": handled.story.consultation_id}
    for player in PLAYERS:
        status = handled.get(PATH, player).status_code
        assert (status == 200) is (player.role.value in WATCHERS), player.id
    assert handled.post(PATH, case, cast.HOUSING_PLAYER).status_code == 403
    assert handled.post(PATH, case, cast.OUTSIDER_PLAYER).status_code == 404
    unit = handled.post(PATH, {"unit_id": cast.HOUSING.id}, cast.STAFF_PLAYER)
    assert (unit.status_code, unit.json()["field"]) == (422, "unit_id")
    both = handled.post(PATH, {**case, "unit_id": cast.HOUSING.id}, SUPERVISOR)
    assert both.status_code == 422
    assert handled.post(PATH, case, SUPERVISOR).status_code == 201
    assert handled.post(PATH, case, SUPERVISOR).status_code == 409


def test_a_watched_consultation_tells_what_others_changed_since_it_was_opened(handled: House) -> None:
    handled.post(PATH, {"consultation_id": handled.story.consultation_id}, SUPERVISOR)
    browser = Browser(handled.story, SUPERVISOR, handled.client, Cookies())
    browser.get(f"/consultations/{handled.story.consultation_id}")
    assert handled.get(PATH, SUPERVISOR).json()["changes"] == []
    acknowledge(handled)
    found = handled.get(PATH, SUPERVISOR).json()
    assert [one["action"] for one in found["changes"]] == ["feedback_task:acknowledged"]
    assert [one["changes"] for one in found["watches"]] == [1]
    assert "1 处变化" in browser.get("/watching").text


def test_a_watched_unit_tells_what_it_did_until_that_is_read(handled: House) -> None:
    watch_id = handled.post(PATH, {"unit_id": cast.HOUSING.id}, SUPERVISOR).json()["watch_id"]
    assert handled.get(PATH, SUPERVISOR).json()["changes"] == []
    acknowledge(handled)
    (change,) = handled.get(PATH, SUPERVISOR).json()["changes"]
    assert change["organisation_name"] == cast.HOUSING.name
    other = cast.DISTRICT_PARTY_PLAYER
    assert handled.post(f"{PATH}/{watch_id}/readings", {}, other).status_code == 404
    assert handled.get(PATH, other).json() == {"watches": [], "changes": []}
    assert handled.post(f"{PATH}/{watch_id}/readings", {}, SUPERVISOR).status_code == 201
    assert handled.get(PATH, SUPERVISOR).json()["changes"] == []
    handled.story.follow_the_clock(ASSIGNED_ON + timedelta(days=90))
    assert {one["action"] for one in handled.get(PATH, SUPERVISOR).json()["changes"]} == {"clock:rung_fired"}
    assert handled.post(f"{PATH}/{watch_id}/endings", {}, SUPERVISOR).status_code == 201
    assert handled.get(PATH, SUPERVISOR).json() == {"watches": [], "changes": []}


def test_a_watch_list_is_kept_by_hand(handled: House) -> None:
    browser = Browser(handled.story, SUPERVISOR, handled.client, Cookies())
    wrong = browser.send("/watching", "watch-consultation", consultation_number="苏-无-2026-0009")
    assert wrong.status_code == 422
    assert "苏-无-2026-0009" in wrong.text
    number = handled.story.row.number
    assert browser.send("/watching", "watch-consultation", consultation_number=number).status_code == 303
    assert browser.send("/watching", "watch-unit", unit_id=cast.HOUSING.id).status_code == 303
    text = browser.get("/watching").text
    assert number in text
    assert f'data-label="单位">{cast.HOUSING.name}' in text
