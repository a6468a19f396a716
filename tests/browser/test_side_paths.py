"""The pages of side paths in a real browser: they fit, and axe finds nothing."""

from datetime import date

import pytest

from domain.acts import MergeConsultation
from domain.calendar import at_local
from domain.matters import SessionFormat, SessionState
from domain.stages import ConsultationState
from records.papers.session_changes import Invalidation, SessionMove, mark_invalid, reschedule_session
from records.papers.sessions import SessionOutcome, SessionPlan, plan_session, record_session
from records.papers.topic_returns import TopicReturn, send_back_topic
from records.papers.topics import TopicPaper, propose_topic
from tests import cast
from tests.browser.conftest import Site
from tests.browser.soundness import faults_of_all
from tests.stories import BOOKS, DELIBERATED_ON, OPENED_ON, Story

pytestmark = pytest.mark.browser


def stray(story: Story) -> None:
    """A merged topic, a topic sent back, an invalid session, an adjourned one, and one that was moved."""
    story.reach(ConsultationState.TOPIC)
    second = story.another()
    second.go_to(OPENED_ON).open()
    into = MergeConsultation(
        by=cast.STAFF,
        occurred_on=second.today,
        into_consultation_id=story.consultation_id,
        reason="同一小区的两件议题",
    )
    second.do(into)
    story.reach_from_topic()
    story.go_to(DELIBERATED_ON)
    one = story.consultation_id
    void = hold(story, 24, SessionState.HELD)
    paper = Invalidation(reason="签到的直接利益相关群众不足一半")
    story.write(lambda pen: mark_invalid(pen, one, void, paper, BOOKS))
    hold(story, 25, SessionState.ADJOURNED)
    coming = plan(story, 31)
    move = SessionMove(starts_at=at_local(date(2026, 4, 8), 9), reason="防汛值班")
    story.write(lambda pen: reschedule_session(pen, one, coming, move, BOOKS))


def plan(story: Story, day: int) -> str:
    """A session of March; returns its id."""
    paper = SessionPlan(
        starts_at=at_local(date(2026, 3, day), 9),
        place="云塘议事室",
        format=SessionFormat.MEETING,
        chair_name="周启明",
    )
    made = story.write(lambda pen: plan_session(pen, story.consultation_id, paper, BOOKS))
    return str(made["session_id"])


def hold(story: Story, day: int, state: SessionState) -> str:
    """A session of March and what became of it; returns its id."""
    made = plan(story, day)
    outcome = SessionOutcome(state=state, held_on=date(2026, 3, day), is_without_consensus=True)
    story.write(lambda pen: record_session(pen, story.consultation_id, made, outcome))
    return made


def test_the_pages_of_side_paths_fit_and_axe_finds_nothing(site: Site) -> None:
    stray(site.story)
    lacking = TopicReturn(reason="请写明涉及哪几幢", sent_back_on=site.story.today)
    paper = TopicPaper(title="小区充电桩", area=cast.STREET, proposed_on=site.story.today)
    topic = site.story.write(lambda pen: propose_topic(pen, paper))["topic_id"]
    site.story.write(lambda pen: send_back_topic(pen, topic, lacking, BOOKS))
    addresses = (site.case, f"{site.case}/sessions", f"{site.address}/topics/{topic}")
    assert faults_of_all(site, [(cast.STAFF_PLAYER, address) for address in addresses]) == []
