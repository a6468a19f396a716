"""A room rests while its convener's post has been vacant for more than 30 working days."""

from datetime import date, timedelta

import pytest

from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.tables.people import Person
from records.tables.rooms import Convener, Room
from records.vacancies import vacancy_of
from tests import cast
from tests.stories import BOOKS, Story

LEFT_ON = date(2026, 3, 2)
# 30 working days after 2026-03-02, 清明 off.
LAST_ON = date(2026, 4, 14)


@pytest.fixture
def vacant(story: Story) -> Story:
    """The convener of the street's room left on 2026-03-02."""
    with story.register.writing() as session:
        session.query(Convener).one().until_on = LEFT_ON
    return story


def test_no_consultation_is_opened_in_a_room_that_rests(vacant: Story) -> None:
    vacant.go_to(LAST_ON + timedelta(days=1))
    refusal = vacant.refusal(vacant.opening())
    assert (refusal.code, refusal.field) == (RefusalCode.STATE_FORBIDS, "room_id")
    assert "已超过 30 个工作日（系统默认，可在规则集中修改），暂停使用" in refusal.message


def test_on_the_thirtieth_working_day_the_room_is_still_used(vacant: Story) -> None:
    vacant.go_to(LAST_ON)
    assert vacant.open().state is ConsultationState.PLATFORM


def test_an_opening_entered_afterwards_is_judged_by_its_own_day(vacant: Story) -> None:
    act = vacant.go_to(LAST_ON).opening()
    vacant.go_to(date(2026, 11, 20))
    assert vacant.do(act).state is ConsultationState.PLATFORM


def test_a_new_convener_lets_the_room_be_used_again(vacant: Story) -> None:
    vacant.add(Person(id="new", name="新召集人", sign_in_name="new", password_hash="!"))
    vacant.add(Convener(room_id=cast.ROOM_ID, person_id="new", since_on=date(2026, 6, 1)))
    vacant.go_to(date(2026, 6, 1))
    with vacant.look() as session:
        room = session.get_one(Room, cast.ROOM_ID)
        assert vacancy_of(session, BOOKS, room, date(2026, 5, 29)) is not None
        assert vacancy_of(session, BOOKS, room, vacant.today) is None
    vacant.open()


def test_the_page_of_the_room_says_how_long_the_post_is_vacant(vacant: Story) -> None:
    with vacant.look() as session:
        room = session.get_one(Room, cast.ROOM_ID)
        early, late = (
            vacancy_of(session, BOOKS, room, day) for day in (LAST_ON, LAST_ON + timedelta(days=1))
        )
    assert early is not None
    assert late is not None
    assert early.words == "召集人空缺已 30 个工作日，超过 30 个工作日的暂停使用"
    assert late.words == "召集人空缺已超过 30 个工作日，暂停使用"


def test_a_room_that_never_had_a_convener_is_left_to_the_gate(story: Story) -> None:
    with story.register.writing() as session:
        session.delete(session.query(Convener).one())
    story.go_to(date(2026, 11, 20)).open()
    assert "SZ-13" in {finding.rule_id for finding in story.refusal(story.advancing()).unmet}
