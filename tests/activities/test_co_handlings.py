"""会办: what is refused to whom, then the clock of a co-handler beside that of the lead, on the dates of case B-07."""

from datetime import date
from typing import Any

import pytest

from domain.acts import (
    AcknowledgeTask,
    AnswerCoHandling,
    AnswerTask,
    AssignFeedbackTasks,
    DecideReturn,
    RequestExtension,
    RequestReturn,
    TaskAssignment,
    VerifyAnswer,
)
from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.calendar import local_date
from domain.clocks import read
from domain.ladder import Colour, colour_history
from domain.matters import AdoptionStatus, ObligationKind, ResultClass, Verdict
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, Refused
from domain.stages import ConsultationState
from records.ledgers import clock_record
from records.papers.answers import prepare_answer
from records.papers.co_handlings import prepare_co_handling
from records.tables.audit import AuditEntry
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockRow, CoHandling, FeedbackTask, FiredRung
from tests import cast
from tests.stories import BOOKS, Story

S = ConsultationState
Code = RefusalCode

ASKED_ON = date(2026, 6, 1)
CO_DUE_ON = date(2026, 6, 23)
LEAD_DUE_ON = date(2026, 7, 14)


def assigning(
    story: Story, *co_unit_ids: str, lead: str = cast.HOUSING.id, **more: Any
) -> AssignFeedbackTasks:
    assignment = TaskAssignment(
        suggestion_id=story.suggestions[0].id, lead_unit_id=lead, co_unit_ids=co_unit_ids, **more
    )
    return AssignFeedbackTasks(by=cast.STAFF, occurred_on=story.today, assignments=(assignment,))


def drafted(story: Story, task: FeedbackTask, by: Actor = cast.POLICE_CLERK) -> str:
    made: str = story.write(lambda pen: prepare_co_handling(pen, task.id, "拟增设护学岗。"), by)[
        "co_handling_id"
    ]
    return made


def answering(story: Story, task: FeedbackTask, by: Actor = cast.POLICE_CLERK) -> AnswerCoHandling:
    mine = story.one(CoHandling, task_id=task.id, unit_id=cast.POLICE.id)
    return AnswerCoHandling(by=by, occurred_on=story.today, task_id=task.id, co_handling_id=mine.id)


def co_clock(story: Story, unit_id: str = cast.POLICE.id) -> ClockRow:
    return story.one(ClockRow, kind=ObligationKind.CO_HANDLING, holder_id=unit_id)


def letters(story: Story, kind: NoticeKind) -> set[str]:
    return {letter.person_id for letter in story.every(NoticeRow, kind=kind)}


@pytest.fixture
def ready(story: Story) -> Story:
    """In 转化落实, on the day of 交办 of case B-07."""
    return story.reach(S.IMPLEMENTATION, until=ASKED_ON)


@pytest.fixture
def asked(ready: Story) -> Story:
    """Handed to the housing bureau, with the traffic police as co-handler."""
    ready.do(assigning(ready, cast.POLICE.id))
    return ready


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("by", [cast.HOUSING_CLERK, cast.STREET_CLERK, cast.STAFF, cast.OUTSIDER])
def test_nobody_answers_for_the_co_handler(asked: Story, by: Actor) -> None:
    (task,) = asked.tasks
    drafted(asked, task)
    assert asked.refusal(answering(asked, task, by)).code is Code.NOT_PERMITTED


@pytest.mark.parametrize("by", [cast.HOUSING_CLERK, cast.STREET_CLERK, cast.STAFF])
def test_nobody_drafts_the_co_handlers_opinion(asked: Story, by: Actor) -> None:
    (task,) = asked.tasks
    with pytest.raises(Refused) as raised:
        drafted(asked, task, by)
    assert raised.value.refusal.code is Code.NOT_PERMITTED


def test_a_co_handler_does_nothing_that_is_the_leads(asked: Story) -> None:
    (task,) = asked.tasks
    said: dict[str, Any] = {"by": cast.POLICE_CLERK, "occurred_on": asked.today, "task_id": task.id}
    answer_id = asked.prepare_answer(task)
    for act in (
        AcknowledgeTask(**said),
        RequestReturn(**said, reason="不属于本单位职责"),
        RequestExtension(**said, workdays=5, reason="需要更多时间"),
        AnswerTask(**said, answer_id=answer_id, adoption=AdoptionStatus.ADOPTED, result=ResultClass.A),
    ):
        assert asked.refusal(act).code is Code.NOT_PERMITTED, act.name
    with pytest.raises(Refused) as raised:
        asked.write(lambda pen: prepare_answer(pen, task.id, "代主办答复"), cast.POLICE_CLERK)
    assert raised.value.refusal.code is Code.NOT_PERMITTED


def test_one_co_handler_does_not_answer_for_another(ready: Story) -> None:
    ready.do(assigning(ready, cast.POLICE.id, cast.STREET_OFFICE.id))
    (task,) = ready.tasks
    drafted(ready, task)
    refusal = ready.refusal(answering(ready, task, cast.STREET_CLERK))
    assert (refusal.code, refusal.field) == (Code.NOT_FOUND, "co_handling_id")


def test_an_opinion_is_answered_once(asked: Story) -> None:
    (task,) = asked.tasks
    drafted(asked, task)
    asked.do(answering(asked, task))
    assert asked.refusal(answering(asked, task)).code is Code.STATE_FORBIDS
    with pytest.raises(Refused) as raised:
        drafted(asked, task)
    assert raised.value.refusal.code is Code.STATE_FORBIDS


def test_nothing_is_answered_that_was_not_written(asked: Story) -> None:
    (task,) = asked.tasks
    assert asked.refusal(answering(asked, task)).field == "co_handling_id"


def test_an_opinion_is_no_longer_than_two_thousand_characters(asked: Story) -> None:
    (task,) = asked.tasks
    with pytest.raises(Refused) as raised:
        asked.write(lambda pen: prepare_co_handling(pen, task.id, "长" * 2001), cast.POLICE_CLERK)
    assert (raised.value.refusal.code, raised.value.refusal.field) == (Code.INVALID_INPUT, "opinion")


def test_no_opinion_is_taken_after_the_task_was_verified(asked: Story) -> None:
    (task,) = asked.tasks
    drafted(asked, task)
    asked.do(asked.answering(task))
    asked.verify(task)
    assert asked.refusal(answering(asked, task)).code is Code.STATE_FORBIDS
    with pytest.raises(Refused) as raised:
        drafted(asked, task)
    assert raised.value.refusal.code is Code.STATE_FORBIDS


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"units": ("nobody",)}, Code.NOT_FOUND, "co_unit_ids"),
        ({"units": (cast.HOUSING.id,)}, Code.INVALID_INPUT, "co_unit_ids"),
        ({"units": (cast.POLICE.id, cast.POLICE.id)}, Code.INVALID_INPUT, "co_unit_ids"),
        ({"co_handling_workdays": 0}, Code.INVALID_INPUT, "co_handling_workdays"),
        ({"co_handling_workdays": 31}, Code.INVALID_INPUT, "co_handling_workdays"),
        ({"co_handling_workdays": 11, "period_workdays": 10}, Code.INVALID_INPUT, "co_handling_workdays"),
    ],
)
def test_an_impossible_co_handling_is_refused(
    ready: Story, changes: dict[str, Any], code: Code, field: str
) -> None:
    units = changes.pop("units", (cast.POLICE.id,))
    refusal = ready.refusal(assigning(ready, *units, **changes))
    assert (refusal.code, refusal.field) == (code, field)


# ---------------------------------------------------------------- the clock of its own


def test_every_co_handler_has_a_clock_of_its_own_and_is_told(ready: Story) -> None:
    ready.do(assigning(ready, cast.POLICE.id, cast.STREET_OFFICE.id))
    (task,) = ready.tasks
    for unit in (cast.POLICE, cast.STREET_OFFICE):
        clock = co_clock(ready, unit.id)
        assert (clock.due_on, clock.subject_id, clock.is_open) == (CO_DUE_ON, task.id, True)
    assert ready.one(ClockRow, id=task.clock_id).due_on == LEAD_DUE_ON
    assert letters(ready, NoticeKind.CO_HANDLING_ASKED) == {
        cast.POLICE_PLAYER.id,
        cast.STREET_OFFICE_PLAYER.id,
    }
    payload = ready.every(NoticeRow, kind=NoticeKind.CO_HANDLING_ASKED)[0].payload
    assert payload["lead_name"] == cast.HOUSING.name
    assert (payload["due_on"], payload["lead_due_on"]) == ("2026-06-23", "2026-07-14")
    lead_letter = ready.every(NoticeRow, kind=NoticeKind.TASK_ASSIGNED)[0].payload
    assert lead_letter["co_handler_names"] == [cast.POLICE.name, cast.STREET_OFFICE.name]


@pytest.mark.parametrize(
    ("periods", "due_on"),
    [
        ({"co_handling_workdays": 5}, date(2026, 6, 8)),
        ({"co_handling_workdays": 30}, LEAD_DUE_ON),
        # The rule set says 15; the lead itself has only ten.
        ({"period_workdays": 10}, date(2026, 6, 15)),
    ],
)
def test_a_co_handler_has_the_days_named_and_never_more_than_the_lead(
    ready: Story, periods: dict[str, Any], due_on: date
) -> None:
    ready.do(assigning(ready, cast.POLICE.id, **periods))
    assert co_clock(ready).due_on == due_on


def test_case_b_07_a_late_co_handler_colours_only_itself(asked: Story) -> None:
    (task,) = asked.tasks
    asked.follow_the_clock(until=date(2026, 6, 25))
    clock = co_clock(asked)
    fired = sorted((local_date(one.due_at), one.name) for one in asked.every(FiredRung, clock_id=clock.id))
    assert fired == [(date(2026, 6, 22), "blue_1"), (date(2026, 6, 24), "yellow")]
    drafted(asked, task)
    asked.do(answering(asked, task))
    mine = asked.one(CoHandling, task_id=task.id)
    assert (mine.answered_on, mine.is_in_time) == (date(2026, 6, 25), False)
    with asked.look() as session:
        ladder = BOOKS.rule_sets["nantong"].ladder(ObligationKind.CO_HANDLING)
        record = clock_record(session, clock.id)
        assert colour_history(record.clock, ladder, BOOKS.calendar, date(2026, 7, 31)) == [
            (date(2026, 6, 22), Colour.BLUE),
            (date(2026, 6, 24), Colour.YELLOW),
            (date(2026, 6, 26), Colour.NONE),
        ]
        lead = read(clock_record(session, task.clock_id).clock, BOOKS.calendar, asked.today)
        assert (lead.due.on, lead.is_running, lead.left_workdays) == (LEAD_DUE_ON, True, 13)
    assert asked.every(FiredRung, clock_id=task.clock_id) == []


def test_the_rungs_of_a_co_handler_fire_once_however_often_the_clock_runs(any_story: Story) -> None:
    story = any_story.reach(S.IMPLEMENTATION, until=ASKED_ON)
    story.do(assigning(story, cast.POLICE.id))
    story.go_to(date(2026, 6, 29)).let_clock_run()
    letters_before = len(story.every(NoticeRow))
    story.let_clock_run()
    story.let_clock_run()
    assert len(story.every(NoticeRow)) == letters_before
    names = sorted(one.name for one in story.every(FiredRung, clock_id=co_clock(story).id))
    assert names == ["blue_1", "yellow"]
    assert story.one(ClockRow, id=story.tasks[0].clock_id).due_on == LEAD_DUE_ON


def test_the_letters_of_a_late_co_handler_speak_of_its_own_duty(asked: Story) -> None:
    asked.follow_the_clock(until=date(2026, 6, 30))
    (soon,) = (one for one in asked.every(NoticeRow, kind=NoticeKind.DUE_SOON) if one.payload["lead_name"])
    assert (soon.person_id, soon.payload["lead_name"]) == (cast.POLICE_PLAYER.id, cast.HOUSING.name)
    assert (soon.payload["unit_name"], soon.payload["due_on"]) == (cast.POLICE.name, "2026-06-23")
    urged = asked.every(NoticeRow, kind=NoticeKind.OVERDUE)
    assert {one.payload["colour_name"] for one in urged} == {"黄牌", "红牌"}
    assert {one.payload["unit_name"] for one in urged} == {cast.POLICE.name}
    assert cast.HOUSING_PLAYER.id not in {one.person_id for one in urged}


def test_an_answer_on_the_due_date_is_in_time_and_the_lead_is_told_once(asked: Story) -> None:
    (task,) = asked.tasks
    asked.go_to(CO_DUE_ON)
    drafted(asked, task)
    act = answering(asked, task)
    first = asked.do(act, key="answered")
    assert asked.do(act, key="answered") == first
    mine = asked.one(CoHandling, task_id=task.id)
    assert (mine.is_in_time, mine.opinion) == (True, "拟增设护学岗。")
    assert not co_clock(asked).is_open
    told = asked.every(NoticeRow, kind=NoticeKind.CO_HANDLING_ANSWERED)
    assert {one.person_id for one in told} == {cast.HOUSING_PLAYER.id, cast.HOUSING_HEAD_PLAYER.id}
    assert len(told) == 2
    entry = asked.one(AuditEntry, action=AuditAction.CO_HANDLING_ANSWERED)
    assert (entry.new["co_handler_id"], entry.new["is_in_time"]) == (cast.POLICE.id, True)
    asked.follow_the_clock(until=date(2026, 7, 1))
    assert asked.every(FiredRung, clock_id=mine.clock_id) == []


def test_the_lead_answers_without_its_co_handler_whose_clock_runs_until_the_task_is_verified(
    asked: Story,
) -> None:
    (task,) = asked.tasks
    asked.go_to(date(2026, 6, 10)).do(asked.answering(task))
    assert co_clock(asked).is_open
    asked.go_to(date(2026, 6, 11)).verify(task)
    assert not co_clock(asked).is_open
    asked.follow_the_clock(until=date(2026, 7, 31))
    assert asked.every(FiredRung, clock_id=co_clock(asked).id) == []


def test_a_co_handler_may_still_answer_what_was_sent_back_to_the_lead(asked: Story) -> None:
    (task,) = asked.tasks
    asked.go_to(date(2026, 6, 10)).do(asked.answering(task))
    asked.do(
        VerifyAnswer(
            by=cast.STAFF,
            occurred_on=asked.today,
            task_id=task.id,
            verdict=Verdict.SENT_BACK,
            reason="会办意见未采用",
        )
    )
    assert co_clock(asked).due_on == CO_DUE_ON
    drafted(asked, task)
    asked.do(answering(asked, task))


def test_a_suspension_freezes_the_co_handlers_clock_too(asked: Story) -> None:
    asked.suspend_until(date(2026, 6, 3), date(2026, 6, 10))
    assert co_clock(asked).due_on == date(2026, 6, 30)
    (task,) = asked.tasks
    drafted(asked, task)
    asked.do(answering(asked, task))


# ---------------------------------------------------------------- 退办改交办


def hand_on(story: Story, to: str) -> FeedbackTask:
    """The housing bureau hands the item back, and it goes to another unit."""
    (task,) = story.tasks
    story.go_to(date(2026, 6, 3))
    story.do(
        RequestReturn(by=cast.HOUSING_CLERK, occurred_on=story.today, task_id=task.id, reason="职责不符")
    )
    decided = DecideReturn(
        by=cast.STAFF, occurred_on=story.today, task_id=task.id, is_accepted=True, new_unit_id=to
    )
    made = story.do(decided).made_id
    return story.one(FeedbackTask, id=made)


def test_a_reassigned_item_keeps_its_co_handlers_with_the_days_they_have_left(asked: Story) -> None:
    task = hand_on(asked, cast.STREET_OFFICE.id)
    assert asked.one(ClockRow, id=task.clock_id).due_on == date(2026, 7, 16)
    clock = co_clock(asked)
    assert (clock.due_on, clock.subject_id, clock.is_open) == (CO_DUE_ON, task.id, True)
    newest = asked.every(NoticeRow, kind=NoticeKind.CO_HANDLING_ASKED)[-1]
    assert newest.payload["lead_name"] == cast.STREET_OFFICE.name
    drafted(asked, task)
    asked.do(answering(asked, task))
    assert letters(asked, NoticeKind.CO_HANDLING_ANSWERED) == {cast.STREET_OFFICE_PLAYER.id}


def test_an_opinion_given_before_the_item_was_reassigned_goes_on_with_it(asked: Story) -> None:
    (task,) = asked.tasks
    drafted(asked, task)
    asked.do(answering(asked, task))
    task = hand_on(asked, cast.STREET_OFFICE.id)
    assert asked.one(CoHandling, task_id=task.id).answered_on == ASKED_ON
    assert len(asked.every(NoticeRow, kind=NoticeKind.CO_HANDLING_ASKED)) == 1


def test_a_co_handler_that_becomes_the_lead_co_handles_no_more(asked: Story) -> None:
    task = hand_on(asked, cast.POLICE.id)
    assert task.co_unit_ids == []
    assert not co_clock(asked).is_open
    assert asked.every(CoHandling, task_id=task.id) == []
