"""专报, 批示, 约谈建议: to the right body, with a date that begins a new generation, and no third one without it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.acts import AcknowledgeTask, RecordInstruction
from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.matters import ObligationKind
from domain.notices import NoticeKind
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from domain.work_log import WorkKind
from records.tables.audit import AuditEntry
from records.tables.letters import NoticeRow
from records.tables.obligations import Answer, ClockRow, Escalation, FiredRung, Instruction
from records.tables.work_log import WorkRecord
from tests import cast
from tests.stories import ASSIGNED_ON, Story

Code = RefusalCode
REPORT_ON = date(2026, 6, 5)
INSTRUCTED_ON = date(2026, 6, 8)
NEW_DUE_ON = date(2026, 6, 18)
TALK_ON = date(2026, 6, 22)  # 端午 lies between


@pytest.fixture
def escalated(story: Story) -> Story:
    """The housing bureau's task has gone to the party committee."""
    (task,) = story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON).assign(cast.HOUSING.id)
    story.do(AcknowledgeTask(by=cast.HOUSING_CLERK, occurred_on=story.today, task_id=task.id))
    story.follow_the_clock(until=REPORT_ON)
    return story.go_to(INSTRUCTED_ON)


def instructing(
    story: Story, new_due_on: date | None = NEW_DUE_ON, by: Actor = cast.DISTRICT_PARTY_OFFICE
) -> RecordInstruction:
    (escalation,) = story.every(Escalation, is_open=True)
    return RecordInstruction(
        by=by,
        occurred_on=story.today,
        escalation_id=escalation.id,
        text="请住建局限期办结",
        new_due_on=new_due_on,
    )


@pytest.mark.parametrize(
    ("unit_id", "clerk", "target_id"),
    [
        (cast.STREET_OFFICE.id, cast.STREET_CLERK, cast.STREET_PARTY.id),
        (cast.HOUSING.id, cast.HOUSING_CLERK, cast.DISTRICT_PARTY.id),
    ],
)
def test_a_report_goes_to_the_party_body_that_stands_over_the_unit(
    story: Story, unit_id: str, clerk: Actor, target_id: str
) -> None:
    (task,) = story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON).assign(unit_id)
    story.do(AcknowledgeTask(by=clerk, occurred_on=story.today, task_id=task.id))
    story.follow_the_clock(until=REPORT_ON)
    assert story.one(Escalation).target_id == target_id


def test_the_desk_of_the_party_committee_has_a_clock_of_its_own(escalated: Story) -> None:
    escalation = escalated.one(Escalation)
    assert (escalation.kind, escalation.raised_on, escalation.is_open) == ("escalation", REPORT_ON, True)
    assert escalation.facts["workdays_late"] == 10
    clock = escalated.one(ClockRow, id=escalation.clock_id)
    assert (clock.kind, clock.holder_id, clock.due_on) == (
        ObligationKind.ESCALATION,
        cast.DISTRICT_PARTY.id,
        date(2026, 6, 12),
    )
    told = {letter.person_id for letter in escalated.every(NoticeRow, kind=NoticeKind.SPECIAL_REPORT)}
    assert {cast.DISTRICT_PARTY_PLAYER.id, cast.STAFF_PLAYER.id, cast.OWNER_PLAYER.id} <= told
    assert cast.HOUSING_PLAYER.id not in told
    assert escalated.one(AuditEntry, action=AuditAction.ESCALATED).new["target_id"] == cast.DISTRICT_PARTY.id


@pytest.mark.parametrize(
    "by", [cast.STAFF, cast.STREET_PARTY_OFFICE, cast.HOUSING_HEAD, cast.SUPERVISOR, cast.OUTSIDER]
)
def test_only_the_desk_itself_instructs(escalated: Story, by: Actor) -> None:
    assert escalated.refusal(instructing(escalated, by=by)).code is Code.NOT_PERMITTED


def test_an_instruction_needs_its_report(escalated: Story) -> None:
    act = replace(instructing(escalated), escalation_id="nothing")
    assert escalated.refusal(act).field == "escalation_id"


@pytest.mark.parametrize("new_due_on", [INSTRUCTED_ON, INSTRUCTED_ON - timedelta(days=3)])
def test_the_new_date_lies_after_the_instruction(escalated: Story, new_due_on: date) -> None:
    assert escalated.refusal(instructing(escalated, new_due_on)).field == "new_due_on"


def test_an_instruction_is_not_dated_before_its_report(escalated: Story) -> None:
    early = replace(instructing(escalated), occurred_on=REPORT_ON - timedelta(days=1))
    assert escalated.refusal(early).field == "occurred_on"


def test_an_instruction_sets_the_date_and_closes_the_desk(escalated: Story) -> None:
    act = instructing(escalated)
    escalated.do(act)
    clock = escalated.one(ClockRow, id=escalated.tasks[0].clock_id)
    assert (clock.due_on, clock.is_open) == (NEW_DUE_ON, True)
    escalation = escalated.one(Escalation)
    assert not escalation.is_open
    assert not escalated.one(ClockRow, id=escalation.clock_id).is_open
    assert escalated.one(Instruction).new_due_on == NEW_DUE_ON
    told = {letter.person_id for letter in escalated.every(NoticeRow, kind=NoticeKind.INSTRUCTION_RECORDED)}
    assert told == {cast.HOUSING_PLAYER.id, cast.HOUSING_HEAD_PLAYER.id, cast.STAFF_PLAYER.id}
    assert escalated.refusal(act).code is Code.STATE_FORBIDS


def test_a_date_set_on_a_day_off_moves_to_the_next_working_day(escalated: Story) -> None:
    escalated.do(instructing(escalated, date(2026, 6, 20)))
    assert escalated.one(Instruction).new_due_on == date(2026, 6, 22)


def test_an_instruction_without_a_date_leaves_the_clock_alone(escalated: Story) -> None:
    escalated.do(instructing(escalated, None))
    assert escalated.one(ClockRow, id=escalated.tasks[0].clock_id).due_on == date(2026, 5, 22)
    assert escalated.one(Instruction).new_due_on is None


def test_overdue_again_after_an_instruction_proposes_a_talk_and_nothing_else(escalated: Story) -> None:
    escalated.do(instructing(escalated))
    escalated.follow_the_clock(until=TALK_ON)
    second = [rung.name for rung in escalated.every(FiredRung, generation=2)]
    assert "talk_proposed" in second
    assert {"yellow", "red", "special_report"}.isdisjoint(second)
    talk = escalated.one(Escalation, kind="talk")
    assessment = escalated.one(WorkRecord)
    assert (assessment.kind, assessment.happened_on) == (WorkKind.ASSESSMENT, TALK_ON)
    assert assessment.subject_organisation_id == cast.HOUSING.id
    assert (talk.raised_on, talk.target_id) == (TALK_ON, cast.DISTRICT_PARTY.id)
    told = {letter.person_id for letter in escalated.every(NoticeRow, kind=NoticeKind.TALK_PROPOSED)}
    assert {cast.DISTRICT_PARTY_PLAYER.id, cast.SUPERVISOR_PLAYER.id, cast.HOUSING_HEAD_PLAYER.id} <= told


def test_a_third_date_needs_the_party_committee(escalated: Story) -> None:
    escalated.do(instructing(escalated))
    escalated.follow_the_clock(until=date(2026, 6, 23))
    escalated.do(instructing(escalated, date(2026, 7, 3)))
    assert escalated.one(ClockRow, id=escalated.tasks[0].clock_id).due_on == date(2026, 7, 3)
    assert len(escalated.every(Instruction)) == 2


def test_a_desk_that_does_not_answer_is_reminded(escalated: Story) -> None:
    escalated.follow_the_clock(until=date(2026, 6, 23))
    clock_id = escalated.one(Escalation).clock_id
    assert {rung.name for rung in escalated.every(FiredRung, clock_id=clock_id)} == {
        "blue_1",
        "yellow",
        "red",
    }


def test_an_answer_ends_the_chase_and_closes_the_desk(escalated: Story) -> None:
    act = instructing(escalated)
    outcome = escalated.do(escalated.answering(escalated.tasks[0]))
    assert outcome.next_wake_at is None
    assert not escalated.one(Escalation).is_open
    assert escalated.one(Answer).is_in_time is False
    assert escalated.refusal(act).code is Code.STATE_FORBIDS
