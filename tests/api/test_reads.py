"""What the counter shows, and to whom."""

from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from domain.acts import SuspendConsultation
from domain.stages import ConsultationState
from tests import cast
from tests.api.conftest import House
from tests.stories import ASSIGNED_ON, DUE_ON, OPENED_ON


def shown(answer: Any) -> Any:
    """The body of a success."""
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_consultation_shows_its_gates_its_clocks_and_what_may_be_done(house: House) -> None:
    house.story.reach(ConsultationState.PARTICIPANTS)
    found = shown(house.get(house.consultation, cast.STAFF_PLAYER))
    assert found["state"] == "participants"
    assert found["state_label"] == "明确主体"
    assert found["stage_number"] == 3
    assert found["operator"] == {"id": cast.WORK_COMMITTEE.id, "name": cast.WORK_COMMITTEE.name}
    assert [one["name"] for one in found["conveners"]] == ["周启明"]
    assert {gate["is_satisfied"] for gate in found["gates"]} >= {False}
    assert all(gate["clause"] for gate in found["gates"])
    assert "advance_stage" in found["may"]
    assert "record_what_is_due" not in found["may"]
    assert "open_consultation" not in found["may"]
    assert [one["to_state"] for one in found["stage_advances"]] == ["topic", "participants"]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (
            cast.STAFF_PLAYER,
            {"advance_stage", "merge_consultation", "suspend_consultation", "reject_topic"},
        ),
        (cast.CONVENER_PLAYER, {"advance_stage", "suspend_consultation"}),
        (cast.STREET_PARTY_PLAYER, {"decide_approval", "terminate_consultation"}),
        (cast.SUPERVISOR_PLAYER, set()),
        (cast.MEMBER_PLAYER, set()),
        (
            cast.OWNER_PLAYER,
            {
                "adopt_rule_set_version",
                "advance_stage",
                "grant_waiver",
                "merge_consultation",
                "reject_topic",
                "suspend_consultation",
                "terminate_consultation",
            },
        ),
    ],
)
def test_may_is_what_policy_and_state_leave_open_together(
    house: House, by: cast.Player, expected: set[str]
) -> None:
    house.story.reach(ConsultationState.TOPIC)
    assert set(shown(house.get(house.consultation, by))["may"]) == expected


def test_a_suspended_consultation_offers_only_what_suspension_leaves_open(house: House) -> None:
    story = house.story.reach(ConsultationState.PLATFORM)
    story.do(
        SuspendConsultation(by=cast.STAFF, occurred_on=story.today, reason="规划", review_on=date(2026, 4, 1))
    )
    found = shown(house.get(house.consultation, cast.STAFF_PLAYER))
    assert found["is_suspended"] is True
    assert found["may"] == ["resume_consultation"]
    (suspension,) = shown(house.get(f"{house.consultation}/suspensions", cast.STAFF_PLAYER))
    assert suspension["review_on"] == "2026-04-01"


def test_the_list_is_read_page_by_page_without_gap_or_repetition(house: House) -> None:
    stories = [house.story.reach(ConsultationState.PLATFORM)]
    second = house.story.another()
    second.go_to(OPENED_ON, 11)
    second.open()
    stories.append(second)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query = f"?limit=1&cursor={cursor}" if cursor else "?limit=1"
        page = shown(house.get(f"/api/v1/consultations{query}", cast.STAFF_PLAYER))
        seen += [line["id"] for line in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [second.consultation_id, house.story.consultation_id]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("state=platform", True),
        ("state=topic", False),
        ("state=topic&state=platform", True),
        ("q=电梯", True),
        ("q=云塘-2026", True),
        ("q=%25", False),
        ("area=suzhou/fengxi", True),
        ("area=suzhou/feng", False),
        (f"room_id={cast.ROOM_ID}", True),
        ("room_id=another", False),
    ],
)
def test_the_list_is_narrowed_by_what_was_asked(house: House, query: str, is_found: bool) -> None:
    house.story.reach(ConsultationState.PLATFORM)
    page = shown(house.get(f"/api/v1/consultations?{query}", cast.SUPERVISOR_PLAYER))
    assert bool(page["items"]) is is_found


def test_a_department_sees_the_consultations_it_has_a_task_in_and_no_other(house: House) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    house.story.assign(cast.HOUSING.id)
    assert len(shown(house.get("/api/v1/consultations", cast.HOUSING_PLAYER))["items"]) == 1
    assert shown(house.get("/api/v1/consultations", cast.POLICE_PLAYER))["items"] == []


def test_a_task_explains_its_due_date_line_by_line(house: House) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    (task,) = house.story.assign(cast.HOUSING.id)
    found = shown(house.get(f"/api/v1/feedback-tasks/{task.id}", cast.HOUSING_PLAYER))
    clock = found["clock"]
    assert clock["clock"]["due_on"] == DUE_ON.isoformat() == "2026-05-22"
    assert clock["clock"]["left_workdays"] == 30
    assert {line["kind"] for line in clock["explanation"]} >= {"start", "holiday", "due", "calendar"}
    assert set(found["may"]) == {"acknowledge_task", "request_return", "request_extension", "answer_task"}
    assert found["unit_name"] == cast.HOUSING.name
    organiser = shown(house.get(f"/api/v1/feedback-tasks/{task.id}", cast.STAFF_PLAYER))
    assert set(organiser["may"]) == {"decide_return", "decide_extension", "raise_escalation"}


def test_a_draft_is_the_units_own_until_it_is_handed_in(house: House) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    (task,) = house.story.assign(cast.HOUSING.id)
    path = f"/api/v1/feedback-tasks/{task.id}"
    made = house.post(f"{path}/answer-drafts", {"text": "拟于年内办结"}, cast.HOUSING_PLAYER)
    assert made.status_code == 201
    assert len(shown(house.get(path, cast.HOUSING_PLAYER))["answers"]) == 1
    assert shown(house.get(path, cast.STAFF_PLAYER))["answers"] == []


@pytest.mark.parametrize(
    ("on", "colour", "is_overdue"),
    [
        (date(2026, 4, 9), "none", False),
        (date(2026, 5, 22), "blue", False),
        (date(2026, 5, 25), "yellow", True),
        (date(2026, 5, 29), "red", True),
    ],
)
def test_the_worklist_shows_each_clock_in_the_colour_of_the_day(
    house: House, on: date, colour: str, is_overdue: bool
) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    house.story.assign(cast.HOUSING.id)
    house.story.go_to(on)
    found = shown(house.get("/api/v1/worklist", cast.HOUSING_PLAYER))
    (clock,) = [one for one in found["clocks"] if one["kind"] == "feedback_task"]
    assert (clock["colour"], clock["is_overdue"]) == (colour, is_overdue)
    assert shown(house.get("/api/v1/worklist", cast.POLICE_PLAYER))["clocks"] == []


def test_an_answer_waits_for_the_organiser(house: House) -> None:
    story = house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    (task,) = story.assign(cast.HOUSING.id)
    story.do(story.answering(task))
    for by in (cast.STAFF_PLAYER, cast.CONVENER_PLAYER):
        (waiting,) = shown(house.get("/api/v1/worklist", by))["waiting"]
        assert (waiting["duty"], waiting["subject_id"]) == ("verify_answer", task.id)


def test_the_overview_counts_by_state_and_colour(house: House) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    house.story.assign(cast.HOUSING.id, cast.POLICE.id)
    house.story.go_to(date(2026, 5, 25))
    found = shown(house.get("/api/v1/statistics/overview", cast.SUPERVISOR_PLAYER))
    counts = {one["state"]: one["count"] for one in found["consultations"]}
    assert counts["implementation"] == 1
    assert sum(counts.values()) == 1
    colours = {one["colour"]: one["count"] for one in found["clocks"]}
    assert colours["yellow"] >= 2
    elsewhere = shown(house.get("/api/v1/statistics/overview", cast.OUTSIDER_PLAYER))
    assert sum(one["count"] for one in elsewhere["consultations"]) == 0


def test_the_calendar_feed_holds_the_due_dates_of_the_unit_and_folds_its_lines(house: House) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    house.story.assign(cast.HOUSING.id)
    answer = house.get("/api/v1/calendar.ics", cast.HOUSING_PLAYER)
    assert answer.headers["content-type"].startswith("text/calendar")
    lines = answer.content.decode().split("\r\n")
    assert lines.count("DTSTART;VALUE=DATE:20260522") == 1
    assert max(len(line.encode()) for line in lines) <= 75


def test_the_three_lists_are_linked_by_item(house: House) -> None:
    house.story.reach(ConsultationState.EVALUATION)
    found = shown(house.get(f"{house.consultation}/lists", cast.STAFF_PLAYER))
    numbers = [1, 2, 3]
    assert [row["item_number"] for row in found["suggestions"]["rows"]] == numbers
    assert [row["item_number"] for row in found["responsibilities"]["rows"]] == numbers
    assert [row["item_number"] for row in found["feedback"]["rows"]] == numbers
    assert found["feedback"]["rows"][0]["answered_on"] == "2026-05-20"
    for name in ("suggestions", "responsibilities", "feedback"):
        part = shown(house.get(f"{house.consultation}/lists/{name}", cast.STAFF_PLAYER))
        assert part["rows"] == found[name]["rows"]


@pytest.mark.parametrize("name", ["", "/suggestions", "/responsibilities", "/feedback"])
def test_a_list_is_also_a_workbook(house: House, name: str) -> None:
    house.story.reach(ConsultationState.EVALUATION)
    answer = house.get(f"{house.consultation}/lists{name}?format=xlsx", cast.STAFF_PLAYER)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "xl/workbook.xml" in ZipFile(BytesIO(answer.content)).namelist()


@pytest.mark.parametrize(
    "part",
    [
        "stage-advances",
        "suspensions",
        "waivers",
        "approvals",
        "participants",
        "research-records",
        "sessions",
        "dissents",
        "suggestions",
        "outcome-documents",
        "submissions",
        "attachments",
        "feedback-tasks",
        "follow-up-reviews",
    ],
)
def test_every_part_of_a_consultation_is_read_by_whoever_reads_it_and_by_no_other(
    house: House, part: str
) -> None:
    house.story.reach(ConsultationState.COMPLETED)
    path = f"{house.consultation}/{part}"
    found = shown(house.get(path, cast.SUPERVISOR_PLAYER))
    assert isinstance(found, list)
    if part not in {"suspensions", "waivers", "dissents", "attachments"}:
        assert found
    assert house.get(path, cast.OUTSIDER_PLAYER).status_code == 404


def test_participants_are_read_without_their_phone_numbers(house: House) -> None:
    house.story.reach(ConsultationState.RESEARCH)
    answer = house.get(f"{house.consultation}/participants", cast.STAFF_PLAYER)
    assert len(shown(answer)) == 6
    assert "1380013" not in answer.text


def test_evaluations_come_with_what_they_come_to(house: House) -> None:
    house.story.reach(ConsultationState.COMPLETED)
    found = shown(house.get(f"{house.consultation}/evaluations", cast.STAFF_PLAYER))
    assert (found["satisfied"], found["basically_satisfied"], found["dissatisfied"]) == (19, 0, 2)
    assert found["public_score"] == "94.3"
    assert found["composite_score"] == "91.7"


def test_a_session_shows_who_came_and_what_was_said(house: House) -> None:
    house.story.reach(ConsultationState.REPORTING)
    (one,) = shown(house.get(f"{house.consultation}/sessions", cast.STAFF_PLAYER))
    found = shown(house.get(f"{house.consultation}/sessions/{one['id']}", cast.STAFF_PLAYER))
    assert len(found["sign_ins"]) == 6
    assert len(found["statements"]) == 2


def test_the_books_are_open_to_everybody(house: House) -> None:
    assert {one["id"] for one in shown(house.get("/api/v1/rule-sets"))} == {
        "suzhou",
        "nantong",
        "sichuan",
        "linfen",
    }
    found = shown(house.get("/api/v1/rule-sets/suzhou"))
    assert all(rule["clause"] for rule in found["rules"])
    assert house.get("/api/v1/rule-sets/nowhere").status_code == 404


def test_the_audit_trail_is_read_by_supervisors_and_not_by_departments(house: House) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    house.story.assign(cast.HOUSING.id)
    path = f"{house.consultation}/audit-entries"
    first = shown(house.get(f"{path}?limit=2", cast.SUPERVISOR_PLAYER))
    second = shown(house.get(f"{path}?limit=2&cursor={first['next']}", cast.SUPERVISOR_PLAYER))
    assert [one["sequence"] for one in first["items"] + second["items"]] == [1, 2, 3, 4]
    assert second["items"][0]["previous_hash"] == first["items"][-1]["hash"]
    assert first["items"][0]["person_name"] == "林晓"
    assert house.get(path, cast.HOUSING_PLAYER).status_code == 403


def test_supervisors_verify_every_stream(house: House) -> None:
    house.story.reach(ConsultationState.TOPIC)
    found = shown(house.get("/api/v1/audit/verification", cast.AUDIT_ADMIN_PLAYER))
    assert (found["is_intact"], found["faults"]) == (True, [])
    heads = shown(house.get("/api/v1/audit/heads", cast.SUPERVISOR_PLAYER))["items"]
    assert f"consultation/{house.story.consultation_id}" in {one["stream"] for one in heads}
    assert house.get("/api/v1/audit/verification", cast.STAFF_PLAYER).status_code == 403


def test_administration_reads_people_and_others_their_own(house: House) -> None:
    people = shown(house.get("/api/v1/people?limit=200", cast.SECURITY_ADMIN_PLAYER))["items"]
    assert len(people) == len(cast.PLAYERS)
    assert all(one["memberships"] for one in people)
    assert "password" not in house.get("/api/v1/people", cast.SYSTEM_ADMIN_PLAYER).text
    assert house.get("/api/v1/people", cast.STAFF_PLAYER).status_code == 403
    own = house.get(f"/api/v1/people?organisation_id={cast.WORK_COMMITTEE.id}", cast.STAFF_PLAYER)
    assert {one["name"] for one in shown(own)["items"]} == {"林晓", "周启明"}


def test_a_room_shows_its_conveners(house: House) -> None:
    assert [one["id"] for one in shown(house.get("/api/v1/rooms", cast.STAFF_PLAYER))["items"]] == [
        cast.ROOM_ID
    ]
    found = shown(house.get(f"/api/v1/rooms/{cast.ROOM_ID}", cast.STAFF_PLAYER))
    assert [one["person_name"] for one in found["conveners"]] == ["周启明"]


def test_topics_are_read_in_ones_own_area(house: House) -> None:
    assert len(shown(house.get("/api/v1/topics", cast.STAFF_PLAYER))["items"]) == 2
    assert shown(house.get("/api/v1/topics", cast.OUTSIDER_PLAYER))["items"] == []
    assert house.get(f"/api/v1/topics/{cast.TOPIC_ID}", cast.OUTSIDER_PLAYER).status_code == 404
    assert (
        shown(house.get(f"/api/v1/topics/{cast.TOPIC_ID}", cast.STAFF_PLAYER))["title"] == "老旧小区加装电梯"
    )
