"""The timeline narrowed by kind, person, unit and span, and how far its stream was found intact."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text as sql

from domain.acts import SuspendConsultation
from domain.stages import ConsultationState
from records.audit import consultation_stream
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_workbench import QUERIES_MAX, statements
from tests.cast import Player
from tests.stories import TRAIL
from tests.tampering import take_down_guards


def entries(text: str) -> list[str]:
    """What the entries on a page say was done."""
    return re.findall(r'<p class="entry-head">.*?<strong>(.*?)</strong>', text, re.S)


@pytest.fixture
def told(pages: Pages) -> Pages:
    """A consultation that has been deliberated."""
    pages.story.reach(ConsultationState.REPORTING)
    return pages


def verify(pages: Pages, player: Player) -> Any:
    """Press the button."""
    browser = pages.by(player)
    page = browser.get(f"{pages.case}/timeline").text
    (key,) = re.findall(r'/verifications"><input type="hidden" name="key" value="([^"]*)"', page)
    return browser.post(f"{pages.case}/verifications", key=key)


def test_a_kind_narrows_to_its_entries(told: Pages) -> None:
    browser = told.by(cast.SUPERVISOR_PLAYER)
    every = entries(browser.get(f"{told.case}/timeline").text)
    only = entries(browser.get(f"{told.case}/timeline?subject=approval").text)
    assert set(only) == {"审定（备案）"}
    assert len(only) == every.count("审定（备案）") == 2


def test_a_person_and_a_unit_narrow_to_what_they_did(told: Pages) -> None:
    browser = told.by(cast.SUPERVISOR_PLAYER)
    by_person = browser.get(f"{told.case}/timeline?person={cast.OWNER_PLAYER.id}").text
    assert entries(by_person) == ["审定（备案）"]
    by_unit = browser.get(f"{told.case}/timeline?organisation={cast.STREET_PARTY.id}").text
    assert entries(by_unit) == ["审定（备案）"]
    assert f'<option value="{cast.STREET_PARTY.id}" selected>' in by_unit


def test_both_days_of_a_span_count(told: Pages) -> None:
    browser = told.by(cast.SUPERVISOR_PLAYER)
    text = browser.get(f"{told.case}/timeline?since=2026-03-10&until=2026-03-10").text
    assert entries(text) == ["审定（备案）"]
    assert "没有符合条件的留痕" in browser.get(f"{told.case}/timeline?since=2027-01-01").text


def test_a_day_that_cannot_be_read_stays_in_its_field_with_what_to_do(told: Pages) -> None:
    browser = told.by(cast.SUPERVISOR_PLAYER)
    text = browser.get(f"{told.case}/timeline?since=昨天").text
    assert 'id="since-error"' in text
    assert 'value="昨天"' in text
    assert entries(text)
    text = browser.get(f"{told.case}/timeline?since=2026-03-10&until=2026-03-09").text
    assert "截止日期不能早于起始日期。" in text


def test_the_newest_entry_stands_first(told: Pages) -> None:
    text = told.by(cast.SUPERVISOR_PLAYER).get(f"{told.case}/timeline").text
    numbers = [int(one) for one in re.findall(r'entry-number figures">(\d+)<', text)]
    assert numbers == sorted(numbers, reverse=True)
    assert entries(text)[-1] == "发起协商"


def test_older_entries_are_a_page_away(told: Pages) -> None:
    text = told.by(cast.SUPERVISOR_PLAYER).get(f"{told.case}/timeline?before=3").text
    assert len(entries(text)) == 2


def test_a_verification_says_up_to_which_entry_when_and_by_whom(told: Pages) -> None:
    browser = told.by(cast.SUPERVISOR_PLAYER)
    before = browser.get(f"{told.case}/timeline").text
    assert "尚未核验" in before
    length = len(entries(before))
    answer = verify(told, cast.SUPERVISOR_PLAYER)
    assert answer.status_code == 303
    after = browser.get(f"{told.case}/timeline").text
    assert f"已核验至第 {length} 条" in after
    assert "2026年3月26日（周四）10:00，陈督查（枫溪区委区政府督查室）" in after
    assert entries(after)[0] == "核验留痕"
    assert "尚未核验" not in after


def test_what_came_after_a_verification_is_told_to_be_unverified(told: Pages) -> None:
    verify(told, cast.SUPERVISOR_PLAYER)
    told.story.do(
        SuspendConsultation(
            by=cast.STAFF, occurred_on=told.story.today, reason="等待规划", review_on=date(2026, 4, 20)
        )
    )
    text = told.by(cast.SUPERVISOR_PLAYER).get(f"{told.case}/timeline").text
    assert re.search(r"此后新增 \d+ 条，尚未核验", text)


def test_a_changed_entry_is_found_and_nothing_is_added_to_the_broken_chain(told: Pages) -> None:
    stream = consultation_stream(told.story.consultation_id)
    with told.story.register.writing() as session:
        take_down_guards(session)
        session.execute(
            sql("UPDATE audit_entries SET note = 'x' WHERE stream = :stream AND sequence = 2"),
            {"stream": stream},
        )
    answer = verify(told, cast.SUPERVISOR_PLAYER)
    assert answer.status_code == 409
    assert "第 2 条：内容与校验值不符" in answer.text
    with told.story.look() as session:
        fault = TRAIL.fault_of(session, stream)
    assert fault is not None
    assert fault.sequence == 2
    assert "核验留痕" not in entries(told.by(cast.SUPERVISOR_PLAYER).get(f"{told.case}/timeline").text)


def test_only_who_may_read_the_audit_can_verify(told: Pages) -> None:
    for player in (cast.STREET_PARTY_PLAYER, cast.MEMBER_PLAYER):
        browser = told.by(player)
        assert "/verifications" not in browser.get(f"{told.case}/timeline").text
        assert browser.post(f"{told.case}/verifications", key="one").status_code == 403
    assert told.by(cast.OUTSIDER_PLAYER).post(f"{told.case}/verifications", key="one").status_code == 404


def test_the_timeline_asks_few_questions(told: Pages) -> None:
    browser = told.by(cast.SUPERVISOR_PLAYER)
    browser.get(f"{told.case}/timeline")
    with statements(told) as asked:
        browser.get(f"{told.case}/timeline?subject=session")
    assert len(asked) <= QUERIES_MAX, asked
