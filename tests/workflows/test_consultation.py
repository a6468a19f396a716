"""The consultation's workflow: a serialiser of acts and a clock, and nothing else."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from activities import deeds
from activities.case import Case
from api.histories import held_against_history
from domain.acts import (
    GrantWaiver,
    MergeConsultation,
    Outcome,
    RecordWhatIsDue,
    RejectTopic,
    ResumeConsultation,
    SuspendConsultation,
)
from domain.audit_actions import AuditAction
from domain.matters import Diversion, Exclusion
from domain.stages import ConsultationState
from records.audit import consultation_stream
from records.tables.audit import AuditEntry
from records.tables.consultations import RecordedDeed, StageAdvance, Topic
from records.tables.obligations import ClockRow, FiredRung
from records.witnesses import HeldAgainst
from tests import cast
from tests.servers import SmtpServer, TemporalDev
from tests.stories import PARTICIPANT_NAMES, PHONES, Story
from tests.tampering import rewrite_chain, take_down_guards
from tests.workflows.running import (
    Running,
    StoryInWorkflow,
    act,
    code_of,
    events,
    lasting_events,
    refusal_code,
    running,
    settings_for,
    skip,
    until,
)

S = ConsultationState


def rejecting(story: Story) -> RejectTopic:
    return RejectTopic(
        by=cast.STAFF,
        occurred_on=story.today,
        exclusion=Exclusion.OTHER,
        diversion=Diversion.PETITION,
        reason="转信访",
    )


def waiving(story: Story) -> GrantWaiver:
    """An act that is recorded and moves no clock: the topic is settled by law, and the owner waives that."""
    with story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).is_settled_by_law = True
    return GrantWaiver(
        by=cast.OWNER_STAFF, occurred_on=story.today, rule_id="D-S2-exclusions", reason="情况特殊"
    )


# ---------------------------------------------------------------- acts


async def test_an_act_is_recorded_and_its_outcome_answered(service: Running, story: Story) -> None:
    handle = await service.open(story)
    outcome = await act(handle, story.advancing(), "k1")
    assert (outcome.state, outcome.version) == (S.TOPIC, 2)
    assert story.row.state is S.TOPIC
    assert outcome.next_wake_at == story.row.next_wake_at
    key = {(one.scope, one.key) for one in story.every(RecordedDeed)}
    assert key == {(story.workflow_id, "open"), (story.workflow_id, "k1")}


async def test_the_same_key_is_answered_with_the_first_outcome(service: Running, story: Story) -> None:
    handle = await service.open(story)
    first = await act(handle, story.advancing(), "k1")
    again = replace(story.advancing(), expected_state=S.PLATFORM)
    assert await act(handle, again, "k1") == first
    assert len(story.every(StageAdvance)) == 1


async def test_what_the_state_forbids_leaves_no_event(service: Running, story: Story) -> None:
    handle = await service.open(story)
    before = await lasting_events(service, handle)
    stale = replace(story.advancing(), expected_state=S.RESEARCH)
    assert await refusal_code(handle, stale, "k1") == "stale_form"
    assert await refusal_code(
        handle, ResumeConsultation(by=cast.STAFF, occurred_on=story.today, note="恢复"), "k2"
    ) == ("state_forbids")
    with pytest.raises(WorkflowUpdateFailedError) as unknown:
        await handle.execute_update("burn_the_files", story.advancing(), id="k3")
    assert code_of(unknown.value) == "not_found"
    with pytest.raises(WorkflowUpdateFailedError):
        await handle.execute_update("advance_stage", {"by": "nobody"}, id="k4")
    assert await lasting_events(service, handle) == before


async def test_a_suspended_consultation_refuses_early(service: Running, story: Story) -> None:
    handle = await service.open(story)
    review_on = service.parts.books.calendar.add_workdays(story.today, 5).on
    pause = SuspendConsultation(by=cast.STAFF, occurred_on=story.today, reason="等待", review_on=review_on)
    assert (await act(handle, pause, "k1")).is_suspended
    before = await lasting_events(service, handle)
    assert await refusal_code(handle, story.advancing(), "k2") == "suspended"
    assert await lasting_events(service, handle) == before


async def test_an_unmet_gate_is_told_with_its_clause(service: Running, story: Story) -> None:
    handle = await service.open(story)
    await act(handle, story.advancing(), "k1")
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await act(handle, story.advancing(), "k2")
    assert code_of(failed.value) == "gates_unmet"
    cause = failed.value.cause
    (refusal,) = cause.details  # type: ignore[attr-defined]
    assert [finding["rule_id"] for finding in refusal["unmet"]] == ["SZ-18"]


async def test_of_two_who_advance_at_once_one_wins_and_the_other_is_told(
    service: Running, story: Story
) -> None:
    handle = await service.open(story)
    both = await asyncio.gather(
        act(handle, story.advancing(), "mine"),
        act(handle, story.advancing(), "yours"),
        return_exceptions=True,
    )
    (won,) = [one for one in both if isinstance(one, Outcome)]
    (lost,) = [one for one in both if isinstance(one, WorkflowUpdateFailedError)]
    assert won.state is S.TOPIC
    assert code_of(lost) == "stale_form"
    assert story.row.version == 2


async def test_a_fault_in_a_deed_is_answered_and_holds_up_nobody(
    service: Running, story: Story, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    handle = await service.open(story)
    with monkeypatch.context() as broken:
        broken.setitem(deeds.DEEDS, type(story.advancing()), _fail)
        assert await refusal_code(handle, story.advancing(), "k1") == "internal_error"
    assert (await act(handle, story.advancing(), "k2")).state is S.TOPIC
    assert "LookupError" in caplog.text


# ---------------------------------------------------------------- beginning and end


async def test_a_refused_opening_ends_the_workflow_and_leaves_the_id_free(
    service: Running, story: Story
) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await service.open(story, by=cast.OUTSIDER)
    assert code_of(failed.value) == "not_permitted"
    assert await service.handle(story.consultation_id).result() == "not_found"
    handle = await service.open(story, key="again")
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    assert story.row.state is S.PLATFORM


async def test_an_ended_consultation_ends_its_workflow_and_takes_no_act(
    service: Running, story: Story
) -> None:
    handle = await service.open(story)
    await act(handle, rejecting(story), "k1")
    assert await handle.result() == "rejected"
    with pytest.raises(RPCError) as gone:
        await act(handle, story.advancing(), "k2")
    assert gone.value.status is RPCStatusCode.NOT_FOUND


async def test_a_merged_consultation_ends_its_workflow_and_the_other_goes_on(
    service: Running, story: Story
) -> None:
    survivor = await service.open(story)
    second = story.another()
    handle = await service.open(second)
    merging = MergeConsultation(
        by=cast.STAFF,
        occurred_on=second.today,
        into_consultation_id=story.consultation_id,
        reason="同一小区的两件议题",
    )
    outcome = await act(handle, merging, "k1")
    assert (outcome.state, outcome.made_id) == (S.MERGED, story.consultation_id)
    assert await handle.result() == "merged"
    assert (await survivor.describe()).status is WorkflowExecutionStatus.RUNNING


# ---------------------------------------------------------------- the clock


async def test_the_clock_wakes_for_every_rung_once(simulation: Running, story: Story) -> None:
    handle = await simulation.open(story)
    await act(handle, story.advancing(), "k1")
    await skip(simulation.env, days=45)
    rungs = sorted(story.every(FiredRung), key=lambda rung: rung.due_at)
    assert [rung.name for rung in rungs] == ["blue_2", "yellow", "red"]
    for rung in rungs:
        assert abs((rung.recorded_at - rung.due_at).total_seconds()) < 5
    fired = await events(handle, "TIMER_FIRED")
    assert len(fired) == 3
    assert story.row.next_wake_at is None


async def test_the_timer_is_set_anew_only_when_the_instant_changes(service: Running, story: Story) -> None:
    handle = await service.open(story)
    assert await events(handle, "TIMER_STARTED") == []
    first = await act(handle, story.advancing(), "k1")
    second = await act(handle, waiving(story), "k2")
    assert second.next_wake_at == first.next_wake_at
    assert len(await events(handle, "TIMER_STARTED")) == 1
    assert await events(handle, "TIMER_CANCELED") == []


async def test_what_fell_due_in_an_outage_is_recorded_at_once(service: Running, story: Story) -> None:
    await asyncio.to_thread(story.reach, S.TOPIC)
    handle = await service.take_over(story)
    await until(lambda: len(story.every(FiredRung)) == 3)
    assert {rung.recorded_at.date() for rung in story.every(FiredRung)} == {
        (await service.env.get_current_time()).date()
    }
    await until(lambda: story.row.next_wake_at is None)
    assert await events(handle, "TIMER_STARTED") == []


async def test_the_clocks_deed_is_tried_again_after_a_fault(
    simulation: Running, story: Story, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    handle = await simulation.open(story)
    outcome = await act(handle, story.advancing(), "k1")
    assert outcome.next_wake_at is not None
    with monkeypatch.context() as broken:
        broken.setitem(deeds.DEEDS, RecordWhatIsDue, _fail)
        ahead = outcome.next_wake_at - await simulation.env.get_current_time()
        await skip(simulation.env, seconds=ahead.total_seconds() + 60)
    assert story.every(FiredRung) == []
    assert "record_what_is_due failed" in caplog.text
    await skip(simulation.env, minutes=10)
    await until(lambda: [rung.name for rung in story.every(FiredRung)] == ["blue_2"])


async def test_people_and_the_clock_do_not_get_in_each_others_way(simulation: Running, story: Story) -> None:
    handle = await simulation.open(story)
    await act(handle, story.advancing(), "k1")
    await skip(simulation.env, days=20)
    story.today = await simulation.today()
    outcome = await act(handle, rejecting(story), "k2")
    assert outcome.state is S.REJECTED
    assert story.every(ClockRow, is_open=True) == []
    assert await handle.result() == "rejected"


# ---------------------------------------------------------------- long lives


@pytest.mark.parametrize("server", ["time-skipping", "dev"])
async def test_a_long_run_continues_as_new_with_its_mirror(
    story: Story,
    tmp_path: Path,
    smtp_catcher: SmtpServer,
    temporal_dev: TemporalDev,
    temporal_time_skipping: WorkflowEnvironment,
    monkeypatch: pytest.MonkeyPatch,
    server: str,
) -> None:
    # Only without the sandbox does a workflow see what a test has patched.
    monkeypatch.setattr("workflows.consultation.UPDATES_PER_RUN_MAX", 3)
    env = temporal_dev.env if server == "dev" else temporal_time_skipping
    settings = settings_for(
        str(story.register.engine.url), tmp_path, smtp_catcher.port, sandboxed_workflows=False
    )
    async with running(env, settings) as service:
        handle = await service.open(story)
        first_run = (await handle.describe()).run_id
        await act(handle, story.advancing(), "k1")
        waiver = waiving(story)
        # Three at once: none of them may be lost on the border between two runs.
        waived, *codes = await asyncio.gather(
            act(handle, waiver, "k2"),
            refusal_code(handle, story.advancing(), "k3"),
            refusal_code(handle, story.advancing(), "k4"),
        )
        assert [str(code) for code in codes] == ["gates_unmet", "gates_unmet"]
        assert (await handle.describe()).run_id != first_run
        # Ids are per run; the register's key is what survives.
        assert await act(handle, waiver, "k2") == waived
        # The mirror came along: it refuses early and knows the timer.
        before = await lasting_events(service, handle)
        stale = replace(story.advancing(), expected_state=S.PLATFORM)
        assert await refusal_code(handle, stale, "k5") == "stale_form"
        assert await lasting_events(service, handle) == before
        assert len(await events(handle, "TIMER_STARTED")) == 1


# ---------------------------------------------------------------- what histories hold


async def test_a_whole_life_leaves_no_personal_data_in_the_history(simulation: Running, story: Story) -> None:
    told = StoryInWorkflow(story.register, running=simulation)
    await asyncio.to_thread(told.reach, S.COMPLETED)
    history = (await simulation.handle(told.consultation_id).fetch_history()).to_json()
    described = await simulation.handle(told.consultation_id).describe()
    for private in (*PHONES, *PARTICIPANT_NAMES, *(player.name for player in cast.PLAYERS)):
        assert private not in history
        assert private not in str(described.typed_search_attributes)
    assert len(told.every(AuditEntry)) > 20


async def test_the_history_witnesses_the_record_deed_by_deed(simulation: Running, story: Story) -> None:
    told = StoryInWorkflow(story.register, running=simulation)
    await asyncio.to_thread(told.reach, S.DELIBERATION)
    heard = await held_against_history(told.register, simulation.env.client, told.consultation_id)
    assert heard == HeldAgainst(deeds=len(told.every(RecordedDeed, scope=told.workflow_id)))
    stream = consultation_stream(told.consultation_id)
    with told.register.writing() as session:
        take_down_guards(session)
        session.execute(
            update(AuditEntry)
            .where(AuditEntry.stream == stream, AuditEntry.action == AuditAction.STAGE_ADVANCED)
            .values(note="改过")
        )
        rewrite_chain(session, simulation.parts.trail, stream)
    (first, *_) = told.all(
        select(AuditEntry.sequence).where(AuditEntry.stream == stream, AuditEntry.note == "改过")
    )
    with told.look() as session:
        assert list(simulation.parts.trail.verify(session)) == []
    found = (await held_against_history(told.register, simulation.env.client, told.consultation_id)).fault
    assert found is not None
    assert (found.stream, found.sequence) == (stream, first)
    gone = await held_against_history(told.register, simulation.env.client, "nobody-remembers")
    assert (gone.fault, gone.deeds) == (None, 0)


def _fail(case: Case, what: object) -> str:
    raise LookupError("broken on purpose")
