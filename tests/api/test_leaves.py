"""请假代办 for programs: the header that lets a deputy's token act, and the lists of leaves."""

from datetime import timedelta
from typing import Any

from records.tables.people import Membership
from tests import cast
from tests.api.conftest import House, headers_of

STAFF, CONVENER = cast.STAFF_PLAYER, cast.CONVENER_PLAYER


def named(house: House) -> dict[str, Any]:
    """A leave of the member of staff, whose deputy is the convener."""
    today = house.story.today
    body = {
        "membership_id": str(house.story.one(Membership, person_id=STAFF.id).id),
        "deputy_membership_id": str(house.story.one(Membership, person_id=CONVENER.id).id),
        "since_on": today.isoformat(),
        "until_on": (today + timedelta(days=6)).isoformat(),
        "reason": "体检",
    }
    answer = house.post("/api/v1/leaves", body, STAFF)
    assert answer.status_code == 201, answer.text
    return {**body, **answer.json()}


def test_the_header_is_refused_to_whom_no_leave_makes_a_deputy(house: House) -> None:
    staff = str(house.story.one(Membership, person_id=STAFF.id).id)
    for player in (CONVENER, cast.OWNER_PLAYER):
        answer = house.client.get("/api/v1/me", headers={**headers_of(player), "Acting-Membership": staff})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_a_deputys_token_acts_for_the_absent_by_the_header_alone(house: House) -> None:
    leave = named(house)
    acting = {**headers_of(CONVENER), "Acting-Membership": leave["membership_id"]}
    me = house.client.get("/api/v1/me", headers=acting).json()
    assert (me["person_id"], me["on_behalf_of"], me["absent_name"]) == (CONVENER.id, STAFF.id, "林晓")
    assert me["role"] == "staff"
    own = house.get("/api/v1/me", CONVENER).json()
    assert (own["on_behalf_of"], own["role"]) == (None, "convener")
    assert {one["absent_name"] for one in own["memberships"]} == {"", "林晓"}


def test_a_leave_is_read_by_the_two_and_ended_by_its_bearer(house: House) -> None:
    leave = named(house)
    (mine,) = house.get("/api/v1/me/leaves", STAFF).json()
    (theirs,) = house.get("/api/v1/me/leaves", CONVENER).json()
    assert (mine["reason"], theirs["reason"], theirs["state_label"]) == ("体检", "", "代办中")
    assert house.get(f"/api/v1/people/{STAFF.id}/leaves", CONVENER).status_code == 403
    listed = house.get(f"/api/v1/people/{STAFF.id}/leaves", cast.SECURITY_ADMIN_PLAYER).json()
    assert [one["id"] for one in listed] == [leave["leave_id"]]
    end = f"/api/v1/leaves/{leave['leave_id']}/end"
    assert house.post(end, {}, CONVENER).status_code == 404
    assert house.post(end, {}, STAFF).status_code == 201
    assert house.get("/api/v1/me/leaves", STAFF).json()[0]["state"] == "ended"


def test_the_deputies_one_could_name_are_of_ones_own_organisation(house: House) -> None:
    found = house.get("/api/v1/me/deputies", STAFF).json()
    assert [one["person_name"] for one in found] == [CONVENER.name]
