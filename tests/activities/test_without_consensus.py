"""未形成共识: said plainly, it lets the consultation go on and report the difference; an invalid session never does."""

from datetime import date

import pytest

from domain.calendar import at_local
from domain.matters import SessionFormat, SessionState
from domain.refusals import RefusalCode, Refused
from domain.stages import ConsultationState
from records.papers.session_changes import Invalidation, mark_invalid
from records.papers.sessions import (
    SessionOutcome,
    SessionPlan,
    plan_session,
    record_session,
    record_sign_ins,
)
from records.papers.statements import StatementPaper, record_statement
from records.tables.deliberations import Participant
from tests.stories import BOOKS, Story

S = ConsultationState
SESSION_DAYS = (date(2026, 3, 26), date(2026, 4, 2), date(2026, 4, 9))


@pytest.fixture
def talking(story: Story) -> Story:
    """In 开展协商, the people of A-01 on the list."""
    return story.reach(S.DELIBERATION, until=SESSION_DAYS[-1])


def hold(story: Story, on: date, *, has_consensus: bool = False, signed_in: slice = slice(None)) -> str:
    """A session on this day, without consensus unless there was one; returns its id."""
    plan = SessionPlan(
        starts_at=at_local(on, 9),
        place="云塘议事室",
        format=SessionFormat.MEETING,
        chair_name="周启明",
        notice_sent_on=date(2026, 3, 18),
    )
    one = story.consultation_id
    session_id: str = story.write(lambda pen: plan_session(pen, one, plan, BOOKS))["session_id"]
    people = [each.id for each in story.every(Participant, consultation_id=one)][signed_in]
    story.write(lambda pen: record_sign_ins(pen, one, session_id, people))
    first = StatementPaper(text="低层采光受影响", basis="问卷", participant_id=people[0])
    said = story.write(lambda pen: record_statement(pen, one, session_id, first))["statement_id"]
    reply = StatementPaper(text="可以补偿", basis="办法", participant_id=people[-1], reply_to_id=said)
    story.write(lambda pen: record_statement(pen, one, session_id, reply))
    outcome = SessionOutcome(
        state=SessionState.HELD,
        held_on=on,
        consensus="同意加装" if has_consensus else "",
        is_without_consensus=not has_consensus,
        is_dissent_list_confirmed=True,
    )
    story.write(lambda pen: record_session(pen, one, session_id, outcome))
    return session_id


def unmet(story: Story) -> set[str]:
    return {finding.rule_id for finding in story.refusal(story.advancing()).unmet}


def test_neither_suggestion_nor_a_plain_word_keeps_the_consultation_where_it_is(talking: Story) -> None:
    hold(talking, SESSION_DAYS[0], has_consensus=True)
    assert unmet(talking)
    hold(talking, SESSION_DAYS[1])
    assert talking.advance().state is S.REPORTING


def test_after_the_third_session_without_consensus_the_difference_is_reported(talking: Story) -> None:
    for day in SESSION_DAYS:
        hold(talking, day)
    with pytest.raises(Refused) as no:
        hold(talking, date(2026, 4, 9))
    assert no.value.refusal.code is RefusalCode.LIMIT_REACHED
    assert talking.advance().state is S.REPORTING
    assert talking.row.deliberated_on == SESSION_DAYS[-1]


def test_an_invalid_session_satisfies_no_gate_and_its_supplement_does(talking: Story) -> None:
    # The fourth of the directly affected and the two who are not: one of three.
    void = hold(talking, SESSION_DAYS[0], signed_in=slice(3, None))
    assert "SZ-21-S5" in unmet(talking)
    paper = Invalidation(reason="签到的直接利益相关群众不足一半")
    talking.write(lambda pen: mark_invalid(pen, talking.consultation_id, void, paper, BOOKS))
    findings = talking.refusal(talking.advancing()).unmet
    assert any("尚无已举行的有效场次" in finding.measured for finding in findings)
    hold(talking, SESSION_DAYS[1])
    assert talking.advance().state is S.REPORTING
    assert talking.row.deliberated_on == SESSION_DAYS[1]
