"""An expired session loses no text: what was typed is kept through the sign-in and sent once more."""

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import update

from records.accounts import hash_password
from records.tables.obligations import Answer
from records.tables.people import Person
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_process_by_hand import assigned
from tests.cast import Player
from tests.pages import form_on

PASSWORD = "a password of the tests"
TEXT = "已列入年度改造计划，六月底前完成。"
HOSTILE = '"><script>alert("1")</script>'


@pytest.fixture(autouse=True)
def _everybody_has_a_password(pages: Pages) -> None:
    with pages.story.register.writing() as session:
        session.execute(update(Person).values(password_hash=hash_password(PASSWORD)))


def hidden(html: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)">', html)
    return unescape(found[1]) if found else ""


def late(pages: Pages, address: str, **fields: Any) -> Any:
    """A form sent by a browser whose session has expired."""
    return pages.by(None).post(address, **fields)


def sign_in(pages: Pages, sent: Any, player: Player = cast.HOUSING_PLAYER, password: str = PASSWORD) -> Any:
    return pages.by(None).post(
        "/sign-in",
        sign_in_name=player.id,
        password=password,
        next=hidden(sent.text, "next"),
        kept=hidden(sent.text, "kept"),
    )


def answer_form(pages: Pages, address: str) -> tuple[str, dict[str, str]]:
    form = form_on(pages.by(cast.HOUSING_PLAYER).get(address).text, "answers")
    assert form is not None
    return form.address, {**form.values, "text": TEXT, "adoption": "adopted", "result": "B"}


def test_what_was_typed_is_kept_through_the_sign_in(pages: Pages) -> None:
    address, fields = answer_form(pages, assigned(pages))
    sent = late(pages, address, **fields)
    assert sent.status_code == 401
    assert "您填写的内容已经保留" in sent.text
    resumed = sign_in(pages, sent)
    assert resumed.status_code == 200
    assert TEXT in resumed.text
    assert "location" not in resumed.headers
    assert hidden(resumed.text, "text") == TEXT
    assert f'action="{address}"' in resumed.text


def test_what_was_kept_is_sent_once_more_and_counts_once(pages: Pages) -> None:
    address, fields = answer_form(pages, assigned(pages))
    resumed = sign_in(pages, late(pages, address, **fields))
    again = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', resumed.text))
    unit = pages.by(cast.HOUSING_PLAYER)
    for _ in range(2):
        assert (
            unit.post(address, **{name: unescape(value) for name, value in again.items()}).status_code == 303
        )
    answers = [one for one in pages.story.every(Answer) if one.answered_on is not None]
    assert [one.text for one in answers] == [TEXT]


def test_a_wrong_password_loses_nothing(pages: Pages) -> None:
    address, fields = answer_form(pages, assigned(pages))
    sent = late(pages, address, **fields)
    refused = sign_in(pages, sent, password="wrong password")
    assert hidden(refused.text, "kept") == hidden(sent.text, "kept")
    assert hidden(refused.text, "next") == address


def test_a_password_is_never_kept(pages: Pages) -> None:
    sent = late(pages, "/people", name="新来的", password="a secret of somebody")
    assert "a secret of somebody" not in sent.text


def test_hostile_text_is_shown_as_text(pages: Pages) -> None:
    address, fields = answer_form(pages, assigned(pages))
    sent = late(pages, address, **{**fields, "text": f"恶意{HOSTILE}"})
    resumed = sign_in(pages, sent)
    assert "<script>alert" not in sent.text + resumed.text
    assert hidden(resumed.text, "text") == f"恶意{HOSTILE}"


def test_what_is_no_kept_form_is_ignored(pages: Pages) -> None:
    pages.story.open()
    for nonsense in ("{}", "[1]", '[["a"]]', "x" * 10, '[["a",1]]'):
        answer = pages.by(None).post(
            "/sign-in",
            sign_in_name=cast.HOUSING_PLAYER.id,
            password=PASSWORD,
            next="/",
            kept=nonsense,
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
