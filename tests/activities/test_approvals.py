"""审定 and 备案: each body on its own step, in order, on its own day."""

from datetime import date

import pytest

from domain.acts import DecideApproval
from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.matters import Decision, ObligationKind
from domain.notices import NoticeKind
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.tables.audit import AuditEntry
from records.tables.consultations import Approval
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockRow, FiredRung
from tests import cast
from tests.stories import APPROVED_ON, FILED_ON, OPENED_ON, Story

S = ConsultationState
Code = RefusalCode


@pytest.fixture
def asked(story: Story) -> Story:
    """A topic that waits for 审定."""
    return story.reach(S.TOPIC, until=APPROVED_ON)


def deciding(
    story: Story, step: int, decision: Decision, by: Actor, occurred_on: date | None = None
) -> DecideApproval:
    return DecideApproval(
        by=by, occurred_on=occurred_on or story.today, step=step, decision=decision, note="经会议研究"
    )


def approving(story: Story, by: Actor = cast.STREET_PARTY_OFFICE) -> DecideApproval:
    return deciding(story, 1, Decision.APPROVED, by)


def filing(story: Story, by: Actor = cast.OWNER_STAFF) -> DecideApproval:
    return deciding(story, 2, Decision.FILED, by)


@pytest.mark.parametrize(
    "by", [cast.STAFF, cast.OWNER_STAFF, cast.DISTRICT_PARTY_OFFICE, cast.HOUSING_CLERK, cast.OUTSIDER]
)
def test_nobody_decides_for_a_body_that_is_not_theirs(asked: Story, by: Actor) -> None:
    assert asked.refusal(approving(asked, by)).code is Code.NOT_PERMITTED


def test_the_filing_does_not_come_before_the_approval(asked: Story) -> None:
    assert asked.refusal(filing(asked)).code is Code.WRONG_ORDER


def test_a_filing_is_not_dated_before_the_approval(asked: Story) -> None:
    asked.do(approving(asked))
    asked.go_to(FILED_ON)
    early = deciding(asked, 2, Decision.FILED, cast.OWNER_STAFF, OPENED_ON)
    assert asked.refusal(early).code is Code.WRONG_ORDER


def test_a_decision_is_not_dated_tomorrow(asked: Story) -> None:
    tomorrow = deciding(asked, 1, Decision.APPROVED, cast.STREET_PARTY_OFFICE, FILED_ON)
    assert asked.refusal(tomorrow).field == "occurred_on"


def test_a_step_that_the_chain_does_not_have_is_not_found(asked: Story) -> None:
    act = deciding(asked, 7, Decision.APPROVED, cast.STREET_PARTY_OFFICE)
    assert (asked.refusal(act).code, asked.refusal(act).field) == (Code.NOT_FOUND, "step")


def test_a_filing_body_does_not_approve(asked: Story) -> None:
    asked.do(approving(asked))
    act = deciding(asked, 2, Decision.APPROVED, cast.OWNER_STAFF)
    assert asked.refusal(act).code is Code.INVALID_INPUT


def test_a_step_is_decided_once(asked: Story) -> None:
    asked.do(approving(asked))
    assert asked.refusal(approving(asked)).code is Code.STATE_FORBIDS


def test_no_approval_is_decided_outside_its_stage(asked: Story) -> None:
    asked.approve_topic()
    asked.advance()
    assert asked.refusal(filing(asked)).code is Code.STATE_FORBIDS


def test_the_chain_is_that_of_the_pinned_rule_set_with_the_rooms_own_bodies(asked: Story) -> None:
    steps = sorted(asked.every(Approval), key=lambda step: step.step)
    assert [(step.body_id, step.is_filing) for step in steps] == [
        (cast.STREET_PARTY.id, False),
        (cast.CPPCC.id, True),
    ]


def test_entering_the_stage_asks_the_first_body_with_a_clock_of_its_own(asked: Story) -> None:
    clock = asked.one(ClockRow)
    assert (clock.kind, clock.holder_id) == (ObligationKind.APPROVAL, cast.STREET_PARTY.id)
    assert clock.due_on == date(2026, 3, 16)
    (letter,) = asked.every(NoticeRow, kind=NoticeKind.APPROVAL_ASKED)
    assert letter.person_id == cast.STREET_PARTY_PLAYER.id
    assert letter.payload["due_on"] == "2026-03-16"


def test_an_approval_stops_its_clock_and_asks_the_next_body(asked: Story) -> None:
    outcome = asked.do(approving(asked))
    first, second = asked.every(ClockRow)
    assert not first.is_open
    assert (second.kind, second.holder_id) == (ObligationKind.FILING, cast.CPPCC.id)
    assert second.due_on == date(2026, 3, 13)
    assert outcome.made_id == asked.one(Approval, step=1).id
    entry = asked.one(AuditEntry, action=AuditAction.APPROVAL_DECIDED)
    assert entry.new["decision"] == "approved"
    assert entry.note == "经会议研究"


def test_after_the_filing_nothing_is_awaited(asked: Story) -> None:
    asked.do(approving(asked))
    assert asked.do(filing(asked)).next_wake_at is None


def test_a_refusal_stops_the_chain_and_asks_nobody(asked: Story) -> None:
    asked.do(deciding(asked, 1, Decision.REFUSED, cast.STREET_PARTY_OFFICE))
    assert asked.every(ClockRow, is_open=True) == []
    assert asked.refusal(filing(asked)).code is Code.STATE_FORBIDS
    assert [finding.rule_id for finding in asked.refusal(asked.advancing()).unmet] == ["SZ-18"]


def test_an_objection_within_five_working_days_begins_the_chain_anew(asked: Story) -> None:
    asked.approve_topic()
    asked.go_to(date(2026, 3, 19))
    asked.do(deciding(asked, 2, Decision.OBJECTED, cast.OWNER_STAFF))
    second = asked.every(Approval, attempt=2)
    assert [step.decision for step in second] == [None, None]
    assert asked.one(ClockRow, is_open=True).holder_id == cast.STREET_PARTY.id
    assert asked.refusal(asked.advancing()).code is Code.GATES_UNMET


def test_an_objection_on_the_sixth_working_day_is_too_late(asked: Story) -> None:
    asked.approve_topic()
    asked.go_to(date(2026, 3, 20))
    act = deciding(asked, 2, Decision.OBJECTED, cast.OWNER_STAFF)
    assert asked.refusal(act).code is Code.WINDOW_CLOSED


def test_an_objection_in_place_of_a_filing_begins_the_chain_anew(asked: Story) -> None:
    asked.do(approving(asked))
    asked.do(deciding(asked, 2, Decision.OBJECTED, cast.OWNER_STAFF))
    (clock,) = asked.every(ClockRow, is_open=True)
    assert clock.holder_id == cast.STREET_PARTY.id
    assert clock.subject_id == asked.one(Approval, attempt=2, step=1).id


# ---------------------------------------------------------------- silence on a 备案

SILENT_ON = date(2026, 3, 17)
"""Five working days after the approval of 2026-03-10."""


def test_a_filing_that_nobody_objects_to_is_filed_when_its_days_are_over(any_story: Story) -> None:
    story = any_story.reach(S.TOPIC, until=APPROVED_ON)
    story.do(approving(story))
    story.follow_the_clock(until=SILENT_ON)
    assert story.one(Approval, step=2).decision is None
    assert story.refusal(story.advancing()).code is Code.GATES_UNMET
    story.follow_the_clock(until=date(2026, 3, 18))
    filed = story.one(Approval, step=2)
    assert (filed.decision, filed.decided_on) == (Decision.FILED, SILENT_ON)
    assert filed.note == "期满无异议，视为已备案"
    assert story.every(ClockRow, is_open=True) == []
    entry = story.one(AuditEntry, action=AuditAction.APPROVAL_DECIDED, object_id=filed.id)
    assert (entry.role, entry.note) == ("clock", filed.note)
    told = story.every(NoticeRow, kind=NoticeKind.FILED_BY_SILENCE)
    assert {one.person_id for one in told} == {cast.STAFF_PLAYER.id, cast.OWNER_PLAYER.id}
    story.let_clock_run()
    assert len(story.every(NoticeRow, kind=NoticeKind.FILED_BY_SILENCE)) == len(told)
    story.advance()


def test_silence_never_approves(asked: Story) -> None:
    asked.follow_the_clock(until=date(2026, 6, 30))
    assert asked.one(Approval, step=1).decision is None
    assert asked.every(NoticeRow, kind=NoticeKind.FILED_BY_SILENCE) == []


def test_after_an_outage_silence_files_and_nothing_that_came_later_is_said(asked: Story) -> None:
    asked.do(approving(asked))
    asked.go_to(date(2026, 4, 20)).let_clock_run()
    assert asked.one(Approval, step=2).decided_on == SILENT_ON
    fired = {one.name for one in asked.every(FiredRung, clock_id=asked.one(ClockRow, kind="filing").id)}
    assert fired == {"blue_1", "yellow", "filed_by_silence"}


def test_what_silence_filed_is_not_objected_to_in_another_five_days(asked: Story) -> None:
    asked.do(approving(asked))
    asked.follow_the_clock(until=date(2026, 3, 18)).go_to(date(2026, 3, 19))
    late = deciding(asked, 2, Decision.OBJECTED, cast.OWNER_STAFF)
    assert asked.refusal(late).code is Code.WINDOW_CLOSED
    asked.do(deciding(asked, 2, Decision.OBJECTED, cast.OWNER_STAFF, SILENT_ON))
    assert len(asked.every(Approval, attempt=2)) == 2


def test_an_approval_entered_long_afterwards_is_filed_by_nobody_but_the_body(asked: Story) -> None:
    asked.go_to(date(2026, 5, 6))
    asked.do(deciding(asked, 1, Decision.APPROVED, cast.STREET_PARTY_OFFICE, APPROVED_ON))
    asked.follow_the_clock(until=date(2026, 6, 30))
    assert asked.one(Approval, step=2).decision is None
    asked.do(deciding(asked, 2, Decision.FILED, cast.OWNER_STAFF, FILED_ON))


def test_a_suspension_gives_the_filing_body_its_days_back(asked: Story) -> None:
    asked.do(approving(asked))
    asked.suspend_until(date(2026, 3, 12), date(2026, 3, 16))
    asked.follow_the_clock(until=date(2026, 3, 19))
    assert asked.one(Approval, step=2).decision is None
    asked.follow_the_clock(until=date(2026, 3, 20))
    assert asked.one(Approval, step=2).decided_on == date(2026, 3, 19)


def test_the_filing_body_is_told_what_its_silence_will_mean(asked: Story) -> None:
    asked.do(approving(asked))
    first, second = asked.every(NoticeRow, kind=NoticeKind.APPROVAL_ASKED)
    assert (first.payload["objection_by_on"], second.payload["objection_by_on"]) == (None, "2026-03-17")
