"""Every change of a period: a reason for it, its bounds, its audit entry, and its line in the explanation."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.acts import (
    AcknowledgeTask,
    Act,
    DecideExtension,
    DecideReturn,
    OrderRework,
    RecordInstruction,
    RequestExtension,
    RequestReturn,
    ResumeConsultation,
    SuspendConsultation,
    VerifyAnswer,
)
from domain.audit_actions import AuditAction
from domain.explanations import LineKind
from domain.matters import Verdict
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.queries.clocks import ExplainedClock, explained_clocks
from records.tables.audit import AuditEntry
from records.tables.obligations import ClockRow, Escalation, ExtensionRequest, FiredRung
from tests import cast
from tests.stories import ASSIGNED_ON, BOOKS, DUE_ON, Story

Code = RefusalCode
REPORT_ON = date(2026, 6, 5)
INSTRUCTED_ON = date(2026, 6, 8)


@pytest.fixture
def assigned(story: Story) -> Story:
    """One acknowledged task of the housing bureau, 30 working days from 2026-04-08."""
    (task,) = story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON).assign(cast.HOUSING.id)
    story.do(AcknowledgeTask(by=cast.HOUSING_CLERK, occurred_on=story.today, task_id=task.id))
    return story.go_to(date(2026, 4, 14))


def explained(story: Story, index: int = 0) -> ExplainedClock:
    clock_id = story.tasks[index].clock_id
    with story.look() as session:
        return explained_clocks(session, BOOKS, [clock_id], story.today)[clock_id]


def told(story: Story, kind: LineKind = LineKind.ENTRY, index: int = 0) -> list[str]:
    return [line.text for line in explained(story, index).lines if line.kind is kind]


def due_on(story: Story, index: int = 0) -> date:
    return story.one(ClockRow, id=story.tasks[index].clock_id).due_on


def returning(story: Story) -> RequestReturn:
    return RequestReturn(
        by=cast.HOUSING_CLERK, occurred_on=story.today, task_id=story.tasks[0].id, reason="不属本单位职责"
    )


def deciding_return(story: Story, unit_id: str | None = None) -> DecideReturn:
    return DecideReturn(
        by=cast.STAFF,
        occurred_on=story.today,
        task_id=story.tasks[0].id,
        is_accepted=unit_id is not None,
        new_unit_id=unit_id,
        note="职责清单载明由该局负责",
    )


def extending(story: Story, workdays: int = 15) -> RequestExtension:
    return RequestExtension(
        by=cast.HOUSING_CLERK,
        occurred_on=story.today,
        task_id=story.tasks[0].id,
        workdays=workdays,
        reason="方案待评审",
    )


def deciding(story: Story, workdays: int) -> DecideExtension:
    return DecideExtension(
        by=cast.STAFF,
        occurred_on=story.today,
        task_id=story.tasks[0].id,
        is_granted=workdays > 0,
        workdays=workdays,
        note="招标可以提前",
    )


def suspending(story: Story, review_on: date) -> SuspendConsultation:
    return SuspendConsultation(
        by=cast.STAFF, occurred_on=story.today, reason="等待规划调整", review_on=review_on
    )


def resuming(story: Story) -> ResumeConsultation:
    return ResumeConsultation(by=cast.STAFF, occurred_on=story.today, note="规划已经调整")


def sending_back(story: Story) -> VerifyAnswer:
    return VerifyAnswer(
        by=cast.STAFF,
        occurred_on=story.today,
        task_id=story.tasks[0].id,
        verdict=Verdict.SENT_BACK,
        reason="未说明进度",
    )


def instructing(story: Story, new_due_on: date | None) -> RecordInstruction:
    (paper,) = story.every(Escalation, is_open=True)
    return RecordInstruction(
        by=cast.DISTRICT_PARTY_OFFICE,
        occurred_on=story.today,
        escalation_id=paper.id,
        text="请住建局限期办结",
        new_due_on=new_due_on,
    )


def escalated(story: Story) -> Story:
    story.follow_the_clock(until=REPORT_ON)
    return story.go_to(INSTRUCTED_ON)


# ---------------------------------------------------------------- a reason for each


def _asked_to_extend(story: Story) -> None:
    story.do(extending(story))


def _asked_to_return(story: Story) -> None:
    story.do(returning(story))


def _answered(story: Story) -> None:
    story.do(story.answering(story.tasks[0]))


def _suspended(story: Story) -> None:
    story.do(suspending(story, date(2026, 5, 29)))


def _nothing(story: Story) -> None:
    assert story.tasks


@pytest.mark.parametrize(
    ("before", "act_of", "field"),
    [
        (_nothing, returning, "reason"),
        (_nothing, extending, "reason"),
        (_nothing, lambda story: suspending(story, date(2026, 5, 29)), "reason"),
        (_suspended, resuming, "note"),
        (_asked_to_return, deciding_return, "note"),
        (_asked_to_extend, lambda story: deciding(story, 0), "note"),
        (_asked_to_extend, lambda story: deciding(story, 5), "note"),
        (_answered, sending_back, "reason"),
        (escalated, lambda story: instructing(story, date(2026, 6, 18)), "text"),
    ],
)
def test_no_period_is_changed_and_no_change_declined_without_a_reason(
    assigned: Story, before: Callable[[Story], object], act_of: Callable[[Story], Act], field: str
) -> None:
    before(assigned)
    act = act_of(assigned)
    refusal = assigned.refusal(replace(act, **{field: " \n"}))  # type: ignore[arg-type]
    assert (refusal.code, refusal.field) == (Code.INVALID_INPUT, field)
    assigned.do(act)


def test_a_second_handling_says_why(story: Story) -> None:
    story.reach(ConsultationState.EVALUATION)
    rework = OrderRework(
        by=cast.OWNER_STAFF, occurred_on=story.today, task_ids=(story.tasks[0].id,), reason="群众不满意"
    )
    assert story.refusal(replace(rework, reason="")).field == "reason"
    story.do(rework)
    assert told(story, LineKind.START) == [
        "2026-05-22 重新起算，自次日起计算 20 个工作日（二次办理：群众不满意）"
    ]
    assert story.one(AuditEntry, action=AuditAction.REWORK_ORDERED).note == "群众不满意"


# ---------------------------------------------------------------- 中止: the maximum


def test_all_suspensions_together_keep_within_the_maximum(assigned: Story) -> None:
    assigned.suspend_until(date(2026, 4, 20), date(2026, 5, 11))  # 13 working days
    assigned.go_to(date(2026, 5, 12))
    refusal = assigned.refusal(suspending(assigned, date(2026, 7, 20)))
    assert refusal.field == "review_on"
    assert "此前已中止 13 个" in refusal.message
    assigned.do(suspending(assigned, date(2026, 7, 17)))  # the 47th working day


def test_no_suspension_is_left_when_the_maximum_is_used_up(assigned: Story) -> None:
    assigned.go_to(date(2026, 4, 20)).do(suspending(assigned, date(2026, 7, 16)))
    assigned.go_to(date(2026, 7, 16)).do(resuming(assigned))  # the 60th working day
    assert assigned.refusal(suspending(assigned, date(2026, 7, 20))).code is Code.LIMIT_REACHED


def test_a_suspension_and_its_resumption_are_told_with_their_reasons(assigned: Story) -> None:
    assigned.suspend_until(date(2026, 4, 20), date(2026, 5, 11))
    assert told(assigned) == [
        "2026-04-20 中止，期限停止计算（等待规划调整）",
        "2026-05-11 恢复，中止期间 13 个工作日不计入，到期日由 2026-05-22 改为 2026-06-10（规划已经调整）",
    ]


# ---------------------------------------------------------------- 退办: the window, and a unit that takes over


def test_the_days_of_a_suspension_are_no_days_of_the_window_to_return(assigned: Story) -> None:
    # The window would have closed on 04-15; one of its days was left when the clock was frozen.
    assigned.suspend_until(date(2026, 4, 14), date(2026, 4, 20))
    assigned.go_to(date(2026, 4, 22))
    refusal = assigned.refusal(returning(assigned))
    assert refusal.code is Code.WINDOW_CLOSED
    assert "4月21日前" in refusal.message
    assigned.do(returning(assigned.go_to(date(2026, 4, 21))))


def test_a_reassigned_item_tells_whose_it_was_and_counts_a_full_period(assigned: Story) -> None:
    assigned.do(returning(assigned))
    assigned.do(deciding_return(assigned, cast.POLICE.id))
    assert told(assigned, LineKind.START, index=1) == [
        "2026-04-14 交办，自次日起计算 30 个工作日（枫溪区住房和城乡建设局退办，改交办，期限重新起算）"
    ]
    assert told(assigned, LineKind.REQUEST) == [
        "2026-04-14 申请退办（不属本单位职责），2026-04-14 同意，由新的承办单位重新起算"
    ]
    assert due_on(assigned, 1) == date(2026, 5, 28)


# ---------------------------------------------------------------- 延期: granted, partly granted, declined


def test_a_part_granted_says_what_was_asked_and_why_less(assigned: Story) -> None:
    assigned.do(extending(assigned))
    assigned.do(deciding(assigned, 3))
    assert due_on(assigned) == date(2026, 5, 27)
    assert told(assigned) == [
        "2026-04-14 延期 3 个工作日，到期日由 2026-05-22 改为 2026-05-27"
        "（方案待评审；申请 15 个工作日，同意 3 个：招标可以提前）"
    ]
    entry = assigned.one(AuditEntry, action=AuditAction.EXTENSION_DECIDED)
    assert (entry.old["due_on"], entry.new["workdays"], entry.note) == ("2026-05-22", 3, "招标可以提前")


def test_what_waits_or_was_declined_is_told_and_moves_nothing(assigned: Story) -> None:
    assigned.do(extending(assigned))
    asked = "2026-04-14 申请延期 15 个工作日（方案待评审）"
    assert told(assigned, LineKind.REQUEST) == [f"{asked}，尚未答复，原期限继续计算"]
    assigned.do(deciding(assigned, 0))
    assert told(assigned, LineKind.REQUEST) == [f"{asked}，2026-04-14 未同意延期（招标可以提前），到期日不变"]
    assert due_on(assigned) == DUE_ON


def test_what_was_asked_of_a_period_lapses_with_its_answer(assigned: Story) -> None:
    assigned.do(extending(assigned))
    assigned.do(returning(assigned))
    assigned.do(assigned.answering(assigned.tasks[0]))
    assert [
        line.endswith("（承办单位已办复，申请不再答复），到期日不变")
        for line in told(assigned, LineKind.REQUEST)
    ] == [
        True,
        True,
    ]
    assigned.do(sending_back(assigned))
    assert assigned.refusal(deciding(assigned, 5)).code is Code.NOT_FOUND
    assigned.do(extending(assigned, 5))


def test_an_extension_counts_back_from_the_date_that_a_suspension_moved(assigned: Story) -> None:
    assigned.suspend_until(date(2026, 4, 20), date(2026, 5, 11))  # now due on 06-10, to be asked until 06-05
    assigned.go_to(date(2026, 6, 6))
    assert assigned.refusal(extending(assigned)).code is Code.WINDOW_CLOSED
    assigned.do(extending(assigned.go_to(date(2026, 6, 5))))


# ---------------------------------------------------------------- 批示: no third date without the party committee


def test_nobody_but_the_party_committee_moves_the_date_that_it_set(assigned: Story) -> None:
    escalated(assigned).do(instructing(assigned, date(2026, 7, 15)))
    refusal = assigned.refusal(extending(assigned, 2))
    assert refusal.code is Code.LIMIT_REACHED
    assert "批示" in refusal.message


def test_an_extension_asked_before_the_instruction_is_declined_only(assigned: Story) -> None:
    assigned.do(extending(assigned))
    escalated(assigned).do(instructing(assigned, date(2026, 7, 15)))
    assert assigned.refusal(deciding(assigned, 15)).code is Code.LIMIT_REACHED
    assigned.do(deciding(assigned, 0))
    assert assigned.one(ExtensionRequest).is_granted is False
    assert due_on(assigned) == date(2026, 7, 15)


def test_a_period_begun_by_sending_back_after_an_instruction_is_a_period_like_any_other(
    assigned: Story,
) -> None:
    escalated(assigned).do(instructing(assigned, date(2026, 7, 15)))
    assigned.do(assigned.answering(assigned.tasks[0]))
    assigned.do(sending_back(assigned))
    assert due_on(assigned) == date(2026, 6, 23)
    assert told(assigned, LineKind.START) == [
        "2026-06-08 重新起算，自次日起计算 10 个工作日（退回重办：未说明进度）"
    ]
    assigned.follow_the_clock(until=date(2026, 6, 24))
    assert {one.name for one in assigned.every(FiredRung, generation=3)} == {"blue_1", "blue_5", "yellow"}


# ---------------------------------------------------------------- the desk


def test_an_instruction_without_a_date_keeps_the_paper_on_the_desk_until_an_answer(assigned: Story) -> None:
    escalated(assigned).do(instructing(assigned, None))
    paper = assigned.one(Escalation)
    desk = assigned.one(ClockRow, id=paper.clock_id)
    assert (paper.is_open, desk.is_open, desk.due_on) == (True, True, date(2026, 6, 15))
    assigned.follow_the_clock(until=date(2026, 6, 24))
    fired = assigned.every(FiredRung, clock_id=desk.id)
    assert {(one.generation, one.name) for one in fired} == {(2, "blue_1"), (2, "yellow"), (2, "red")}
    assigned.do(assigned.answering(assigned.tasks[0]))
    assert not assigned.one(Escalation).is_open
    assert assigned.row.next_wake_at is None


def test_a_date_after_an_instruction_without_one_closes_the_paper(assigned: Story) -> None:
    escalated(assigned).do(instructing(assigned, None))
    assigned.do(instructing(assigned, date(2026, 6, 18)))
    assert not assigned.one(Escalation).is_open
    assert due_on(assigned) == date(2026, 6, 18)


# ---------------------------------------------------------------- what was fired, and when


def test_a_rung_shows_its_own_instant_and_when_an_outage_let_it_be_told(assigned: Story) -> None:
    assigned.go_to(date(2026, 5, 27))
    assigned.let_clock_run()
    rungs = explained(assigned).rungs
    assert [(one.label, one.due_at.date(), one.is_late) for one in rungs] == [
        ("临期提醒", date(2026, 5, 9), True),
        ("临期提醒", date(2026, 5, 15), True),
        ("临期提醒", date(2026, 5, 21), True),
        ("催办通知书", date(2026, 5, 25), True),
    ]
    assert {one.fired_at for one in rungs} == {assigned.now}


def test_the_colours_of_earlier_periods_stay_visible_after_an_answer_was_sent_back(assigned: Story) -> None:
    assigned.follow_the_clock(until=date(2026, 5, 26))
    assigned.do(assigned.answering(assigned.tasks[0]))
    assigned.go_to(assigned.today + timedelta(days=1))
    assigned.do(sending_back(assigned))
    colours = [(on.isoformat()[5:], colour.value) for on, colour in explained(assigned).colours]
    assert colours == [("05-09", "blue"), ("05-25", "yellow"), ("05-27", "none")]


def test_every_explanation_ends_with_the_calendar_and_the_rule_set_in_force(assigned: Story) -> None:
    last = explained(assigned).lines[-2:]
    assert [line.kind for line in last] == [LineKind.CALENDAR, LineKind.RULE_SET]
    rules = BOOKS.rule_sets["suzhou"]
    assert last[1].text == f"{rules.document}（{rules.id} {rules.version}）"
