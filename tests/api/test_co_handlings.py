"""会办 over the API: who may hand in whose opinion, and what a task then shows."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from domain.acts import AssignFeedbackTasks, TaskAssignment
from domain.stages import ConsultationState
from records.tables.obligations import CoHandling, FeedbackTask
from tests import cast
from tests.api.conftest import House, hand_out_tokens
from tests.pages import page_counter
from tests.stories import ASSIGNED_ON, Story, new_story


def handed_out(story: Story) -> str:
    """The address of a task of the housing bureau that the traffic police co-handles, due on 2026-04-29."""
    story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    assignment = TaskAssignment(
        suggestion_id=story.suggestions[0].id, lead_unit_id=cast.HOUSING.id, co_unit_ids=(cast.POLICE.id,)
    )
    story.do(AssignFeedbackTasks(by=cast.STAFF, occurred_on=story.today, assignments=(assignment,)))
    return f"/api/v1/feedback-tasks/{story.tasks[0].id}"


@pytest.fixture
def working_house(sqlite_url: str) -> Iterator[House]:
    """A counter whose process records every act at once."""
    story = new_story(sqlite_url)
    hand_out_tokens(story)
    app = create_app(page_counter(story))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield House(story, app, client)
    story.register.dispose()


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.parametrize("by", [cast.HOUSING_PLAYER, cast.STREET_OFFICE_PLAYER, cast.STAFF_PLAYER])
def test_only_the_co_handler_drafts_and_hands_in_its_opinion(house: House, by: cast.Player) -> None:
    task = handed_out(house.story)
    mine = house.story.one(CoHandling).id
    answers = (
        house.post(f"{task}/co-handling-drafts", {"opinion": "代为答复"}, by),
        house.post(f"{task}/co-handling-answers", {"co_handling_id": mine}, by),
    )
    expected = {cast.STREET_OFFICE_PLAYER: (404, "not_found")}.get(by, (403, "not_permitted"))
    assert [code(answer) for answer in answers] == [expected, expected]


def test_a_co_handler_reads_the_task_and_may_only_answer_its_own_part(house: House) -> None:
    task = handed_out(house.story)
    assert house.get(task, cast.POLICE_PLAYER).json()["may"] == ["answer_co_handling"]
    assert "answer_co_handling" not in house.get(task, cast.HOUSING_PLAYER).json()["may"]
    refused = house.post(f"{task}/acknowledgements", {}, cast.POLICE_PLAYER)
    assert code(refused) == (403, "not_permitted")
    assert code(house.post(f"{task}/answer-drafts", {"text": "代主办"}, cast.POLICE_PLAYER)) == (
        403,
        "not_permitted",
    )


@pytest.mark.parametrize("opinion", ["", "　", "长" * 2001, "带\u0000控制符", 7, None])
def test_an_opinion_is_a_text_of_at_most_two_thousand_characters(house: House, opinion: Any) -> None:
    task = handed_out(house.story)
    answer = house.post(f"{task}/co-handling-drafts", {"opinion": opinion}, cast.POLICE_PLAYER)
    assert (answer.status_code, answer.json()["field"]) == (422, "opinion")


def test_a_draft_is_the_co_handlers_own_until_it_is_handed_in(working_house: House) -> None:
    house = working_house
    task = handed_out(house.story)
    drafted = house.post(f"{task}/co-handling-drafts", {"opinion": "拟增设护学岗"}, cast.POLICE_PLAYER)
    assert drafted.status_code == 201, drafted.text
    (mine,) = house.get(task, cast.POLICE_PLAYER).json()["co_handlings"]
    assert (mine["opinion"], mine["state"], mine["state_label"]) == ("拟增设护学岗", "owed", "待答复")
    assert mine["clock"]["clock"]["due_on"] == "2026-04-29"
    assert mine["clock"]["clock"]["colour"] == "none"
    assert mine["clock"]["explanation"]
    (seen,) = house.get(task, cast.HOUSING_PLAYER).json()["co_handlings"]
    assert seen["opinion"] == ""
    body = {"co_handling_id": drafted.json()["co_handling_id"]}
    first = house.post(f"{task}/co-handling-answers", body, cast.POLICE_PLAYER, key="once")
    again = house.post(f"{task}/co-handling-answers", body, cast.POLICE_PLAYER, key="once")
    assert (first.status_code, again.json()) == (201, first.json())
    (seen,) = house.get(task, cast.HOUSING_PLAYER).json()["co_handlings"]
    assert (seen["opinion"], seen["state"], seen["is_in_time"]) == ("拟增设护学岗", "answered", True)
    assert house.get(task, cast.POLICE_PLAYER).json()["may"] == []
    twice = house.post(f"{task}/co-handling-answers", body, cast.POLICE_PLAYER)
    assert code(twice) == (409, "state_forbids")


def test_several_co_handlers_are_named_with_a_period_of_their_own(working_house: House) -> None:
    house = working_house
    house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    one = {
        "suggestion_id": house.story.suggestions[0].id,
        "lead_unit_id": cast.HOUSING.id,
        "co_unit_ids": [cast.POLICE.id, cast.STREET_OFFICE.id],
        "co_handling_workdays": 5,
    }
    address = f"{house.consultation}/feedback-tasks"
    too_long = house.post(address, {"assignments": [{**one, "co_handling_workdays": 31}]}, cast.STAFF_PLAYER)
    assert (too_long.status_code, too_long.json()["field"]) == (422, "co_handling_workdays")
    assert house.post(address, {"assignments": [one]}, cast.STAFF_PLAYER).status_code == 201
    shown = house.get(f"/api/v1/feedback-tasks/{house.story.tasks[0].id}", cast.STAFF_PLAYER).json()
    assert [line["unit_name"] for line in shown["co_handlings"]] == [
        cast.POLICE.name,
        cast.STREET_OFFICE.name,
    ]
    assert {line["clock"]["clock"]["due_on"] for line in shown["co_handlings"]} == {"2026-04-15"}
    assert shown["clock"]["clock"]["due_on"] == "2026-05-22"


def test_list_two_names_the_co_handlers_with_their_dates(working_house: House) -> None:
    house = working_house
    handed_out(house.story)
    found = house.get(f"{house.consultation}/lists/responsibilities", cast.STAFF_PLAYER).json()
    assert found["rows"][0]["co_handlers"] == [
        {"name": cast.POLICE.name, "due_on": "2026-04-29", "answered_on": None, "is_provisional": False}
    ]
    assert (found["rows"][0]["duty"], found["rows"][0]["due_on"]) == ("主办", "2026-05-22")


def test_a_co_handler_finds_its_duty_on_its_worklist_and_the_lead_does_not(house: House) -> None:
    handed_out(house.story)
    kinds = {
        player.id: {clock["kind"] for clock in house.get("/api/v1/worklist", player).json()["clocks"]}
        for player in (cast.POLICE_PLAYER, cast.HOUSING_PLAYER)
    }
    assert kinds == {
        cast.POLICE_PLAYER.id: {"co_handling"},
        cast.HOUSING_PLAYER.id: {"feedback_task", "acknowledgement"},
    }


def test_a_co_handler_named_before_co_handlers_had_clocks_is_shown_without_one(house: House) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    (task,) = house.story.assign(cast.HOUSING.id)
    with house.story.register.writing() as session:
        session.get_one(FeedbackTask, task.id).co_unit_ids = [cast.POLICE.id]
    (shown,) = house.get(f"/api/v1/feedback-tasks/{task.id}", cast.STAFF_PLAYER).json()["co_handlings"]
    assert (shown["id"], shown["unit_name"], shown["clock"]) == (None, cast.POLICE.name, None)
    assert (shown["state"], shown["state_label"], shown["opinion"]) == (None, "", "")
    found = house.get(f"{house.consultation}/lists/responsibilities", cast.STAFF_PLAYER).json()
    assert found["rows"][0]["co_handlers"][0]["due_on"] is None
