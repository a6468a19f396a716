"""交办, 签收, 办复, 核实: what is refused, then dates, clocks and letters."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.acts import (
    AcknowledgeTask,
    AssignFeedbackTasks,
    TaskAssignment,
    VerifyAnswer,
)
from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.matters import FeedbackTaskState, ObligationKind, ResultClass, Verdict
from domain.notices import NoticeKind
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.tables.audit import AuditEntry
from records.tables.letters import NoticeRow
from records.tables.obligations import Answer, ClockRow, FeedbackTask
from records.tables.outcomes import Suggestion
from tests import cast
from tests.stories import ANSWERED_ON, ASSIGNED_ON, DUE_ON, VERIFIED_ON, Story

S = ConsultationState
T = FeedbackTaskState
Code = RefusalCode


@pytest.fixture
def ready(story: Story) -> Story:
    """In 转化落实, on the day of 交办."""
    return story.reach(S.IMPLEMENTATION, until=ASSIGNED_ON)


def assigning(story: Story, by: Actor = cast.STAFF, **changes: Any) -> AssignFeedbackTasks:
    suggestion = min(story.every(Suggestion), key=lambda one: one.item_number)
    values: dict[str, Any] = {"suggestion_id": suggestion.id, "lead_unit_id": cast.HOUSING.id}
    assignment = TaskAssignment(**{**values, **changes})
    return AssignFeedbackTasks(by=by, occurred_on=story.today, assignments=(assignment,))


def acknowledging(story: Story, task: FeedbackTask, by: Actor = cast.HOUSING_CLERK) -> AcknowledgeTask:
    return AcknowledgeTask(by=by, occurred_on=story.today, task_id=task.id)


def verifying(story: Story, task: FeedbackTask, verdict: Verdict, reason: str = "") -> VerifyAnswer:
    return VerifyAnswer(
        by=cast.STAFF, occurred_on=story.today, task_id=task.id, verdict=verdict, reason=reason
    )


# ---------------------------------------------------------------- 交办


@pytest.mark.parametrize("by", [cast.CONVENER, cast.HOUSING_CLERK, cast.OUTSIDER, cast.DISTRICT_PARTY_OFFICE])
def test_only_staff_and_the_leading_party_hand_out_tasks(ready: Story, by: Actor) -> None:
    assert ready.refusal(assigning(ready, by)).code is Code.NOT_PERMITTED


def test_nothing_is_assigned_before_its_stage(story: Story) -> None:
    story.reach(S.REPORTING)
    assert story.refusal(assigning(story)).code is Code.STATE_FORBIDS


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"suggestion_id": "nothing"}, Code.NOT_FOUND, "suggestion_id"),
        ({"lead_unit_id": "nobody"}, Code.NOT_FOUND, "lead_unit_id"),
        ({"period_workdays": 0}, Code.INVALID_INPUT, "period_workdays"),
        ({"period_workdays": 367}, Code.INVALID_INPUT, "period_workdays"),
    ],
)
def test_an_impossible_assignment_is_refused(
    ready: Story, changes: dict[str, Any], code: Code, field: str
) -> None:
    refusal = ready.refusal(assigning(ready, **changes))
    assert (refusal.code, refusal.field) == (code, field)


def test_no_assignment_at_all_is_refused(ready: Story) -> None:
    act = AssignFeedbackTasks(by=cast.STAFF, occurred_on=ready.today, assignments=())
    assert ready.refusal(act).field == "assignments"


def test_another_consultations_suggestion_is_not_found(ready: Story) -> None:
    other = ready.another().reach(S.IMPLEMENTATION, until=ASSIGNED_ON)
    foreign = other.every(Suggestion, consultation_id=other.consultation_id)[0]
    assert ready.refusal(assigning(ready, suggestion_id=foreign.id)).code is Code.NOT_FOUND


def test_all_are_assigned_or_none(ready: Story) -> None:
    good = assigning(ready).assignments
    bad = assigning(ready, suggestion_id="nothing").assignments
    act = AssignFeedbackTasks(by=cast.STAFF, occurred_on=ready.today, assignments=good + bad)
    assert ready.refusal(act).code is Code.NOT_FOUND
    assert ready.tasks == []


def test_a_suggestion_is_assigned_once(ready: Story) -> None:
    ready.do(assigning(ready))
    assert ready.refusal(assigning(ready, lead_unit_id=cast.POLICE.id)).code is Code.STATE_FORBIDS


def test_an_assignment_opens_two_clocks_and_tells_the_unit(ready: Story) -> None:
    (task,) = ready.assign(cast.HOUSING.id)
    assert (task.state, task.unit_id, task.round) == (T.ASSIGNED, cast.HOUSING.id, 1)
    assert ready.one(ClockRow, id=task.clock_id).due_on == DUE_ON
    acknowledgement = ready.one(ClockRow, id=task.acknowledgement_clock_id)
    assert (acknowledgement.kind, acknowledgement.due_on) == (
        ObligationKind.ACKNOWLEDGEMENT,
        date(2026, 4, 13),
    )
    letters = ready.every(NoticeRow, kind=NoticeKind.TASK_ASSIGNED)
    assert {letter.person_id for letter in letters} == {
        cast.HOUSING_PLAYER.id,
        cast.HOUSING_HEAD_PLAYER.id,
    }
    payload = letters[0].payload
    assert payload["due_on"] == "2026-05-22"
    assert payload["acknowledge_by_on"] == "2026-04-13"
    assert payload["return_by_on"] == "2026-04-15"
    assert payload["extension_by_on"] == "2026-05-19"


def test_a_shorter_period_may_be_given(ready: Story) -> None:
    (task,) = ready.assign(cast.HOUSING.id, period_workdays=10)
    assert ready.one(ClockRow, id=task.clock_id).due_on == date(2026, 4, 22)


# ---------------------------------------------------------------- 签收


@pytest.mark.parametrize("by", [cast.POLICE_CLERK, cast.STAFF, cast.OUTSIDER])
def test_nobody_acknowledges_another_units_task(ready: Story, by: Actor) -> None:
    first, _ = ready.assign(cast.HOUSING.id, cast.POLICE.id)
    assert ready.refusal(acknowledging(ready, first, by)).code is Code.NOT_PERMITTED


def test_a_task_of_another_consultation_is_not_found(ready: Story) -> None:
    other = ready.another().reach(S.IMPLEMENTATION, until=ASSIGNED_ON)
    (foreign,) = other.assign(cast.HOUSING.id)
    ready.assign(cast.HOUSING.id)
    assert ready.refusal(acknowledging(ready, foreign)).code is Code.NOT_FOUND


def test_a_task_is_not_acknowledged_before_it_was_assigned(ready: Story) -> None:
    (task,) = ready.assign(cast.HOUSING.id)
    early = replace(acknowledging(ready, task), occurred_on=ASSIGNED_ON - timedelta(days=1))
    assert ready.refusal(early).field == "occurred_on"


def test_an_acknowledgement_stops_its_own_clock_only(ready: Story) -> None:
    (task,) = ready.assign(cast.HOUSING.id)
    ready.do(acknowledging(ready, task, cast.HOUSING_HEAD))
    assert ready.tasks[0].acknowledged_on == ASSIGNED_ON
    assert not ready.one(ClockRow, id=task.acknowledgement_clock_id).is_open
    assert ready.one(ClockRow, id=task.clock_id).is_open
    assert ready.refusal(acknowledging(ready, task)).code is Code.STATE_FORBIDS


# ---------------------------------------------------------------- 办复


def test_a_unit_does_not_answer_another_units_task(ready: Story) -> None:
    first, _ = ready.assign(cast.HOUSING.id, cast.POLICE.id)
    act = replace(ready.answering(first), by=cast.POLICE_CLERK)
    assert ready.refusal(act).code is Code.NOT_PERMITTED


def test_an_answer_hands_in_a_draft_of_this_very_task(ready: Story) -> None:
    first, second = ready.assign(cast.HOUSING.id, cast.HOUSING.id)
    act = ready.answering(first)
    assert ready.refusal(replace(act, answer_id="nothing")).field == "answer_id"
    assert ready.refusal(replace(act, task_id=second.id)).field == "answer_id"


def test_an_answer_is_not_dated_tomorrow(ready: Story) -> None:
    (task,) = ready.assign(cast.HOUSING.id)
    late = replace(ready.answering(task), occurred_on=ready.today + timedelta(days=1))
    assert ready.refusal(late).field == "occurred_on"


def test_an_answer_on_the_due_date_is_in_time(ready: Story) -> None:
    (task,) = ready.assign(cast.HOUSING.id)
    ready.go_to(DUE_ON, 23, 59)
    ready.do(ready.answering(task, result=ResultClass.B))
    assert ready.one(Answer).is_in_time is True
    (letter,) = ready.every(NoticeRow, kind=NoticeKind.ANSWERED)
    assert letter.payload["workdays_late"] == 0
    assert letter.person_id == cast.STAFF_PLAYER.id


def test_an_answer_on_the_next_working_day_is_one_day_late(ready: Story) -> None:
    (task,) = ready.assign(cast.HOUSING.id)
    ready.go_to(date(2026, 5, 25))
    ready.do(ready.answering(task))
    assert ready.one(Answer).is_in_time is False
    (letter,) = ready.every(NoticeRow, kind=NoticeKind.ANSWERED)
    assert letter.payload["workdays_late"] == 1


def test_an_answer_entered_afterwards_is_judged_by_the_day_it_was_given(ready: Story) -> None:
    (task,) = ready.assign(cast.HOUSING.id)
    ready.go_to(date(2026, 5, 26))
    ready.do(ready.answering(task, occurred_on=DUE_ON))
    assert ready.one(Answer).is_in_time is True
    assert ready.tasks[0].answered_on == DUE_ON


def test_an_answer_stops_both_clocks_and_counts_as_receipt(ready: Story) -> None:
    (task,) = ready.assign(cast.HOUSING.id)
    ready.go_to(date(2026, 4, 10))
    outcome = ready.do(ready.answering(task))
    assert outcome.next_wake_at is None
    assert ready.every(ClockRow, is_open=True) == []
    answered = ready.tasks[0]
    assert (answered.state, answered.acknowledged_on) == (T.ANSWERED, ready.today)
    entry = ready.one(AuditEntry, action=AuditAction.TASK_ANSWERED)
    assert (entry.new["result"], entry.new["is_in_time"]) == ("A", True)


def test_an_answered_task_is_not_answered_again(ready: Story) -> None:
    (task,) = ready.assign(cast.HOUSING.id)
    act = ready.answering(task)
    ready.do(act)
    assert ready.refusal(act).field == "answer_id"


# ---------------------------------------------------------------- 核实


@pytest.fixture
def answered(ready: Story) -> Story:
    """One task, answered on the A-01 day."""
    (task,) = ready.assign(cast.HOUSING.id)
    ready.go_to(ANSWERED_ON)
    ready.do(ready.answering(task))
    return ready.go_to(VERIFIED_ON)


@pytest.mark.parametrize("by", [cast.HOUSING_CLERK, cast.OUTSIDER, cast.SUPERVISOR])
def test_only_organisers_verify(answered: Story, by: Actor) -> None:
    act = replace(verifying(answered, answered.tasks[0], Verdict.VERIFIED), by=by)
    assert answered.refusal(act).code is Code.NOT_PERMITTED


def test_what_is_not_answered_is_not_verified(ready: Story) -> None:
    (task,) = ready.assign(cast.HOUSING.id)
    assert ready.refusal(verifying(ready, task, Verdict.VERIFIED)).code is Code.STATE_FORBIDS


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_is_not_dated_before_the_answer(answered: Story, verdict: Verdict) -> None:
    act = verifying(answered, answered.tasks[0], verdict, reason="不实")
    early = replace(act, occurred_on=ANSWERED_ON - timedelta(days=1))
    assert answered.refusal(early).field == "occurred_on"


def test_a_verification_is_kept_with_its_day_and_told_to_the_unit(answered: Story) -> None:
    answered.verify(answered.tasks[0])
    (task,) = answered.tasks
    assert (task.state, task.verified_on) == (T.VERIFIED, VERIFIED_ON)
    assert answered.one(Answer).verdict is Verdict.VERIFIED
    assert answered.every(NoticeRow, kind=NoticeKind.VERIFIED, person_id=cast.HOUSING_PLAYER.id)
    again = verifying(answered, task, Verdict.SENT_BACK, "反悔")
    assert answered.refusal(again).code is Code.STATE_FORBIDS


def test_sending_back_needs_a_reason(answered: Story) -> None:
    act = verifying(answered, answered.tasks[0], Verdict.SENT_BACK, "  ")
    assert answered.refusal(act).field == "reason"


def test_what_is_sent_back_gets_ten_new_working_days(answered: Story) -> None:
    outcome = answered.do(verifying(answered, answered.tasks[0], Verdict.SENT_BACK, "未写明时限"))
    (task,) = answered.tasks
    assert (task.state, task.answered_on) == (T.SENT_BACK, None)
    clock = answered.one(ClockRow, id=task.clock_id)
    assert (clock.is_open, clock.due_on) == (True, date(2026, 6, 5))
    assert outcome.next_wake_at is not None
    (letter, _) = answered.every(NoticeRow, kind=NoticeKind.SENT_BACK)
    assert (letter.payload["due_on"], letter.payload["due_workdays"]) == ("2026-06-05", 10)


def test_the_second_answer_is_judged_by_the_new_period(answered: Story) -> None:
    answered.do(verifying(answered, answered.tasks[0], Verdict.SENT_BACK, "未写明时限"))
    answered.go_to(date(2026, 6, 5))
    answered.do(answered.answering(answered.tasks[0]))
    first, second = answered.every(Answer)
    assert (first.verdict, second.is_in_time) == (Verdict.SENT_BACK, True)
    assert not answered.one(ClockRow, id=answered.tasks[0].clock_id).is_open


def test_a_second_answer_is_not_dated_into_the_first_period(answered: Story) -> None:
    answered.do(verifying(answered, answered.tasks[0], Verdict.SENT_BACK, "未写明时限"))
    answered.go_to(date(2026, 5, 25))
    act = answered.answering(answered.tasks[0], occurred_on=ANSWERED_ON - timedelta(days=1))
    assert answered.refusal(act).code is Code.INVALID_INPUT
