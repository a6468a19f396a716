"""Signing in: who gets in, who is locked out, and for how long a cookie is good."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.audit_actions import AuditAction
from domain.bodies import Actor, Role
from domain.refusals import RefusalCode, Refused
from records import accounts
from records.accounts import (
    actor_of_session,
    actor_of_token,
    choose_membership,
    hash_password,
    issue_token,
    sign_in,
    sign_out,
)
from records.api_tokens import revoke_token, tokens_of
from records.capacities import SignedIn
from records.tables.audit import AuditEntry
from records.tables.people import ApiToken, Membership, Person, SignInFailure, UserSession
from tests.records.papers.people_and_places import NOW, Scene

PASSWORD = "停车难-2026"
IDLE = timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
_HASH = hash_password(PASSWORD)


@pytest.fixture
def county(scene: Scene) -> Scene:
    with scene.register.writing() as session:
        session.execute(update(Person).values(password_hash=_HASH))
    return scene


def enter(scene: Scene, name: str = "staff", password: str = PASSWORD, at: datetime = NOW) -> str:
    token, _ = sign_in(scene.register, scene.trail, sign_in_name=name, password=password, at=at)
    return token


def fail(scene: Scene, name: str = "staff", password: str = "wrong-wrong", at: datetime = NOW) -> str:
    with pytest.raises(Refused) as refused:
        enter(scene, name, password, at)
    assert refused.value.refusal.code is RefusalCode.NOT_PERMITTED
    return refused.value.refusal.message


def seen(scene: Scene, token: str, now: datetime = NOW) -> SignedIn | None:
    return actor_of_session(scene.register, token, now, IDLE)


def actions(scene: Scene) -> list[AuditAction]:
    with scene.register.reading() as session:
        assert list(scene.trail.verify(session)) == []
        question = select(AuditEntry.action).where(AuditEntry.stream == "administration/accounts")
        return list(session.scalars(question.order_by(AuditEntry.sequence)))


def test_the_right_password_opens_a_session_of_the_membership(county: Scene) -> None:
    token, signed_in = sign_in(
        county.register, county.trail, sign_in_name=" Staff ", password=PASSWORD, at=NOW
    )
    assert signed_in.actor == county.staff
    assert signed_in.organisation_name == "云塘街道政协工委"
    assert seen(county, token) == signed_in
    assert actions(county) == [AuditAction.SIGNED_IN]


def test_only_the_digest_of_a_session_is_kept(county: Scene) -> None:
    token = enter(county)
    with county.register.reading() as session:
        kept = session.scalars(select(UserSession)).one()
    assert token not in kept.token_digest
    assert len(kept.token_digest) == 64


def test_wrong_and_unknown_and_inactive_are_told_the_same(county: Scene) -> None:
    with county.register.writing() as session:
        session.execute(update(Person).where(Person.id == "clerk").values(is_active=False))
    told = {
        fail(county),
        fail(county, "nobody"),
        fail(county, "clerk", PASSWORD),
        fail(county, "x\x00"),
        fail(county, "staff", "长" * 100_000),
        fail(county, "staff", "\ud800"),
    }
    assert told == {"登录名或密码不正确。"}
    assert AuditAction.SIGN_IN_FAILED in actions(county)


def test_an_unknown_name_costs_one_verification_too(county: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    fail(county, "nobody")

    class Counting:
        def verify(self, _password: bytes, kept: str) -> bool:
            verified.append(kept)
            return False

    monkeypatch.setattr(accounts, "_PASSWORDS", Counting())
    fail(county, "nobody")
    fail(county, "staff")
    assert len(verified) == 2
    assert verified[1] == _HASH


def test_a_failed_name_that_may_be_a_mistyped_password_is_not_audited(county: Scene) -> None:
    fail(county, "my-secret-password")
    with county.register.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert "secret" not in f"{entry.object_id}{entry.new}{entry.note}"


@pytest.mark.parametrize("name", ["staff", "nobody"])
def test_five_failures_lock_the_name_for_thirty_minutes(county: Scene, name: str) -> None:
    for minute in range(5):
        assert "锁定" not in fail(county, name, at=NOW + minute * MINUTE)
    last = NOW + 4 * MINUTE
    assert "锁定" in fail(county, name, PASSWORD, at=last + 30 * MINUTE - timedelta(seconds=1))
    if name == "staff":
        assert seen(county, enter(county, at=last + 30 * MINUTE), last + 30 * MINUTE)
    else:
        assert "锁定" not in fail(county, name, at=last + 30 * MINUTE)


def test_failures_more_than_thirty_minutes_apart_lock_nothing(county: Scene) -> None:
    for index in range(6):
        assert "锁定" not in fail(county, at=NOW + index * 8 * MINUTE)
    assert enter(county, at=NOW + 41 * MINUTE)


def test_a_success_forgives_the_failures_before_it(county: Scene) -> None:
    for _ in range(4):
        fail(county)
    enter(county)
    with county.register.reading() as session:
        assert session.scalars(select(SignInFailure)).all() == []


def test_guesses_made_side_by_side_are_counted(any_scene: Scene) -> None:
    with any_scene.register.writing() as session:
        session.execute(update(Person).values(password_hash=_HASH))
    told: list[str] = []
    threads = [threading.Thread(target=lambda: told.append(fail(any_scene))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([message for message in told if "锁定" in message]) == 3
    with any_scene.register.reading() as session:
        assert len(session.scalars(select(SignInFailure)).all()) == 5


def test_nobody_signs_in_without_a_current_membership(county: Scene) -> None:
    with county.register.writing() as session:
        session.execute(update(Membership).values(until_on=NOW.date() - timedelta(days=1)))
    assert fail(county, "staff", PASSWORD) == "登录名或密码不正确。"


def test_an_idle_session_ends(county: Scene) -> None:
    token = enter(county)
    assert seen(county, token, NOW + IDLE) is not None
    assert seen(county, token, NOW + 2 * IDLE) is not None
    assert seen(county, token, NOW + 3 * IDLE + timedelta(seconds=1)) is None


def test_being_seen_is_noted_at_most_once_a_minute(county: Scene) -> None:
    token = enter(county)
    noted = []
    for seconds in (30, 59, 60, 90):
        seen(county, token, NOW + timedelta(seconds=seconds))
        with county.register.reading() as session:
            noted.append(session.scalars(select(UserSession.seen_at)).one() - NOW)
    assert [delta.seconds for delta in noted] == [0, 0, 60, 60]


def test_a_session_ends_with_the_membership_and_with_the_person(county: Scene) -> None:
    token = enter(county)
    with county.register.writing() as session:
        session.execute(update(Person).where(Person.id == "staff").values(is_active=False))
    assert seen(county, token) is None
    with county.register.writing() as session:
        session.execute(update(Person).values(is_active=True))
        session.execute(update(Membership).values(until_on=NOW.date()))
    assert seen(county, token) is not None
    assert seen(county, token, NOW + timedelta(hours=15)) is None


def test_signing_out_ends_the_session_and_is_audited_once(county: Scene) -> None:
    token = enter(county)
    for _ in range(2):
        sign_out(county.register, county.trail, token, NOW)
    assert seen(county, token) is None
    assert actions(county) == [AuditAction.SIGNED_IN, AuditAction.SIGNED_OUT]


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "x" * 100_000])
def test_an_unknown_token_stands_for_nobody(county: Scene, token: str) -> None:
    assert seen(county, token) is None
    assert actor_of_token(county.register, token, NOW) is None


def test_a_person_chooses_among_their_own_memberships(county: Scene) -> None:
    with county.register.writing() as session:
        session.add(
            Membership(id="second", person_id="staff", organisation_id="org-parks", role=Role.DEPARTMENT)
        )
    token = enter(county)
    chosen = choose_membership(county.register, county.trail, token, "second", NOW, IDLE)
    assert (chosen.actor.organisation_id, chosen.actor.role) == ("org-parks", Role.DEPARTMENT)
    assert len(chosen.memberships) == 2
    assert seen(county, token) == chosen
    assert actions(county)[-1] is AuditAction.MEMBERSHIP_CHOSEN


def test_nobody_chooses_the_membership_of_another(county: Scene) -> None:
    token = enter(county)
    with county.register.reading() as session:
        other = session.scalars(select(Membership.id).filter_by(person_id="clerk")).one()
    for membership_id in (other, "none", "\x00"):
        with pytest.raises(Refused) as refused:
            choose_membership(county.register, county.trail, token, membership_id, NOW, IDLE)
        assert refused.value.refusal.code is RefusalCode.NOT_PERMITTED
    with pytest.raises(Refused):
        choose_membership(county.register, county.trail, token, other, NOW + 2 * IDLE, IDLE)
    signed_in = seen(county, token)
    assert signed_in is not None
    assert signed_in.actor == county.staff


def test_a_bearer_token_stands_for_its_membership_until_revoked(county: Scene) -> None:
    with county.register.reading() as session:
        membership_id = session.scalars(select(Membership.id).filter_by(person_id="clerk")).one()
    issued = county.write(lambda pen: issue_token(pen, membership_id, "对接"))
    token, token_id = issued["token"], issued["token_id"]
    signed_in = actor_of_token(county.register, token, NOW)
    assert signed_in is not None
    assert signed_in.actor == county.unit
    with county.register.reading() as session:
        assert token not in session.scalars(select(ApiToken.token_digest)).one()
        assert [(one.id, one.name, one.revoked_at) for one in tokens_of(session, "clerk")] == [
            (token_id, "对接", None)
        ]
    for wrong in (token_id[:-1], "0" * 16, "%" * 16):
        assert code(county, county.unit, wrong) is RefusalCode.NOT_FOUND
    assert code(county, county.staff, token_id) is RefusalCode.NOT_FOUND
    county.write(lambda pen: revoke_token(pen, token_id), by=county.unit)
    assert actor_of_token(county.register, token, NOW) is None
    assert code(county, county.unit, token_id) is RefusalCode.STATE_FORBIDS
    assert actions(county) == [AuditAction.TOKEN_ISSUED, AuditAction.TOKEN_REVOKED]


def code(scene: Scene, by: Actor, token_id: str) -> RefusalCode:
    """Why a revocation is refused."""
    with pytest.raises(Refused) as refused:
        scene.write(lambda pen: revoke_token(pen, token_id), by=by)
    return refused.value.refusal.code


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(Refused) as refused:
        hash_password(password)
    assert refused.value.refusal.field == "password"
