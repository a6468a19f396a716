"""The whole contract against nonsense: every address answers with a success or a problem, and never with a fault."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from domain.stages import ConsultationState
from tests import cast
from tests.api.conftest import House, headers_of
from tests.stories import ASSIGNED_ON

ANSWERS = {200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 422, 429}
NONSENSE_IDS = ("none", "%00", "..", "a" * 65, "%E5%8D%8F%E5%95%86", "1;DROP", "%F0%9F%98%80")
NONSENSE_BODIES = (
    b"",
    b"null",
    b"7",
    b'"text"',
    b"[]",
    b"{}",
    b'{"a": 1}',
    b'{"occurred_on": 0}',
    b'{"note": "\\u0000", "reason": "\\ud800"}',
    b"[" * 500 + b"]" * 500,
    b"\xff\xfe",
    b'{"x": NaN}',
)


def operations(house: House, method: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every address of the contract that takes this method."""
    for path, item in house.client.get("/api/v1/openapi.json").json()["paths"].items():
        if method in item:
            yield path, item[method]


def filled(path: str, house: House, nonsense: str | None = None) -> str:
    """The address with the ids of the story, or with nonsense in the last one's place."""
    task = house.story.tasks[0]
    known = {
        "consultation_id": house.story.consultation_id,
        "task_id": task.id,
        "topic_id": cast.TOPIC_ID,
        "room_id": cast.ROOM_ID,
        "rule_set_id": "suzhou",
        "organisation_id": cast.HOUSING.id,
    }
    names = [part.strip("{}").split(":")[0] for part in path.split("/") if part.startswith("{")]
    for place, name in enumerate(names):
        is_last = place == len(names) - 1
        value = nonsense if nonsense is not None and is_last else known.get(name, "none")
        path = path.replace("{" + name + "}", value).replace("{" + name + ":path}", value)
    return path


def check(answer: Any, what: str) -> None:
    """The answer is one of the contract's, and a problem when it is no success."""
    assert answer.status_code in ANSWERS, f"{what}: {answer.status_code} {answer.text[:300]}"
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", what
        assert {"type", "title", "status", "detail", "code", "field", "unmet"} <= set(answer.json()), what
        json.dumps(answer.json(), ensure_ascii=False).encode()


@pytest.fixture
def busy_house(any_house: House) -> House:
    """A house with a consultation in 转化落实 and one task, on either database."""
    any_house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    any_house.story.assign(cast.HOUSING.id)
    return any_house


def test_no_nonsense_in_an_address_is_a_fault(busy_house: House) -> None:
    looked = 0
    for path, _ in operations(busy_house, "get"):
        if "updates" in path:
            continue
        for nonsense in (None, *NONSENSE_IDS):
            address = filled(path, busy_house, nonsense)
            check(busy_house.get(address, cast.STAFF_PLAYER), address)
            looked += 1
    assert looked > 100


def test_no_nonsense_in_a_query_is_a_fault(busy_house: House) -> None:
    looked = 0
    for path, operation in operations(busy_house, "get"):
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "query":
                continue
            for value in ("", "%00", "-1", "99999999999999999999", "%25_%5C", "true", "x" * 500):
                address = f"{filled(path, busy_house)}?{parameter['name']}={value}"
                check(busy_house.get(address, cast.SUPERVISOR_PLAYER), address)
                looked += 1
    assert looked > 0


def test_no_nonsense_in_a_body_is_a_fault(busy_house: House) -> None:
    before = busy_house.story.footprint()
    for path, _ in operations(busy_house, "post"):
        if path.endswith(("/sign-outs", "/acceptances", "/suggestion-acceptances", "/acknowledgements")):
            continue
        address = filled(path, busy_house, None)
        for number, body in enumerate(NONSENSE_BODIES):
            headers = {
                **headers_of(cast.SUPERVISOR_PLAYER),
                "Content-Type": "application/json",
                "Idempotency-Key": f"nonsense-{number}",
            }
            answer = busy_house.client.post(address, content=body, headers=headers)
            check(answer, f"{address} {body[:40]!r}")
            assert answer.status_code >= 400, address
    after = busy_house.story.footprint()
    assert {name for name in after if after[name] != before[name]} <= {"api_tokens"}
