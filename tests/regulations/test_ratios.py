"""Shares are compared as integers: the same verdict as exact fractions, and never a text that lies."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.facts import ParticipantFacts
from domain.matters import ParticipantKind
from domain.stages import GatePoint
from regulations.checks.counting import counted, is_direct, is_mass, share_finding, share_shown
from regulations.gates import judge
from regulations.loader import load_rule_sets
from tests.regulations.judging import blocking, people
from tests.regulations.passing import GRID_WORKER, MASS, MEMBER, passing

BOOKS = load_rule_sets()
OUTSIDE = (ParticipantKind.STAFF, ParticipantKind.RECORDER, ParticipantKind.MEDIA, ParticipantKind.OBSERVER)

wholes = st.integers(min_value=1, max_value=5_000)
thresholds = st.tuples(st.integers(1, 9), st.integers(1, 9)).filter(lambda pair: pair[0] <= pair[1])
persons = st.builds(
    ParticipantFacts,
    kind=st.sampled_from(ParticipantKind),
    is_direct_stakeholder=st.booleans(),
    is_mass_representative=st.booleans(),
)


@given(st.data(), wholes, thresholds)
def test_the_integer_comparison_equals_the_exact_fraction(
    data: st.DataObject, whole: int, threshold: tuple[int, int]
) -> None:
    part = data.draw(st.integers(0, whole))
    numerator, denominator = threshold
    found = share_finding(
        part, whole, numerator=numerator, denominator=denominator, who="甲", among="乙", field=""
    )
    assert found.is_satisfied is (Fraction(part, whole) >= Fraction(numerator, denominator))


@given(st.data(), wholes, thresholds)
def test_a_failing_share_never_reads_like_the_threshold(
    data: st.DataObject, whole: int, threshold: tuple[int, int]
) -> None:
    part = data.draw(st.integers(0, whole))
    share, limit = Fraction(part, whole), Fraction(*threshold)
    text = share_shown(part, whole, *threshold).removesuffix(" %")
    places = len(text.partition(".")[2])
    assert abs(Fraction(text) - share * 100) <= Fraction(1, 2 * 10**places)
    limit_shown = Fraction((limit * 100 * 10**places).__floor__(), 10**places)
    assert (Fraction(text) >= limit_shown) is (share >= limit)


def test_no_share_of_nobody_passes() -> None:
    found = share_finding(0, 0, numerator=1, denominator=3, who="群众代表", among="签到人员", field="")
    assert not found.is_satisfied
    assert found.measured == "群众代表 0 人，占签到人员 0 人的 0.0 %"
    assert "＝" not in found.required


@given(st.lists(persons, min_size=1, max_size=60))
def test_people_outside_the_ratio_change_no_verdict(crowd: list[ParticipantFacts]) -> None:
    extra = [ParticipantFacts(kind, True, True) for kind in OUTSIDE]
    for region, rule_id in (("suzhou", "SZ-21"), ("nantong", "NA-11")):
        verdicts = set()
        for participants in (crowd, crowd + extra):
            facts = replace(passing(region), participants=tuple(participants))
            findings = judge(BOOKS[region], GatePoint.PARTICIPANTS, facts)
            verdicts.add(next(each.is_satisfied for each in findings if each.rule_id == rule_id))
        assert len(verdicts) == 1


@given(st.lists(persons, max_size=60))
def test_who_counts_as_the_public_stands_in_the_denominator(crowd: list[ParticipantFacts]) -> None:
    inside = counted(crowd)
    assert all(person in inside for person in crowd if is_direct(person) or is_mass(person))


def test_a_grid_worker_ticked_as_mass_representative_does_not_count() -> None:
    ticked = replace(GRID_WORKER, is_mass_representative=True, is_direct_stakeholder=True)
    facts = replace(passing("nantong"), participants=(MASS,) * 7 + (ticked,) + (MEMBER,) * 16)
    assert "群众代表 7 人" in blocking("nantong", GatePoint.PARTICIPANTS, facts)["NA-11"].measured


def test_staff_recorders_media_and_observers_stand_outside_the_ratio() -> None:
    outside = tuple(
        ParticipantFacts(kind)
        for kind in (
            ParticipantKind.STAFF,
            ParticipantKind.RECORDER,
            ParticipantKind.MEDIA,
            ParticipantKind.OBSERVER,
        )
    )
    facts = replace(passing("suzhou"), participants=people(15, 15) + outside)
    assert blocking("suzhou", GatePoint.PARTICIPANTS, facts) == {}
    convener = replace(facts, participants=(*facts.participants, ParticipantFacts(ParticipantKind.CONVENER)))
    assert list(blocking("suzhou", GatePoint.PARTICIPANTS, convener)) == ["SZ-21"]
