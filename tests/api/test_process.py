"""Acts through HTTP, the process and back, on a real server with a real worker."""

import asyncio
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from domain.stages import ConsultationState
from tests import cast
from tests.api.conftest import LivingHouse
from tests.cast import Player
from workflows.addresses import consultation_workflow_id

OPENING = {"room_id": cast.ROOM_ID, "topic_id": cast.TOPIC_ID}


async def opened(house: LivingHouse, key: str = "") -> str:
    """Open the consultation on lifts; returns its address. Keys are fresh, for the server outlives the test."""
    answer = await house.post("/api/v1/consultations", OPENING, cast.STAFF_PLAYER, key or str(uuid4()))
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == "platform"
    return str(answer.headers["location"])


async def events_of(house: LivingHouse, address: str) -> int:
    """How many events the history of a consultation holds."""
    workflow_id = consultation_workflow_id(address.rsplit("/", 1)[-1])
    handle = house.counter.client.get_workflow_handle(workflow_id)
    return (await handle.describe()).history_length


async def advance(house: LivingHouse, address: str, state: str, by: Player, key: str = "") -> Any:
    """Go on from this state."""
    body = {"expected_state": state, "reason_for_warnings": "按程序继续"}
    return await house.post(f"{address}/stage-advances", body, by, key)


async def test_a_consultation_is_opened_and_advanced_and_read_in_its_new_state(
    living_house: LivingHouse,
) -> None:
    address = await opened(living_house)
    answer = await advance(living_house, address, "platform", cast.STAFF_PLAYER)
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == "topic"
    assert answer.json()["state_label"] == "确定议题"
    assert answer.headers["location"] == address
    found = (await living_house.get(address, cast.STAFF_PLAYER)).json()
    assert (found["state"], found["version"]) == ("topic", 2)
    assert "advance_stage" in found["may"]
    assert found["clocks"][0]["kind"] == "approval"


async def test_the_same_opening_sent_again_opens_one_consultation(living_house: LivingHouse) -> None:
    key = str(uuid4())
    addresses = await asyncio.gather(*(opened(living_house, key) for _ in range(5)))
    assert len(set(addresses)) == 1
    lines = (await living_house.get("/api/v1/consultations", cast.STAFF_PLAYER)).json()["items"]
    assert len(lines) == 1


async def test_an_act_sent_again_gets_its_first_answer_and_adds_nothing(living_house: LivingHouse) -> None:
    address = await opened(living_house)
    first = await advance(living_house, address, "platform", cast.STAFF_PLAYER, "go")
    events = await events_of(living_house, address)
    again = await advance(living_house, address, "platform", cast.STAFF_PLAYER, "go")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert await events_of(living_house, address) == events


async def test_twenty_presses_of_one_button_advance_once(living_house: LivingHouse) -> None:
    address = await opened(living_house)
    presses = (advance(living_house, address, "platform", cast.STAFF_PLAYER) for _ in range(20))
    answers = await asyncio.gather(*presses)
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] + [409] * 19
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"stale_form"}


async def test_a_key_used_for_another_act_is_refused(living_house: LivingHouse) -> None:
    address = await opened(living_house)
    await advance(living_house, address, "platform", cast.STAFF_PLAYER, "go")
    body = {"reason": "等待规划", "review_on": "2100-01-04"}
    answer = await living_house.post(f"{address}/suspensions", body, cast.STAFF_PLAYER, "go")
    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")


async def test_another_opening_under_the_same_key_is_refused(living_house: LivingHouse) -> None:
    key = str(uuid4())
    await opened(living_house, key)
    body = {**OPENING, "topic_id": cast.OTHER_TOPIC_ID}
    answer = await living_house.post("/api/v1/consultations", body, cast.STAFF_PLAYER, key)
    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")


async def test_most_refusals_leave_no_history(living_house: LivingHouse) -> None:
    address = await opened(living_house)
    await advance(living_house, address, "platform", cast.STAFF_PLAYER)
    events = await events_of(living_house, address)
    gates = await advance(living_house, address, "topic", cast.STAFF_PLAYER)
    stale = await advance(living_house, address, "platform", cast.STAFF_PLAYER)
    order = {"step": 2, "decision": "filed"}
    forbidden = await living_house.post(f"{address}/approvals", order, cast.STREET_PARTY_PLAYER)
    assert [one.json()["code"] for one in (gates, stale, forbidden)] == [
        "gates_unmet",
        "stale_form",
        "not_permitted",
    ]
    assert await events_of(living_house, address) == events


async def test_a_refusal_of_the_deed_arrives_with_its_code_and_field(living_house: LivingHouse) -> None:
    address = await opened(living_house)
    await advance(living_house, address, "platform", cast.STAFF_PLAYER)
    body = {"step": 2, "decision": "filed"}
    early = await living_house.post(f"{address}/approvals", body, cast.OWNER_PLAYER)
    assert (early.status_code, early.json()["code"]) == (422, "wrong_order")
    assert early.json()["field"] == "step"
    tomorrow = {"step": 1, "decision": "approved", "occurred_on": "2100-12-31"}
    late = await living_house.post(f"{address}/approvals", tomorrow, cast.STREET_PARTY_PLAYER)
    assert (late.status_code, late.json()["code"]) == (422, "invalid_input")
    assert late.json()["field"] == "occurred_on"


async def test_a_topic_that_is_taken_opens_nothing_a_second_time(living_house: LivingHouse) -> None:
    await opened(living_house)
    answer = await living_house.post("/api/v1/consultations", OPENING, cast.STAFF_PLAYER)
    assert (answer.status_code, answer.json()["code"]) == (409, "state_forbids")
    assert answer.json()["field"] == "topic_id"


async def test_a_terminated_consultation_takes_no_further_act(living_house: LivingHouse) -> None:
    address = await opened(living_house)
    ended = await living_house.post(f"{address}/terminations", {"reason": "上级已规划"}, cast.OWNER_PLAYER)
    assert (ended.status_code, ended.json()["state"]) == (201, "terminated")
    answer = await living_house.post(f"{address}/resumptions", {}, cast.STAFF_PLAYER)
    assert (answer.status_code, answer.json()["code"]) == (409, "state_forbids")
    found = (await living_house.get(address, cast.STAFF_PLAYER)).json()
    assert found["may"] == []


async def test_an_act_without_a_worker_is_not_accepted_and_may_be_sent_again(
    living_house: LivingHouse,
) -> None:
    headers = {"Authorization": f"Bearer token-of-{cast.STAFF_PLAYER.id}", "Idempotency-Key": str(uuid4())}
    async with living_house.with_patience(0.3, "where-nobody-works") as impatient:
        answer = await impatient.post("/api/v1/consultations", json=OPENING, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "temporal_unavailable")
    assert int(answer.headers["retry-after"]) > 0


async def test_what_was_recorded_is_found_where_the_202_points(living_house: LivingHouse) -> None:
    key = f"a key/with: odd ~ signs {uuid4()}"
    address = await opened(living_house, key)
    consultation_id = address.rsplit("/", 1)[-1]
    path = f"/api/v1/updates/{consultation_id}/{quote(key, safe='')}"
    answer = await living_house.get(path, cast.STAFF_PLAYER)
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "platform"
    unknown = await living_house.get(f"/api/v1/updates/{consultation_id}/unknown", cast.STAFF_PLAYER)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    outside = await living_house.get(path, cast.OUTSIDER_PLAYER)
    assert outside.status_code == 404


async def test_an_accepted_act_that_is_not_finished_in_time_is_answered_with_a_place_to_look(
    living_house: LivingHouse,
) -> None:
    address = await opened(living_house)
    headers = {"Authorization": f"Bearer token-of-{cast.STAFF_PLAYER.id}", "Idempotency-Key": "slow"}
    body = {"expected_state": "platform", "reason_for_warnings": "按程序继续"}
    # A writer who holds the register keeps the deed waiting, and reading goes on.
    async with living_house.with_patience(1.0) as impatient:
        with living_house.story.register.writing():
            answer = await impatient.post(f"{address}/stage-advances", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    poll_at = answer.headers["location"]
    assert answer.json()["poll_at"] == poll_at
    found = await living_house.get(poll_at, cast.STAFF_PLAYER)
    assert found.status_code == 200, found.text
    assert found.json()["state"] == "topic"


async def test_ready_is_a_register_a_server_and_a_worker(living_house: LivingHouse) -> None:
    await opened(living_house)
    found = await living_house.http.get("/readyz")
    assert found.status_code == 200, found.text
    told = found.json()
    assert told.pop("daily_round") == {"last_started_at": None, "is_stale": True}
    assert told == {"is_ready": True, "register": True, "temporal": True, "worker": True}
    async with living_house.with_patience(1, "where-nobody-works-either") as alone:
        missing = await alone.get("/readyz")
    assert missing.status_code == 503
    assert missing.json()["worker"] is False


async def test_a_consultation_reaches_its_approvals_through_http_alone(living_house: LivingHouse) -> None:
    address = await opened(living_house)
    await advance(living_house, address, "platform", cast.CONVENER_PLAYER)
    for step, decision, by in (
        (1, "approved", cast.STREET_PARTY_PLAYER),
        (2, "filed", cast.OWNER_PLAYER),
    ):
        answer = await living_house.post(f"{address}/approvals", {"step": step, "decision": decision}, by)
        assert answer.status_code == 201, answer.text
    answer = await advance(living_house, address, "topic", cast.STAFF_PLAYER)
    assert answer.json()["state"] == ConsultationState.PARTICIPANTS
    chain = (await living_house.get(f"{address}/approvals", cast.STAFF_PLAYER)).json()
    assert [one["decision"] for one in chain] == ["approved", "filed"]
