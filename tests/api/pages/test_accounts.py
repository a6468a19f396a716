"""The administrators' hands: who ends a membership, who shuts an account, and how a token is taken back."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from records.tables.audit import AuditEntry
from records.tables.people import Membership, Person
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_ids

HOUSING = f"/people/{cast.HOUSING_PLAYER.id}"


def actions(pages: Pages) -> list[str]:
    """What the audit trail of administration tells."""
    with pages.story.look() as session:
        return [action.value for action in session.scalars(select(AuditEntry.action).order_by(AuditEntry.at))]


def membership_id(pages: Pages, player: Any) -> str:
    """The membership of a player."""
    return str(pages.story.one(Membership, person_id=player.id).id)


def test_a_membership_is_ended_by_the_security_administrator(pages: Pages) -> None:
    security, housing = pages.by(cast.SECURITY_ADMIN_PLAYER), pages.by(cast.HOUSING_PLAYER)
    form = f"ends-{membership_id(pages, cast.HOUSING_PLAYER)}"
    assert housing.get("/").status_code == 200
    yesterday = f"{pages.story.today:%Y-%m-}{pages.story.today.day - 1:02d}"
    assert security.send(HOUSING, form, until_on=yesterday).status_code == 303
    assert "已终止" in security.get(HOUSING).text
    assert housing.get("/").status_code == 303
    assert actions(pages)[-1] == "membership:ended"


def test_a_shut_account_opens_nothing_any_more(pages: Pages) -> None:
    security, housing = pages.by(cast.SECURITY_ADMIN_PLAYER), pages.by(cast.HOUSING_PLAYER)
    assert security.send(HOUSING, "deactivations").status_code == 422
    assert security.send(HOUSING, "deactivations", reason="调离").status_code == 303
    assert pages.story.one(Person, id=cast.HOUSING_PLAYER.id).is_active is False
    assert housing.get("/").status_code == 303
    assert "deactivations" not in form_ids(security.get(HOUSING).text)
    assert actions(pages)[-1] == "person:deactivated"


def test_the_three_hands_stay_separate(pages: Pages) -> None:
    end = f"/memberships/{membership_id(pages, cast.HOUSING_PLAYER)}/end"
    for player in (cast.SYSTEM_ADMIN_PLAYER, cast.STAFF_PLAYER, cast.AUDIT_ADMIN_PLAYER):
        browser = pages.by(player)
        assert browser.post(f"{HOUSING}/deactivations", key=f"d-{player.id}", reason="x").status_code == 403
        ended = browser.post(
            end, key=f"e-{player.id}", until_on="2026-03-01", person_id=cast.HOUSING_PLAYER.id
        )
        assert ended.status_code == 403
    assert not form_ids(pages.by(cast.SYSTEM_ADMIN_PLAYER).get(HOUSING).text)
    assert pages.by(cast.STAFF_PLAYER).get(HOUSING).status_code == 403


def test_nobody_shuts_their_own_account(pages: Pages) -> None:
    own, player = f"/people/{cast.SECURITY_ADMIN_PLAYER.id}", cast.SECURITY_ADMIN_PLAYER
    assert not form_ids(pages.by(player).get(own).text)
    answer = pages.by(player).post(
        f"{own}/deactivations", key="own", form_id="deactivations", reason="误操作"
    )
    assert answer.status_code == 403
    assert pages.story.one(Person, id=player.id).is_active is True


@pytest.mark.parametrize("player", [cast.STAFF_PLAYER, cast.HOUSING_PLAYER])
def test_a_token_is_shown_once_and_opens_nothing_after_it_is_revoked(pages: Pages, player: Any) -> None:
    browser = pages.by(player)
    shown = browser.send("/tokens", "tokens", name="数据对接")
    assert shown.status_code == 200
    token = re.search(r'class="token">([^<]+)<', shown.text)
    assert token is not None
    assert token[1] not in browser.get("/tokens").text
    bearer = {"Authorization": f"Bearer {token[1]}"}
    assert pages.client.get("/api/v1/me", headers=bearer).status_code == 200
    (token_id,) = re.findall(r'id="revocations-([0-9a-f]{16})"', browser.get("/tokens").text)
    other = pages.by(cast.OUTSIDER_PLAYER).post(f"/tokens/{token_id}/revocations", key="other")
    assert other.status_code == 404
    assert browser.send("/tokens", f"revocations-{token_id}").status_code == 303
    assert pages.client.get("/api/v1/me", headers=bearer).status_code == 401
    assert "已撤销" in browser.get("/tokens").text
    assert actions(pages)[-1] == "account:token_revoked"


def test_a_program_revokes_its_own_token(pages: Pages) -> None:
    browser = pages.by(cast.STAFF_PLAYER)
    shown = browser.send("/tokens", "tokens", name="数据对接")
    token = re.search(r'class="token">([^<]+)<', shown.text)
    assert token is not None
    headers = {"Authorization": f"Bearer {token[1]}", "Idempotency-Key": "gone"}
    (held,) = pages.client.get("/api/v1/me/tokens", headers=headers).json()
    assert (held["name"], held["revoked_at"]) == ("数据对接", None)
    gone = pages.client.post(f"/api/v1/me/tokens/{held['id']}/revocations", headers=headers)
    assert gone.status_code == 201
    assert pages.client.get("/api/v1/me", headers=headers).status_code == 401


def test_organisations_stand_in_a_tree_with_counts(pages: Pages) -> None:
    text = pages.by(cast.SYSTEM_ADMIN_PLAYER).get("/organisations").text
    order = [text.index(f"<code>{code}</code>") for code in (cast.DISTRICT, cast.STREET)]
    assert order == sorted(order)
    assert re.search(rf"{cast.HOUSING.name} <span[^>]*>承办单位 · <span[^>]*>[12]</span> 人", text)
    found = pages.by(cast.SYSTEM_ADMIN_PLAYER).get("/organisations?text=住房").text
    assert cast.HOUSING.name in found
    assert cast.POLICE.name not in found.split('<form class="form"')[0]


def test_people_are_found_by_name(pages: Pages) -> None:
    text = pages.by(cast.SECURITY_ADMIN_PLAYER).get(f"/people?text={cast.HOUSING_PLAYER.name}").text
    assert HOUSING in text
    assert f"/people/{cast.STAFF_PLAYER.id}" not in text
