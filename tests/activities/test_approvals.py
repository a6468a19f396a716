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
from records.tables.obligations import ClockRow
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
