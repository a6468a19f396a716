"""Where the pictures are taken: a busy street on one day of June, and the service with its sample data."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from domain.acts import AcknowledgeTask
from domain.calendar import at_local
from domain.matters import SessionFormat, TopicCategory, TopicSource
from domain.stages import ConsultationState
from records.papers.sessions import SessionPlan, plan_session, record_sign_ins
from records.papers.topics import TopicPaper, propose_topic
from records.tables.deliberations import Participant
from records.tables.obligations import Escalation
from tests import cast
from tests.installation import ROOT, Installation
from tests.stories import ANSWERED_ON, ASSIGNED_ON, BOOKS, RESEARCHED_ON, Story

TODAY = date(2026, 6, 8)
"""The Monday after the 专报 about an item that was due on 2026-05-22."""

SEEDING_SECONDS = 900


@dataclass(frozen=True)
class Street:
    """The addresses of what stands on the street."""

    late_case: str
    late_task: str
    escalation: str
    case_today: str
    door: str


def busy_street(story: Story) -> Street:
    """Three consultations on one morning: an item long late, a session at nine, a topic that waits for its 审定."""
    story.reach(ConsultationState.IMPLEMENTATION)
    story.go_to(ASSIGNED_ON)
    story.assign(cast.HOUSING.id, cast.POLICE.id, cast.STREET_OFFICE.id)
    by_unit = {task.unit_id: task for task in story.tasks}
    late = by_unit[cast.HOUSING.id]
    story.do(AcknowledgeTask(by=cast.HOUSING_CLERK, occurred_on=story.today, task_id=late.id))
    story.go_to(ANSWERED_ON)
    story.do(story.answering(by_unit[cast.POLICE.id], cast.POLICE_CLERK))
    story.do(story.answering(by_unit[cast.STREET_OFFICE.id], cast.STREET_CLERK))
    story.verify(by_unit[cast.STREET_OFFICE.id])
    door = _session_today(story.another())
    _topic_in_hand(story)
    story.follow_the_clock(TODAY)
    story.go_to(TODAY, 8, 50)
    case = f"/consultations/{story.consultation_id}"
    report = story.one(Escalation)
    today = door.rsplit("/sessions/", 1)[0]
    return Street(case, f"/feedback-tasks/{late.id}", f"/escalations/{report.id}", today, door)


def _session_today(story: Story) -> str:
    """A second consultation whose session begins in a moment; half of its people are in. Returns the session's address."""
    story.reach(ConsultationState.DELIBERATION)
    one = story.consultation_id
    plan = SessionPlan(
        starts_at=at_local(TODAY, 9),
        place="云塘社区议事厅",
        format=SessionFormat.MEETING,
        chair_name=cast.CONVENER_PLAYER.name,
        materials=("调研报告", "车位现状图"),
    )
    story.go_to(RESEARCHED_ON)
    session_id = story.write(lambda pen: plan_session(pen, one, plan, BOOKS))["session_id"]
    story.go_to(TODAY, 8, 45)
    came = [person.id for person in story.every(Participant, consultation_id=one)][:4]
    story.write(lambda pen: record_sign_ins(pen, one, session_id, came))
    return f"/consultations/{one}/sessions/{session_id}"


def _topic_in_hand(story: Story) -> None:
    """A third consultation that waits for the party committee of the street."""
    story.go_to(date(2026, 6, 3))
    paper = TopicPaper(
        title="小区充电桩布点与消防通道",
        area=cast.STREET,
        proposed_on=story.today,
        source=TopicSource.PUBLIC_PROPOSED,
        category=TopicCategory.LIVELIHOOD,
        is_against_public_morals=False,
        is_settled_by_law=False,
        is_individual_dispute=False,
        is_solvable=True,
        place="云塘二村",
        matter="充电桩布点",
        scope_statement="云塘二村全体业主",
    )
    topic_id = story.write(lambda pen: propose_topic(pen, paper))["topic_id"]
    third = story.another(str(topic_id))
    third.open()
    third.advance()


@contextmanager
def sample_service(place: Path) -> Iterator[str]:
    """The service of an installation with its sample data loaded, as long as the block lasts; yields its address."""
    installation = Installation(place / "data")
    words = [sys.executable, "-m", "service.cli", "seed"]
    with installation.up():
        subprocess.run(words, cwd=ROOT, env=installation.environment, timeout=SEEDING_SECONDS, check=True)
        yield installation.url
