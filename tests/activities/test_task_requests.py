"""退办 within its window, 延期 within its limits, and what the organiser decides."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.acts import (
    DecideExtension,
    DecideReturn,
    RecordInstruction,
    RequestExtension,
    RequestReturn,
    VerifyAnswer,
)
from domain.audit_actions import AuditAction
from domain.matters import FeedbackTaskState, Verdict
from domain.notices import NoticeKind
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.tables.audit import AuditEntry
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockEntry, ClockRow, Escalation, ExtensionRequest, ReturnRequest
from tests import cast
from tests.stories import ASSIGNED_ON, DUE_ON, Story

T = FeedbackTaskState
Code = RefusalCode

RETURN_CLOSES_ON = date(2026, 4, 15)
EXTENSION_CLOSES_ON = date(2026, 5, 19)
EXTENSION_WORKDAYS_MAX = 15


@pytest.fixture
def assigned(story: Story) -> Story:
    """One task in the hands of the housing bureau."""
    story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON).assign(cast.HOUSING.id)
    return story.go_to(date(2026, 4, 14))


def returning(story: Story) -> RequestReturn:
    return RequestReturn(
        by=cast.HOUSING_CLERK, occurred_on=story.today, task_id=story.tasks[0].id, reason="不属本单位职责"
    )


def deciding_return(story: Story, is_accepted: bool, new_unit_id: str | None = None) -> DecideReturn:
    return DecideReturn(
        by=cast.STAFF,
        occurred_on=story.today,
        task_id=story.tasks[0].id,
        is_accepted=is_accepted,
        new_unit_id=new_unit_id,
        note="经研究",
    )


def extending(story: Story, workdays: int = EXTENSION_WORKDAYS_MAX) -> RequestExtension:
    return RequestExtension(
        by=cast.HOUSING_CLERK,
        occurred_on=story.today,
        task_id=story.tasks[0].id,
        workdays=workdays,
        reason="方案待评审",
    )


def deciding_extension(story: Story, is_granted: bool, workdays: int = 0) -> DecideExtension:
    return DecideExtension(
        by=cast.STAFF,
        occurred_on=story.today,
        task_id=story.tasks[0].id,
        is_granted=is_granted,
        workdays=workdays,
        note="经研究",
    )


# ---------------------------------------------------------------- 退办


def test_another_unit_does_not_return_the_task(assigned: Story) -> None:
    act = replace(returning(assigned), by=cast.POLICE_CLERK)
    assert assigned.refusal(act).code is Code.NOT_PERMITTED


def test_a_return_is_asked_until_the_fifth_working_day(assigned: Story) -> None:
    assigned.go_to(RETURN_CLOSES_ON + timedelta(days=1))
    refusal = assigned.refusal(returning(assigned))
    assert refusal.code is Code.WINDOW_CLOSED
    assert "5 个工作日" in refusal.message
    assigned.do(returning(assigned.go_to(RETURN_CLOSES_ON)))


def test_a_return_is_asked_once_at_a_time(assigned: Story) -> None:
    assigned.do(returning(assigned))
    assert assigned.refusal(returning(assigned)).code is Code.STATE_FORBIDS


def test_a_return_asked_changes_nothing_but_tells_the_organiser(assigned: Story) -> None:
    assigned.do(returning(assigned))
    assert assigned.tasks[0].state is T.ASSIGNED
    assert assigned.one(ClockRow, id=assigned.tasks[0].clock_id).due_on == DUE_ON
    (letter,) = assigned.every(NoticeRow, kind=NoticeKind.RETURN_ASKED)
    assert letter.person_id == cast.STAFF_PLAYER.id
    assert assigned.one(AuditEntry, action=AuditAction.RETURN_REQUESTED).note == "不属本单位职责"


def test_only_staff_decide_on_a_return_that_was_asked(assigned: Story) -> None:
    act = deciding_return(assigned, False)
    assert assigned.refusal(act).code is Code.NOT_FOUND
    assigned.do(returning(assigned))
    assert assigned.refusal(replace(act, by=cast.HOUSING_CLERK)).code is Code.NOT_PERMITTED
    early = replace(act, occurred_on=assigned.today - timedelta(days=1))
    assert assigned.refusal(early).field == "occurred_on"


@pytest.mark.parametrize(
    ("unit_id", "code"),
    [(None, Code.INVALID_INPUT), (cast.HOUSING.id, Code.INVALID_INPUT), ("nobody", Code.NOT_FOUND)],
)
def test_a_return_is_accepted_with_another_unit_named(
    assigned: Story, unit_id: str | None, code: Code
) -> None:
    assigned.do(returning(assigned))
    refusal = assigned.refusal(deciding_return(assigned, True, unit_id))
    assert (refusal.code, refusal.field) == (code, "new_unit_id")


def test_a_reassigned_task_starts_with_a_full_new_period(assigned: Story) -> None:
    assigned.do(returning(assigned))
    outcome = assigned.do(deciding_return(assigned, True, cast.POLICE.id))
    old, new = assigned.tasks
    assert (old.state, new.state) == (T.RETURNED, T.ASSIGNED)
    assert (new.unit_id, new.predecessor_id, outcome.made_id) == (cast.POLICE.id, old.id, new.id)
    assert assigned.one(ClockRow, id=new.clock_id).due_on == date(2026, 5, 28)
    assert {clock.holder_id for clock in assigned.every(ClockRow, is_open=True)} == {cast.POLICE.id}
    (told,) = assigned.every(NoticeRow, kind=NoticeKind.TASK_REASSIGNED)
    assert told.person_id == cast.POLICE_PLAYER.id
    assert told.payload["previous_unit_name"] == cast.HOUSING.name
    assert assigned.every(NoticeRow, kind=NoticeKind.RETURN_ACCEPTED, person_id=cast.HOUSING_PLAYER.id)


def test_a_refused_return_leaves_the_old_period_running(assigned: Story) -> None:
    assigned.do(returning(assigned))
    assigned.do(deciding_return(assigned, False))
    assert assigned.one(ReturnRequest).is_accepted is False
    assert assigned.one(ClockRow, id=assigned.tasks[0].clock_id).due_on == DUE_ON
    (letter, _) = assigned.every(NoticeRow, kind=NoticeKind.RETURN_REFUSED)
    assert letter.payload["due_on"] == "2026-05-22"


# ---------------------------------------------------------------- 延期


def test_another_unit_does_not_ask_for_an_extension(assigned: Story) -> None:
    act = replace(extending(assigned), by=cast.POLICE_CLERK)
    assert assigned.refusal(act).code is Code.NOT_PERMITTED


@pytest.mark.parametrize("workdays", [0, -3, EXTENSION_WORKDAYS_MAX + 1])
def test_an_extension_is_at_most_half_of_the_period(assigned: Story, workdays: int) -> None:
    refusal = assigned.refusal(extending(assigned, workdays))
    assert (refusal.code, refusal.field) == (Code.INVALID_INPUT, "workdays")


def test_an_extension_is_asked_three_working_days_before_the_due_date(assigned: Story) -> None:
    assigned.go_to(EXTENSION_CLOSES_ON + timedelta(days=1))
    assert assigned.refusal(extending(assigned)).code is Code.WINDOW_CLOSED
    assigned.do(extending(assigned.go_to(EXTENSION_CLOSES_ON)))


def test_an_extension_is_asked_once_at_a_time_and_granted_once(assigned: Story) -> None:
    assigned.do(extending(assigned, 5))
    assert assigned.refusal(extending(assigned, 5)).code is Code.STATE_FORBIDS
    assigned.do(deciding_extension(assigned, True))
    assert assigned.refusal(extending(assigned, 5)).code is Code.LIMIT_REACHED


def test_a_period_begun_by_sending_back_may_be_extended_anew(assigned: Story) -> None:
    (task,) = assigned.tasks
    assigned.do(extending(assigned, 5))
    assigned.do(deciding_extension(assigned, True))
    assigned.do(assigned.answering(task))
    sent_back = VerifyAnswer(
        by=cast.STAFF,
        occurred_on=assigned.today,
        task_id=task.id,
        verdict=Verdict.SENT_BACK,
        reason="未说明进度",
    )
    assigned.do(sent_back)
    before = assigned.one(ClockRow, id=task.clock_id).due_on
    assigned.do(extending(assigned, 5))
    assigned.do(deciding_extension(assigned, True))
    assert assigned.one(ClockRow, id=task.clock_id).due_on > before
    assert assigned.refusal(extending(assigned, 5)).code is Code.LIMIT_REACHED


def test_the_date_of_an_instruction_is_no_period_to_be_extended_anew(assigned: Story) -> None:
    (task,) = assigned.tasks
    assigned.do(extending(assigned, 5))
    assigned.do(deciding_extension(assigned, True))
    assigned.follow_the_clock(until=date(2026, 6, 15))
    (escalation,) = assigned.every(Escalation)
    assigned.do(
        RecordInstruction(
            by=cast.DISTRICT_PARTY_OFFICE,
            occurred_on=assigned.today,
            escalation_id=escalation.id,
            text="限期办结",
            new_due_on=date(2026, 7, 15),
        )
    )
    assert assigned.one(ClockRow, id=task.clock_id).due_on == date(2026, 7, 15)
    assert assigned.refusal(extending(assigned, 5)).code is Code.LIMIT_REACHED


def test_a_refused_extension_may_be_asked_again(assigned: Story) -> None:
    assigned.do(extending(assigned, 5))
    assigned.do(deciding_extension(assigned, False))
    assert assigned.one(ClockRow, id=assigned.tasks[0].clock_id).due_on == DUE_ON
    assert assigned.every(NoticeRow, kind=NoticeKind.EXTENSION_REFUSED)
    assigned.do(extending(assigned, 5))


def test_only_staff_decide_on_an_extension_that_was_asked(assigned: Story) -> None:
    act = deciding_extension(assigned, True)
    assert assigned.refusal(act).code is Code.NOT_FOUND
    assigned.do(extending(assigned))
    assert assigned.refusal(replace(act, by=cast.HOUSING_HEAD)).code is Code.NOT_PERMITTED


def test_no_more_is_granted_than_was_asked(assigned: Story) -> None:
    assigned.do(extending(assigned, 5))
    assert assigned.refusal(deciding_extension(assigned, True, 6)).field == "workdays"


def test_a_granted_extension_moves_the_due_date_and_every_rung(assigned: Story) -> None:
    assigned.do(extending(assigned))
    before = assigned.row.next_wake_at
    assigned.do(deciding_extension(assigned, True))
    # 15 working days after 2026-05-22, none of them off but the weekends.
    assert assigned.one(ClockRow, id=assigned.tasks[0].clock_id).due_on == date(2026, 6, 12)
    assert assigned.one(ExtensionRequest).granted_workdays == EXTENSION_WORKDAYS_MAX
    assert assigned.row.next_wake_at == before  # 签收 is still what comes first
    (letter, _) = assigned.every(NoticeRow, kind=NoticeKind.EXTENSION_GRANTED)
    assert (letter.payload["previous_due_on"], letter.payload["due_on"]) == ("2026-05-22", "2026-06-12")


def test_fewer_days_may_be_granted(assigned: Story) -> None:
    assigned.do(extending(assigned))
    assigned.do(deciding_extension(assigned, True, 3))
    assert assigned.one(ClockRow, id=assigned.tasks[0].clock_id).due_on == date(2026, 5, 27)


def test_a_grant_entered_afterwards_keeps_what_a_later_suspension_did(assigned: Story) -> None:
    assigned.do(extending(assigned, 3))
    granted = deciding_extension(assigned, True)
    assigned.suspend_until(date(2026, 4, 20), date(2026, 5, 11))
    assigned.do(granted)
    clock = assigned.one(ClockRow, id=assigned.tasks[0].clock_id)
    assert [entry.kind for entry in assigned.ledger(clock.id)] == ["suspended", "resumed", "extended"]
    # 13 working days frozen and 3 granted after 2026-05-22.
    assert clock.due_on == date(2026, 6, 15)
    assert len(assigned.every(ClockEntry, clock_id=clock.id)) == 3
