"""Inspections and their findings: what nobody learns before a finding is issued, and what then runs by its clock."""

from datetime import date
from typing import Any

import pytest

from activities.demands_due import DemandRound
from domain.audit_actions import AuditAction
from domain.calendar import at_local
from domain.notices import NoticeKind
from domain.stages import ConsultationState
from notifications.payloads import from_payload
from records.audit import consultation_stream
from records.tables.audit import AuditEntry
from records.tables.inspections import Demand, DemandRung, InspectionVisit
from records.tables.letters import NoticeRow
from records.tables.work_log import WorkRecord
from tests import cast
from tests.api.conftest import House
from tests.cast import PLAYERS, Player
from tests.pages import Browser, Cookies
from tests.stories import ASSIGNED_ON, BOOKS, TRAIL

SUPERVISOR = cast.SUPERVISOR_PLAYER
UNIT = cast.HOUSING_PLAYER
THE_UNIT_AND_STAFF = [one for one in PLAYERS if one.role.value not in {"supervisor"}]
VISIT = {"visited_on": "2026-06-01", "place": "住建局窗口", "inspectors": "陈督查", "record": "无人值守。"}
TITLE = "电梯加装办理暗访"


@pytest.fixture
def running(house: House) -> House:
    """A consultation whose item the housing bureau handles."""
    house.story.reach(ConsultationState.IMPLEMENTATION).go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    return house


def plan(house: House, kind: str = "unannounced", by: Player = SUPERVISOR, **more: Any) -> Any:
    body = {
        "kind": kind,
        "title": TITLE,
        "matters": "不打招呼，直奔窗口。",
        "planned_on": house.story.today.isoformat(),
        "unit_ids": [cast.HOUSING.id],
        **more,
    }
    return house.post("/api/v1/inspections", body, by)


def planned(house: House, **more: Any) -> str:
    answer = plan(house, consultation_numbers=[house.story.row.number], **more)
    assert answer.status_code == 201, answer.text
    address: str = answer.headers["location"]
    return address


def finding(house: House, **more: Any) -> dict[str, Any]:
    return {
        "holder_id": cast.HOUSING.id,
        "title": "窗口无人值守",
        "text": "请落实值守责任。",
        "period_workdays": 10,
        "issued_on": house.story.today.isoformat(),
        **more,
    }


def issued(house: House, address: str, **more: Any) -> str:
    answer = house.post(f"{address}/findings", finding(house, **more), SUPERVISOR)
    assert answer.status_code == 201, answer.text
    place: str = answer.headers["location"]
    return place


def look(house: House) -> int:
    desk = DemandRound(house.story.register, TRAIL, BOOKS, "http://testserver", lambda: None)
    return desk.record_due(house.story.now)


def entries(house: House) -> list[AuditEntry]:
    stream = consultation_stream(house.story.consultation_id)
    return [one for one in house.story.every(AuditEntry) if one.stream == stream]


def test_only_supervisors_inspect_and_nobody_else_sees_an_inspection(house: House) -> None:
    house.story.open()
    address = planned(house)
    for player in THE_UNIT_AND_STAFF:
        assert plan(house, by=player).status_code == 403, player.id
        assert house.get("/api/v1/inspections", player).status_code == 403, player.id
        assert house.get(address, player).status_code == 404, player.id
        assert house.post(f"{address}/visits", VISIT, player).status_code == 404, player.id
        assert house.post(f"{address}/findings", finding(house), player).status_code == 404, player.id


def footprint_of(house: House, player: Player) -> str:
    """Everything that pages, lists, search, counts, feeds, timeline and audit lists tell this person."""
    story = house.story
    case, api = f"/consultations/{story.consultation_id}", house.consultation
    browser = Browser(story, player, house.client, Cookies())
    pages = ["/", case, f"{case}/timeline", f"{case}/tasks", f"{case}/supervision", "/demands", "/work-log"]
    pages += ["/overdue", "/consultations?text=%E6%9A%97%E8%AE%BF", "/inspections", "/audit", "/calendar"]
    reads = ["/api/v1/worklist", "/api/v1/demands", "/api/v1/statistics/overview", f"{api}/audit-entries"]
    reads += ["/api/v1/work-records", "/api/v1/consultations?text=%E6%9A%97%E8%AE%BF", "/api/v1/audit/heads"]
    reads += ["/api/v1/calendar.ics", "/api/v1/audit-entries", "/api/v1/watches"]
    told = [browser.get(path) for path in pages] + [house.get(path, player) for path in reads]
    # Every showing of a form has a fresh key, and every page its counters' instant.
    return "\n".join(f"{one.status_code} {one.url.path} {_plain(one.text)}" for one in told)


def _plain(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if 'name="key"' not in line)


def test_nothing_tells_of_an_unannounced_inspection_before_its_finding(running: House) -> None:
    players = (UNIT, cast.STAFF_PLAYER, cast.OWNER_PLAYER)
    for player in players:
        # Whoever looks for the first time is told less about what changed since.
        page = Browser(running.story, player, running.client, Cookies())
        page.get(f"/consultations/{running.story.consultation_id}")
    before = {player.id: footprint_of(running, player) for player in players}
    letters = len(running.story.every(NoticeRow))
    address = planned(running)
    visit = {**VISIT, "visited_on": ASSIGNED_ON.isoformat()}
    assert running.post(f"{address}/visits", visit, SUPERVISOR).status_code == 201
    assert len(running.story.every(InspectionVisit)) == 1
    assert {player.id: footprint_of(running, player) for player in players} == before
    assert len(running.story.every(NoticeRow)) == letters
    issued(running, address, consultation_id=running.story.consultation_id)
    assert footprint_of(running, UNIT) != before[UNIT.id]
    assert footprint_of(running, cast.STAFF_PLAYER) != before[cast.STAFF_PLAYER.id]
    assert TITLE not in footprint_of(running, cast.POLICE_PLAYER)


def test_an_announced_inspection_is_told_to_its_unit_and_to_nobody_else(house: House) -> None:
    house.story.open()
    planned(house, kind="announced")
    (letter,) = [one for one in house.story.every(NoticeRow) if one.kind is NoticeKind.INSPECTION_NOTICE][:1]
    told = {one.person_id for one in house.story.every(NoticeRow) if one.kind is letter.kind}
    assert told == {UNIT.id, cast.HOUSING_HEAD_PLAYER.id}
    assert from_payload(letter.kind, letter.payload).consultation_title == TITLE


def test_an_inspection_outside_the_supervisors_scope_is_refused(house: House) -> None:
    for more, field in (
        ({"unit_ids": []}, "unit_ids"),
        ({"unit_ids": [cast.OTHER_WORK_COMMITTEE.id]}, "unit_ids"),
        ({"unit_ids": [cast.INSPECTION.id]}, "unit_ids"),
        ({"consultation_numbers": ["苏-无-2026-0009"]}, "consultation_numbers"),
        ({"title": " "}, "title"),
    ):
        answer = plan(house, **more)
        assert (answer.status_code, answer.json()["field"]) == (422, field), more


def test_a_finding_asks_only_of_what_the_inspection_looks_at(running: House) -> None:
    address = planned(running)
    elsewhere = running.post(f"{address}/findings", finding(running, holder_id=cast.POLICE.id), SUPERVISOR)
    assert (elsewhere.status_code, elsewhere.json()["field"]) == (422, "holder_id")
    assert running.story.every(Demand) == []


def test_a_finding_is_reminded_of_reported_answered_sent_back_and_verified(running: House) -> None:
    story = running.story
    place = issued(running, planned(running), consultation_id=story.consultation_id)
    found = running.get(place, UNIT).json()
    # 交办之日不计入：10 个工作日。
    due_on = BOOKS.calendar.add_workdays(ASSIGNED_ON, 10).on
    assert (found["due_on"], found["state"], found["holder_name"]) == (
        due_on.isoformat(),
        "issued",
        cast.HOUSING.name,
    )
    assert running.get(place, cast.POLICE_PLAYER).status_code == 404
    assert running.get("/api/v1/worklist", UNIT).json()["demands"][0]["id"] == found["id"]
    for workdays in (-1, 1, 5, 10):
        story.go_to_instant(at_local(BOOKS.calendar.add_workdays(due_on, workdays).on, 9))
        look(running)
        assert look(running) == 0
    rungs = sorted(story.every(DemandRung), key=lambda one: one.due_at)
    assert [one.name for one in rungs] == ["blue_5", "blue_1", "yellow", "red", "special_report"]
    assert running.get(place, cast.DISTRICT_PARTY_PLAYER).json()["reported_to_id"] == cast.DISTRICT_PARTY.id
    assert running.get(place, cast.STREET_PARTY_PLAYER).status_code == 404
    board = Browser(story, SUPERVISOR, running.client, Cookies()).get("/overdue").text
    assert "窗口无人值守" in board
    letters = [one for one in story.every(NoticeRow) if one.kind.value.startswith("demand_")]
    assert {NoticeKind.DEMAND_ISSUED, NoticeKind.DEMAND_DUE, NoticeKind.DEMAND_REPORTED} == {
        one.kind for one in letters
    }
    assert all(from_payload(one.kind, one.payload).kind is one.kind for one in letters)
    answer = {"text": "已安排值守。", "answered_on": story.today.isoformat()}
    assert running.post(f"{place}/answers", answer, cast.POLICE_PLAYER).status_code == 404
    assert running.post(f"{place}/answers", answer, SUPERVISOR).status_code == 403
    assert running.post(f"{place}/answers", answer, UNIT).status_code == 201
    assert running.post(f"{place}/answers", answer, UNIT).status_code == 409
    assert running.get(place, UNIT).json()["steps"][0]["is_in_time"] is False
    verdict: dict[str, Any] = {"verdict": "sent_back", "decided_on": story.today.isoformat()}
    assert running.post(f"{place}/verdicts", verdict, UNIT).status_code == 403
    assert running.post(f"{place}/verdicts", verdict, SUPERVISOR).json()["field"] == "comment"
    verdict |= {"comment": "没有说明责任人。", "period_workdays": 5}
    assert running.post(f"{place}/verdicts", verdict, SUPERVISOR).status_code == 201
    again = running.get(place, UNIT).json()
    assert again["due_on"] == BOOKS.calendar.add_workdays(story.today, 5).on.isoformat()
    assert running.post(f"{place}/answers", answer, UNIT).status_code == 201
    verdict = {"verdict": "verified", "decided_on": story.today.isoformat()}
    assert running.post(f"{place}/verdicts", verdict, SUPERVISOR).status_code == 201
    assert running.get("/api/v1/worklist", UNIT).json()["demands"] == []
    actions = [one.action for one in entries(running) if one.object_kind == "demand"]
    assert actions[0] is AuditAction.DEMAND_ISSUED
    assert actions[-1] is AuditAction.DEMAND_VERIFIED
    with story.look() as session:
        assert list(TRAIL.verify(session)) == []


def test_an_outage_delays_the_rungs_of_a_finding_and_drops_none(running: House) -> None:
    issued(running, planned(running))
    running.story.go_to(date(ASSIGNED_ON.year, 12, 1))
    assert look(running) == 5
    assert look(running) == 0


def test_an_inspection_ends_when_every_finding_is_verified_and_counts_as_work(running: House) -> None:
    address = planned(running)
    running.post(f"{address}/visits", {**VISIT, "visited_on": ASSIGNED_ON.isoformat()}, SUPERVISOR)
    place, today = issued(running, address), running.story.today.isoformat()
    ending = {"conclusion": "已整改。", "concluded_on": today}
    assert running.post(f"{address}/conclusions", ending, SUPERVISOR).status_code == 409
    running.post(f"{place}/answers", {"text": "已整改。", "answered_on": today}, UNIT)
    running.post(f"{place}/verdicts", {"verdict": "verified", "decided_on": today}, SUPERVISOR)
    assert running.post(f"{address}/conclusions", ending, SUPERVISOR).status_code == 201
    assert running.post(f"{address}/visits", VISIT, SUPERVISOR).status_code == 409
    assert [one.subject_organisation_id for one in running.story.every(WorkRecord)] == [cast.HOUSING.id]


def test_staff_must_answer_what_a_supervisor_says_of_their_consultation(running: House) -> None:
    today = running.story.today.isoformat()
    said = {"title": "签到不全", "text": "请说明。", "period_workdays": 5, "issued_on": today}
    path = f"{running.consultation}/supervisor-comments"
    assert running.post(path, said, cast.STAFF_PLAYER).status_code == 403
    assert running.post(path, said, cast.OUTSIDER_PLAYER).status_code == 404
    made = running.post(path, said, SUPERVISOR)
    place = made.headers["location"]
    assert running.get(place, UNIT).status_code == 404
    assert [one["title"] for one in running.get("/api/v1/worklist", cast.STAFF_PLAYER).json()["demands"]] == [
        "签到不全"
    ]
    answer = {"text": "已补签。", "answered_on": today}
    assert running.post(f"{place}/answers", answer, cast.STAFF_PLAYER).status_code == 201
    page = Browser(running.story, SUPERVISOR, running.client, Cookies())
    timeline = page.get(f"/consultations/{running.story.consultation_id}/timeline").text
    assert AuditAction.DEMAND_ISSUED.label in timeline
    assert AuditAction.DEMAND_ANSWERED.label in timeline
    waiting = running.get("/api/v1/worklist", SUPERVISOR).json()["demands"]
    assert [one["state"] for one in waiting] == ["answered"]
