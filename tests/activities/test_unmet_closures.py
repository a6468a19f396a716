"""办结（未达预期）: after two rounds of 二次办理 and never before, with a 专报 to the party organisation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.acts import CloseUnmet, OrderRework
from domain.bodies import Actor
from domain.notices import NoticeKind
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from notifications.notices import UnmetReport
from notifications.payloads import from_payload
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockRow
from tests import cast
from tests.stories import Story

S = ConsultationState


def closing(story: Story, by: Actor = cast.STAFF) -> CloseUnmet:
    return CloseUnmet(by=by, occurred_on=story.today, reason="两轮二次办理后仍未达标")


def rework_once(story: Story) -> None:
    task = story.tasks[0]
    story.do(OrderRework(by=cast.STAFF, occurred_on=story.today, reason="满意率不足", task_ids=(task.id,)))
    story.do(story.answering(story.tasks[0]))
    story.verify(story.tasks[0])
    story.advance()


@pytest.fixture
def worn_out(story: Story) -> Story:
    """In 评估质效 after two rounds of 二次办理, seven of ten ballots content."""
    story.reach(S.EVALUATION)
    rework_once(story)
    rework_once(story)
    story.evaluate(satisfied=7, dissatisfied=3)
    return story


def test_while_a_round_is_left_it_comes_first(story: Story) -> None:
    story.reach(S.EVALUATION)
    for number in (1, 2):
        refusal = story.refusal(closing(story))
        assert refusal.code is RefusalCode.STATE_FORBIDS
        assert f"最多 2 轮，现为第 {number} 轮评价" in refusal.message
        rework_once(story)
    assert story.do(closing(story)).state is S.COMPLETED_UNMET


@pytest.mark.parametrize("by", [cast.HOUSING_CLERK, cast.STREET_PARTY_OFFICE, cast.OUTSIDER])
def test_only_organisers_close(worn_out: Story, by: Actor) -> None:
    assert worn_out.refusal(closing(worn_out, by)).code is RefusalCode.NOT_PERMITTED


def test_a_closure_is_not_dated_before_the_last_evaluation_began(worn_out: Story) -> None:
    early = replace(closing(worn_out), occurred_on=worn_out.today - timedelta(days=1))
    assert worn_out.refusal(early).field == "occurred_on"


def test_the_party_organisation_gets_a_report_with_what_was_measured(worn_out: Story) -> None:
    outcome = worn_out.do(closing(worn_out))
    assert (outcome.state, outcome.next_wake_at) == (S.COMPLETED_UNMET, None)
    assert not worn_out.every(ClockRow, is_open=True)
    (letter,) = worn_out.every(NoticeRow, kind=NoticeKind.UNMET_REPORT)
    assert letter.person_id == cast.STREET_PARTY_PLAYER.id
    notice = from_payload(letter.kind, letter.payload)
    assert isinstance(notice, UnmetReport)
    assert (notice.rework_count, notice.addressee_name) == (2, cast.STREET_PARTY.name)
    assert notice.measured.startswith("第 3 轮：满意率 70.0 %")


def test_a_closure_entered_afterwards_reports_to_nobody(worn_out: Story) -> None:
    act = closing(worn_out)
    worn_out.go_to(worn_out.today + timedelta(days=30))
    worn_out.do(act)
    assert worn_out.every(NoticeRow, kind=NoticeKind.UNMET_REPORT) == []
    assert worn_out.row.completed_on == act.occurred_on
