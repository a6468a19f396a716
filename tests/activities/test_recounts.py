"""A newer working calendar reaches the clocks of a consultation: once, truthfully, and those concerned are told."""

from datetime import date

import pytest

from domain.acts import Outcome, RecountClocks
from domain.audit_actions import AuditAction
from domain.bodies import CLOCK_ACTOR, Actor, Role
from domain.notices import NoticeKind
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.papers.calendars import CalendarDay, CalendarPaper, DayKind, draft_calendar, publish_calendar
from records.queries.recounts import consultations_to_recount, moves_under
from records.tables.audit import AuditEntry
from records.tables.calendars import WorkCalendarTable
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockRow
from tests import cast
from tests.stories import ASSIGNED_ON, BOOKS, Story

DRAFTER = cast.SYSTEM_ADMIN_PLAYER.actor
PUBLISHER = Actor("second-administrator", cast.OPERATIONS.id, Role.SYSTEM_ADMIN)
FLOOD = date(2026, 4, 20)


def draft(story: Story, *days: date, scope: str = "", year: int = 2026) -> str:
    """A table with these days off; returns its id."""
    rows = [CalendarDay(number, day, DayKind.OFF, "防汛停工") for number, day in enumerate(days, start=1)]
    paper = CalendarPaper(scope=scope, year=year, source="试验用表")
    made: str = story.write(lambda pen: draft_calendar(pen, paper, rows), DRAFTER)["calendar_id"]
    return made


def publish(story: Story, calendar_id: str) -> None:
    """Put it in force."""
    story.write(lambda pen: publish_calendar(pen, calendar_id), PUBLISHER)


def recount(story: Story, by: Actor = CLOCK_ACTOR) -> Outcome:
    """The act that the counter sends after a publication."""
    return story.do(RecountClocks(by=by, occurred_on=story.today, calendar="cn-2026.1+1"))


@pytest.fixture
def assigned(any_story: Story) -> Story:
    """One task under way, and a day off in its period that came later."""
    story = any_story.reach(ConsultationState.IMPLEMENTATION)
    story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    return story


def task_clock(story: Story) -> ClockRow:
    return story.one(ClockRow, id=story.tasks[0].clock_id)


def test_nobody_but_the_clock_and_the_administrator_counts_afresh(assigned: Story) -> None:
    refusal = assigned.refusal(RecountClocks(by=cast.STAFF, occurred_on=assigned.today, calendar="x"))
    assert refusal.code is RefusalCode.NOT_PERMITTED


def test_an_added_day_off_moves_the_date_once_and_is_told(assigned: Story) -> None:
    before = task_clock(assigned)
    area = assigned.row.area
    calendar_id = draft(assigned, FLOOD, scope=area)
    with assigned.look() as session:
        table = session.get_one(WorkCalendarTable, calendar_id)
        (move,) = [
            one for one in moves_under(session, BOOKS, table, assigned.today) if one.clock_id == before.id
        ]
        assert consultations_to_recount(session, BOOKS) == []
    publish(assigned, calendar_id)
    with assigned.look() as session:
        assert consultations_to_recount(session, BOOKS) == [assigned.consultation_id]
    outcome = recount(assigned)
    after = task_clock(assigned)
    assert (after.due_on, after.due_on > before.due_on) == (move.due_on, True)
    assert after.calendar_version == f"cn-2026.1+1@{area}"
    (entry,) = assigned.ledger(before.id)
    assert (entry.kind, entry.former_calendar_version) == ("recounted", "cn-2026.1")
    letters = assigned.every(NoticeRow, kind=NoticeKind.DUE_DATE_RECOUNTED)
    assert cast.HOUSING_PLAYER.id in {letter.person_id for letter in letters}
    assert cast.STAFF_PLAYER.id in {letter.person_id for letter in letters}
    assert outcome.next_wake_at is not None
    with assigned.look() as session:
        assert consultations_to_recount(session, BOOKS) == []
    # A second act finds nothing left to do.
    recount(assigned)
    assert len(assigned.ledger(before.id)) == 1
    assert len(assigned.every(NoticeRow, kind=NoticeKind.DUE_DATE_RECOUNTED)) == len(letters)
    assert assigned.every(AuditEntry, action=AuditAction.CLOCKS_RECOUNTED)


def test_a_calendar_of_another_area_moves_nothing(assigned: Story) -> None:
    publish(assigned, draft(assigned, FLOOD, scope=f"unit:{cast.POLICE.id}"))
    with assigned.look() as session:
        assert consultations_to_recount(session, BOOKS) == []


def test_a_calendar_of_one_unit_moves_its_own_dates_only(assigned: Story) -> None:
    publish(assigned, draft(assigned, FLOOD, scope=f"unit:{cast.HOUSING.id}"))
    before = {row.id: row.due_on for row in assigned.every(ClockRow)}
    recount(assigned)
    moved = {row.holder_id for row in assigned.every(ClockRow) if row.due_on != before[row.id]}
    assert moved == {cast.HOUSING.id}


def test_a_date_that_moved_nowhere_is_told_to_nobody(assigned: Story) -> None:
    publish(assigned, draft(assigned, date(2026, 12, 30), scope=assigned.row.area))
    recount(assigned)
    assert assigned.every(NoticeRow, kind=NoticeKind.DUE_DATE_RECOUNTED) == []
    assert task_clock(assigned).calendar_version.startswith("cn-2026.1+1")


def test_a_deadline_that_has_passed_stays_where_it_is(assigned: Story) -> None:
    due_on = task_clock(assigned).due_on
    calendar_id = draft(assigned, FLOOD, scope=assigned.row.area)
    assigned.go_to(BOOKS.calendar.add_workdays(due_on, 3).on)
    publish(assigned, calendar_id)
    recount(assigned)
    assert task_clock(assigned).due_on == due_on
