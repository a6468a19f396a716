"""Plans, members, liaisons and terms through HTTP: who may write them, and how they are read back."""

from typing import Any

from sqlalchemy import select

from domain.bodies import BodyKind, Role
from records.tables.people import Membership, Organisation, Person
from records.tables.rooms import Convener
from tests import cast
from tests.api.conftest import House
from tests.api.test_papers import made

PLANS = "/api/v1/annual-plans"
PLAN = {"organisation_id": cast.CPPCC.id, "year": 2027, "title": "枫溪区2027年度协商计划"}
ROOM = f"/api/v1/rooms/{cast.ROOM_ID}"
TOPIC = {"title": "共享食堂", "area": cast.STREET, "proposed_on": "2026-03-01"}
ON = "2026-03-02"


def drawn_up(house: House, *titles: str) -> tuple[str, list[str]]:
    """The address of a plan and the ids of its items."""
    path = f"{PLANS}/{made(house.post(PLANS, PLAN, cast.OWNER_PLAYER))['plan_id']}"
    items = [
        made(house.post(f"{path}/items", {"title": title, "kind": "room"}, cast.OWNER_PLAYER))["item_id"]
        for title in titles
    ]
    return path, items


def refusal(answer: Any) -> tuple[int, str, str]:
    found = answer.json()
    return answer.status_code, found["code"], found["field"]


def test_a_plan_is_drawn_up_by_its_own_cppcc_alone(house: House) -> None:
    for player in (cast.STAFF_PLAYER, cast.DISTRICT_PARTY_PLAYER, cast.MEMBER_PLAYER, cast.OUTSIDER_PLAYER):
        assert house.post(PLANS, PLAN, player).status_code == 403
    path, _ = drawn_up(house, "小区停车")
    item = {"title": "另一项", "kind": "room"}
    assert house.post(f"{path}/items", item, cast.STAFF_PLAYER).status_code == 403
    assert house.post(f"{path}/items", item, cast.OUTSIDER_PLAYER).status_code == 404
    again = house.post(PLANS, PLAN, cast.OWNER_PLAYER)
    assert refusal(again) == (422, "invalid_input", "year")


def test_a_plan_is_read_by_its_own_area_and_nobody_elses(house: House) -> None:
    path, _ = drawn_up(house, "小区停车")
    for player in (cast.STAFF_PLAYER, cast.HOUSING_PLAYER, cast.MEMBER_PLAYER, cast.SUPERVISOR_PLAYER):
        assert house.get(path, player).json()["items"][0]["title"] == "小区停车"
        assert 2027 in [one["year"] for one in house.get(PLANS, player).json()["items"]]
    assert house.get(path, cast.OUTSIDER_PLAYER).status_code == 404
    assert house.get(f"{path}/items", cast.OUTSIDER_PLAYER).status_code == 404
    assert house.get(PLANS, cast.OUTSIDER_PLAYER).json()["items"] == []
    assert house.get(f"{PLANS}?year=2025", cast.STAFF_PLAYER).json()["items"] == []


def test_a_plan_says_who_has_signed_and_who_has_not(any_house: House) -> None:
    house = any_house
    path, (first, second) = drawn_up(house, "小区停车", "加装电梯")
    wrong = {"item_ids": [first], "side": "party", "signed_on": ON}
    assert refusal(house.post(f"{path}/sign-offs", wrong, cast.OWNER_PLAYER)) == (
        403,
        "not_permitted",
        "side",
    )
    assert house.post(f"{path}/sign-offs", wrong, cast.STREET_PARTY_PLAYER).status_code == 403
    made(house.post(f"{path}/sign-offs", wrong, cast.DISTRICT_PARTY_PLAYER))
    both = {"item_ids": [first, second], "side": "cppcc", "signed_on": ON}
    made(house.post(f"{path}/sign-offs", both, cast.OWNER_PLAYER))
    items = house.get(f"{path}/items", cast.STAFF_PLAYER).json()
    assert [one["missing_sides"] for one in items] == [["government"], ["party", "government"]]
    assert {one["side"]: one["organisation_id"] for one in items[0]["sign_offs"]} == {
        "party": cast.DISTRICT_PARTY.id,
        "cppcc": cast.CPPCC.id,
    }


def test_a_topic_is_built_on_an_item_that_then_stays(house: House) -> None:
    path, (first, second) = drawn_up(house, "小区停车", "加装电梯")
    said = {
        "plan_item_id": first,
        "timing": "before_decision",
        "fits": ["public_hopes"],
        "is_beyond_grassroots": True,
        "has_heard_sectors": True,
        "recommended_by_id": cast.MEMBER_PLAYER.id,
    }
    contradiction = house.post("/api/v1/topics", {**TOPIC, **said, "is_planned": False}, cast.STAFF_PLAYER)
    assert refusal(contradiction) == (422, "invalid_input", "is_planned")
    topic_id = made(house.post("/api/v1/topics", {**TOPIC, **said}, cast.STAFF_PLAYER))["topic_id"]
    found = house.get(f"/api/v1/topics/{topic_id}", cast.STAFF_PLAYER).json()
    assert {name: found[name] for name in said} == said
    gone = {"reason": "已统一部署", "withdrawn_on": ON}
    withdrawals = [f"{path}/items/{one}/withdrawals" for one in (first, second)]
    assert house.post(withdrawals[0], gone, cast.OWNER_PLAYER).json()["code"] == "state_forbids"
    made(house.post(withdrawals[1], gone, cast.OWNER_PLAYER))
    chosen = {**TOPIC, "plan_item_id": second}
    assert refusal(house.post("/api/v1/topics", chosen, cast.STAFF_PLAYER)) == (
        422,
        "invalid_input",
        "plan_item_id",
    )


def test_a_term_of_a_convener_ends_by_those_who_appoint(house: House) -> None:
    with house.story.look() as session:
        convener_id = session.scalars(select(Convener.id)).one()
    path = f"{ROOM}/conveners/{convener_id}/end"
    for player in (cast.OUTSIDER_PLAYER, cast.MEMBER_PLAYER, cast.HOUSING_PLAYER):
        assert house.post(path, {"until_on": ON}, player).status_code == 403
    assert house.post(f"{ROOM}/conveners/none/end", {"until_on": ON}, cast.OWNER_PLAYER).status_code == 404
    made(house.post(path, {"until_on": "2026-03-01"}, cast.OWNER_PLAYER))
    assert house.get(ROOM, cast.STAFF_PLAYER).json()["conveners"] == []


def test_members_are_assigned_within_ones_own_area_and_the_unassigned_stand_first(any_house: House) -> None:
    house = any_house
    body = {"person_id": cast.MEMBER_PLAYER.id, "since_on": ON}
    for player in (cast.OUTSIDER_PLAYER, cast.CONVENER_PLAYER, cast.STREET_PARTY_PLAYER):
        assert house.post(f"{ROOM}/members", body, player).status_code == 403
    assert house.post("/api/v1/rooms/none/members", body, cast.STAFF_PLAYER).status_code == 404
    nobody = {**body, "person_id": cast.HOUSING_PLAYER.id}
    assert refusal(house.post(f"{ROOM}/members", nobody, cast.STAFF_PLAYER)) == (
        422,
        "invalid_input",
        "person_id",
    )
    one = made(house.post(f"{ROOM}/members", body, cast.STAFF_PLAYER))["assignment_id"]
    assert [each["person_id"] for each in house.get(f"{ROOM}/members", cast.STAFF_PLAYER).json()] == [
        cast.MEMBER_PLAYER.id
    ]
    listed = house.get("/api/v1/members", cast.STAFF_PLAYER).json()["items"]
    assert [(each["person_id"], len(each["rooms"])) for each in listed] == [("zhou", 0), ("chu", 1)]
    first = house.get("/api/v1/members?limit=1", cast.STAFF_PLAYER).json()
    then = house.get(f"/api/v1/members?limit=1&cursor={first['next']}", cast.STAFF_PLAYER).json()
    assert [each["person_id"] for each in first["items"] + then["items"]] == ["zhou", "chu"]
    assert house.get("/api/v1/members", cast.OUTSIDER_PLAYER).json()["items"] == []
    made(house.post(f"{ROOM}/members/{one}/end", {"until_on": ON}, cast.STAFF_PLAYER))
    house.story.go_to(house.story.today.replace(day=5))
    assert house.get(f"{ROOM}/members", cast.STAFF_PLAYER).json() == []


def test_a_leader_guides_an_area_within_ones_own(house: House) -> None:
    with house.story.register.writing() as session:
        session.add(
            Organisation(id="top", name="主席会议", kind=BodyKind.CHAIRPERSONS_MEETING, area=cast.DISTRICT)
        )
        session.add(Person(id="leader", name="陶主席", sign_in_name="leader", password_hash="!"))
        session.flush()
        session.add(Membership(person_id="leader", organisation_id="top", role=Role.APPROVER))
    body = {"person_id": "leader", "area": cast.STREET, "since_on": ON}
    for player in (cast.OUTSIDER_PLAYER, cast.DISTRICT_PARTY_PLAYER):
        assert house.post("/api/v1/liaisons", body, player).status_code == 403
    wider = house.post("/api/v1/liaisons", {**body, "area": cast.DISTRICT}, cast.STAFF_PLAYER)
    assert wider.status_code == 403
    one = made(house.post("/api/v1/liaisons", body, cast.OWNER_PLAYER))["liaison_id"]
    (found,) = house.get("/api/v1/liaisons", cast.STAFF_PLAYER).json()
    assert (found["person_name"], found["area"]) == ("陶主席", cast.STREET)
    assert house.get("/api/v1/liaisons", cast.OUTSIDER_PLAYER).json() == []
    path = f"/api/v1/liaisons/{one}/end"
    assert house.post(path, {"until_on": ON}, cast.OUTSIDER_PLAYER).status_code == 403
    made(house.post(path, {"until_on": ON}, cast.OWNER_PLAYER))


def test_whether_somebody_is_in_the_party_is_never_shown_with_a_name(house: House) -> None:
    body = {"name": "赵六", "sign_in_name": "zhaoliu", "password": "x" * 12, "is_party_member": True}
    assert house.post("/api/v1/people", body, cast.OWNER_PLAYER).status_code == 403
    made(house.post("/api/v1/people", body, cast.SYSTEM_ADMIN_PLAYER))
    with house.story.look() as session:
        assert session.scalars(select(Person.is_party_member).filter_by(name="赵六")).one() is True
    shown = house.get("/api/v1/people?limit=200", cast.SYSTEM_ADMIN_PLAYER).text
    assert "party_member" not in shown
