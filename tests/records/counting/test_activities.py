"""How often was consulted: what counts, what does not, and when (domain.md §1.6, 7)."""

from datetime import date
from fractions import Fraction

import pytest

from domain.bodies import BodyKind, Role, RoomLevel
from domain.figures import FigurePart, Standing, Tally
from domain.matters import ConsultationKind, ParticipantKind, SessionState
from domain.stages import ConsultationState
from records.tables.deliberations import ConsultationSession
from records.tables.outcomes import Suggestion
from tests.records.counting.county import BINHE, COUNTY, YUNTANG, County

MICRO = (ConsultationKind.MICRO,)
THEMATIC = (ConsultationKind.THEMATIC,)
EVERY_KIND = tuple(ConsultationKind)


def part(tally: Tally, key: str) -> FigurePart:
    """The part of this key."""
    (found,) = (one for one in tally.parts if one.key == key)
    return found


def test_a_room_with_one_of_two_activities_has_not_reached_the_number(any_county: County) -> None:
    case = any_county.case()
    tally = any_county.ask("activities_per_room", minimum=2)
    yuntang, binhe = part(tally, "yuntang"), part(tally, "binhe")
    assert (yuntang.value, yuntang.required, yuntang.standing) == (1, 2, Standing.MISSED)
    assert (binhe.value, binhe.standing) == (0, Standing.MISSED)
    assert tally.value == 1
    assert tally.standing is Standing.MISSED
    assert tally.consultation_ids == yuntang.consultation_ids == (case,)
    assert dict(tally.details) == {"协商议事室": 2, "其中达到的": 0, "其中当年没有活动的": 1}
    assert tally.required_words == "每室不少于 2 次"


def test_every_room_with_two_activities_reaches_the_number(county: County) -> None:
    for room in ("yuntang", "yuntang", "binhe", "binhe"):
        county.case(room=room)
    assert county.ask("activities_per_room", minimum=2).standing is Standing.REACHED


def test_an_unset_number_is_unset_and_never_nought(county: County) -> None:
    tally = county.ask("activities_per_room", minimum=None)
    assert tally.standing is Standing.UNSET
    assert tally.required is None
    assert {one.standing for one in tally.parts} == {Standing.UNSET}


def test_a_number_by_level_is_unset_for_a_level_that_it_does_not_name(county: County) -> None:
    county.case()
    tally = county.ask("activities_per_room", minimum={"street": 1})
    assert part(tally, "yuntang").standing is Standing.REACHED
    assert part(tally, "binhe").standing is Standing.UNSET
    assert tally.required_words == "见分项"
    assert tally.standing is Standing.UNSET


def test_only_rooms_of_the_named_levels_are_counted(county: County) -> None:
    tally = county.ask("activities_per_room", minimum=2, levels=(RoomLevel.PARK,))
    assert [one.key for one in tally.parts] == ["binhe"]


def test_an_area_without_rooms_has_nothing_to_count(county: County) -> None:
    assert county.ask("activities_per_room", minimum=2, area="suzhou/linhu").standing is Standing.NO_DATA


@pytest.mark.parametrize(
    "state", [ConsultationState.REJECTED, ConsultationState.TERMINATED, ConsultationState.MERGED]
)
def test_what_was_rejected_ended_or_merged_never_counts(any_county: County, state: ConsultationState) -> None:
    any_county.case(state=state)
    assert any_county.ask("consultations_held", kinds=EVERY_KIND).value == 0


def test_what_was_merged_into_another_never_counts(county: County) -> None:
    into = county.case()
    county.case(merged_into_id=into)
    assert county.ask("consultations_held", kinds=EVERY_KIND).consultation_ids == (into,)


@pytest.mark.parametrize(
    "state", [SessionState.INVALID, SessionState.CANCELLED, SessionState.BROKEN_OFF, SessionState.PLANNED]
)
def test_an_invalid_session_alone_is_no_activity(any_county: County, state: SessionState) -> None:
    any_county.case(sessions=(state,))
    assert any_county.ask("consultations_held", kinds=EVERY_KIND).value == 0


def test_a_consultation_before_the_end_of_stage_five_does_not_count_yet(county: County) -> None:
    county.case(None, state=ConsultationState.DELIBERATION)
    assert county.ask("consultations_held", kinds=EVERY_KIND).value == 0


def test_a_consultation_counts_once_however_many_sessions_it_took(any_county: County) -> None:
    any_county.case(sessions=(SessionState.INVALID, SessionState.HELD, SessionState.HELD, SessionState.HELD))
    assert any_county.ask("consultations_held", kinds=EVERY_KIND).value == 1
    assert any_county.ask("activities_per_room").value == 1


def test_a_consultation_over_new_year_counts_once_in_the_year_of_its_deliberation(any_county: County) -> None:
    case = any_county.case(date(2026, 1, 1))
    any_county.meeting(case, 2, SessionState.HELD, date(2025, 12, 30))
    counted = {
        year: any_county.ask("consultations_held", kinds=EVERY_KIND, year=year).value
        for year in (2025, 2026, 2027)
    }
    assert counted == {2025: 0, 2026: 1, 2027: 0}


def test_new_years_eve_belongs_to_the_year_that_ends(county: County) -> None:
    county.case(date(2026, 12, 31))
    assert county.ask("consultations_held", kinds=EVERY_KIND).value == 1
    assert county.ask("consultations_held", kinds=EVERY_KIND, year=2027).value == 0


def test_a_mere_symposium_is_not_counted_among_the_activities_of_a_room(any_county: County) -> None:
    any_county.case()
    symposium = any_county.case(is_substantive=False)
    tally = any_county.ask("activities_per_room", minimum=2)
    yuntang = part(tally, "yuntang")
    assert yuntang.value == 1
    assert symposium not in yuntang.consultation_ids
    assert yuntang.details == (("不计入的座谈", 1),)


def test_an_exchange_at_an_invalid_session_makes_nothing_substantive(county: County) -> None:
    case = county.case(is_substantive=False)
    county.meeting(case, 2, SessionState.INVALID, date(2026, 5, 7))
    county.add(Suggestion(consultation_id=case, item_number=1, text="错时停车"))
    assert county.ask("activities_per_room").value == 0


def test_saying_plainly_that_no_consensus_was_found_stands_for_a_suggestion(any_county: County) -> None:
    case = any_county.case(is_substantive=False)
    any_county.meeting(case, 2, SessionState.HELD, date(2026, 5, 7))
    assert any_county.ask("activities_per_room").value == 0
    with any_county.register.writing() as session:
        session.get_one(ConsultationSession, f"{case}/2").is_without_consensus = True
    assert any_county.ask("activities_per_room").value == 1


def test_two_of_three_consultations_were_substantive(any_county: County) -> None:
    any_county.case()
    any_county.case()
    symposium = any_county.case(is_substantive=False)
    tally = any_county.ask("substantive_share")
    assert (tally.value, tally.numerator, tally.denominator) == (Fraction(2, 3), 2, 3)
    assert part(tally, "symposium").consultation_ids == (symposium,)
    assert tally.standing is Standing.COUNTED


def test_a_share_of_nothing_is_nothing_and_not_nought(county: County) -> None:
    assert county.ask("substantive_share").value is None
    share = county.ask("leader_attended_share", minimum_percent=30)
    assert (share.value, share.standing) == (None, Standing.NO_DATA)


def test_three_of_four_small_consultations_are_not_enough(any_county: County) -> None:
    cases = [any_county.case(kind=ConsultationKind.MICRO) for _ in range(3)]
    any_county.case(kind=ConsultationKind.MICRO, state=ConsultationState.TERMINATED)
    any_county.case(kind=ConsultationKind.ROOM)
    tally = any_county.ask("consultations_held", kinds=MICRO, minimum=4)
    assert (tally.value, tally.required, tally.standing) == (3, 4, Standing.MISSED)
    assert tally.consultation_ids == tuple(cases)
    any_county.case(kind=ConsultationKind.MICRO)
    assert any_county.ask("consultations_held", kinds=MICRO, minimum=4).standing is Standing.REACHED


def test_a_number_asked_of_every_committee_is_not_met_by_their_sum(county: County) -> None:
    county.body("other", "政协临湖区委员会", BodyKind.CPPCC_COMMITTEE, "suzhou/linhu")
    for _ in range(4):
        county.case(kind=ConsultationKind.MICRO)
    tally = county.ask("consultations_held", kinds=MICRO, minimum=4, area="suzhou")
    assert {one.key: (one.value, one.standing) for one in tally.parts} == {
        "cppcc": (4, Standing.REACHED),
        "other": (0, Standing.MISSED),
    }
    assert tally.required_words == "每个政协不少于 4 次"
    assert tally.standing is Standing.MISSED


def test_a_street_is_not_held_to_the_number_of_its_county(county: County) -> None:
    county.case(kind=ConsultationKind.MICRO)
    tally = county.ask("consultations_held", kinds=MICRO, minimum=4, area=YUNTANG)
    assert (tally.value, tally.standing) == (1, Standing.COUNTED)


def test_a_number_asked_of_counties_is_not_asked_of_their_city(county: County) -> None:
    county.body("city", "政协苏州市委员会", BodyKind.CPPCC_COMMITTEE, "suzhou")
    tally = county.ask(
        "consultations_held", kinds=EVERY_KIND, minimum=4, levels=(RoomLevel.COUNTY,), area="suzhou"
    )
    assert [one.key for one in tally.parts] == ["cppcc"]
    both = county.ask("consultations_held", kinds=EVERY_KIND, minimum=4, area="suzhou")
    assert [one.key for one in both.parts] == ["city", "cppcc"]


def test_a_number_by_level_is_asked_of_the_levels(county: County) -> None:
    county.case()
    tally = county.ask(
        "consultations_held",
        kinds=EVERY_KIND,
        minimum={"street": 1, "park": 2},
        levels=(RoomLevel.STREET, RoomLevel.PARK, RoomLevel.VILLAGE),
    )
    assert [(one.label, one.value, one.standing) for one in tally.parts] == [
        ("街道级", 1, Standing.REACHED),
        ("园区级", 0, Standing.MISSED),
        ("村（社区）级", 0, Standing.UNSET),
    ]
    assert tally.standing is Standing.MISSED


def test_a_figure_says_what_it_counted(county: County) -> None:
    thematic = county.ask("consultations_held", kinds=THEMATIC, leader_only=True)
    assert thematic.title == "主席会议成员牵头的专题协商次数"
    assert county.ask("consultations_held", kinds=EVERY_KIND).title == "协商活动次数"


def test_an_unset_number_of_consultations_is_unset(county: County) -> None:
    county.case()
    tally = county.ask("consultations_held", kinds=EVERY_KIND, minimum=None)
    assert (tally.value, tally.standing, tally.required) == (1, Standing.UNSET, None)


def test_consultations_are_told_apart_by_kind_and_level(county: County) -> None:
    county.case(kind=ConsultationKind.MICRO)
    county.case(kind=ConsultationKind.THEMATIC, room="binhe")
    tally = county.ask("consultations_held", kinds=(ConsultationKind.MICRO, ConsultationKind.THEMATIC))
    assert {one.key: one.value for one in tally.parts} == {"micro": 1, "thematic": 1}
    at_parks = county.ask("consultations_held", kinds=EVERY_KIND, levels=(RoomLevel.PARK,))
    assert at_parks.value == 1


def test_only_consultations_led_by_the_chairpersons_count_as_theirs(any_county: County) -> None:
    meeting = any_county.body("meeting", "主席会议", BodyKind.CHAIRPERSONS_MEETING)
    leader = any_county.person("何副主席", meeting, Role.STAFF)
    former = any_county.person("施副主席", meeting, Role.STAFF, until_on=date(2026, 3, 1))
    clerk = any_county.person("林晓", "cppcc", Role.STAFF)
    led = any_county.case(kind=ConsultationKind.THEMATIC, lead_person_id=leader)
    for other in (former, clerk, None):
        any_county.case(kind=ConsultationKind.THEMATIC, lead_person_id=other)
    tally = any_county.ask("consultations_held", kinds=THEMATIC, minimum=4, leader_only=True)
    assert (tally.value, tally.standing) == (1, Standing.MISSED)
    assert tally.consultation_ids == (led,)


def test_leaders_at_two_of_five_are_forty_per_cent_and_enough(any_county: County) -> None:
    cases = [any_county.case() for _ in range(5)]
    for case in cases[:2]:
        any_county.guest(case, ParticipantKind.LEADER, 1)
        any_county.guest(case, ParticipantKind.LEADER, 1)
    any_county.guest(cases[2], ParticipantKind.LEADER)
    any_county.guest(cases[3], ParticipantKind.DEPARTMENT, 1)
    any_county.guest(any_county.case(state=ConsultationState.TERMINATED), ParticipantKind.LEADER, 1)
    tally = any_county.ask("leader_attended_share", minimum_percent=30)
    assert (tally.value, tally.numerator, tally.denominator) == (Fraction(2, 5), 2, 5)
    assert (tally.required, tally.standing) == (Fraction(3, 10), Standing.REACHED)
    assert tally.consultation_ids == tuple(cases[:2])


def test_a_share_is_compared_unrounded(county: County) -> None:
    cases = [county.case() for _ in range(7)]
    for case in cases[:2]:
        county.guest(case, ParticipantKind.LEADER, 1)
    assert county.ask("leader_attended_share", minimum_percent=28).standing is Standing.REACHED
    assert county.ask("leader_attended_share", minimum_percent=29).standing is Standing.MISSED
    assert county.ask("leader_attended_share", minimum_percent=None).standing is Standing.UNSET


def test_a_leader_at_an_invalid_session_was_not_there(county: County) -> None:
    case = county.case(sessions=(SessionState.INVALID, SessionState.HELD))
    county.guest(case, ParticipantKind.LEADER, 1)
    assert county.ask("leader_attended_share", minimum_percent=30).numerator == 0


def test_the_public_is_counted_once_a_consultation_and_beside_the_year_before(any_county: County) -> None:
    case = any_county.case(sessions=(SessionState.HELD, SessionState.HELD, SessionState.INVALID))
    any_county.guest(case, ParticipantKind.MASS_REPRESENTATIVE, 1, 2)
    any_county.guest(case, ParticipantKind.STAKEHOLDER, 2)
    any_county.guest(case, ParticipantKind.LOCAL_NOTABLE, 1, is_mass_representative=True)
    any_county.guest(case, ParticipantKind.MASS_REPRESENTATIVE)
    any_county.guest(case, ParticipantKind.MASS_REPRESENTATIVE, 3)
    any_county.guest(case, ParticipantKind.GRID_WORKER, 1, is_mass_representative=True)
    any_county.guest(any_county.case(date(2025, 9, 1)), ParticipantKind.STAKEHOLDER, 1)
    tally = any_county.ask("public_participants")
    assert tally.value == 3
    assert {one.key: one.value for one in tally.parts} == {"2026": 3, "2025": 1}


def test_an_area_sees_its_own_places_and_nothing_beside_them(county: County) -> None:
    here, there = county.case(), county.case(room="binhe")
    county.case(rule_set="nantong")
    assert county.ask("consultations_held", kinds=EVERY_KIND, area=COUNTY).consultation_ids == (here, there)
    assert county.ask("consultations_held", kinds=EVERY_KIND, area=BINHE).consultation_ids == (there,)
    assert county.ask("consultations_held", kinds=EVERY_KIND, area="suzhou/feng").value == 0
