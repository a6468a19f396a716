"""The daily round's own deeds: written once however often they are tried."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.testing import ActivityEnvironment

from activities.daily_round import DailyOffice, daily_activities
from domain.audit_actions import AuditAction
from domain.daily_steps import DailyStamp, DailyStep
from records.tables.audit import AuditEntry
from records.tables.daily_rounds import DailyRound, DailyStepRun
from tests.stories import BASE_URL, BOOKS, SEAL_KEYS, TRAIL, Story


def deeds_of(story: Story) -> dict[str, Callable[..., Any]]:
    """The round's activities by name, for an office that reaches no Temporal server."""
    nobody: Any = None
    office = DailyOffice(
        story.register, TRAIL, BOOKS, BASE_URL, engine=nobody, poke=lambda: None, seal_keys=SEAL_KEYS
    )
    return {str(activity._Definition.must_from_callable(one).name): one for one in daily_activities(office)}


def test_a_repeated_deed_of_the_round_leaves_one_row(story: Story) -> None:
    deeds, env = deeds_of(story), ActivityEnvironment()
    stamp = DailyStamp("run-1", story.today, story.now)
    for _ in range(2):
        plan = env.run(deeds["begin_daily_round"], stamp)
        assert plan.steps == [step.value for step in DailyStep]
        env.run(deeds["note_daily_fault"], stamp, DailyStep.RING_POST_OFFICE.value, "away")
        env.run(deeds["end_daily_round"], replace(stamp, at=story.now + timedelta(minutes=1)))
    (round_,) = story.every(DailyRound)
    assert (round_.fault_count, round_.ended_at) == (1, story.now + timedelta(minutes=1))
    assert [one.told for one in story.every(DailyStepRun)] == ["未能完成：away"]
    assert len(story.every(AuditEntry, action=AuditAction.DAILY_ROUND_RUN)) == 1


async def test_a_step_that_was_tried_again_with_success_is_done(story: Story) -> None:
    deeds, env = deeds_of(story), ActivityEnvironment()
    stamp = DailyStamp("run-1", story.today, story.now)
    env.run(deeds["begin_daily_round"], stamp)
    env.run(deeds["note_daily_fault"], stamp, DailyStep.RING_POST_OFFICE.value, "away")
    await env.run(deeds["ring_post_office"], stamp)
    (step,) = story.every(DailyStepRun)
    assert (step.is_done, step.told) == (True, "已通知发信流程。")
