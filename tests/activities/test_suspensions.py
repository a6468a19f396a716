"""中止 freezes every clock and 恢复 moves every due date by the days that did not count."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.acts import AcknowledgeTask, ResumeConsultation, SuspendConsultation, TerminateConsultation
from domain.bodies import Actor
from domain.matters import ObligationKind
from domain.notices import NoticeKind
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.tables.consultations import Suspension
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockRow, FiredRung
from tests import cast
from tests.stories import ASSIGNED_ON, DUE_ON, Story

Code = RefusalCode
SUSPENDED_ON = date(2026, 4, 20)
RESUMED_ON = date(2026, 5, 11)


@pytest.fixture
def running(story: Story) -> Story:
    """One acknowledged task, on the day of a suspension."""
    (task,) = story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON).assign(cast.HOUSING.id)
    story.do(AcknowledgeTask(by=cast.HOUSING_CLERK, occurred_on=story.today, task_id=task.id))
    return story.go_to(SUSPENDED_ON)


def suspending(story: Story, review_on: date = date(2026, 5, 29)) -> SuspendConsultation:
    return SuspendConsultation(
        by=cast.STAFF, occurred_on=story.today, reason="等待规划调整", review_on=review_on
    )


def resuming(story: Story) -> ResumeConsultation:
    return ResumeConsultation(by=cast.STAFF, occurred_on=story.today, note="规划已经调整")


@pytest.mark.parametrize("by", [cast.HOUSING_CLERK, cast.OUTSIDER, cast.STREET_PARTY_OFFICE])
def test_only_organisers_suspend(running: Story, by: Actor) -> None:
    assert running.refusal(replace(suspending(running), by=by)).code is Code.NOT_PERMITTED


@pytest.mark.parametrize("review_on", [SUSPENDED_ON, SUSPENDED_ON - timedelta(days=1), date(2026, 7, 17)])
def test_the_review_comes_after_and_within_sixty_working_days(running: Story, review_on: date) -> None:
    assert running.refusal(suspending(running, review_on)).code is Code.INVALID_INPUT


def test_the_sixtieth_working_day_is_the_last_for_a_review(running: Story) -> None:
    running.do(suspending(running, date(2026, 7, 16)))
    clock = running.one(ClockRow, kind=ObligationKind.SUSPENSION)
    assert (clock.due_on, clock.budget_workdays) == (date(2026, 7, 16), 60)


def test_what_runs_is_not_resumed(running: Story) -> None:
    assert running.refusal(resuming(running)).code is Code.STATE_FORBIDS


def test_during_a_suspension_only_resumption_termination_and_instructions_are_open(running: Story) -> None:
    running.do(suspending(running))
    task = running.tasks[0]
    assert running.refusal(running.advancing()).code is Code.SUSPENDED
    assert running.refusal(running.answering(task)).code is Code.SUSPENDED
    assert running.refusal(suspending(running)).code is Code.SUSPENDED
    end = TerminateConsultation(by=cast.OWNER_STAFF, occurred_on=running.today, reason="不再需要")
    assert running.do(end).is_suspended is False


def test_a_suspended_clock_fires_no_rung(running: Story) -> None:
    outcome = running.do(suspending(running))
    assert outcome.is_suspended
    # Only the review of the suspension itself is awaited: five working days before it, on 2026-05-22.
    assert outcome.next_wake_at is not None
    assert outcome.next_wake_at.date() == date(2026, 5, 22)
    running.go_to(date(2026, 6, 12))
    running.let_clock_run()
    fired = {rung.clock_id for rung in running.every(FiredRung)}
    assert fired == {running.one(ClockRow, kind=ObligationKind.SUSPENSION).id}


def test_a_resumption_moves_the_due_date_by_the_working_days_frozen(running: Story) -> None:
    running.do(suspending(running))
    running.go_to(RESUMED_ON)
    outcome = running.do(resuming(running))
    assert outcome.is_suspended is False
    clock = running.one(ClockRow, id=running.tasks[0].clock_id)
    # 13 working days of (04-20, 05-11], the Saturday 05-09 among them.
    assert clock.due_on == date(2026, 6, 10)
    assert not running.one(ClockRow, kind=ObligationKind.SUSPENSION).is_open
    assert running.one(Suspension).resumed_on == RESUMED_ON
    (letter, *_) = running.every(NoticeRow, kind=NoticeKind.RESUMED)
    assert letter.payload["suspended_workdays"] == 13


def test_everybody_concerned_hears_of_a_suspension(running: Story) -> None:
    running.do(suspending(running))
    told = {letter.person_id for letter in running.every(NoticeRow, kind=NoticeKind.SUSPENDED)}
    assert told == {
        cast.STAFF_PLAYER.id,
        cast.CONVENER_PLAYER.id,
        cast.STREET_PARTY_PLAYER.id,
        cast.HOUSING_PLAYER.id,
    }


def test_a_resumption_is_not_dated_before_the_suspension(running: Story) -> None:
    running.do(suspending(running))
    early = replace(resuming(running), occurred_on=SUSPENDED_ON - timedelta(days=1))
    assert running.refusal(early).field == "occurred_on"


def test_a_second_suspension_adds_to_the_first(running: Story) -> None:
    running.suspend_until(SUSPENDED_ON, RESUMED_ON)
    running.suspend_until(date(2026, 5, 12), date(2026, 5, 14))
    assert running.one(ClockRow, id=running.tasks[0].clock_id).due_on == date(2026, 6, 12)
    assert date(2026, 6, 12) > DUE_ON
