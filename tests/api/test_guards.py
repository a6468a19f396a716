"""What stands before every request: the envelope, the guard against forged requests, sign-in, limits."""

from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from domain.stages import ConsultationState
from records.tables.people import Person
from tests import cast
from tests.api.conftest import House

PASSWORD = "春风又绿江南岸"
COOKIE = "shangliang_session"


@pytest.fixture
def sign_in(house: House) -> Any:
    """Signs 林晓 in with a password, as a browser of our own pages does."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)).hash(PASSWORD)
    with house.story.register.writing() as session:
        session.get_one(Person, cast.STAFF_PLAYER.id).password_hash = quick

    def send(password: str = PASSWORD, name: str = cast.STAFF_PLAYER.id, **headers: str) -> Any:
        return house.client.post(
            "/api/v1/sign-ins",
            json={"sign_in_name": name, "password": password},
            headers={"Idempotency-Key": "sign-in", "Sec-Fetch-Site": "same-origin", **headers},
        )

    return send


def test_every_answer_comes_in_the_envelope(house: House) -> None:
    for path in ("/healthz", "/api/v1/me", "/api/v1/nothing", "/api/v1/openapi.json"):
        headers = house.client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert headers["x-request-id"]


def test_a_request_keeps_the_number_it_came_with_if_it_is_harmless(house: House) -> None:
    assert house.client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    forged = house.client.get("/healthz", headers={"X-Request-ID": "a b\tc"}).headers["x-request-id"]
    assert " " not in forged


def test_a_password_signs_in_by_a_cookie_that_scripts_cannot_read(house: House, sign_in: Any) -> None:
    answer = sign_in()
    assert answer.status_code == 201
    assert answer.json()["person_name"] == "林晓"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    token = house.client.cookies[COOKIE]
    assert token not in answer.text
    assert house.client.get("/api/v1/me").json()["role"] == "staff"


def test_signing_out_ends_the_session_and_not_only_the_cookie(house: House, sign_in: Any) -> None:
    sign_in()
    token = house.client.cookies[COOKIE]
    headers = {"Idempotency-Key": "out", "Sec-Fetch-Site": "same-origin"}
    assert house.client.post("/api/v1/sign-outs", headers=headers).status_code == 204
    assert COOKIE not in house.client.cookies
    house.client.cookies.set(COOKIE, token)
    assert house.client.get("/api/v1/me").status_code == 401


def test_a_session_left_idle_is_over(house: House, sign_in: Any) -> None:
    sign_in()
    house.story.go_to(house.story.today, 10, 15)
    assert house.client.get("/api/v1/me").status_code == 200
    house.story.go_to(house.story.today, 10, 31)
    assert house.client.get("/api/v1/me").status_code == 401


def test_a_wrong_password_is_refused_without_saying_what_was_wrong(house: House, sign_in: Any) -> None:
    known, unknown = sign_in("wrong password"), sign_in("wrong password", name="nobody")
    assert (known.status_code, known.json()["code"]) == (403, "not_permitted")
    assert known.json() == unknown.json()


def test_an_address_that_tries_too_often_has_to_wait(house: House, sign_in: Any) -> None:
    answers = [sign_in("wrong password", name=f"nobody{number}") for number in range(21)]
    assert {answer.status_code for answer in answers[:20]} == {403}
    assert answers[20].status_code == 429
    assert answers[20].json()["code"] == "too_many_requests"
    assert int(answers[20].headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("headers", "is_forged"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, True),
        ({"Origin": "http://testserver"}, False),
        ({"Origin": "http://elsewhere.example"}, True),
        ({"Origin": "null"}, True),
        ({}, True),
    ],
)
def test_another_site_cannot_act_with_our_cookie(
    house: House, sign_in: Any, headers: dict[str, str], is_forged: bool
) -> None:
    sign_in()
    body = {"title": "停车难", "area": cast.STREET, "proposed_on": "2026-03-01"}
    answer = house.client.post("/api/v1/topics", json=body, headers={"Idempotency-Key": "topic", **headers})
    assert (answer.status_code == 403) is is_forged
    assert (answer.json().get("code") == "cross_site") is is_forged


def test_a_bearer_token_needs_no_origin(house: House) -> None:
    body = {"title": "停车难", "area": cast.STREET, "proposed_on": "2026-03-01"}
    assert house.post("/api/v1/topics", body, cast.STAFF_PLAYER).status_code == 201


def test_a_token_is_shown_once_and_works(house: House) -> None:
    first = house.post("/api/v1/api-tokens", {"name": "接口"}, cast.STAFF_PLAYER, key="token")
    again = house.post("/api/v1/api-tokens", {"name": "接口"}, cast.STAFF_PLAYER, key="token")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["token"] is None
    found = house.client.get("/api/v1/me", headers={"Authorization": f"Bearer {first.json()['token']}"})
    assert found.json()["person_id"] == cast.STAFF_PLAYER.id


def test_nobody_gets_a_token_for_a_membership_of_others(house: House) -> None:
    other = house.get("/api/v1/me", cast.OWNER_PLAYER).json()["membership_id"]
    body = {"name": "接口", "membership_id": other}
    assert house.post("/api/v1/api-tokens", body, cast.STAFF_PLAYER).status_code == 403


def test_a_token_acts_in_one_capacity_only(house: House) -> None:
    own = house.get("/api/v1/me", cast.STAFF_PLAYER).json()["membership_id"]
    answer = house.post("/api/v1/membership-choices", {"membership_id": own}, cast.STAFF_PLAYER)
    assert answer.status_code == 403


def test_a_browser_chooses_among_its_own_memberships(house: House, sign_in: Any) -> None:
    own = sign_in().json()["membership_id"]
    other = house.get("/api/v1/me", cast.OWNER_PLAYER).json()["membership_id"]
    headers = {"Idempotency-Key": "choice", "Sec-Fetch-Site": "same-origin"}
    path = "/api/v1/membership-choices"
    assert house.client.post(path, json={"membership_id": own}, headers=headers).status_code == 201
    assert house.client.post(path, json={"membership_id": other}, headers=headers).status_code == 403


def test_the_metrics_count_what_is_open(house: House) -> None:
    house.story.reach(ConsultationState.PLATFORM)
    answer = house.client.get("/metrics/")
    assert answer.status_code == 200
    assert 'shangliang_consultations{state="platform"} 1.0' in answer.text
    assert "shangliang_clocks_overdue 0.0" in answer.text


def test_the_contract_names_its_problems(house: House) -> None:
    contract = house.client.get("/api/v1/openapi.json").json()
    assert "Problem" in contract["components"]["schemas"]
    assert "HTTPValidationError" not in contract["components"]["schemas"]
    for path, item in contract["paths"].items():
        assert path.startswith("/api/v1/")
        for operation in item.values():
            assert "application/problem+json" in operation["responses"]["422"]["content"]
    assert house.client.get("/docs").status_code == 404
