"""Papers through HTTP: every noun is written by those who may, once, and read back."""

from typing import Any

import pytest

from domain.stages import ConsultationState
from records.tables.audit import AuditEntry
from tests import cast
from tests.api.conftest import House, headers_of
from tests.stories import ASSIGNED_ON, DELIBERATED_ON, LISTED_ON

TOPIC = {"title": "共享食堂", "area": cast.STREET, "proposed_on": "2026-03-01"}


def made(answer: Any) -> Any:
    """The body of a creation, which says where it is."""
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"].startswith("/api/v1/")
    return answer.json()


def test_a_topic_is_proposed_amended_and_rejected(house: House) -> None:
    by = cast.STAFF_PLAYER
    topic = made(house.post("/api/v1/topics", TOPIC, by))
    path = f"/api/v1/topics/{topic['topic_id']}"
    amended = made(house.post(f"{path}/amendments", {**TOPIC, "title": "社区食堂", "row_version": 1}, by))
    assert amended["row_version"] == 2
    stale = house.post(f"{path}/amendments", {**TOPIC, "row_version": 1}, by)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_form")
    rejection = {
        "exclusion": "individual_dispute",
        "diversion": "peoples_mediation",
        "reason": "属个体纠纷",
        "rejected_on": "2026-03-02",
    }
    made(house.post(f"{path}/rejections", rejection, by))
    found = house.get(path, by).json()
    assert (found["title"], found["diversion"]) == ("社区食堂", "peoples_mediation")


def test_a_paper_sent_again_is_written_once(house: House) -> None:
    first = made(house.post("/api/v1/topics", TOPIC, cast.STAFF_PLAYER, key="same"))
    again = made(house.post("/api/v1/topics", TOPIC, cast.STAFF_PLAYER, key="same"))
    other = house.post("/api/v1/topics", {**TOPIC, "title": "另一议题"}, cast.STAFF_PLAYER, key="same")
    assert first == again
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    titles = [one["title"] for one in house.get("/api/v1/topics", cast.STAFF_PLAYER).json()["items"]]
    assert titles.count("共享食堂") == 1


def test_the_same_key_at_another_address_is_another_request(house: House) -> None:
    house.story.reach(ConsultationState.DELIBERATION, until=DELIBERATED_ON)
    body = {"text": "先定补偿"}
    made(house.post(f"{house.consultation}/suggestions", body, cast.STAFF_PLAYER, key="same"))
    other = house.post(f"{house.consultation}x/suggestions", body, cast.STAFF_PLAYER, key="same")
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")


def test_nobody_proposes_a_topic_for_an_area_of_others(house: House) -> None:
    answer = house.post("/api/v1/topics", TOPIC, cast.OUTSIDER_PLAYER)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_participants_are_listed_removed_and_revealed_for_a_purpose(house: House) -> None:
    house.story.reach(ConsultationState.PARTICIPANTS, until=LISTED_ON)
    path = f"{house.consultation}/participants"
    people = [
        {"name": "甲业主", "kind": "stakeholder", "is_direct_stakeholder": True, "phone": "138 0013 8000"},
        {"name": "乙干部", "kind": "local_cadre"},
    ]
    ids = made(house.post(path, {"participants": people}, cast.STAFF_PLAYER))["participant_ids"]
    reveal = f"{path}/{ids[0]}/contact-reveals"
    refused = house.post(reveal, {"purpose": "通知"}, cast.CONVENER_PLAYER)
    assert refused.status_code == 403
    assert made(house.post(reveal, {"purpose": "通知开会"}, cast.STAFF_PLAYER))["phone"] == "13800138000"
    made(house.post(f"{path}/{ids[1]}/removals", {"reason": "不再参加"}, cast.CONVENER_PLAYER))
    assert [one["name"] for one in house.get(path, cast.STAFF_PLAYER).json()] == ["甲业主"]


def test_research_counts_once_a_convener_has_accepted_it(house: House) -> None:
    house.story.reach(ConsultationState.RESEARCH, until=DELIBERATED_ON)
    path = f"{house.consultation}/research-records"
    body = {
        "kind": "research",
        "held_on": "2026-03-18",
        "policy": "办法",
        "facts": "六幢",
        "opinions": "采光",
    }
    record_id = made(house.post(path, body, cast.STAFF_PLAYER))["research_record_id"]
    accept = f"{path}/{record_id}/acceptances"
    assert house.post(accept, {}, cast.STAFF_PLAYER).status_code == 403
    made(house.post(accept, {}, cast.CONVENER_PLAYER))
    (found,) = house.get(path, cast.STAFF_PLAYER).json()
    assert found["accepted_on"] == DELIBERATED_ON.isoformat()


def test_a_session_is_planned_held_and_recorded(house: House) -> None:
    story = house.story.reach(ConsultationState.DELIBERATION, until=LISTED_ON)
    by = cast.STAFF_PLAYER
    plan = {
        "starts_at": "2026-03-26T14:00:00+08:00",
        "place": "云塘街道协商议事室",
        "format": "meeting",
        "chair_name": "周启明",
        "agenda": ["介绍情况", "协商"],
    }
    session = made(house.post(f"{house.consultation}/sessions", plan, by))
    assert session["letters"] > 0
    path = f"{house.consultation}/sessions/{session['session_id']}"
    story.go_to(DELIBERATED_ON, 18)
    participant = house.get(f"{house.consultation}/participants", by).json()[0]["id"]
    made(house.post(f"{path}/sign-ins", {"participant_ids": [participant]}, by))
    presence = {"organisation_id": cast.HOUSING.id, "is_responsible_officer": True, "has_presented": True}
    made(house.post(f"{path}/department-presences", presence, by))
    statement = {"text": "先定补偿", "participant_id": participant, "is_public": True}
    made(house.post(f"{path}/statements", statement, by))
    dissent_id = made(house.post(f"{path}/dissents", {"dissenter": "丙业主", "text": "采光"}, by))[
        "dissent_id"
    ]
    outcome = {
        "state": "held",
        "held_on": "2026-03-26",
        "consensus": "同意加装",
        "is_dissent_list_confirmed": True,
    }
    made(house.post(f"{path}/outcomes", outcome, by))
    explanation = {"explained_on": "2026-03-26", "explained_by": "林晓", "text": "已当面说明"}
    made(house.post(f"{house.consultation}/dissents/{dissent_id}/explanations", explanation, by))
    found = house.get(path, by).json()
    assert found["state"] == "held"
    assert found["sign_ins"] == [participant]
    assert found["department_presences"][0]["has_presented"] is True
    assert found["statements"][0]["text"] == "先定补偿"
    (dissent,) = house.get(f"{house.consultation}/dissents", by).json()
    assert dissent["explanations"][0]["text"] == "已当面说明"


def test_suggestions_and_documents_go_their_way_upward(house: House) -> None:
    story = house.story.reach(ConsultationState.REPORTING, until=ASSIGNED_ON)
    by, base = cast.CONVENER_PLAYER, house.consultation
    suggestion = made(house.post(f"{base}/suggestions", {"text": "增设充电桩"}, by))
    assert suggestion["item_number"] == 4
    accepted = made(house.post(f"{base}/suggestion-acceptances", {}, by))
    assert accepted["item_numbers"] == [4]
    path = f"{base}/suggestions/{suggestion['suggestion_id']}"
    made(house.post(f"{path}/explanations", {"explanation": "当年无预算"}, by))
    made(house.post(f"{path}/follow-up-plans", {"plan": "每季度一查", "is_key_difficulty": True}, by))
    found = house.get(f"{base}/suggestions", by).json()[3]
    assert (found["is_accepted_on_list"], found["is_key_difficulty"]) == (True, True)
    assert (found["explained_on"], found["follow_up_plan"]) == (story.today.isoformat(), "每季度一查")
    document = {"kind": "report", "title": "协商报告", "drafted_on": "2026-04-01"}
    document_id = made(house.post(f"{base}/outcome-documents", document, by))["document_id"]
    sending = {"document_id": document_id, "recipient_id": cast.STREET_PARTY.id, "sent_on": "2026-04-03"}
    sent = made(house.post(f"{base}/submissions", sending, by))
    received = made(house.post(f"{base}/submissions", {**sending, "received_on": "2026-04-07"}, by))
    assert sent == received
    (submission,) = house.get(f"{base}/submissions", by).json()
    assert submission["received_on"] == "2026-04-07"


def upload(house: House, content: bytes, media_type: str = "application/pdf", name: str = "纪要.pdf") -> Any:
    """Send a file as a form."""
    return house.client.post(
        f"{house.consultation}/attachments",
        data={"subject": "会议纪要"},
        files={"file": (name, content, media_type)},
        headers={**headers_of(cast.STAFF_PLAYER), "Idempotency-Key": f"file-{len(content)}-{media_type}"},
    )


def test_a_file_comes_back_as_it_was_and_only_as_a_download(house: House) -> None:
    house.story.reach(ConsultationState.PLATFORM)
    content = b"%PDF-1.7 " + b"x" * 3_000_000
    location = upload(house, content).headers["location"]
    answer = house.get(location, cast.SUPERVISOR_PLAYER)
    assert answer.content == content
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    (line,) = house.get(f"{house.consultation}/attachments", cast.STAFF_PLAYER).json()
    assert (line["filename"], line["size_bytes"]) == ("纪要.pdf", len(content))
    assert house.get(location, cast.OUTSIDER_PLAYER).status_code == 404


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"%PDF-" + b"x" * (10 * 1024 * 1024), "application/pdf", 422, "invalid_input"),
        (b"%PDF-" + b"x" * (11 * 1024 * 1024), "application/pdf", 413, "body_too_large"),
        (b"<html>", "text/html", 422, "invalid_input"),
        (b"MZ", "application/pdf", 422, "invalid_input"),
    ],
)
def test_a_file_too_large_or_of_another_kind_is_refused(
    house: House, content: bytes, media_type: str, status: int, code: str
) -> None:
    house.story.reach(ConsultationState.PLATFORM)
    answer = upload(house, content, media_type)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_public_votes_once_per_token_without_an_account(house: House) -> None:
    house.story.reach(ConsultationState.EVALUATION)
    base = house.consultation
    answer = house.post(f"{base}/ballot-tokens", {"count": 2}, cast.STAFF_PLAYER, key="tokens")
    tokens = made(answer)["tokens"]
    vote = {"token": tokens[0], "choice": "satisfied"}
    assert house.post(f"{base}/ballots", vote).status_code == 201
    again = house.post(f"{base}/ballots", vote)
    assert (again.status_code, again.json()["code"]) == (409, "state_forbids")
    unknown = house.post(f"{base}/ballots", {"token": "nonsense", "choice": "satisfied"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    sheet = {"satisfied": 3, "dissatisfied": 1}
    made(house.post(f"{base}/ballot-sheets", sheet, cast.STAFF_PLAYER))
    found = house.get(f"{base}/evaluations", cast.STAFF_PLAYER).json()
    assert (found["satisfied"], found["dissatisfied"]) == (4, 1)


def test_administration_needs_its_three_separate_hands(house: House) -> None:
    body = {"name": "枫溪区供电公司", "kind": "handling_unit", "area": cast.DISTRICT}
    assert house.post("/api/v1/organisations", body, cast.SECURITY_ADMIN_PLAYER).status_code == 403
    organisation = made(house.post("/api/v1/organisations", body, cast.SYSTEM_ADMIN_PLAYER))
    person = {
        "name": "程电力",
        "sign_in_name": "cheng",
        "password": "一个足够长的密码",
        "email": "c@example.org",
    }
    assert house.post("/api/v1/people", person, cast.SECURITY_ADMIN_PLAYER).status_code == 403
    answer = house.post("/api/v1/people", person, cast.SYSTEM_ADMIN_PLAYER, key="person")
    again = house.post("/api/v1/people", person, cast.SYSTEM_ADMIN_PLAYER, key="person")
    assert made(answer) == made(again)
    membership = {**made(answer), **organisation, "role": "department"}
    assert house.post("/api/v1/memberships", membership, cast.SYSTEM_ADMIN_PLAYER).status_code == 403
    made(house.post("/api/v1/memberships", membership, cast.SECURITY_ADMIN_PLAYER))
    found = house.get(
        f"/api/v1/people?organisation_id={organisation['organisation_id']}", cast.SYSTEM_ADMIN_PLAYER
    )
    (shown,) = found.json()["items"]
    assert shown["memberships"][0]["role"] == "department"
    assert "example.org" not in found.text


def test_a_room_is_registered_amended_and_given_a_convener(house: House) -> None:
    by = cast.STAFF_PLAYER
    room = {
        "name": "云塘街道邻里“有事好商量”协商议事室",
        "level": "street",
        "rule_set_id": "suzhou",
        "area": cast.STREET,
        "operator_id": cast.WORK_COMMITTEE.id,
    }
    unknown = house.post("/api/v1/rooms", {**room, "rule_set_id": "nowhere"}, by)
    assert (unknown.status_code, unknown.json()["field"]) == (422, "rule_set_id")
    assert house.post("/api/v1/rooms", room, cast.OUTSIDER_PLAYER).status_code == 403
    room_id = made(house.post("/api/v1/rooms", room, by))["room_id"]
    path = f"/api/v1/rooms/{room_id}"
    made(house.post(f"{path}/amendments", {**room, "short_name": "邻里", "row_version": 1}, by))
    made(house.post(f"{path}/conveners", {"person_id": cast.MEMBER_PLAYER.id, "is_cppcc_member": True}, by))
    found = house.get(path, by).json()
    assert found["short_name"] == "邻里"
    assert [one["person_name"] for one in found["conveners"]] == ["褚委员"]
    hijack = {**room, "area": cast.ELSEWHERE, "row_version": 2}
    assert house.post(f"{path}/amendments", hijack, cast.OUTSIDER_PLAYER).status_code == 403


def test_every_paper_leaves_an_audit_entry_of_its_author(house: House) -> None:
    made(house.post("/api/v1/topics", TOPIC, cast.STAFF_PLAYER, key="audited"))
    entry = house.story.one(AuditEntry, update_id="audited")
    assert (entry.person_id, entry.organisation_id) == (cast.STAFF_PLAYER.id, cast.WORK_COMMITTEE.id)
