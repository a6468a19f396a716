"""并案: a consultation ends inside another of the same place, and its topic is answered there."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.acts import MergeConsultation, OpenConsultation, RejectTopic, TerminateConsultation
from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.matters import Diversion, Exclusion
from domain.notices import NoticeKind
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.queries.linked_cases import linked_cases, links_and_choices
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation, StageAdvance, Topic
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockRow
from records.tables.rooms import Room
from tests import cast
from tests.stories import OPENED_ON, Story

S = ConsultationState
Code = RefusalCode
MERGED_ON = date(2026, 3, 6)


@pytest.fixture
def two(story: Story) -> tuple[Story, Story]:
    """Two open consultations in one room: the first goes on, the second is to be merged into it."""
    return _two(story)


@pytest.fixture
def any_two(any_story: Story) -> tuple[Story, Story]:
    """The same, once on SQLite and once on PostgreSQL."""
    return _two(any_story)


def _two(story: Story) -> tuple[Story, Story]:
    story.reach(S.TOPIC, until=MERGED_ON)
    second = story.another()
    second.go_to(OPENED_ON).open()
    second.advance()
    second.go_to(MERGED_ON)
    return story, second


def merging(second: Story, into: str, by: Actor = cast.STAFF) -> MergeConsultation:
    return MergeConsultation(
        by=by, occurred_on=second.today, into_consultation_id=into, reason="两件议题同属云塘小区改造"
    )


@pytest.mark.parametrize("by", [cast.CONVENER, cast.HOUSING_CLERK, cast.STREET_PARTY_OFFICE, cast.OUTSIDER])
def test_only_the_staff_of_the_organisers_merge(two: tuple[Story, Story], by: Actor) -> None:
    first, second = two
    assert second.refusal(merging(second, first.consultation_id, by)).code is Code.NOT_PERMITTED


def test_nothing_is_merged_into_itself_or_into_nothing(two: tuple[Story, Story]) -> None:
    _, second = two
    own = second.refusal(merging(second, second.consultation_id))
    assert (own.code, own.field) == (Code.INVALID_INPUT, "into_consultation_id")
    assert second.refusal(merging(second, "nothing")).code is Code.NOT_FOUND


def test_a_merger_says_why(two: tuple[Story, Story]) -> None:
    first, second = two
    act = replace(merging(second, first.consultation_id), reason=" ")
    assert second.refusal(act).field == "reason"


def test_a_merger_stays_in_one_branch_of_the_areas(two: tuple[Story, Story]) -> None:
    first, second = two
    with first.register.writing() as session:
        session.get_one(Consultation, first.consultation_id).area = cast.ELSEWHERE
    refusal = second.refusal(merging(second, first.consultation_id))
    assert (refusal.code, refusal.field) == (Code.INVALID_INPUT, "into_consultation_id")


@pytest.mark.parametrize("state", [S.TERMINATED, S.COMPLETED, S.ARCHIVED, S.REJECTED])
def test_nothing_is_merged_into_what_has_come_to_its_end(two: tuple[Story, Story], state: S) -> None:
    first, second = two
    with first.register.writing() as session:
        session.get_one(Consultation, first.consultation_id).state = state
    refusal = second.refusal(merging(second, first.consultation_id))
    assert refusal.code is Code.STATE_FORBIDS
    assert state.label in refusal.message


def test_after_the_topic_is_settled_nothing_is_merged_any_more(two: tuple[Story, Story]) -> None:
    first, second = two
    first.reach_from_topic()
    first.go_to(second.today) if first.today < second.today else second.go_to(first.today)
    refusal = first.refusal(merging(first, second.consultation_id))
    assert refusal.code is Code.STATE_FORBIDS
    assert "确定议题" in refusal.message


def test_a_merger_is_not_dated_before_either_began_or_after_today(two: tuple[Story, Story]) -> None:
    first, second = two
    for day in (OPENED_ON - timedelta(days=1), MERGED_ON + timedelta(days=1)):
        act = replace(merging(second, first.consultation_id), occurred_on=day)
        assert second.refusal(act).field == "occurred_on"


def test_a_merged_consultation_ends_with_every_clock_stopped(any_two: tuple[Story, Story]) -> None:
    first, second = any_two
    before = first.one(ClockRow, consultation_id=first.consultation_id, is_open=True)
    outcome = second.do(merging(second, first.consultation_id))
    assert (outcome.state, outcome.next_wake_at) == (S.MERGED, None)
    assert (second.row.merged_into_id, second.row.completed_on) == (first.consultation_id, MERGED_ON)
    assert not second.every(ClockRow, consultation_id=second.consultation_id, is_open=True)
    assert first.one(ClockRow, consultation_id=first.consultation_id, is_open=True).id == before.id
    (change,) = second.every(StageAdvance, consultation_id=second.consultation_id, event="merge")
    assert (change.from_state, change.to_state) == (S.TOPIC, S.MERGED)
    (entry,) = second.every(AuditEntry, action=AuditAction.MERGED)
    assert (entry.new["into"], entry.note) == (first.row.number, "两件议题同属云塘小区改造")


def test_of_two_merged_into_each_other_only_the_first_is(two: tuple[Story, Story]) -> None:
    first, second = two
    second.do(merging(second, first.consultation_id))
    refusal = first.refusal(merging(first, second.consultation_id))
    assert refusal.code is Code.STATE_FORBIDS
    assert "并案" in refusal.message


def test_the_proposer_and_both_organisers_are_told_where_their_topic_goes(two: tuple[Story, Story]) -> None:
    first, second = two
    with second.register.writing() as session:
        topic = session.get_one(Topic, cast.OTHER_TOPIC_ID)
        topic.proposer, topic.recommended_by_id = cast.POLICE.name, cast.MEMBER_PLAYER.id
    second.do(merging(second, first.consultation_id))
    letters = second.every(NoticeRow, kind=NoticeKind.MERGED)
    assert {letter.person_id for letter in letters} == {
        cast.POLICE_PLAYER.id,
        cast.MEMBER_PLAYER.id,
        cast.STAFF_PLAYER.id,
        cast.CONVENER_PLAYER.id,
        cast.STREET_PARTY_PLAYER.id,
    }
    assert letters[0].payload["into_number"] == first.row.number


def test_a_merger_entered_afterwards_tells_nobody(two: tuple[Story, Story]) -> None:
    first, second = two
    second.go_to(date(2026, 11, 20))
    second.do(replace(merging(second, first.consultation_id), occurred_on=MERGED_ON))
    assert second.row.completed_on == MERGED_ON
    assert second.every(NoticeRow, kind=NoticeKind.MERGED) == []


def test_the_surviving_consultation_lists_each_topic_that_was_merged(two: tuple[Story, Story]) -> None:
    first, second = two
    with first.look() as session:
        assert [
            one.id for one in links_and_choices(session, first.row, cast.STAFF, first.today)[1].merge_targets
        ] == [second.consultation_id]
    second.do(merging(second, first.consultation_id))
    with first.look() as session:
        (merged,) = linked_cases(session, first.row, cast.STAFF, first.today).merged
        assert (merged.topic_title, merged.state) == ("云塘小区停车位重排", S.MERGED)
        into = linked_cases(session, second.row, cast.STAFF, first.today).merged_into
        assert into is not None
        assert (into.number, into.is_readable) == (first.row.number, True)
        assert links_and_choices(session, first.row, cast.STAFF, first.today)[1].merge_targets == ()


# ---------------------------------------------------------------- 三级联动


@pytest.fixture
def county(story: Story) -> Story:
    """A consultation of the whole district, with the street's still to be opened."""
    with story.register.writing() as session:
        street = session.get_one(Room, cast.ROOM_ID)
        names = {column.key for column in Room.__table__.columns}
        values = {name: getattr(street, name) for name in names} | {
            "id": "room-district",
            "short_name": "枫溪",
            "area": cast.DISTRICT,
            "operator_id": cast.CPPCC.id,
        }
        session.add(Room(**values))
    district = story.another()
    district.go_to(OPENED_ON)
    district.do(replace(district.opening(cast.OWNER_STAFF), room_id="room-district"))
    return district


def below(county: Story, parent_id: str | None = None) -> tuple[Story, OpenConsultation]:
    street = county.another(cast.TOPIC_ID)
    return street, replace(street.opening(), parent_id=parent_id or county.consultation_id)


def test_a_consultation_belongs_only_to_one_of_a_larger_area(county: Story) -> None:
    street, act = below(county)
    assert street.refusal(replace(act, parent_id="nothing")).code is Code.NOT_FOUND
    street.do(replace(act, parent_id=None))
    beside, again = below(county, street.consultation_id)
    beside.add(replace_topic("topic-third"))
    refusal = beside.refusal(replace(again, topic_id="topic-third"))
    assert (refusal.code, refusal.field) == (Code.INVALID_INPUT, "parent_id")


def replace_topic(topic_id: str) -> Topic:
    return Topic(id=topic_id, title="小区充电桩", area=cast.STREET, proposed_on=OPENED_ON)


def test_a_consultation_that_has_ended_takes_nothing_under_it(county: Story) -> None:
    end = TerminateConsultation(by=cast.OWNER_STAFF, occurred_on=county.today, reason="不再需要")
    county.do(end)
    street, act = below(county)
    refusal = street.refusal(act)
    assert (refusal.code, "终止" in refusal.message) == (Code.INVALID_INPUT, True)


def test_both_ends_show_the_link_and_only_readers_may_follow_it(county: Story) -> None:
    street, act = below(county)
    street.do(act)
    with street.look() as session:
        below_it = linked_cases(session, county.row, cast.OWNER_STAFF, county.today)
        assert [one.id for one in below_it.children] == [street.consultation_id]
        above_it = linked_cases(session, street.row, cast.STAFF, street.today)
        assert above_it.parent is not None
        assert (above_it.parent.number, above_it.parent.is_readable) == (county.row.number, False)


# ---------------------------------------------------------------- 退回补充 and 不予受理


def test_no_consultation_is_opened_on_a_topic_that_its_proposer_must_complete(story: Story) -> None:
    with story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).sent_back_on = OPENED_ON
    refusal = story.refusal(story.opening())
    assert (refusal.code, refusal.field) == (Code.STATE_FORBIDS, "topic_id")
    assert "退回补充" in refusal.message
    with story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).resubmitted_on = OPENED_ON
    story.open()


def test_a_rejection_tells_the_body_that_proposed_the_topic(story: Story) -> None:
    with story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).proposer = cast.POLICE.name
    story.open()
    story.do(
        RejectTopic(
            by=cast.STAFF,
            occurred_on=story.today,
            exclusion=Exclusion.INDIVIDUAL_DISPUTE,
            diversion=Diversion.PEOPLES_MEDIATION,
            reason="属于邻里纠纷",
        )
    )
    letters = story.every(NoticeRow, kind=NoticeKind.REJECTED)
    assert {letter.person_id for letter in letters} == {cast.STAFF_PLAYER.id, cast.POLICE_PLAYER.id}
