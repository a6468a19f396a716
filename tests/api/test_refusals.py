"""What the counter refuses, before any process is asked: the client of this house fails the test when it is."""

from typing import Any

import pytest

from domain.acts import SuspendConsultation
from domain.stages import ConsultationState
from tests import cast
from tests.api.conftest import House
from tests.stories import ASSIGNED_ON, LISTED_ON


def refused(answer: Any, status: int, code: str) -> Any:
    """The body of a problem with this status and code."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["type"] == f"urn:shangliang:problem:{code}"
    assert body["title"]
    assert body["detail"]
    return body


ADVANCE = {"expected_state": "platform"}


def test_nobody_reads_without_signing_in(house: House) -> None:
    for path in ("/consultations", "/me", "/worklist", "/topics", "/people", "/audit/heads", "/escalations"):
        answer = house.get(f"/api/v1{path}")
        refused(answer, 401, "sign_in_required")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_nobody_acts_without_signing_in(house: House) -> None:
    house.story.reach(ConsultationState.PLATFORM)
    refused(house.post(f"{house.consultation}/stage-advances", ADVANCE), 401, "sign_in_required")


def test_an_unknown_token_signs_nobody_in(house: House) -> None:
    answer = house.client.get("/api/v1/me", headers={"Authorization": "Bearer token-of-nobody"})
    refused(answer, 401, "sign_in_required")


def test_every_post_needs_a_key(house: House) -> None:
    answer = house.client.post(
        "/api/v1/consultations", json={}, headers={"Authorization": f"Bearer token-of-{cast.STAFF_PLAYER.id}"}
    )
    assert refused(answer, 400, "idempotency_key_required")["field"] == "Idempotency-Key"


@pytest.mark.parametrize("key", [b"", b"a\tb", b"k" * 201, "钥匙".encode()])
def test_a_key_is_printable_ascii_of_bounded_length(house: House, key: bytes) -> None:
    token = f"Bearer token-of-{cast.STAFF_PLAYER.id}".encode()
    headers = {b"Authorization": token, b"Idempotency-Key": key}
    answer = house.client.post("/api/v1/consultations", json={}, headers=headers)
    refused(answer, 400, "idempotency_key_required")


def test_every_post_of_the_contract_asks_for_the_key(house: House) -> None:
    paths = house.client.get("/api/v1/openapi.json").json()["paths"]
    posts = {path: item["post"] for path, item in paths.items() if "post" in item}
    assert len(posts) > 50
    for path, operation in posts.items():
        headers = {one["name"].lower() for one in operation["parameters"] if one["in"] == "header"}
        assert "idempotency-key" in headers, path


def test_a_consultation_of_elsewhere_is_not_known_to_exist(house: House) -> None:
    house.story.reach(ConsultationState.PLATFORM)
    by = cast.OUTSIDER_PLAYER
    refused(house.get(house.consultation, by), 404, "not_found")
    refused(house.post(f"{house.consultation}/stage-advances", ADVANCE, by), 404, "not_found")
    refused(house.post(f"{house.consultation}/suggestions", {"text": "建议"}, by), 404, "not_found")
    assert house.get("/api/v1/consultations", by).json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("by", "path", "body"),
    [
        (cast.SUPERVISOR_PLAYER, "stage-advances", ADVANCE),
        (cast.MEMBER_PLAYER, "suspensions", {"reason": "下雨", "review_on": "2026-04-01"}),
        (cast.STAFF_PLAYER, "waivers", {"reason": "特殊情况", "rule_id": "SZ-13"}),
        (cast.STAFF_PLAYER, "terminations", {"reason": "不再需要"}),
        (cast.CONVENER_PLAYER, "rejections", {"reason": "x", "exclusion": "other", "diversion": "petition"}),
        (cast.SUPERVISOR_PLAYER, "suggestions", {"text": "建议"}),
        (cast.DISTRICT_PARTY_PLAYER, "research-records", {"kind": "research", "held_on": "2026-03-01"}),
    ],
)
def test_who_reads_may_not_do_what_is_not_theirs(
    house: House, by: cast.Player, path: str, body: dict[str, Any]
) -> None:
    house.story.reach(ConsultationState.PLATFORM)
    before = house.story.footprint()
    refused(house.post(f"{house.consultation}/{path}", body, by), 403, "not_permitted")
    assert house.story.footprint() == before


def test_a_step_of_the_chain_is_decided_by_its_own_body(house: House) -> None:
    house.story.reach(ConsultationState.TOPIC)
    body = {"step": 1, "decision": "approved"}
    refused(house.post(f"{house.consultation}/approvals", body, cast.OWNER_PLAYER), 403, "not_permitted")
    unknown = {"step": 9, "decision": "approved"}
    refused(house.post(f"{house.consultation}/approvals", unknown, cast.OWNER_PLAYER), 404, "not_found")


def test_another_units_task_is_not_mine_to_answer(house: House) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    task, _ = house.story.assign(cast.HOUSING.id, cast.POLICE.id)
    path = f"/api/v1/feedback-tasks/{task.id}"
    for part, body in (
        ("acknowledgements", {}),
        ("return-requests", {"reason": "不是我们的事"}),
        ("extension-requests", {"workdays": 3, "reason": "需要时间"}),
        ("answer-drafts", {"text": "已办"}),
    ):
        refused(house.post(f"{path}/{part}", body, cast.POLICE_PLAYER), 403, "not_permitted")


def test_a_task_is_unknown_to_a_unit_without_one_in_the_consultation(house: House) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    (task,) = house.story.assign(cast.HOUSING.id)
    path = f"/api/v1/feedback-tasks/{task.id}"
    refused(house.get(path, cast.POLICE_PLAYER), 404, "not_found")
    refused(house.post(f"{path}/acknowledgements", {}, cast.POLICE_PLAYER), 404, "not_found")


def test_a_task_that_was_acknowledged_is_not_acknowledged_again(house: House) -> None:
    house.story.reach(ConsultationState.EVALUATION)
    task = house.story.tasks[0]
    answer = house.post(f"/api/v1/feedback-tasks/{task.id}/acknowledgements", {}, cast.HOUSING_PLAYER)
    refused(answer, 409, "state_forbids")


def test_an_unmet_gate_names_every_rule_with_its_clause(house: House) -> None:
    house.story.reach(ConsultationState.PARTICIPANTS)
    answer = house.post(
        f"{house.consultation}/stage-advances", {"expected_state": "participants"}, cast.STAFF_PLAYER
    )
    unmet = refused(answer, 422, "gates_unmet")["unmet"]
    assert unmet
    for finding in unmet:
        assert finding["rule_id"]
        assert finding["clause"]
        assert finding["source"]
        assert finding["measured"]
        assert finding["required"]
        assert finding["is_satisfied"] is False
        assert finding["severity"] in {"hard", "warn"}


def test_a_stale_form_is_told_so(house: House) -> None:
    house.story.reach(ConsultationState.RESEARCH)
    answer = house.post(f"{house.consultation}/stage-advances", ADVANCE, cast.STAFF_PLAYER)
    assert refused(answer, 409, "stale_form")["field"] == "expected_state"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("resumptions", {}),
        ("evaluations", {"party": "member_review", "score": 90}),
        ("feedback-tasks", {"assignments": [{"suggestion_id": "s", "lead_unit_id": "u"}]}),
        ("reworks", {"reason": "再办", "task_ids": ["t"]}),
        ("unmet-closures", {"reason": "未达预期"}),
        ("stage-returns", {"reason": "不宜协商"}),
    ],
)
def test_an_act_out_of_its_place_is_refused_by_the_state(
    house: House, path: str, body: dict[str, Any]
) -> None:
    house.story.reach(ConsultationState.PLATFORM)
    answer = house.post(f"{house.consultation}/{path}", body, cast.STAFF_PLAYER)
    refused(answer, 409, "state_forbids")


def test_an_unknown_stage_is_invalid_input(house: House) -> None:
    house.story.reach(ConsultationState.PLATFORM)
    answer = house.post(
        f"{house.consultation}/stage-advances", {"expected_state": "nonsense"}, cast.STAFF_PLAYER
    )
    assert refused(answer, 422, "invalid_input")["field"] == "expected_state"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "文" * 100_000, "review_on": "2026-04-01"}, "reason"),
        ({"reason": "有\x00空字符", "review_on": "2026-04-01"}, "reason"),
        ({"reason": "有\x1b控制字符", "review_on": "2026-04-01"}, "reason"),
        ({"reason": "有\u202e倒序", "review_on": "2026-04-01"}, "reason"),
        ({"reason": "  ", "review_on": "2026-04-01"}, "reason"),
        ({"reason": 7, "review_on": "2026-04-01"}, "reason"),
        ({"review_on": "2026-04-01"}, "reason"),
        ({"reason": "下雨", "review_on": 0}, "review_on"),
        ({"reason": "下雨", "review_on": "1775000000"}, "review_on"),
        ({"reason": "下雨", "review_on": "1999-12-31"}, "review_on"),
        ({"reason": "下雨", "review_on": "2101-01-01"}, "review_on"),
        ({"reason": "下雨", "review_on": "2026-02-30"}, "review_on"),
        ({"reason": "下雨", "review_on": "2026-04-01T00:00:00"}, "review_on"),
        ({"reason": "下雨", "review_on": "2026-04-01", "by": "somebody"}, "by"),
        ({"reason": "下雨", "review_on": "2026-04-01", "occurred_on": None, "extra": 1}, "extra"),
    ],
)
def test_input_that_cannot_be_right_names_its_field(house: House, body: dict[str, Any], field: str) -> None:
    house.story.reach(ConsultationState.PLATFORM)
    answer = house.post(f"{house.consultation}/suspensions", body, cast.STAFF_PLAYER)
    problem = refused(answer, 422, "invalid_input")
    assert problem["field"] == field
    assert problem["errors"][0]["field"] == field
    assert any("\u4e00" <= character <= "\u9fff" for character in problem["errors"][0]["message"])


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("approvals", {"step": 2**31, "decision": "approved"}, "step"),
        ("approvals", {"step": True, "decision": "approved"}, "step"),
        ("approvals", {"step": 1.5, "decision": "approved"}, "step"),
        ("evaluations", {"party": "member_review", "score": 101}, "score"),
        ("reworks", {"reason": "再办", "task_ids": []}, "task_ids"),
        ("ballot-sheets", {"satisfied": -1}, "satisfied"),
        ("ballot-tokens", {"count": 501}, "count"),
        ("participants", {"participants": [{"name": "甲", "kind": "nobody"}]}, "participants[0].kind"),
        (
            "participants",
            {"participants": [{"name": "甲", "kind": "expert", "age": 3}]},
            "participants[0].age",
        ),
        ("suggestions", {"text": "建议", "is_key_difficulty": "yes"}, "is_key_difficulty"),
        ("sessions", {"starts_at": "2026-03-26T09:00:00"}, "starts_at"),
        ("sessions", {"starts_at": 1775000000}, "starts_at"),
    ],
)
def test_numbers_words_and_instants_are_checked_alike(
    house: House, path: str, body: dict[str, Any], field: str
) -> None:
    house.story.reach(ConsultationState.PLATFORM)
    answer = house.post(f"{house.consultation}/{path}", body, cast.STAFF_PLAYER)
    problem = refused(answer, 422, "invalid_input")
    assert field in {error["field"] for error in problem["errors"]}


def test_a_body_that_is_no_json_is_invalid_input(house: House) -> None:
    headers = {
        "Authorization": f"Bearer token-of-{cast.STAFF_PLAYER.id}",
        "Idempotency-Key": "one",
        "Content-Type": "application/json",
    }
    answer = house.client.post("/api/v1/consultations", content=b"{no json", headers=headers)
    refused(answer, 422, "invalid_input")


def test_a_body_beyond_two_megabytes_is_not_read(house: House) -> None:
    answer = house.post("/api/v1/topics", {"title": "文" * 1_000_000}, cast.STAFF_PLAYER)
    refused(answer, 413, "body_too_large")


def test_a_room_or_topic_that_is_not_there_opens_nothing(house: House) -> None:
    body = {"room_id": "nowhere", "topic_id": cast.TOPIC_ID}
    problem = refused(house.post("/api/v1/consultations", body, cast.STAFF_PLAYER), 404, "not_found")
    assert problem["field"] == "room_id"


def test_nobody_opens_a_consultation_in_a_room_of_others(house: House) -> None:
    body = {"room_id": cast.ROOM_ID, "topic_id": cast.TOPIC_ID}
    refused(house.post("/api/v1/consultations", body, cast.OUTSIDER_PLAYER), 403, "not_permitted")


@pytest.mark.parametrize(
    "cursor", ["nonsense!", "bm8", "WzFd", "W251bGwsbnVsbF0", "eyJhIjoxfQ", "WyJ4IiwieSJd"]
)
def test_a_cursor_that_is_none_is_invalid_input(house: House, cursor: str) -> None:
    answer = house.get(f"/api/v1/consultations?cursor={cursor}", cast.STAFF_PLAYER)
    assert refused(answer, 422, "invalid_input")["field"] == "cursor"


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/feedback-tasks/none", "/api/v1/escalations/none"]
)
def test_what_is_not_there_is_not_found(house: House, path: str) -> None:
    refused(house.get(path, cast.STAFF_PLAYER), 404, "not_found")


def test_a_wrong_method_is_a_problem_too(house: House) -> None:
    refused(house.client.delete("/api/v1/topics"), 405, "method_not_allowed")


def test_a_suspended_consultation_refuses_the_advance(house: House) -> None:
    story = house.story.reach(ConsultationState.PLATFORM)
    story.do(
        SuspendConsultation(by=cast.STAFF, occurred_on=story.today, reason="等待规划", review_on=LISTED_ON)
    )
    answer = house.post(f"{house.consultation}/stage-advances", ADVANCE, cast.STAFF_PLAYER)
    refused(answer, 409, "suspended")


def test_an_unexpected_fault_tells_nothing_of_itself(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("api.consultations.queries.consultations_visible_to", fail)
    answer = house.get("/api/v1/consultations", cast.STAFF_PLAYER)
    refused(answer, 500, "internal_error")
    assert "secret" not in answer.text
