"""The daily round: started by a Schedule that every worker keeps, each step noted, one that fails holds up none."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from temporalio.client import ScheduleOverlapPolicy
from temporalio.testing import WorkflowEnvironment

from activities import daily_round
from activities.daily_round import DailyOffice, StepReport
from domain.audit_actions import AuditAction
from domain.daily_steps import DailyStamp, DailyStep
from records.tables.audit import AuditEntry
from records.tables.daily_rounds import DailyRound, DailyStepRun
from service.daily_schedule import TIME_ZONE, keep_daily_schedule
from tests.servers import SmtpServer, TemporalDev
from tests.stories import Story
from tests.workflows.running import Running, running, settings_for, until
from workflows.addresses import DAILY_ROUND, DAILY_SCHEDULE_ID


@pytest.fixture
async def dev(
    story: Story, tmp_path: Path, smtp_catcher: SmtpServer, temporal_dev: TemporalDev
) -> AsyncIterator[Running]:
    """A worker on the real server; the Schedule goes when the test ends."""
    settings = settings_for(str(story.register.engine.url), tmp_path, smtp_catcher.port)
    async with running(temporal_dev.env, settings) as one:
        yield one
    await temporal_dev.env.client.get_schedule_handle(DAILY_SCHEDULE_ID).delete()


async def test_a_triggered_schedule_runs_every_step_and_ends(dev: Running, story: Story) -> None:
    await keep_daily_schedule(dev.client, dev.queue)
    await until(lambda: bool(story.every(DailyRound)) and story.every(DailyRound)[0].ended_at is not None)
    await keep_daily_schedule(dev.client, dev.queue)
    found = await dev.client.get_schedule_handle(DAILY_SCHEDULE_ID).describe()
    assert found.schedule.spec.time_zone_name == TIME_ZONE
    assert found.schedule.policy.overlap is ScheduleOverlapPolicy.SKIP
    assert found.schedule.policy.catchup_window == timedelta(days=3)
    assert len(found.info.next_action_times) > 1
    (round_,) = story.every(DailyRound)
    steps = story.every(DailyStepRun, round_id=round_.id)
    assert {one.step for one in steps} == set(DailyStep)
    assert all(one.is_done and one.told for one in steps)
    assert round_.fault_count == 0
    assert len(story.every(AuditEntry, action=AuditAction.DAILY_ROUND_RUN)) == 1


async def test_a_server_without_schedules_is_left_as_it_is(
    temporal_time_skipping: WorkflowEnvironment,
) -> None:
    with capture_logs() as lines:
        await keep_daily_schedule(temporal_time_skipping.client, "nobody")
    assert ["no schedules" in str(line["event"]) for line in lines] == [True]


def failing(office: DailyOffice, stamp: DailyStamp) -> StepReport:
    """A step that cannot be done."""
    raise RuntimeError(f"no disk left at {office.base_url} on {stamp.for_on}")


async def test_a_step_that_fails_is_noted_and_the_round_goes_on(
    simulation: Running, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = next(iter(DailyStep))
    monkeypatch.setattr(daily_round, "STEPS", {**daily_round.STEPS, first: failing})
    faults = await simulation.client.execute_workflow(DAILY_ROUND, id="round", task_queue=simulation.queue)
    assert faults == 1
    (round_,) = story.every(DailyRound)
    assert round_.fault_count == 1
    runs = {one.step: one for one in story.every(DailyStepRun)}
    assert set(runs) == set(DailyStep)
    assert not runs[first].is_done
    assert "no disk left" in runs[first].told
