"""Opening, going on, coming back, ending: what is refused, then what is written."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from domain.acts import (
    CloseUnmet,
    GrantWaiver,
    RejectTopic,
    ReturnToTopic,
    TerminateConsultation,
)
from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.matters import Diversion, Exclusion, FollowUpReviewState, ObligationKind
from domain.notices import NoticeKind
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.tables.audit import AuditEntry
from records.tables.consultations import Approval, StageAdvance, Topic, Waiver
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockRow
from records.tables.outcomes import FollowUpReview
from tests import cast
from tests.stories import (
    ASSIGNED_ON,
    COMPLETED_ON,
    DELIBERATED_ON,
    OPENED_ON,
    REPORTED_ON,
    RESEARCHED_ON,
    Story,
)

S = ConsultationState
Code = RefusalCode


# ---------------------------------------------------------------- opening


@pytest.mark.parametrize("by", [cast.OUTSIDER, cast.HOUSING_CLERK, cast.SUPERVISOR, cast.STREET_PARTY_OFFICE])
def test_only_the_organisers_of_the_room_open(story: Story, by: Actor) -> None:
    assert story.refusal(story.opening(by)).code is Code.NOT_PERMITTED


@pytest.mark.parametrize("field", ["room_id", "topic_id"])
def test_room_and_topic_must_be_there(story: Story, field: str) -> None:
    values: dict[str, str] = {field: "nowhere"}
    refusal = story.refusal(replace(story.opening(), **values))  # type: ignore[arg-type]
    assert (refusal.code, refusal.field) == (Code.NOT_FOUND, field)


def test_a_rejected_topic_opens_no_consultation(story: Story) -> None:
    with story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).rejected_on = date(2026, 3, 1)
    assert story.refusal(story.opening()).code is Code.STATE_FORBIDS


def test_a_topic_has_one_open_consultation_at_a_time(story: Story) -> None:
    story.open()
    second = story.another(cast.TOPIC_ID)
    assert second.refusal(second.opening()).code is Code.STATE_FORBIDS


def test_an_opening_is_not_dated_tomorrow(story: Story) -> None:
    act = replace(story.opening(), occurred_on=story.today + timedelta(days=1))
    assert story.refusal(act).field == "occurred_on"


def test_an_opening_pins_bodies_rule_set_and_calendar(any_story: Story) -> None:
    outcome = any_story.open(cast.CONVENER)
    row = any_story.row
    assert outcome.made_id == row.id
    assert (row.number, row.state, row.version) == ("苏-云塘-2026-0001", S.PLATFORM, 1)
    assert (row.leading_party_id, row.owner_id, row.operator_id) == (
        cast.STREET_PARTY.id,
        cast.CPPCC.id,
        cast.WORK_COMMITTEE.id,
    )
    assert (row.rule_set_id, row.rule_set_version) == ("suzhou", "2020-1")
    assert row.calendar_version
    assert any_story.one(AuditEntry).action is AuditAction.CONSULTATION_OPENED
    told = {letter.person_id for letter in any_story.every(NoticeRow, kind=NoticeKind.STAGE_DUTY)}
    assert told == {cast.STAFF_PLAYER.id, cast.CONVENER_PLAYER.id}


# ---------------------------------------------------------------- going on


@pytest.mark.parametrize("by", [cast.OUTSIDER, cast.HOUSING_CLERK, cast.SUPERVISOR])
def test_only_organisers_advance(story: Story, by: Actor) -> None:
    story.open()
    assert story.refusal(story.advancing(by)).code is Code.NOT_PERMITTED


def test_a_stale_form_is_told_where_the_consultation_is(story: Story) -> None:
    story.open()
    refusal = story.refusal(replace(story.advancing(), expected_state=S.TOPIC))
    assert (refusal.code, refusal.field) == (Code.STALE_FORM, "expected_state")
    assert "搭建平台" in refusal.message


def test_an_advance_is_not_dated_before_the_state_was_entered(story: Story) -> None:
    story.reach(S.TOPIC)
    story.go_to(date(2026, 3, 20))
    act = replace(story.advancing(), occurred_on=OPENED_ON - timedelta(days=1))
    assert story.refusal(act).code is Code.INVALID_INPUT


def test_an_unmet_gate_names_every_rule_with_its_clause(story: Story) -> None:
    story.reach(S.TOPIC)
    refusal = story.refusal(story.advancing())
    assert refusal.code is Code.GATES_UNMET
    assert [finding.rule_id for finding in refusal.unmet] == ["SZ-18"]
    (finding,) = refusal.unmet
    assert finding.clause == "乡镇（街道）、园区协商选题经同级党委审定并报市（县）区政协备案"
    assert finding.blocks


def test_an_unmet_soft_rule_needs_a_reason_which_is_kept(story: Story) -> None:
    with story.register.writing() as session:
        topic = session.get_one(Topic, cast.TOPIC_ID)
        topic.is_planned, topic.plan_item_id = False, None
    story.reach(S.TOPIC)
    story.approve_topic()
    act = replace(story.advancing(), reason_for_warnings=" ")
    refusal = story.refusal(act)
    assert [finding.rule_id for finding in refusal.unmet] == ["SZ-34"]
    story.do(replace(act, reason_for_warnings="年中新增，已经主席会议同意"))
    advance = story.one(StageAdvance, to_state=S.PARTICIPANTS)
    assert advance.warned_rule_ids == ["SZ-34"]
    assert advance.reason_for_warnings == "年中新增，已经主席会议同意"


def test_every_stage_advance_leaves_its_row_and_the_rules_that_spoke(any_story: Story) -> None:
    any_story.reach(S.COMPLETED)
    advances = any_story.every(StageAdvance)
    states = [S.PLATFORM, S.TOPIC, S.PARTICIPANTS, S.RESEARCH, S.DELIBERATION, S.REPORTING]
    states += [S.IMPLEMENTATION, S.EVALUATION, S.COMPLETED]
    assert [(one.from_state, one.to_state) for one in advances] == list(pairwise(states))
    entries = any_story.every(AuditEntry, action=AuditAction.STAGE_ADVANCED)
    assert all(entry.rule_ids for entry in entries)
    assert any_story.row.completed_on == COMPLETED_ON


def test_reporting_is_due_seven_working_days_after_the_last_session(story: Story) -> None:
    story.reach(S.REPORTING)
    clock = story.one(ClockRow, kind=ObligationKind.REPORTING)
    assert clock.started_on == DELIBERATED_ON
    # 清明 lies between: 04-07, not 04-06.
    assert clock.due_on == date(2026, 4, 7)


def test_the_reporting_clock_stops_on_the_day_of_the_submission(story: Story) -> None:
    story.reach(S.IMPLEMENTATION)
    assert not story.one(ClockRow, kind=ObligationKind.REPORTING).is_open
    assert story.row.entered_state_on == REPORTED_ON


def test_an_ended_consultation_takes_no_act(story: Story) -> None:
    story.open()
    story.do(_rejecting(story))
    assert story.refusal(story.advancing()).code is Code.STATE_FORBIDS


def test_archiving_waits_for_every_follow_up(story: Story) -> None:
    story.reach(S.COMPLETED)
    story.go_to(date(2026, 8, 17))
    refusal = story.refusal(story.advancing())
    assert "SZ-28" in {finding.rule_id for finding in refusal.unmet}
    with story.register.writing() as session:
        review = session.get_one(FollowUpReview, story.one(FollowUpReview).id)
        review.state, review.held_on = FollowUpReviewState.HOLDS, story.today
    outcome = story.advance()
    assert (outcome.state, outcome.next_wake_at) == (S.ARCHIVED, None)
    assert story.row.archived_on == story.today
    assert story.every(ClockRow, is_open=True) == []
    assert story.every(NoticeRow, kind=NoticeKind.ARCHIVED)


# ---------------------------------------------------------------- coming back


def test_a_topic_goes_back_only_from_research(story: Story) -> None:
    story.reach(S.PARTICIPANTS)
    act = ReturnToTopic(by=cast.STAFF, occurred_on=story.today, reason="不宜协商")
    assert story.refusal(act).code is Code.STATE_FORBIDS


def test_a_topic_that_went_back_begins_its_chain_anew(story: Story) -> None:
    story.reach(S.RESEARCH)
    story.go_to(RESEARCHED_ON)
    act = ReturnToTopic(by=cast.STAFF, occurred_on=story.today, reason="不宜协商")
    assert story.refusal(replace(act, by=cast.HOUSING_CLERK)).code is Code.NOT_PERMITTED
    assert story.do(act).state is S.TOPIC
    second = story.every(Approval, attempt=2)
    assert sorted(step.step for step in second) == [1, 2]
    assert all(step.decision is None for step in second)
    assert story.one(ClockRow, is_open=True).subject_id == next(one.id for one in second if one.step == 1)


# ---------------------------------------------------------------- ending


def _rejecting(story: Story, by: Actor = cast.STAFF) -> RejectTopic:
    return RejectTopic(
        by=by,
        occurred_on=story.today,
        exclusion=Exclusion.INDIVIDUAL_DISPUTE,
        diversion=Diversion.PEOPLES_MEDIATION,
        reason="两户采光纠纷",
    )


def test_only_staff_reject_and_only_before_participants_are_named(story: Story) -> None:
    story.reach(S.PARTICIPANTS)
    assert story.refusal(_rejecting(story)).code is Code.STATE_FORBIDS
    early = story.another()
    early.open()
    assert early.refusal(_rejecting(early, cast.CONVENER)).code is Code.NOT_PERMITTED


def test_a_rejection_says_why_and_where_to_go(any_story: Story) -> None:
    any_story.reach(S.TOPIC)
    assert any_story.do(_rejecting(any_story)).state is S.REJECTED
    topic = any_story.one(Topic, id=cast.TOPIC_ID)
    assert topic.is_individual_dispute is True
    assert (topic.exclusion, topic.diversion) == (Exclusion.INDIVIDUAL_DISPUTE, Diversion.PEOPLES_MEDIATION)
    (letter,) = any_story.every(NoticeRow, kind=NoticeKind.REJECTED)
    assert letter.payload["diverted_to"] == ["人民调解"]
    assert any_story.every(ClockRow, is_open=True) == []


def test_termination_belongs_to_the_approving_body_or_the_owner(story: Story) -> None:
    story.reach(S.PARTICIPANTS)
    act = TerminateConsultation(by=cast.STAFF, occurred_on=story.today, reason="上级已统一规定")
    for by in (cast.STAFF, cast.CONVENER, cast.DISTRICT_PARTY_OFFICE):
        assert story.refusal(replace(act, by=by)).code is Code.NOT_PERMITTED
    assert story.do(replace(act, by=cast.STREET_PARTY_OFFICE)).state is S.TERMINATED


def test_a_termination_stops_every_clock_and_tells_everybody(any_story: Story) -> None:
    any_story.reach(S.IMPLEMENTATION, until=ASSIGNED_ON).assign(cast.HOUSING.id)
    act = TerminateConsultation(by=cast.OWNER_STAFF, occurred_on=any_story.today, reason="上级已统一规定")
    outcome = any_story.do(act)
    assert (outcome.state, outcome.next_wake_at) == (S.TERMINATED, None)
    assert any_story.every(ClockRow, is_open=True) == []
    told = {letter.person_id for letter in any_story.every(NoticeRow, kind=NoticeKind.TERMINATED)}
    assert {cast.STAFF_PLAYER.id, cast.HOUSING_PLAYER.id, cast.STREET_PARTY_PLAYER.id} <= told
    assert any_story.refusal(act).code is Code.STATE_FORBIDS


def test_what_is_completed_is_terminated_no_more(story: Story) -> None:
    story.reach(S.COMPLETED)
    act = TerminateConsultation(by=cast.OWNER_STAFF, occurred_on=story.today, reason="晚了")
    assert story.refusal(act).code is Code.STATE_FORBIDS


def test_closing_unmet_waits_until_the_rounds_are_used_up(story: Story) -> None:
    story.reach(S.EVALUATION)
    act = CloseUnmet(by=cast.STAFF, occurred_on=story.today, reason="两轮仍未达标")
    assert story.refusal(act).code is Code.STATE_FORBIDS
    with story.register.writing() as session:
        session.get_one(type(story.row), story.consultation_id).round = 3
    assert story.refusal(replace(act, by=cast.HOUSING_CLERK)).code is Code.NOT_PERMITTED
    assert story.do(act).state is S.COMPLETED_UNMET
    assert story.every(ClockRow, is_open=True) == []
    (letter, *_) = story.every(NoticeRow, kind=NoticeKind.COMPLETED)
    assert letter.payload["outcome_name"] == "办结（未达预期）"


# ---------------------------------------------------------------- waivers


def _waiving(story: Story, rule_id: str, by: Actor = cast.OWNER_STAFF) -> GrantWaiver:
    return GrantWaiver(by=by, occurred_on=story.today, rule_id=rule_id, reason="情况特殊")


def test_a_rule_is_waived_only_by_the_owner_where_the_rule_allows_it(story: Story) -> None:
    story.reach(S.TOPIC)
    assert story.refusal(_waiving(story, "D-S2-exclusions", cast.STAFF)).code is Code.NOT_PERMITTED
    assert story.refusal(_waiving(story, "SZ-18")).code is Code.NOT_WAIVABLE
    assert story.refusal(_waiving(story, "SZ-28")).code is Code.NOT_FOUND


def test_a_waived_rule_no_longer_blocks_and_the_waiver_is_audited(any_story: Story) -> None:
    with any_story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).is_settled_by_law = True
    any_story.reach(S.TOPIC)
    any_story.approve_topic()
    refusal = any_story.refusal(any_story.advancing())
    assert [finding.rule_id for finding in refusal.unmet] == ["D-S2-exclusions"]
    any_story.do(_waiving(any_story, "D-S2-exclusions"))
    assert any_story.one(Waiver).granted_by_organisation_id == cast.CPPCC.id
    assert any_story.one(AuditEntry, action=AuditAction.WAIVED).rule_ids == ["D-S2-exclusions"]
    assert any_story.advance().state is S.PARTICIPANTS


def test_a_rule_is_waived_once(story: Story) -> None:
    with story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).is_settled_by_law = True
    story.reach(S.TOPIC)
    story.do(_waiving(story, "D-S2-exclusions"))
    assert story.refusal(_waiving(story, "D-S2-exclusions")).code is Code.STATE_FORBIDS
