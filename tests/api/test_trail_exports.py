"""Exports of the trail: whose they are, what they hold, that they can be checked, and that each leaves an entry."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from api import trail_exports
from domain.audit_actions import AuditAction
from domain.stages import ConsultationState
from records.audit import consultation_stream
from records.proofs import proof_of
from records.seals import Sealing
from records.tables.audit import AuditEntry
from tests import cast
from tests.api.conftest import House
from tests.cast import PLAYERS, Player
from tests.pages import Browser, Cookies
from tests.stories import SEAL_KEYS, TRAIL

PATH = "/api/v1/audit-exports"


@pytest.fixture
def under_way(house: House) -> House:
    """A consultation that people of two bodies have worked on."""
    house.story.reach(ConsultationState.RESEARCH)
    return house


def exported(house: House, by: Player = cast.SUPERVISOR_PLAYER, **body: Any) -> list[dict[str, Any]]:
    answer = house.post(PATH, {"format": "jsonl", **body}, by)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def own_entries(house: House) -> list[AuditEntry]:
    stream = consultation_stream(house.story.consultation_id)
    found = [one for one in house.story.every(AuditEntry) if one.stream == stream]
    return sorted(found, key=lambda one: one.sequence)


def test_only_who_reads_the_trail_exports_it_and_only_within_their_scope(under_way: House) -> None:
    wanted = {"consultation_id": under_way.story.consultation_id}
    permitted = {"chen", "shen", "qian"}
    for player in PLAYERS:
        status = under_way.post(PATH, {"format": "jsonl", **wanted}, player).status_code
        assert (status == 200) is (player.id in permitted), (player.id, status)
    assert under_way.post(PATH, {"format": "jsonl", **wanted}, cast.OUTSIDER_PLAYER).status_code == 404
    everything = exported(under_way, cast.OUTSIDER_PLAYER, since="2026-01-01")
    assert [one["type"] for one in everything] == ["export", "end"]


def test_an_export_of_everything_at_once_is_refused_by_name(under_way: House) -> None:
    for body, field in (
        ({}, "consultation_id"),
        ({"since": "2026-04-02", "until": "2026-04-01"}, "until"),
    ):
        answer = under_way.post(PATH, {"format": "jsonl", **body}, cast.SUPERVISOR_PLAYER)
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_the_lines_of_a_consultation_hold_its_whole_chain(under_way: House) -> None:
    before = own_entries(under_way)
    lines = exported(under_way, consultation_id=under_way.story.consultation_id)
    entries = [one for one in lines if one["type"] == "entry"]
    assert [one["hash"] for one in entries[: len(before)]] == [one.hash for one in before]
    assert [one["previous_hash"] for one in entries[1:]] == [one["hash"] for one in entries[:-1]]
    # 导出本身也留痕，并在导出的文件中。
    assert entries[-1]["action"] == AuditAction.TRAIL_EXPORTED.value
    assert lines[0]["head"]["hash"] == entries[-1]["hash"]
    assert lines[-1] == {"type": "end", "count": len(entries)}
    assert all("proof" in one for one in entries)


def test_every_sealed_entry_of_a_consultation_carries_the_proof_it_has_alone(under_way: House) -> None:
    story = under_way.story
    Sealing(story.register, TRAIL, SEAL_KEYS, "http://testserver").seal_the_day(story.now)
    sealed = len(own_entries(under_way))
    entries = _entries(exported(under_way, consultation_id=story.consultation_id))
    assert [one["proof"] is not None for one in entries] == [True] * sealed + [False]
    with story.look() as session:
        stream = consultation_stream(story.consultation_id)
        for one in entries[:sealed:7]:
            assert one["proof"] == proof_of(session, SEAL_KEYS, stream, one["sequence"])


def test_a_unit_and_a_span_narrow_what_is_exported(under_way: House) -> None:
    acted = {one["organisation_id"] for one in _entries(exported(under_way, unit_id=cast.STREET_PARTY.id))}
    assert acted == {cast.STREET_PARTY.id}
    opened_on = under_way.story.row.opened_on.isoformat()
    first = _entries(exported(under_way, since=opened_on, until=opened_on))
    assert 0 < len(first) < len(own_entries(under_way))
    assert _entries(exported(under_way, until="2020-01-01")) == []


def test_every_export_leaves_an_entry_once(under_way: House) -> None:
    body = {"format": "jsonl", "unit_id": cast.STREET_PARTY.id}
    answers = [under_way.post(PATH, body, cast.SUPERVISOR_PLAYER, key="one-export") for _ in range(2)]
    assert answers[0].text == answers[1].text
    (entry,) = [one for one in under_way.story.every(AuditEntry) if one.stream == "administration/exports"]
    assert entry.person_id == cast.SUPERVISOR_PLAYER.id
    assert entry.new["count"] == json.loads(answers[0].text.splitlines()[-1])["count"]


def test_a_workbook_that_would_be_too_long_is_refused_in_words(
    under_way: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"format": "xlsx", "consultation_id": under_way.story.consultation_id}
    whole = under_way.post(PATH, body, cast.SUPERVISOR_PLAYER)
    with ZipFile(BytesIO(whole.content)) as parts:
        assert "推进环节" in parts.read("xl/sharedStrings.xml").decode()
    monkeypatch.setattr(trail_exports, "TRAIL_ROWS_MAX", 3)
    answer = under_way.post(PATH, body, cast.SUPERVISOR_PLAYER)
    assert (answer.status_code, answer.json()["field"]) == (422, "format")
    assert "请缩小范围" in answer.json()["detail"]


def test_a_trail_is_exported_by_hand(under_way: House) -> None:
    browser = Browser(under_way.story, cast.SUPERVISOR_PLAYER, under_way.client, Cookies())
    number = under_way.story.row.number
    page = f"/audit/exports?consultation={number}"
    wrong = browser.send(page, "audit-exports", consultation_number="苏-无-2026-0009")
    assert wrong.status_code == 422
    assert "苏-无-2026-0009" in wrong.text
    answer = browser.send(page, "audit-exports", format="jsonl")
    assert answer.status_code == 200
    assert number in answer.text
    assert "attachment" in answer.headers["content-disposition"]


def _entries(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in lines if one["type"] == "entry"]
