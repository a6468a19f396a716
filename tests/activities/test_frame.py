"""The frame of every deed: exactly once, all or nothing, never without an audit entry."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select

from activities import deeds
from activities.case import Case
from domain.acts import ACTS, AcknowledgeTask, AdvanceStage, Outcome, RecordWhatIsDue
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation, RecordedDeed, StageAdvance
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockRow
from tests import cast
from tests.stories import ASSIGNED_ON, TRAIL, Story

S = ConsultationState


def test_every_act_of_a_person_and_of_the_clock_has_its_deed() -> None:
    assert set(deeds.DEEDS) == {*ACTS.values(), RecordWhatIsDue}


def test_the_same_key_again_gets_the_first_outcome_and_writes_nothing(any_story: Story) -> None:
    any_story.open()
    act = any_story.advancing()
    first = any_story.do(act, key="once")
    assert any_story.do(act, key="once") == first
    assert first.version == any_story.row.version == 2
    assert len(any_story.every(StageAdvance)) == 1


def test_the_same_key_again_is_answered_even_after_the_consultation_went_on(any_story: Story) -> None:
    any_story.open()
    act = any_story.advancing()
    first = any_story.do(act, key="once")
    any_story.reach_from_topic()
    assert any_story.do(act, key="once") == first


def test_the_same_key_for_another_act_is_refused(any_story: Story) -> None:
    any_story.open()
    act = any_story.advancing()
    any_story.do(act, key="once")
    other = replace(act, note="另一件事")
    assert any_story.refusal(other, key="once").code is RefusalCode.KEY_REUSED


def test_a_refused_act_leaves_its_key_free(any_story: Story) -> None:
    any_story.open()
    stale = replace(any_story.advancing(), expected_state=S.RESEARCH)
    assert any_story.refusal(stale, key="again").code is RefusalCode.STALE_FORM
    assert any_story.do(any_story.advancing(), key="again").state is S.TOPIC


def test_keys_of_two_consultations_do_not_meet(story: Story) -> None:
    other = story.another()
    story.do(story.opening(), key="once")
    assert other.do(other.opening(), key="once").state is S.PLATFORM


def test_two_threads_with_one_deed_record_it_once_and_hear_the_same(any_story: Story) -> None:
    any_story.open()
    act = any_story.advancing()
    outcomes = _at_once(lambda: any_story.record(act, key="once"), times=4)
    assert outcomes == [outcomes[0]] * 4
    assert outcomes[0].state is S.TOPIC
    assert len(any_story.every(StageAdvance)) == 1


def test_two_threads_that_open_one_consultation_hear_the_same(any_story: Story) -> None:
    act = any_story.opening()
    outcomes = _at_once(lambda: any_story.record(act, key="once"), times=4)
    assert outcomes == [outcomes[0]] * 4
    assert outcomes[0].state is S.PLATFORM
    assert len(any_story.every(Consultation)) == 1


def test_of_two_openings_on_one_topic_at_once_one_wins(any_story: Story) -> None:
    stories = iter([any_story, any_story.another(any_story.topic_id)])

    def open_one() -> Outcome:
        story = next(stories)
        return story.record(story.opening())

    outcomes = _at_once(open_one, times=2)
    assert sorted(outcome.refusal is None for outcome in outcomes) == [False, True]
    (refusal,) = [outcome.refusal for outcome in outcomes if outcome.refusal]
    assert refusal.code is RefusalCode.STATE_FORBIDS
    assert len(any_story.every(Consultation)) == 1


def test_two_openings_at_once_share_a_series_of_numbers(any_story: Story) -> None:
    stories = iter([any_story, any_story.another()])

    def open_one() -> Outcome:
        story = next(stories)
        return story.record(story.opening())

    assert [outcome.refusal for outcome in _at_once(open_one, times=2)] == [None, None]
    numbers = {row.number for row in any_story.every(Consultation)}
    assert numbers == {"苏-云塘-2026-0001", "苏-云塘-2026-0002"}


def test_of_two_people_who_advance_at_once_one_wins_and_the_other_is_told(any_story: Story) -> None:
    any_story.open()
    act = any_story.advancing()
    outcomes = _at_once(lambda: any_story.record(act), times=3)
    refusals = [outcome.refusal.code for outcome in outcomes if outcome.refusal]
    assert refusals == [RefusalCode.STALE_FORM] * 2
    assert any_story.row.version == 2


def test_a_deed_that_leaves_no_audit_entry_is_rolled_back(story: Story) -> None:
    story.open()
    with _deed_of(AdvanceStage, _silently_rename), pytest.raises(RuntimeError, match="no audit entry"):
        story.record(story.advancing())
    assert story.row.title == "老旧小区加装电梯"
    assert story.row.version == 1


def test_a_deed_that_fails_halfway_leaves_nothing(any_story: Story) -> None:
    any_story.open()
    before = any_story.footprint()
    with _deed_of(AdvanceStage, _write_and_fail), pytest.raises(LookupError):
        any_story.record(any_story.advancing())
    assert any_story.footprint() == before


def test_every_recorded_deed_has_its_audit_entry_under_the_same_key(any_story: Story) -> None:
    any_story.reach(S.COMPLETED)
    keys = set(any_story.all(select(RecordedDeed.key).where(RecordedDeed.scope == any_story.workflow_id)))
    audited = set(any_story.all(select(AuditEntry.update_id)))
    assert keys <= audited
    with any_story.look() as session:
        assert list(TRAIL.verify(session)) == []


def test_the_version_grows_by_one_with_every_recorded_deed(story: Story) -> None:
    story.reach(S.IMPLEMENTATION)
    recorded = [one for one in story.every(RecordedDeed) if one.scope == story.workflow_id]
    assert story.row.version == len(recorded)


def test_letters_poke_the_post_office_once_after_the_commit(story: Story) -> None:
    story.open()
    assert story.every(NoticeRow)
    assert story.pokes == ["poke"]
    act = story.advancing()
    story.do(act, key="once")
    story.do(act, key="once")
    assert len(story.pokes) == 2


def test_an_act_without_letters_pokes_nobody(story: Story) -> None:
    (task,) = story.reach(S.IMPLEMENTATION, until=ASSIGNED_ON).assign(cast.HOUSING.id)
    pokes = len(story.pokes)
    story.do(AcknowledgeTask(by=cast.HOUSING_CLERK, occurred_on=story.today, task_id=task.id))
    assert len(story.pokes) == pokes


def test_nothing_is_awaited_where_no_clock_runs(story: Story) -> None:
    outcome = story.open()
    assert outcome.next_wake_at is None
    assert outcome.waiting_for == ""


def test_the_next_instant_is_the_earliest_rung_of_all_clocks(story: Story) -> None:
    story.reach(S.IMPLEMENTATION, until=ASSIGNED_ON).assign(cast.HOUSING.id, cast.POLICE.id)
    wake_at = story.row.next_wake_at
    assert wake_at is not None
    # 签收 3 working days from 04-08 have passed by the morning of 04-14: before every rung of the answers.
    assert wake_at.isoformat().startswith("2026-04-14T00:")
    assert "2026-04-13到期" in story.row.waiting_for
    assert {clock.due_on.isoformat() for clock in story.every(ClockRow, is_open=True)} == {
        "2026-04-13",
        "2026-05-22",
    }


def test_an_act_on_a_consultation_that_is_not_there_is_refused(story: Story) -> None:
    story.open()
    act = story.advancing()
    nowhere = story.another()
    assert nowhere.refusal(act).code is RefusalCode.NOT_FOUND


def _at_once(record: object, times: int) -> list[Outcome]:
    assert callable(record)
    with ThreadPoolExecutor(times) as threads:
        waiting = [threads.submit(record) for _ in range(times)]
        return [one.result(timeout=30) for one in waiting]


@contextmanager
def _deed_of(act_type: type[AdvanceStage], function: deeds.DeedFunction[AdvanceStage]) -> Iterator[None]:
    original = deeds.DEEDS[act_type]
    deeds.DEEDS[act_type] = function
    try:
        yield
    finally:
        deeds.DEEDS[act_type] = original


def _silently_rename(case: Case, act: AdvanceStage) -> str:
    case.row.title = "改名"
    return case.row.id


def _write_and_fail(case: Case, act: AdvanceStage) -> str:
    case.row.title = "改名"
    case.session.flush()
    raise LookupError
