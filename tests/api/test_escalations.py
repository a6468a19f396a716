"""The desk of the party committee: who sees a 专报, and who may answer it."""

from datetime import date

import pytest

from domain.stages import ConsultationState
from records.tables.obligations import Escalation
from tests import cast
from tests.api.conftest import House
from tests.stories import ASSIGNED_ON

ESCALATED_ON = date(2026, 6, 8)


@pytest.fixture
def escalated(any_house: House) -> House:
    """A house with one task so late that it lies on the desk of the party committee."""
    story = any_house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    story.assign(cast.HOUSING.id)
    story.go_to(ESCALATED_ON)
    story.let_clock_run()
    return any_house


def desk_of(house: House) -> cast.Player:
    """Whoever acts for the body that the escalation went to."""
    target_id = house.story.one(Escalation).target_id
    return next(
        player
        for player in (cast.STREET_PARTY_PLAYER, cast.DISTRICT_PARTY_PLAYER)
        if player.body.id == target_id
    )


def test_an_escalation_is_seen_by_its_desk_its_organisers_and_supervisors_alone(escalated: House) -> None:
    escalation = escalated.story.one(Escalation)
    seeing = {
        desk_of(escalated),
        cast.STAFF_PLAYER,
        cast.OWNER_PLAYER,
        cast.CONVENER_PLAYER,
        cast.SUPERVISOR_PLAYER,
    }
    for player in cast.PLAYERS:
        lines = escalated.get("/api/v1/escalations", player).json()["items"]
        one = escalated.get(f"/api/v1/escalations/{escalation.id}", player)
        assert ([line["id"] for line in lines] == [escalation.id]) is (player in seeing), player.name
        assert one.status_code == (200 if player in seeing else 404), player.name


def test_the_desk_holds_a_clock_of_its_own(escalated: House) -> None:
    clocks = escalated.get("/api/v1/worklist", desk_of(escalated)).json()["clocks"]
    assert [clock["kind"] for clock in clocks] == ["escalation"]


def test_only_the_desk_instructs(escalated: House) -> None:
    escalation = escalated.story.one(Escalation)
    path = f"/api/v1/escalations/{escalation.id}/instructions"
    for by, status in ((cast.STAFF_PLAYER, 403), (cast.SUPERVISOR_PLAYER, 403), (cast.HOUSING_PLAYER, 404)):
        assert escalated.post(path, {"text": "请抓紧办理"}, by).status_code == status
    assert "record_instruction" in escalated.get(escalated.consultation, desk_of(escalated)).json()["may"]
    assert "record_instruction" not in escalated.get(escalated.consultation, cast.STAFF_PLAYER).json()["may"]


def test_open_and_closed_escalations_are_told_apart(escalated: House) -> None:
    by = cast.SUPERVISOR_PLAYER
    assert len(escalated.get("/api/v1/escalations?is_open=true", by).json()["items"]) == 1
    assert escalated.get("/api/v1/escalations?is_open=false", by).json()["items"] == []
