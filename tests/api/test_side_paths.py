"""Side paths through HTTP: 改期, 续会, 无效场次, 退回补充, 并案 and 联动, written by those who may and read back."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from domain.stages import ConsultationState
from tests import cast
from tests.api.conftest import House, hand_out_tokens
from tests.pages import page_counter
from tests.stories import DELIBERATED_ON, OPENED_ON, RESEARCHED_ON, new_story

STAFF = cast.STAFF_PLAYER
TOPIC = {"title": "共享食堂", "area": cast.STREET, "proposed_on": "2026-03-01"}
SESSION = {
    "starts_at": "2026-04-02T09:00:00+08:00",
    "place": "云塘议事室",
    "format": "meeting",
    "chair_name": "周启明",
}


@pytest.fixture
def deed_house(sqlite_url: str) -> Iterator[House]:
    """A house whose acts are recorded at once, by their real deeds."""
    story = new_story(sqlite_url)
    hand_out_tokens(story)
    app = create_app(page_counter(story))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield House(story, app, client)
    story.register.dispose()


def made(answer: Any) -> Any:
    assert answer.status_code == 201, answer.text
    return answer.json()


def refused(answer: Any, status: int, code: str) -> str:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return str(answer.json()["detail"])


def test_a_session_is_moved_by_the_organisers_and_shows_every_move(house: House) -> None:
    house.story.reach(ConsultationState.DELIBERATION, until=DELIBERATED_ON)
    one = made(house.post(f"{house.consultation}/sessions", SESSION, STAFF))["session_id"]
    path = f"{house.consultation}/sessions/{one}"
    move = {"starts_at": "2026-04-08T09:00:00+08:00", "reason": "防汛值班"}
    refused(house.post(f"{path}/reschedules", move, cast.SUPERVISOR_PLAYER), 403, "not_permitted")
    assert refused(house.post(f"{path}/reschedules", {**move, "reason": ""}, STAFF), 422, "invalid_input")
    assert made(house.post(f"{path}/reschedules", move, STAFF))["letters"] == 2
    found = house.get(path, STAFF).json()
    assert (found["planned_on"], found["notice_sent_on"]) == ("2026-04-08", DELIBERATED_ON.isoformat())
    assert [(each["from_on"], each["to_on"]) for each in found["reschedules"]] == [
        ("2026-04-02", "2026-04-08")
    ]


def test_an_adjourned_session_goes_on_and_an_invalid_one_is_supplemented(house: House) -> None:
    house.story.reach(ConsultationState.DELIBERATION, until=DELIBERATED_ON)
    past = {**SESSION, "starts_at": "2026-03-20T09:00:00+08:00", "notice_sent_on": "2026-03-18"}
    one = made(house.post(f"{house.consultation}/sessions", past, STAFF))["session_id"]
    path = f"{house.consultation}/sessions/{one}"
    made(house.post(f"{path}/outcomes", {"state": "adjourned", "held_on": "2026-03-20"}, STAFF))
    early = {"state": "held", "held_on": "2026-03-19"}
    refused(house.post(f"{path}/outcomes", early, STAFF), 422, "invalid_input")
    made(house.post(f"{path}/outcomes", {"state": "held", "held_on": "2026-03-24"}, STAFF))
    made(house.post(f"{path}/invalidations", {"reason": "签到比例不足"}, STAFF))
    found = house.get(path, STAFF).json()
    assert (found["state"], found["adjourned_on"], found["held_on"], found["invalid_reason"]) == (
        "invalid",
        "2026-03-20",
        "2026-03-24",
        "签到比例不足",
    )
    further = {**SESSION, "supplements_id": one}
    again = made(house.post(f"{house.consultation}/sessions", further, STAFF))["session_id"]
    listed = house.get(f"{house.consultation}/sessions", STAFF).json()
    assert {each["id"]: each["supplements_id"] for each in listed} == {one: None, again: one}


def test_the_fourth_session_is_a_problem_that_says_what_remains(house: House) -> None:
    house.story.reach(ConsultationState.DELIBERATION, until=DELIBERATED_ON)
    for day in ("2026-04-01", "2026-04-02", "2026-04-03"):
        session = {**SESSION, "starts_at": f"{day}T09:00:00+08:00"}
        made(house.post(f"{house.consultation}/sessions", session, STAFF))
    detail = refused(house.post(f"{house.consultation}/sessions", SESSION, STAFF), 409, "limit_reached")
    assert "系统默认" in detail
    assert "如实报送分歧意见" in detail


def test_research_is_sent_back_by_the_convener_only(house: House) -> None:
    house.story.reach(ConsultationState.RESEARCH, until=RESEARCHED_ON)
    paper = {"kind": "research", "held_on": RESEARCHED_ON.isoformat(), "policy": "办法"}
    one = made(house.post(f"{house.consultation}/research-records", paper, STAFF))["research_record_id"]
    path = f"{house.consultation}/research-records/{one}/returns"
    body = {"reason": "缺少沿街商户的意见", "returned_on": RESEARCHED_ON.isoformat()}
    refused(house.post(path, body, STAFF), 403, "not_permitted")
    assert made(house.post(path, body, cast.CONVENER_PLAYER))["returns_left"] == 1
    (record,) = house.get(f"{house.consultation}/research-records", STAFF).json()
    assert (record["returned_on"], record["return_reason"]) == (body["returned_on"], body["reason"])


def test_a_topic_is_sent_back_and_comes_again(house: House) -> None:
    topic = made(house.post("/api/v1/topics", TOPIC, STAFF))["topic_id"]
    path = f"/api/v1/topics/{topic}"
    back = {"reason": "请写明涉及哪几幢", "sent_back_on": OPENED_ON.isoformat()}
    refused(house.post(f"{path}/returns", back, cast.MEMBER_PLAYER), 403, "not_permitted")
    version = made(house.post(f"{path}/returns", back, STAFF))["row_version"]
    assert house.get(path, STAFF).json()["complete_by_on"] == "2026-03-09"
    same = {**TOPIC, "row_version": version}
    refused(house.post(f"{path}/resubmissions", same, cast.MEMBER_PLAYER), 422, "invalid_input")
    completed = {**same, "scope_statement": "三幢全体业主"}
    made(house.post(f"{path}/resubmissions", completed, cast.MEMBER_PLAYER))
    found = house.get(path, STAFF).json()
    assert (found["resubmitted_on"], found["scope_statement"]) == (OPENED_ON.isoformat(), "三幢全体业主")


def test_a_consultation_is_merged_and_both_ends_say_so(deed_house: House) -> None:
    house, story = deed_house, deed_house.story
    story.reach(ConsultationState.TOPIC)
    second = story.another()
    second.open()
    address = f"/api/v1/consultations/{second.consultation_id}"
    body = {"into_consultation_id": story.consultation_id, "reason": "同一小区的两件议题"}
    refused(house.post(f"{address}/merges", body, cast.CONVENER_PLAYER), 403, "not_permitted")
    refused(house.post(f"{address}/merges", {**body, "reason": ""}, STAFF), 422, "invalid_input")
    assert "merge_consultation" in house.get(address, STAFF).json()["may"]
    assert made(house.post(f"{address}/merges", body, STAFF))["state"] == "merged"
    merged = house.get(address, STAFF).json()["linked"]["merged_into"]
    assert (merged["id"], merged["state"]) == (story.consultation_id, "topic")
    (shown,) = house.get(house.consultation, STAFF).json()["linked"]["merged"]
    assert (shown["id"], shown["topic_title"]) == (second.consultation_id, "云塘小区停车位重排")


def test_a_link_to_no_larger_area_is_a_problem_at_its_field(deed_house: House) -> None:
    house, story = deed_house, deed_house.story
    story.open()
    second = story.another()
    second.open()
    body = {"parent_id": second.consultation_id, "linked_on": OPENED_ON.isoformat()}
    answer = house.post(f"{house.consultation}/parent-links", body, STAFF)
    refused(answer, 422, "invalid_input")
    assert answer.json()["field"] == "parent_id"
