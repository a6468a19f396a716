"""The reconciler: each fault is made on the real server, found, repaired, and not found a second time."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from activities.reconciler import Disorder, Reconciliation, reconcile
from domain.acts import Outcome
from domain.notices import NoticeKind
from domain.stages import ConsultationState
from records.tables.letters import NoticeRow
from records.tables.obligations import FiredRung
from service.engine import TemporalEngine
from tests import cast
from tests.servers import SmtpServer, TemporalDev
from tests.stories import ASSIGNED_ON, Story
from tests.workflows.running import Running, end, running, settings_for, until
from workflows.addresses import CONSULTATION
from workflows.consultation import Mirror


@pytest.fixture
async def dev(
    story: Story, tmp_path: Path, smtp_catcher: SmtpServer, temporal_dev: TemporalDev
) -> AsyncIterator[Running]:
    """A worker on the real server."""
    settings = settings_for(str(story.register.engine.url), tmp_path, smtp_catcher.port)
    async with running(temporal_dev.env, settings) as one:
        yield one


async def reconciled(dev: Running, story: Story, at: datetime, pokes: list[int]) -> Reconciliation:
    """What one run finds at that instant."""
    engine = TemporalEngine(dev.client, dev.queue)
    return await reconcile(story.register, engine, lambda: pokes.append(1), at)


def found_in(result: Reconciliation) -> list[Disorder]:
    return [one.disorder for one in result.findings]


def outcome_of(story: Story) -> Outcome:
    row = story.row
    return Outcome(state=row.state, version=row.version, next_wake_at=row.next_wake_at)


async def started(dev: Running, story: Story, outcome: Outcome) -> None:
    """The story's workflow, with a mirror that shows this."""
    dev.workflow_ids.add(story.workflow_id)
    await dev.client.start_workflow(
        CONSULTATION,
        args=[story.consultation_id, Mirror(outcome)],
        id=story.workflow_id,
        task_queue=dev.queue,
    )


async def test_what_agrees_is_left_alone(dev: Running, story: Story) -> None:
    story.reach(ConsultationState.TOPIC)
    await started(dev, story, outcome_of(story))
    result = await reconciled(dev, story, story.now + timedelta(minutes=30), [])
    assert (result.looked_at, result.findings) == (1, [])
    assert "均相符" in result.told


async def test_an_open_consultation_whose_workflow_does_not_run_is_started_where_it_stands(
    dev: Running, story: Story
) -> None:
    story.reach(ConsultationState.TOPIC)
    await started(dev, story, outcome_of(story))
    await end(dev.client, story.workflow_id)
    at = story.now + timedelta(minutes=30)
    result = await reconciled(dev, story, at, [])
    assert found_in(result) == [Disorder.NOT_RUNNING]
    assert result.findings[0].name == story.row.number
    engine = TemporalEngine(dev.client, dev.queue)
    assert await engine.is_running(story.consultation_id)
    assert await engine.version_of(story.consultation_id) == story.row.version
    assert found_in(await reconciled(dev, story, at, [])) == []


async def test_a_rung_that_came_an_hour_ago_and_did_not_fire_is_fired(dev: Running, story: Story) -> None:
    story.reach(ConsultationState.IMPLEMENTATION)
    story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    wake_at = story.row.next_wake_at
    assert wake_at is not None
    # A workflow that sleeps past its clock.
    await started(dev, story, replace(outcome_of(story), next_wake_at=None))
    early = await reconciled(dev, story, wake_at + timedelta(minutes=59), [])
    assert Disorder.RUNG_LATE not in found_in(early)
    before = len(story.every(FiredRung))
    result = await reconciled(dev, story, wake_at + timedelta(minutes=61), [])
    assert found_in(result)[0] is Disorder.RUNG_LATE
    await until(lambda: len(story.every(FiredRung)) > before)


async def test_a_workflow_that_lags_behind_the_register_is_brought_up_to_it(
    dev: Running, story: Story
) -> None:
    story.reach(ConsultationState.TOPIC)
    behind = replace(outcome_of(story), version=story.row.version - 1, next_wake_at=None)
    await started(dev, story, behind)
    assert found_in(await reconciled(dev, story, story.now + timedelta(minutes=5), [])) == []
    result = await reconciled(dev, story, story.now + timedelta(minutes=30), [])
    assert found_in(result) == [Disorder.VERSION_BEHIND]
    engine = TemporalEngine(dev.client, dev.queue)
    before = story.row.version
    await until(lambda: story.row.version > before)
    assert await engine.version_of(story.consultation_id) == story.row.version


async def test_a_letter_that_waits_a_day_past_its_time_is_told_and_the_bell_rung(
    dev: Running, story: Story
) -> None:
    story.add(
        NoticeRow(
            kind=NoticeKind.RESUMED,
            person_id=cast.STAFF_PLAYER.id,
            payload={},
            written_at=story.now,
            send_after_at=story.now,
        )
    )
    pokes: list[int] = []
    assert found_in(await reconciled(dev, story, story.now + timedelta(hours=23), pokes)) == []
    assert pokes == []
    result = await reconciled(dev, story, story.now + timedelta(hours=25), pokes)
    assert found_in(result) == [Disorder.LETTER_STUCK]
    assert pokes == [1]
    assert "信件到时一天以上仍未发出 1 件" in result.told
