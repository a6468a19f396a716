"""What is covered, and what every member did."""

from datetime import date
from fractions import Fraction

import pytest

from domain.bodies import BodyKind, Role, RoomLevel
from domain.figures import Standing
from domain.matters import FollowUpReviewState, ParticipantKind, ResearchKind, SessionState
from domain.stages import ConsultationState
from records.tables.consultations import Topic
from records.tables.deliberations import ResearchRecord, Statement
from records.tables.outcomes import FollowUpReview
from records.tables.work_log import Liaison, MemberAssignment
from tests.records.counting.county import BINHE, COUNTY, YUNTANG, County

POINTS = {"attend": 5, "research": 5, "topic_adopted": 5, "speech": 3, "follow_up": 5}
TOWNSHIPS = (RoomLevel.TOWN, RoomLevel.STREET, RoomLevel.PARK)


@pytest.fixture
def members(any_county: County) -> County:
    """Three members of the county: 丁 and 甲 hold office, 乙 left in February."""
    any_county.person("丁委员", "cppcc", Role.MEMBER, is_party_member=True)
    any_county.person("甲委员", "cppcc", Role.MEMBER, is_party_member=False)
    any_county.person("乙委员", "cppcc", Role.MEMBER, until_on=date(2026, 2, 28))
    any_county.person("林晓", "cppcc", Role.STAFF)
    return any_county


def test_coverage_is_places_with_a_room_among_the_places_that_are_known(any_county: County) -> None:
    any_county.body("linhu-party", "中共临湖镇委员会", BodyKind.PARTY_COMMITTEE, f"{COUNTY}/linhu")
    any_county.body("village", "中共桥南村委员会", BodyKind.PARTY_ORGANIZATION, f"{COUNTY}/linhu/qiaonan")
    any_county.room("second", RoomLevel.STREET, YUNTANG)
    any_county.room("sector", RoomLevel.SECTOR, COUNTY)
    tally = any_county.ask(
        "room_coverage", levels=(*TOWNSHIPS, RoomLevel.VILLAGE, RoomLevel.SECTOR, RoomLevel.COUNTY)
    )
    towns, villages, sectors = (next(p for p in tally.parts if p.key == key) for key in ("3", "4", "sector"))
    assert (towns.numerator, towns.denominator, towns.value) == (2, 3, Fraction(2, 3))
    assert (villages.numerator, villages.denominator, villages.value) == (0, 1, 0)
    assert (sectors.value, sectors.denominator) == (1, None)
    assert (tally.numerator, tally.denominator) == (2, 5)


def test_a_room_of_another_level_covers_nothing(county: County) -> None:
    tally = county.ask("room_coverage", levels=(RoomLevel.STREET,))
    assert (tally.numerator, tally.denominator) == (1, 2)


def test_coverage_where_no_place_is_known_is_no_number(county: County) -> None:
    tally = county.ask("room_coverage", levels=TOWNSHIPS, area="suzhou/nowhere")
    assert (tally.value, tally.denominator) == (None, 0)


def test_a_county_with_a_liaison_in_the_year_is_covered(any_county: County) -> None:
    any_county.body("other", "政协临湖区委员会", BodyKind.CPPCC_COMMITTEE, "suzhou/linhu")
    any_county.body("third", "政协平望区委员会", BodyKind.CPPCC_COMMITTEE, "suzhou/pingwang")
    leader = any_county.person("何副主席", "cppcc", Role.STAFF)
    any_county.add(
        Liaison(person_id=leader, area=COUNTY, since_on=date(2025, 1, 6)),
        Liaison(
            person_id=leader, area="suzhou/linhu", since_on=date(2024, 1, 8), until_on=date(2025, 12, 31)
        ),
    )
    tally = any_county.ask("liaison_coverage", area="suzhou")
    assert (tally.value, tally.numerator, tally.denominator) == (Fraction(1, 3), 1, 3)
    assert [one.label for one in tally.parts if one.value == 0] == ["政协临湖区委员会", "政协平望区委员会"]


def test_members_whom_no_room_has_are_named(members: County) -> None:
    members.add(
        MemberAssignment(person_id="甲委员", room_id="yuntang", since_on=date(2026, 1, 5)),
        MemberAssignment(
            person_id="丁委员", room_id="binhe", since_on=date(2025, 1, 6), until_on=date(2026, 6, 30)
        ),
    )
    tally = members.ask("members_without_room")
    assert (tally.value, tally.standing) == (1, Standing.MISSED)
    assert [one.label for one in tally.parts] == ["丁委员"]
    assert tally.details == (("在任委员", 2),)
    assert members.ask("members_without_room", today=date(2026, 6, 30)).standing is Standing.REACHED


def test_a_county_without_members_has_nobody_to_assign(county: County) -> None:
    assert county.ask("members_without_room").standing is Standing.NO_DATA


def test_points_are_earned_once_a_consultation_for_every_deed(members: County) -> None:
    members.add(
        Topic(
            id="recommended",
            title="停车",
            area=YUNTANG,
            proposed_on=date(2026, 1, 5),
            recommended_by_id="甲委员",
        )
    )
    case = members.case(sessions=(SessionState.HELD, SessionState.HELD), topic_id="recommended")
    guest = members.guest(case, ParticipantKind.CPPCC_MEMBER, 1, 2, person="甲委员")
    members.add(
        Statement(session_id=f"{case}/1", participant_id=guest, text="一"),
        Statement(session_id=f"{case}/2", participant_id=guest, text="二"),
        _research(case, "甲委员", "丁委员"),
        _research(case, "甲委员"),
        _follow_up(case, 1, date(2026, 9, 1), "甲委员"),
        _follow_up(case, 2, None),
    )
    tally = members.ask("member_participation", points=POINTS)
    by_key = {one.key: one for one in tally.parts}
    assert by_key["甲委员"].value == 5 + 5 + 5 + 3 + 5
    assert by_key["甲委员"].details == (
        ("出席", 1),
        ("调研", 1),
        ("议题被采用", 1),
        ("发言", 1),
        ("跟踪问效", 1),
    )
    assert (by_key["丁委员"].value, by_key["乙委员"].value) == (5, 0)
    assert by_key["丁委员"].consultation_ids == (case,)
    assert tally.value == 28


def test_members_stand_by_name_and_party_members_apart(members: County) -> None:
    case = members.case()
    members.guest(case, ParticipantKind.CPPCC_MEMBER, 1, person="丁委员")
    members.guest(case, ParticipantKind.CPPCC_MEMBER, 1, person="甲委员")
    members.guest(case, ParticipantKind.CPPCC_MEMBER, 1, person="林晓")
    tally = members.ask("member_participation", points=POINTS)
    assert [one.label for one in tally.parts] == ["丁委员", "乙委员", "甲委员", "其中中共党员委员占比"]
    share = tally.parts[-1]
    assert (share.value, share.numerator, share.denominator) == (Fraction(1, 2), 5, 10)
    assert tally.details == (("委员", 3), ("其中中共党员委员", 1))


def test_what_does_not_count_earns_nothing(members: County) -> None:
    ended = members.case(state=ConsultationState.TERMINATED)
    invalid = members.case(sessions=(SessionState.INVALID, SessionState.HELD))
    last_year = members.case(date(2025, 12, 30))
    for case in (ended, invalid, last_year):
        guest = members.guest(case, ParticipantKind.CPPCC_MEMBER, 1, person="甲委员")
        members.add(Statement(session_id=f"{case}/1", participant_id=guest, text="一"))
    members.add(_research(ended, "甲委员"), _follow_up(ended, 1, date(2026, 9, 1), "甲委员"))
    assert members.ask("member_participation", points=POINTS).value == 0


def test_a_follow_up_counts_in_the_year_in_which_it_was_held(members: County) -> None:
    case = members.case(date(2025, 12, 30))
    members.add(_follow_up(case, 1, date(2026, 3, 2), "甲委员"))
    assert members.ask("member_participation", points=POINTS).value == 5
    assert members.ask("member_participation", points=POINTS, year=2025).value == 0


def test_points_that_nobody_has_set_are_no_points(members: County) -> None:
    members.guest(members.case(), ParticipantKind.CPPCC_MEMBER, 1, person="甲委员")
    tally = members.ask("member_participation", points=None)
    assert tally.value is None
    assert tally.standing is Standing.UNSET
    assert {one.value for one in tally.parts} == {None}


def test_members_of_another_area_are_not_listed(members: County) -> None:
    assert members.ask("member_participation", points=POINTS, area=BINHE).details[0] == ("委员", 0)


def _research(case: str, *people: str) -> ResearchRecord:
    return ResearchRecord(
        consultation_id=case,
        kind=ResearchKind.RESEARCH,
        held_on=date(2026, 4, 1),
        researcher_ids=list(people),
    )


def _follow_up(case: str, ordinal: int, held_on: date | None, *people: str) -> FollowUpReview:
    return FollowUpReview(
        consultation_id=case,
        ordinal=ordinal,
        round=1,
        due_on=date(2026, 9, 1),
        state=FollowUpReviewState.HOLDS if held_on else FollowUpReviewState.SCHEDULED,
        held_on=held_on,
        attended_by_ids=list(people),
    )
