"""退回补充 of a topic: to its proposer, for five working days, and again with what was missing."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.notices import NoticeKind
from domain.refusals import Refusal, RefusalCode, Refused
from notifications.notices import TopicSentBack
from notifications.payloads import from_payload
from records.papers import topic_returns, topics
from records.tables.audit import AuditEntry
from records.tables.consultations import Topic
from records.tables.letters import NoticeRow
from tests.records.papers.people_and_places import BOOKS, TODAY, Scene
from tests.records.papers.samples import LACKING, TOPIC, rejection

Code = RefusalCode
COMPLETED = replace(TOPIC, scope_statement="三幢全体业主")


def proposed(scene: Scene, **changes: Any) -> str:
    paper = replace(TOPIC, **changes)
    return str(scene.write(lambda pen: topics.propose_topic(pen, paper))["topic_id"])


def returning(topic_id: str, paper: topic_returns.TopicReturn = LACKING) -> Any:
    return lambda pen: topic_returns.send_back_topic(pen, topic_id, paper, BOOKS)


def coming_again(topic_id: str, version: int, paper: topics.TopicPaper = COMPLETED, on: date = TODAY) -> Any:
    return lambda pen: topic_returns.resubmit_topic(pen, topic_id, version, paper, on)


def refused(scene: Scene, write: Any) -> Refusal:
    with pytest.raises(Refused) as no:
        scene.write(write)
    return no.value.refusal


def test_a_rejected_topic_and_one_under_consultation_are_not_sent_back(scene: Scene) -> None:
    rejected = proposed(scene)
    scene.write(lambda pen: topics.reject_topic(pen, rejected, rejection()))
    assert refused(scene, returning(rejected)).code is Code.STATE_FORBIDS
    assert refused(scene, returning(scene.topic_id)).code is Code.STATE_FORBIDS


def test_a_topic_that_is_awaited_is_not_sent_back_again(scene: Scene) -> None:
    one = proposed(scene)
    scene.write(returning(one))
    assert refused(scene, returning(one)).code is Code.STATE_FORBIDS


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"sent_back_on": TODAY - timedelta(days=1)}, "sent_back_on"),
        ({"sent_back_on": TODAY + timedelta(days=1)}, "sent_back_on"),
        ({"complete_by_on": TODAY}, "complete_by_on"),
    ],
)
def test_a_return_says_what_is_missing_and_until_when(
    scene: Scene, changes: dict[str, Any], field: str
) -> None:
    refusal = refused(scene, returning(proposed(scene), replace(LACKING, **changes)))
    assert (refusal.code, refusal.field) == (Code.INVALID_INPUT, field)


def test_the_proposer_has_five_working_days_and_is_told(any_scene: Scene) -> None:
    one = proposed(any_scene)
    any_scene.write(returning(one))
    with any_scene.register.reading() as session:
        # 2026-06-10 is a Wednesday.
        assert session.get_one(Topic, one).complete_by_on == date(2026, 6, 17)
        letter = session.scalars(select(NoticeRow)).one()
    assert (letter.kind, letter.person_id) == (NoticeKind.TOPIC_SENT_BACK, "gardener")
    notice = from_payload(letter.kind, letter.payload)
    assert isinstance(notice, TopicSentBack)
    assert (notice.reason, notice.complete_by_on) == (LACKING.reason, date(2026, 6, 17))


def test_a_return_of_the_past_entered_afterwards_tells_nobody(scene: Scene) -> None:
    day = TODAY - timedelta(days=9)
    one = proposed(scene, proposed_on=day)
    scene.write(returning(one, replace(LACKING, sent_back_on=day)))
    with scene.register.reading() as session:
        assert session.scalars(select(NoticeRow)).all() == []


def test_only_an_awaited_topic_comes_again_and_only_with_something_new(scene: Scene) -> None:
    one = proposed(scene)
    assert refused(scene, coming_again(one, 1)).code is Code.STATE_FORBIDS
    version = scene.write(returning(one))["row_version"]
    assert refused(scene, coming_again(one, version, TOPIC)).code is Code.INVALID_INPUT
    assert refused(scene, coming_again(one, version - 1)).code is Code.STALE_FORM
    assert refused(scene, coming_again(one, version, on=TODAY - timedelta(days=1))).field == "resubmitted_on"


def test_a_completed_topic_may_be_sent_back_once_more(any_scene: Scene) -> None:
    one = proposed(any_scene)
    version = any_scene.write(returning(one))["row_version"]
    any_scene.write(coming_again(one, version))
    with any_scene.register.reading() as session:
        row = session.get_one(Topic, one)
        assert (row.resubmitted_on, row.scope_statement) == (TODAY, COMPLETED.scope_statement)
        entry = session.scalars(select(AuditEntry).filter_by(action=AuditAction.TOPIC_RESUBMITTED)).one()
        assert entry.new["is_in_time"] is True
    any_scene.write(returning(one))
    with any_scene.register.reading() as session:
        assert session.get_one(Topic, one).resubmitted_on is None
