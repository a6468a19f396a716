"""评价, 再评议 with 二次办理, 回头看 and 反弹."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from domain.acts import CloseUnmet, OrderRework, RecordEvaluation, RecordFollowUpOutcome
from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.matters import (
    EvaluationParty,
    FeedbackTaskState,
    FollowUpOutcome,
    FollowUpReviewState,
    ObligationKind,
    ResultClass,
)
from domain.notices import NoticeKind
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.papers.outcomes import explain_suggestion
from records.tables.audit import AuditEntry
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockRow
from records.tables.outcomes import Evaluation, FollowUpReview
from tests import cast
from tests.stories import ASSIGNED_ON, COMPLETED_ON, DUE_ON, VERIFIED_ON, Story

S = ConsultationState
Code = RefusalCode
FIRST_LOOK_ON = date(2026, 8, 17)
SECOND_LOOK_ON = date(2026, 11, 13)


def evaluating(story: Story, score: float = 92.0, by: Actor = cast.STAFF) -> RecordEvaluation:
    return RecordEvaluation(
        by=by, occurred_on=story.today, party=EvaluationParty.PARTY_GOV_COMMENT, score=score
    )


def reworking(story: Story, *task_ids: str) -> OrderRework:
    return OrderRework(by=cast.STAFF, occurred_on=story.today, reason="满意率不足", task_ids=task_ids)


def following_up(
    story: Story, outcome: FollowUpOutcome = FollowUpOutcome.HOLDS, *task_ids: str
) -> RecordFollowUpOutcome:
    review = story.every(FollowUpReview, state=FollowUpReviewState.SCHEDULED)[0]
    return RecordFollowUpOutcome(
        by=cast.STAFF,
        occurred_on=story.today,
        review_id=review.id,
        outcome=outcome,
        findings="电梯运行正常",
        task_ids=task_ids,
    )


# ---------------------------------------------------------------- 评价


@pytest.mark.parametrize("by", [cast.HOUSING_CLERK, cast.OUTSIDER, cast.DISTRICT_PARTY_OFFICE])
def test_only_organisers_and_the_leading_party_enter_scores(story: Story, by: Actor) -> None:
    story.reach(S.EVALUATION)
    assert story.refusal(evaluating(story, by=by)).code is Code.NOT_PERMITTED
    story.do(evaluating(story, by=cast.STREET_PARTY_OFFICE))


@pytest.mark.parametrize("score", [-0.1, 100.1, float("nan"), float("inf")])
def test_a_score_lies_between_0_and_100(story: Story, score: float) -> None:
    story.reach(S.EVALUATION)
    assert story.refusal(evaluating(story, score)).field == "score"


def test_the_publics_rating_comes_from_ballots_only(story: Story) -> None:
    story.reach(S.EVALUATION)
    act = replace(evaluating(story), party=EvaluationParty.PUBLIC_RATING)
    assert story.refusal(act).field == "party"


def test_nothing_is_evaluated_before_its_stage(story: Story) -> None:
    story.reach(S.IMPLEMENTATION)
    assert story.refusal(evaluating(story)).code is Code.STATE_FORBIDS


def test_a_second_score_replaces_the_first_and_both_are_audited(any_story: Story) -> None:
    any_story.reach(S.EVALUATION)
    any_story.do(evaluating(any_story, 92.0))
    any_story.do(evaluating(any_story, 88.5))
    assert any_story.one(Evaluation).score == 88.5
    entries = any_story.every(AuditEntry, action=AuditAction.EVALUATED)
    assert [(entry.old["score"], entry.new["score"]) for entry in entries] == [(None, 92.0), (92.0, 88.5)]


def test_evaluation_asks_the_parties_with_a_clock_of_ten_working_days(story: Story) -> None:
    story.reach(S.EVALUATION)
    clock = story.one(ClockRow, kind=ObligationKind.EVALUATION)
    assert (clock.started_on, clock.due_on) == (VERIFIED_ON, date(2026, 6, 5))
    told = {letter.person_id for letter in story.every(NoticeRow, kind=NoticeKind.EVALUATION_ASKED)}
    assert told == {cast.STREET_PARTY_PLAYER.id, cast.STAFF_PLAYER.id, cast.CONVENER_PLAYER.id}


def test_a_low_satisfaction_blocks_completion(story: Story) -> None:
    story.reach(S.EVALUATION)
    story.evaluate(satisfied=7, dissatisfied=3)
    unmet = {finding.rule_id for finding in story.refusal(story.advancing()).unmet}
    assert unmet == {"D-S8-satisfaction"}


# ---------------------------------------------------------------- 回头看 is scheduled


def test_one_follow_up_is_due_sixty_working_days_after_the_last_verification(story: Story) -> None:
    story.reach(S.EVALUATION)
    review = story.one(FollowUpReview)
    assert (review.ordinal, review.due_on) == (1, FIRST_LOOK_ON)


@pytest.mark.parametrize("result", [ResultClass.B, ResultClass.C])
def test_an_item_of_class_b_or_c_is_looked_at_again(story: Story, result: ResultClass) -> None:
    story.reach(S.IMPLEMENTATION, until=ASSIGNED_ON)
    clerks = {
        cast.HOUSING.id: cast.HOUSING_CLERK,
        cast.POLICE.id: cast.POLICE_CLERK,
        cast.STREET_OFFICE.id: cast.STREET_CLERK,
    }
    story.assign(*clerks)
    story.go_to(DUE_ON)
    for task, given in zip(story.tasks, (ResultClass.A, ResultClass.A, result), strict=True):
        story.do(story.answering(task, clerks[task.unit_id], given))
        story.verify(task)
        one, why = story.consultation_id, "条件限制"
        story.write(
            partial(
                explain_suggestion,
                consultation_id=one,
                suggestion_id=task.suggestion_id,
                explanation=why,
                explained_on=story.today,
            )
        )
    story.advance()
    assert [review.due_on for review in story.every(FollowUpReview)] == [FIRST_LOOK_ON, SECOND_LOOK_ON]
    clocks = story.every(ClockRow, kind=ObligationKind.FOLLOW_UP_REVIEW)
    assert [clock.due_on for clock in clocks] == [FIRST_LOOK_ON, SECOND_LOOK_ON]


# ---------------------------------------------------------------- 再评议


def test_rework_names_verified_items_of_this_consultation(story: Story) -> None:
    story.reach(S.EVALUATION)
    task = story.tasks[0]
    assert story.refusal(reworking(story)).field == "task_ids"
    assert story.refusal(reworking(story, "nothing")).code is Code.NOT_FOUND
    assert story.refusal(reworking(story, task.id, task.id)).code is Code.STATE_FORBIDS
    assert story.refusal(replace(reworking(story, task.id), by=cast.OUTSIDER)).code is Code.NOT_PERMITTED


def test_rework_opens_a_new_round_with_a_full_new_period(any_story: Story) -> None:
    any_story.reach(S.EVALUATION)
    task = any_story.tasks[0]
    any_story.go_to(COMPLETED_ON)
    outcome = any_story.do(reworking(any_story, task.id))
    assert (outcome.state, any_story.row.round) == (S.IMPLEMENTATION, 2)
    again = any_story.tasks[0]
    assert (again.state, again.round, again.verified_on) == (FeedbackTaskState.SENT_BACK, 2, None)
    # 20 working days of a street after 2026-06-08, 端午 off.
    open_clocks = any_story.every(ClockRow, is_open=True)
    assert [(clock.id, clock.due_on) for clock in open_clocks] == [(task.clock_id, date(2026, 7, 7))]
    (letter, _) = any_story.every(NoticeRow, kind=NoticeKind.REWORK_STARTED)
    assert (letter.payload["round_ordinal"], letter.payload["due_workdays"]) == (1, 20)


def test_a_third_rework_is_refused_and_the_consultation_closes_unmet(story: Story) -> None:
    story.reach(S.EVALUATION)
    task = story.tasks[0]
    for _ in range(2):
        story.do(reworking(story, task.id))
        story.do(story.answering(story.tasks[0]))
        story.verify(story.tasks[0])
        story.advance()
    assert story.refusal(reworking(story, task.id)).code is Code.LIMIT_REACHED
    act = CloseUnmet(by=cast.STAFF, occurred_on=story.today, reason="两轮仍未达标")
    assert story.do(act).state is S.COMPLETED_UNMET


def test_a_new_round_is_judged_on_its_own_scores(story: Story) -> None:
    story.reach(S.EVALUATION)
    story.evaluate()
    story.do(reworking(story, story.tasks[0].id))
    story.do(story.answering(story.tasks[0]))
    story.verify(story.tasks[0])
    story.advance()
    unmet = {finding.rule_id for finding in story.refusal(story.advancing()).unmet}
    assert {"D-S8-evaluation", "D-S8-ballots"} <= unmet
    story.evaluate()
    assert story.advance().state is S.COMPLETED


# ---------------------------------------------------------------- 回头看 is held


@pytest.fixture
def completed(story: Story) -> Story:
    """办结, on the day of the first 回头看."""
    return story.reach(S.COMPLETED, until=FIRST_LOOK_ON)


@pytest.mark.parametrize("by", [cast.HOUSING_CLERK, cast.OUTSIDER, cast.SUPERVISOR])
def test_units_do_not_judge_what_became_of_their_work(completed: Story, by: Actor) -> None:
    assert completed.refusal(replace(following_up(completed), by=by)).code is Code.NOT_PERMITTED


def test_only_members_go_along_as_members(completed: Story) -> None:
    act = replace(following_up(completed), attended_by_ids=(cast.HOUSING_PLAYER.id,))
    assert completed.refusal(act).field == "attended_by_ids"


def test_the_members_who_went_along_are_kept_once_each(completed: Story) -> None:
    completed.do(replace(following_up(completed), attended_by_ids=(cast.MEMBER_PLAYER.id,) * 2))
    held = completed.one(FollowUpReview, state=FollowUpReviewState.HOLDS)
    assert held.attended_by_ids == [cast.MEMBER_PLAYER.id]


def test_a_follow_up_is_not_dated_before_completion(completed: Story) -> None:
    early = replace(following_up(completed), occurred_on=COMPLETED_ON - timedelta(days=1))
    assert completed.refusal(early).field == "occurred_on"


def test_an_unknown_review_is_not_found(completed: Story) -> None:
    assert completed.refusal(replace(following_up(completed), review_id="x")).field == "review_id"


def test_what_holds_stops_the_clock_and_stands_for_good(completed: Story) -> None:
    act = following_up(completed)
    outcome = completed.do(act)
    assert outcome.next_wake_at is None
    review = completed.one(FollowUpReview)
    assert (review.state, review.held_on) == (FollowUpReviewState.HOLDS, FIRST_LOOK_ON)
    assert completed.refusal(act).code is Code.STATE_FORBIDS
    assert completed.advance().state is S.ARCHIVED


def test_a_relapse_with_its_items_reopens_at_once(completed: Story) -> None:
    task = completed.tasks[0]
    outcome = completed.do(following_up(completed, FollowUpOutcome.RELAPSED, task.id))
    assert (outcome.state, completed.row.round, completed.row.completed_on) == (S.IMPLEMENTATION, 2, None)
    assert completed.tasks[0].state is FeedbackTaskState.SENT_BACK
    told = {letter.person_id for letter in completed.every(NoticeRow, kind=NoticeKind.RELAPSED)}
    assert told == {cast.STAFF_PLAYER.id, cast.CONVENER_PLAYER.id, cast.STREET_PARTY_PLAYER.id}


def test_a_relapse_without_items_owes_a_decision_with_a_clock(completed: Story) -> None:
    outcome = completed.do(following_up(completed, FollowUpOutcome.RELAPSED))
    assert outcome.state is S.COMPLETED
    (clock,) = completed.every(ClockRow, is_open=True)
    assert clock.title == "反弹后启动二次办理"
    assert completed.refusal(completed.advancing()).code is Code.GATES_UNMET
    completed.do(reworking(completed, completed.tasks[0].id))
    assert not completed.one(ClockRow, id=clock.id).is_open


def test_a_refused_relapse_leaves_the_review_open(completed: Story) -> None:
    act = following_up(completed, FollowUpOutcome.RELAPSED, "nothing")
    assert completed.refusal(act).code is Code.NOT_FOUND
    assert completed.one(FollowUpReview).state is FollowUpReviewState.SCHEDULED
