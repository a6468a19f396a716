"""补录: what is entered afterwards stands as if it had been lived through — dates, colours, figures and refusals."""

import shutil
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.acts import (
    AcknowledgeTask,
    Act,
    AnswerTask,
    DecideExtension,
    DecideReturn,
    RaiseEscalation,
    RecordInstruction,
    RequestExtension,
    RequestReturn,
    ResumeConsultation,
    SuspendConsultation,
    VerifyAnswer,
)
from domain.bodies import Actor
from domain.calendar import at_local
from domain.facts import ConsultationFacts
from domain.ladder import rung_entered_afterwards
from domain.matters import AdoptionStatus, FeedbackTaskState, ObligationKind, ResultClass, Verdict
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.facts import facts_of
from records.ledgers import clock_record
from records.queries.clocks import explained_clocks
from records.tables.letters import NoticeRow
from records.tables.obligations import Answer, ClockRow, Escalation, FeedbackTask
from records.tables.outcomes import FollowUpReview
from tests import cast
from tests.stories import ASSIGNED_ON, BOOKS, Story, new_story

ENTERED_AT = at_local(date(2026, 11, 21), 10)
LAST_DAY = date(2026, 10, 30)
UNITS = {cast.HOUSING.id: cast.HOUSING_CLERK, cast.POLICE.id: cast.POLICE_CLERK}


class LatelyEntered(Story):
    """The same story told on one day long afterwards: acts keep their days, only their recording comes late."""

    @property
    def now(self) -> datetime:
        """One instant for everything."""
        return ENTERED_AT

    def follow_the_clock(self, until: date) -> Story:
        """No clock runs in the past: what it would have carried upward is entered from the file, day by day."""
        day = self.today
        while day <= until:
            for task in self.tasks:
                if self.is_owed_a_report(task, day):
                    self.go_to(day).do(RaiseEscalation(by=cast.STAFF, occurred_on=day, task_id=task.id))
            day += timedelta(days=1)
        return self.go_to(until)

    def is_owed_a_report(self, task: FeedbackTask, day: date) -> bool:
        """Whether the file of that day holds a 专报 or 约谈建议 that is not entered yet."""
        with self.look() as session:
            record = clock_record(session, task.clock_id)
            ladder = BOOKS.pinned(session, self.row).ladder(ObligationKind.FEEDBACK_TASK)
            return (
                record.row.is_open
                and rung_entered_afterwards(
                    record.clock, ladder, BOOKS.calendar, record.fired, day, task.clock_id
                )
                is not None
            )


@dataclass(frozen=True)
class Move:
    """What somebody tries some days later; most moves are lawful only now and then."""

    days_later: int
    what: str
    item: int = 0
    number: int = 0


MOVES = st.builds(
    Move,
    st.integers(0, 14),
    st.sampled_from(
        ["acknowledge", "return", "extend", "answer", "answer", "verify", "send_back", "pause", "instruct"]
    ),
    st.integers(0, 1),
    st.integers(1, 20),
)


def play(story: Story, moves: list[Move]) -> list[str]:
    """Carry the consultation to 转化落实, try the moves one by one, and go on as far as it will. Returns the noes."""
    story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON).assign(*UNITS)
    refusals = []
    for move in moves:
        day = min(story.today + timedelta(days=move.days_later), LAST_DAY)
        story.follow_the_clock(day).go_to(day)
        for act in acts_of(story, move):
            refusal = story.record(act).refusal
            if refusal is not None:
                refusals.append(f"{day} {act.name} {refusal.code} {refusal.field}")
    story.follow_the_clock(LAST_DAY).go_to(LAST_DAY)
    for _ in range(2):
        if story.row.state is ConsultationState.EVALUATION:
            story.evaluate()
        story.record(story.advancing())
    return refusals


def acts_of(story: Story, move: Move) -> list[Act]:
    """The acts of a move: what was asked is decided on the same day."""
    by = cast.STAFF
    suggestion_id = story.suggestions[move.item].id
    task = next(
        one
        for one in story.tasks
        if one.suggestion_id == suggestion_id and one.state is not FeedbackTaskState.RETURNED
    )
    unit: Actor = UNITS.get(task.unit_id, cast.STREET_CLERK)
    on: dict[str, Any] = {"occurred_on": story.today, "task_id": task.id}
    match move.what:
        case "acknowledge":
            return [AcknowledgeTask(by=unit, **on)]
        case "return":
            new_unit_id = cast.STREET_OFFICE.id
            decision = DecideReturn(
                by=by, is_accepted=move.number % 2 == 0, new_unit_id=new_unit_id, note="经研究", **on
            )
            return [RequestReturn(by=unit, reason="不属于本单位职责", **on), decision]
        case "extend":
            granted = DecideExtension(
                by=by, is_granted=move.number % 3 > 0, workdays=move.number, note="经研究", **on
            )
            return [RequestExtension(by=unit, workdays=move.number, reason="需要勘察", **on), granted]
        case "answer":
            return answers_of(story, task, unit, on)
        case "verify":
            return [VerifyAnswer(by=by, verdict=Verdict.VERIFIED, **on)]
        case "send_back":
            return [VerifyAnswer(by=by, verdict=Verdict.SENT_BACK, reason="内容不实", **on)]
        case "pause":
            return pauses_of(story, move)
        case _:
            return instructions_of(story, move)


def answers_of(story: Story, task: FeedbackTask, unit: Actor, on: dict[str, Any]) -> list[Act]:
    """办复 of a task that has none yet."""
    if task.state in {FeedbackTaskState.ANSWERED, FeedbackTaskState.VERIFIED}:
        return []
    answer_id = story.prepare_answer(task, unit)
    said: dict[str, Any] = {"adoption": AdoptionStatus.ADOPTED, "result": ResultClass.B}
    return [AnswerTask(by=unit, answer_id=answer_id, **said, **on)]


def pauses_of(story: Story, move: Move) -> list[Act]:
    """中止, or 恢复 of what is suspended."""
    if story.row.is_suspended:
        return [ResumeConsultation(by=cast.STAFF, occurred_on=story.today, note="情况消除")]
    review_on = story.today + timedelta(days=move.number)
    return [
        SuspendConsultation(by=cast.STAFF, occurred_on=story.today, reason="等待规划", review_on=review_on)
    ]


def instructions_of(story: Story, move: Move) -> list[Act]:
    """批示 on whatever lies on the desk."""
    new_due_on = story.today + timedelta(days=move.number)
    return [
        RecordInstruction(
            by=cast.DISTRICT_PARTY_OFFICE,
            occurred_on=story.today,
            escalation_id=escalation.id,
            text="限期办结",
            new_due_on=new_due_on,
        )
        for escalation in story.every(Escalation, is_open=True)
    ]


def picture(story: Story) -> dict[str, Any]:
    """What the register says of the consultation, without ids and without when it was recorded."""
    with story.look() as session:
        row = story.row
        facts = facts_of(session, row, LAST_DAY, BOOKS.pinned(session, row), BOOKS.calendar)
        clocks = list(session.scalars(select(ClockRow)))
        explained = explained_clocks(session, BOOKS, [clock.id for clock in clocks], LAST_DAY)
        return {
            "facts": in_order(facts),
            "days": (row.deliberated_on, row.completed_on, row.round),
            "clocks": sorted(
                (
                    clock.kind.value,
                    clock.title,
                    str((clock.started_on, clock.due_on, clock.is_provisional, clock.is_open)),
                    str([(one.kind, one.on, one.workdays, one.due_on) for one in story.ledger(clock.id)]),
                    str(explained[clock.id].colours),
                )
                for clock in clocks
            ),
            "tasks": sorted(
                str((task.unit_id, task.state, task.acknowledged_on, task.answered_on, task.verified_on))
                for task in story.tasks
            ),
            "answers": sorted(
                str((one.answered_on, one.is_in_time, one.verdict_on)) for one in story.every(Answer)
            ),
            "escalations": sorted(
                str((one.kind, one.raised_on, one.target_id, one.facts["workdays_late"], one.is_open))
                for one in story.every(Escalation)
            ),
            "follow_ups": sorted(str((one.ordinal, one.due_on)) for one in story.every(FollowUpReview)),
        }


def in_order(facts: ConsultationFacts) -> ConsultationFacts:
    """The same facts with those who signed in in a fixed order: the register promises none."""
    sessions = (replace(one, attendance=tuple(sorted(one.attendance, key=repr))) for one in facts.sessions)
    return replace(facts, sessions=tuple(sessions))


def lived_and_entered(moves: list[Move], template: Path, folder: Path) -> tuple[list[Any], list[Any], int]:
    """The two tellings of one story, and how many letters of the ladder the second one sent."""
    lived, told = (
        new_story(f"sqlite:///{shutil.copy(template, folder / name)}") for name in ("lived.db", "told.db")
    )
    entered = LatelyEntered(told.register)
    try:
        first = [play(lived, moves), picture(lived)]
        second = [play(entered, moves), picture(entered)]
        chased = [
            one for one in entered.every(NoticeRow) if one.kind in {"due_soon", "overdue", "red_notice"}
        ]
        return first, second, len(chased)
    finally:
        lived.register.dispose()
        told.register.dispose()


LATE_AND_INSTRUCTED = [
    Move(3, "acknowledge", 0),
    Move(62, "instruct", 0, 10),
    Move(20, "answer", 0),
    Move(2, "verify", 0),
    Move(1, "instruct", 1, 5),
    Move(14, "answer", 1),
    Move(1, "verify", 1),
]
PAUSED_EXTENDED_AND_SENT_BACK = [
    Move(2, "return", 1, 2),
    Move(10, "pause", 0, 20),
    Move(9, "pause"),
    Move(8, "extend", 0, 10),
    Move(14, "answer", 0),
    Move(1, "send_back", 0),
    Move(5, "answer", 0),
    Move(0, "verify", 0),
]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(MOVES, min_size=3, max_size=14))
@example(LATE_AND_INSTRUCTED)
@example(PAUSED_EXTENDED_AND_SENT_BACK)
def test_a_case_entered_afterwards_equals_the_same_case_lived_through(
    sqlite_template: Path, moves: list[Move]
) -> None:
    with TemporaryDirectory() as folder:
        lived, entered, chased = lived_and_entered(moves, sqlite_template, Path(folder))
    assert entered[0] == lived[0]
    assert [what for what in lived[1] if lived[1][what] != entered[1][what]] == []
    assert chased == 0


def overdue(story: Story) -> FeedbackTask:
    """A task entered long after its 专报 was due on 2026-06-05."""
    (task,) = story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON).assign(cast.HOUSING.id)
    return task


def raising(task: FeedbackTask, on: date, by: Actor = cast.STAFF) -> RaiseEscalation:
    return RaiseEscalation(by=by, occurred_on=on, task_id=task.id)


def test_a_report_is_not_entered_for_a_day_before_it_was_due(story: Story) -> None:
    late = LatelyEntered(story.register)
    refusal = late.refusal(raising(overdue(late), date(2026, 6, 4)))
    assert (refusal.code, refusal.field) == (RefusalCode.STATE_FORBIDS, "occurred_on")


def test_a_report_that_the_ladder_makes_by_itself_is_not_entered(story: Story) -> None:
    task = overdue(story)
    story.go_to(date(2026, 6, 8))
    assert story.refusal(raising(task, story.today)).code is RefusalCode.STATE_FORBIDS


def test_only_the_organiser_enters_a_report(story: Story) -> None:
    late = LatelyEntered(story.register)
    task = overdue(late)
    for by in (cast.HOUSING_CLERK, cast.OUTSIDER, cast.SUPERVISOR):
        assert late.refusal(raising(task, date(2026, 6, 5), by)).code is RefusalCode.NOT_PERMITTED


def test_a_report_is_entered_once_and_tells_nobody(story: Story) -> None:
    late = LatelyEntered(story.register)
    act = raising(overdue(late), date(2026, 6, 5))
    before = len(late.every(NoticeRow))
    late.do(act)
    report = late.one(Escalation)
    assert (report.kind, report.raised_on, report.target_id) == (
        "escalation",
        date(2026, 6, 5),
        cast.DISTRICT_PARTY.id,
    )
    assert report.facts["workdays_late"] == 10
    assert len(late.every(NoticeRow)) == before
    again = late.refusal(replace(act, note="再次补登"))
    assert again.code is RefusalCode.STATE_FORBIDS
