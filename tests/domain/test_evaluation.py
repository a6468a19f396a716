"""Scores are exact: every figure of the twelve sample cases, and every threshold from both sides."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evaluation import (
    Grade,
    Score,
    composite,
    exact,
    grade,
    minimum_ballots,
    needs_re_evaluation,
    public_score,
    satisfaction_rate,
    shown,
)
from domain.matters import EvaluationParty, FollowUpOutcome

# case, ballots, scores of party/government, members, organiser, then what the case prints:
# satisfaction in per cent, public score, composite
CASES = [
    ("A-01", (19, 5, 2), (92, 90, 88), "92.3", "91.5", "90.7", Grade.EXCELLENT),
    ("A-02", (16, 9, 5), (85, 84, 82), "83.3", "84.0", "84.0", Grade.GOOD),
    ("A-03", (13, 2, 1), (90, 91, 90), "93.8", "93.8", "91.6", Grade.EXCELLENT),
    ("A-04", (11, 6, 2), (80, 82, 80), "89.5", "87.4", "83.1", Grade.GOOD),
    ("B-05", (15, 3, 2), (88, 86, 85), "90.0", "91.0", "88.1", Grade.GOOD),
    ("B-05 second round", (16, 3, 1), (90, 90, 90), "95.0", "94.0", "91.4", Grade.EXCELLENT),
    ("B-06", (14, 4, 1), (86, 88, 86), "94.7", "92.6", "88.8", Grade.GOOD),
    ("B-07", (20, 13, 7), (70, 66, 72), "82.5", "83.0", "73.8", Grade.PASSED),
    ("C-09", (18, 9, 4), (84, 86, 84), "87.1", "86.5", "85.4", Grade.GOOD),
    ("C-10", (17, 6, 2), (85, 85, 84), "92.0", "90.4", "86.7", Grade.GOOD),
    ("D-11", (18, 17, 15), (78, 76, 74), "70.0", "75.2", "75.9", Grade.PASSED),
    ("D-11 second round", (30, 14, 6), (84, 84, 82), "88.0", "87.2", "84.8", Grade.GOOD),
    ("D-12", (14, 12, 5), (82, 80, 80), "83.9", "82.6", "81.4", Grade.GOOD),
]


@pytest.mark.parametrize(
    ("ballots", "others", "rate", "public", "total", "band"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_the_sample_cases_score_as_printed(
    ballots: tuple[int, int, int],
    others: tuple[int, int, int],
    rate: str,
    public: str,
    total: str,
    band: Grade,
) -> None:
    by_public = public_score(*ballots)
    party_gov, members, organiser = others
    scores: dict[EvaluationParty, Score] = {
        EvaluationParty.PARTY_GOV_COMMENT: party_gov,
        EvaluationParty.MEMBER_REVIEW: members,
        EvaluationParty.PUBLIC_RATING: by_public,
        EvaluationParty.ORGANIZER_ANALYSIS: organiser,
    }
    assert shown(satisfaction_rate(*ballots) * 100) == rate
    assert shown(by_public) == public
    assert shown(composite(scores)) == total
    assert grade(composite(scores)) is band


def test_no_score_without_a_ballot() -> None:
    with pytest.raises(ValueError, match="no ballot"):
        public_score(0, 0, 0)
    with pytest.raises(ValueError, match="no ballot"):
        satisfaction_rate(0, 0, 0)


def test_negative_ballots_are_refused() -> None:
    with pytest.raises(ValueError, match="never negative"):
        public_score(3, -1, 0)


@pytest.mark.parametrize("score", [-0.1, 100.1, float("nan"), float("inf"), -5, 101])
def test_scores_outside_the_scale_are_refused(score: float) -> None:
    with pytest.raises((ValueError, OverflowError)):
        exact(score)


def test_no_composite_without_every_weighted_party() -> None:
    with pytest.raises(ValueError, match="党政点评、委员评议、组织者评析"):
        composite({EvaluationParty.PUBLIC_RATING: 90})


def test_weights_that_are_not_a_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        composite({EvaluationParty.PUBLIC_RATING: 90}, {EvaluationParty.PUBLIC_RATING: Fraction(1, 2)})


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (90, Grade.EXCELLENT),
        (89.78, Grade.GOOD),
        (89.9999, Grade.GOOD),
        (80, Grade.GOOD),
        (79.99, Grade.PASSED),
        (60, Grade.PASSED),
        (59.99, Grade.FAILED),
    ],
)
def test_bands_are_compared_unrounded(score: float, band: Grade) -> None:
    assert grade(score) is band


def test_satisfaction_of_79_49_per_cent_asks_for_re_evaluation_and_80_does_not() -> None:
    assert needs_re_evaluation(rate=satisfaction_rate(31, 0, 8))  # 79.49 %
    assert not needs_re_evaluation(rate=satisfaction_rate(4, 0, 1))  # 80 %


def test_a_composite_below_60_asks_for_re_evaluation_and_60_does_not() -> None:
    assert needs_re_evaluation(score=59.99)
    assert not needs_re_evaluation(score=60)


def test_a_relapse_asks_for_re_evaluation_after_a_good_first_rating() -> None:
    rate, score = satisfaction_rate(15, 3, 2), Fraction(881, 10)
    assert needs_re_evaluation(rate=rate, score=score, follow_up=FollowUpOutcome.RELAPSED)
    assert not needs_re_evaluation(rate=rate, score=score, follow_up=FollowUpOutcome.HOLDS)


def test_an_agreed_request_asks_for_re_evaluation() -> None:
    assert needs_re_evaluation(is_agreed_request=True)
    assert not needs_re_evaluation()


@pytest.mark.parametrize(("mass", "ballots"), [(0, 5), (8, 5), (10, 5), (11, 6), (14, 7), (15, 8)])
def test_ballots_needed_are_half_of_the_mass_representatives_but_at_least_five(
    mass: int, ballots: int
) -> None:
    assert minimum_ballots(mass) == ballots


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(8395, 100), "84.0"),
        (Fraction(7385, 100), "73.8"),
        (Fraction(90738, 1000), "90.7"),
        (Fraction(-126, 100), "-1.3"),
    ],
)
def test_scores_are_shown_with_a_half_rounded_to_even(number: Fraction, text: str) -> None:
    assert shown(number) == text
    assert shown(Fraction(5, 2), places=0) == "2"


counts = st.integers(min_value=0, max_value=10_000)


@given(counts, counts, counts)
def test_public_score_lies_between_40_and_100(satisfied: int, basically: int, dissatisfied: int) -> None:
    if satisfied + basically + dissatisfied == 0:
        return
    score = public_score(satisfied, basically, dissatisfied)
    assert 40 <= score <= 100
    assert public_score(satisfied + 1, basically, dissatisfied) >= score
