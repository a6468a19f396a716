"""What is due: each rung once, dated truthfully, never for what was entered afterwards or is answered."""

from datetime import date, timedelta

import pytest

from domain.acts import AcknowledgeTask, DecideExtension, RecordWhatIsDue, RejectTopic, RequestExtension
from domain.audit_actions import AuditAction
from domain.bodies import CLOCK_ACTOR
from domain.calendar import local_date
from domain.ladder import Colour, colour_on
from domain.matters import Diversion, Exclusion
from domain.notices import NoticeKind
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from notifications.notices import NOTICES
from notifications.payloads import from_payload
from records.ledgers import clock_record
from records.tables.audit import AuditEntry
from records.tables.letters import NoticeRow
from records.tables.obligations import Answer, FeedbackTask, FiredRung
from tests import cast
from tests.stories import ASSIGNED_ON, BOOKS, DUE_ON, Story

S = ConsultationState

BLUE_10_ON = date(2026, 5, 9)  # a Saturday that is worked
BLUE_5_ON = date(2026, 5, 15)
BLUE_1_ON = date(2026, 5, 21)
YELLOW_ON = date(2026, 5, 25)
RED_ON = date(2026, 5, 29)
REPORT_ON = date(2026, 6, 5)


@pytest.fixture
def assigned(story: Story) -> Story:
    """One task, acknowledged at once, so that only its own ladder is ahead."""
    (task,) = story.reach(S.IMPLEMENTATION, until=ASSIGNED_ON).assign(cast.HOUSING.id)
    story.do(AcknowledgeTask(by=cast.HOUSING_CLERK, occurred_on=story.today, task_id=task.id))
    return story


def rungs_until(story: Story, day: date) -> list[tuple[str, date]]:
    """Let the clock run as the workflow does; returns the rungs with their days."""
    story.follow_the_clock(day)
    return fired(story)


def fired(story: Story) -> list[tuple[str, date]]:
    rungs = sorted(story.every(FiredRung), key=lambda rung: rung.due_at)
    return [(rung.name, local_date(rung.due_at)) for rung in rungs]


def test_the_rungs_of_a_task_come_on_the_days_of_case_a_01(assigned: Story) -> None:
    assert rungs_until(assigned, REPORT_ON) == [
        ("blue_10", BLUE_10_ON),
        ("blue_5", BLUE_5_ON),
        ("blue_1", BLUE_1_ON),
        ("yellow", YELLOW_ON),
        ("red", RED_ON),
        ("special_report", REPORT_ON),
    ]


def test_a_rung_fires_once_however_often_the_clock_looks(assigned: Story) -> None:
    assigned.go_to(YELLOW_ON)
    for _ in range(3):
        assigned.let_clock_run()
    assert len(assigned.every(FiredRung)) == 4
    assert len(assigned.every(NoticeRow, kind=NoticeKind.OVERDUE, person_id=cast.HOUSING_PLAYER.id)) == 1


def test_an_outage_delays_rungs_and_drops_none(assigned: Story) -> None:
    assigned.go_to(REPORT_ON)
    assert assigned.row.next_wake_at is not None
    outcome = assigned.let_clock_run()
    assert [name for name, _ in fired(assigned)] == [
        "blue_10",
        "blue_5",
        "blue_1",
        "yellow",
        "red",
        "special_report",
    ]
    assert all(rung.recorded_at == assigned.now for rung in assigned.every(FiredRung))
    assert outcome.next_wake_at is not None
    assert outcome.next_wake_at > assigned.now


def test_a_rung_is_dated_on_its_own_day_though_recorded_late(assigned: Story) -> None:
    assigned.go_to(RED_ON + timedelta(days=1))
    assigned.let_clock_run()
    entries = assigned.every(AuditEntry, action=AuditAction.RUNG_FIRED)
    assert [(entry.new["rung"], entry.new["due_at"][:10]) for entry in entries][-2:] == [
        ("yellow", YELLOW_ON.isoformat()),
        ("red", RED_ON.isoformat()),
    ]
    (letter, *_) = assigned.every(NoticeRow, kind=NoticeKind.OVERDUE)
    assert (letter.payload["issued_on"], letter.payload["workdays_late"]) == (YELLOW_ON.isoformat(), 1)


def test_yellow_goes_to_unit_head_and_organiser(assigned: Story) -> None:
    assigned.go_to(YELLOW_ON)
    assigned.let_clock_run()
    told = {letter.person_id for letter in assigned.every(NoticeRow, kind=NoticeKind.OVERDUE)}
    assert told == {cast.HOUSING_PLAYER.id, cast.HOUSING_HEAD_PLAYER.id, cast.STAFF_PLAYER.id}


def test_red_also_goes_to_owner_and_inspection(assigned: Story) -> None:
    assigned.go_to(RED_ON)
    assigned.let_clock_run()
    told = {letter.person_id for letter in assigned.every(NoticeRow, kind=NoticeKind.RED_NOTICE)}
    assert told == {
        cast.HOUSING_HEAD_PLAYER.id,
        cast.STAFF_PLAYER.id,
        cast.OWNER_PLAYER.id,
        cast.SUPERVISOR_PLAYER.id,
    }


def test_nobody_is_reminded_of_what_they_have_answered(assigned: Story) -> None:
    assigned.go_to(BLUE_1_ON)
    assigned.do(assigned.answering(assigned.tasks[0]))
    assigned.go_to(REPORT_ON)
    assigned.let_clock_run()
    assert assigned.every(FiredRung) == []


def test_a_task_not_acknowledged_is_chased_on_the_fourth_morning(story: Story) -> None:
    story.reach(S.IMPLEMENTATION, until=ASSIGNED_ON).assign(cast.HOUSING.id)
    assert rungs_until(story, date(2026, 4, 20)) == [("not_yet_acknowledged", date(2026, 4, 14))]
    assert story.every(NoticeRow, kind=NoticeKind.NOT_YET_ACKNOWLEDGED, person_id=cast.HOUSING_PLAYER.id)


def test_every_open_obligation_is_chased_in_one_deed(story: Story) -> None:
    story.reach(S.IMPLEMENTATION, until=ASSIGNED_ON).assign(
        cast.HOUSING.id, cast.POLICE.id, cast.STREET_OFFICE.id
    )
    story.go_to(date(2026, 4, 14))
    story.let_clock_run()
    assert [name for name, _ in fired(story)] == ["not_yet_acknowledged"] * 3


def test_what_is_entered_afterwards_fires_no_rung_that_lies_before(story: Story) -> None:
    story.reach(S.IMPLEMENTATION)
    story.go_to(date(2026, 5, 27))
    assignment = story.assigning(cast.HOUSING.id, on=ASSIGNED_ON)
    story.do(assignment)
    story.let_clock_run()
    assert story.every(FiredRung) == []
    (task,) = story.tasks
    assert _colour(story, task, YELLOW_ON) is Colour.YELLOW
    assert _colour(story, task, DUE_ON) is Colour.BLUE
    # What lies ahead of the entry fires as ever.
    assert rungs_until(story, RED_ON) == [("red", RED_ON)]


def test_what_was_done_in_time_and_entered_afterwards_is_in_time(story: Story) -> None:
    story.reach(S.IMPLEMENTATION)
    story.go_to(date(2026, 5, 27))
    story.do(story.assigning(cast.HOUSING.id, on=ASSIGNED_ON))
    story.do(story.answering(story.tasks[0], occurred_on=DUE_ON))
    assert story.one(Answer).is_in_time is True
    assert story.row.next_wake_at is None
    assert _colour(story, story.tasks[0], YELLOW_ON) is Colour.NONE


def test_the_colour_of_a_day_stays_after_catching_up(assigned: Story) -> None:
    rungs_until(assigned, RED_ON)
    assigned.do(assigned.answering(assigned.tasks[0]))
    assert _colour(assigned, assigned.tasks[0], RED_ON) is Colour.RED
    assert _colour(assigned, assigned.tasks[0], RED_ON + timedelta(days=1)) is Colour.NONE


def test_an_extension_takes_back_the_rungs_ahead_but_none_that_fired(assigned: Story) -> None:
    rungs_until(assigned, BLUE_5_ON)
    task_id = assigned.tasks[0].id
    ask = RequestExtension(
        by=cast.HOUSING_CLERK, occurred_on=assigned.today, task_id=task_id, workdays=15, reason="评审"
    )
    assigned.do(ask)
    assigned.do(DecideExtension(by=cast.STAFF, occurred_on=assigned.today, task_id=task_id, is_granted=True))
    names = [name for name, _ in rungs_until(assigned, date(2026, 6, 15))]
    assert names == ["blue_10", "blue_5", "blue_1", "yellow"]
    assert fired(assigned)[-2:] == [("blue_1", date(2026, 6, 11)), ("yellow", date(2026, 6, 15))]


@pytest.mark.parametrize(
    ("state", "until", "names"),
    [
        (S.TOPIC, date(2026, 3, 23), ["blue_2", "yellow", "red"]),
        (S.REPORTING, date(2026, 4, 14), ["blue_2", "yellow", "red"]),
        (S.EVALUATION, date(2026, 6, 12), ["blue_2", "yellow", "red"]),
        (S.COMPLETED, date(2026, 8, 24), ["blue_5", "due", "yellow", "red"]),
    ],
)
def test_every_kind_of_obligation_is_chased(story: Story, state: S, until: date, names: list[str]) -> None:
    story.reach(state)
    assert [name for name, _ in rungs_until(story, until)] == names


def test_the_clock_has_nothing_to_record_at_the_end(story: Story) -> None:
    story.open()
    story.do(
        RejectTopic(
            by=cast.STAFF,
            occurred_on=story.today,
            exclusion=Exclusion.OTHER,
            diversion=Diversion.PETITION,
            reason="转信访",
        )
    )
    act = RecordWhatIsDue(by=CLOCK_ACTOR, occurred_on=story.today)
    assert story.refusal(act).code is RefusalCode.STATE_FORBIDS


def test_every_letter_that_was_written_can_be_read(story: Story) -> None:
    story.reach(S.IMPLEMENTATION, until=ASSIGNED_ON).assign(cast.HOUSING.id, cast.STREET_OFFICE.id)
    rungs_until(story, date(2026, 6, 30))
    letters = story.every(NoticeRow)
    assert {type(from_payload(letter.kind, letter.payload)) for letter in letters} == {
        NOTICES[letter.kind] for letter in letters
    }


def _colour(story: Story, task: FeedbackTask, on: date) -> Colour:
    with story.look() as session:
        record = clock_record(session, task.clock_id)
        ladder = BOOKS.rule_sets["suzhou"].ladder(record.row.kind)
        return colour_on(record.clock, ladder, BOOKS.calendar, on)
