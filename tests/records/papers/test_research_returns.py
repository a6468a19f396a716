"""退回补充调研: by a convener, at most twice, and what was sent back never counts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.bodies import Actor
from domain.notices import NoticeKind
from domain.refusals import Refusal, RefusalCode, Refused
from notifications.notices import ResearchReturned
from notifications.payloads import from_payload
from records.papers import research, research_returns
from records.tables.deliberations import ResearchRecord
from records.tables.letters import NoticeRow
from tests.records.papers.people_and_places import BOOKS, TODAY, Scene
from tests.records.papers.samples import RESEARCH, SENT_BACK

ONE = "consultation"
Code = RefusalCode


def recorded(scene: Scene, **changes: Any) -> str:
    paper = replace(RESEARCH, **changes)
    return str(scene.write(lambda pen: research.record_research(pen, ONE, paper))["research_record_id"])


def returning(record_id: str, paper: research_returns.ResearchReturn = SENT_BACK) -> Any:
    return lambda pen: research_returns.return_research(pen, ONE, record_id, paper, BOOKS)


def refused(scene: Scene, write: Any, by: Actor | None = None) -> Refusal:
    with pytest.raises(Refused) as no:
        scene.write(write, by=by or scene.convener)
    return no.value.refusal


def test_only_a_convener_sends_research_back(scene: Scene) -> None:
    assert refused(scene, returning(recorded(scene)), by=scene.staff).code is Code.NOT_PERMITTED


def test_a_report_is_sent_back_once_and_then_not_accepted(scene: Scene) -> None:
    lacking = recorded(scene)
    scene.write(returning(lacking), by=scene.convener)
    assert refused(scene, returning(lacking)).code is Code.STATE_FORBIDS
    accepting = refused(scene, lambda pen: research.accept_research(pen, ONE, lacking, TODAY))
    assert accepting.code is Code.STATE_FORBIDS
    assert "退回补充" in accepting.message


def test_an_accepted_report_is_not_sent_back(scene: Scene) -> None:
    good = recorded(scene)
    scene.write(lambda pen: research.accept_research(pen, ONE, good, TODAY), by=scene.convener)
    assert refused(scene, returning(good)).code is Code.STATE_FORBIDS


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"returned_on": TODAY + timedelta(days=1)}, "returned_on"),
        ({"returned_on": TODAY - timedelta(days=1)}, "returned_on"),
    ],
)
def test_a_return_says_what_is_missing_and_comes_after_the_research(
    scene: Scene, changes: dict[str, Any], field: str
) -> None:
    refusal = refused(scene, returning(recorded(scene), replace(SENT_BACK, **changes)))
    assert (refusal.code, refusal.field) == (Code.INVALID_INPUT, field)


def test_a_third_return_is_refused_in_words_that_say_whose_number_it_is(any_scene: Scene) -> None:
    left = [
        any_scene.write(returning(recorded(any_scene)), by=any_scene.convener)["returns_left"]
        for _ in range(2)
    ]
    assert left == [1, 0]
    refusal = refused(any_scene, returning(recorded(any_scene)))
    assert refusal.code is Code.LIMIT_REACHED
    assert "最多 2 次（系统默认，可在规则集中修改）" in refusal.message


def test_the_staff_hear_what_is_missing_and_how_often_it_may_still_be_asked(scene: Scene) -> None:
    scene.write(returning(recorded(scene)), by=scene.convener)
    with scene.register.reading() as session:
        letter = session.scalars(select(NoticeRow)).one()
    assert (letter.kind, letter.person_id) == (NoticeKind.RESEARCH_RETURNED, "staff")
    notice = from_payload(letter.kind, letter.payload)
    assert isinstance(notice, ResearchReturned)
    assert (notice.reason, notice.returns_left, notice.returned_by) == (SENT_BACK.reason, 1, "convener")


def test_a_return_of_the_past_entered_afterwards_tells_nobody(scene: Scene) -> None:
    day = TODAY - timedelta(days=5)
    lacking = recorded(scene, held_on=day)
    scene.write(returning(lacking, replace(SENT_BACK, returned_on=day)), by=scene.convener)
    with scene.register.reading() as session:
        assert session.scalars(select(NoticeRow)).all() == []
        assert session.get_one(ResearchRecord, lacking).returned_on == day
