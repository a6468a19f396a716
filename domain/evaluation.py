"""Scores and thresholds of an evaluation, in exact arithmetic (domain.md §2.8).

Nothing is rounded before it is compared: 89.78 is 良好, and 79.49 % is below 80 %. Only `shown` rounds.
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from domain.matters import BallotChoice, EvaluationParty, FollowUpOutcome
from domain.words import Word

Score = int | float | Fraction

BALLOT_POINTS: Mapping[BallotChoice, int] = MappingProxyType(
    {
        BallotChoice.SATISFIED: 100,
        BallotChoice.BASICALLY_SATISFIED: 80,
        BallotChoice.DISSATISFIED: 40,
    }
)

WEIGHTS: Mapping[EvaluationParty, Fraction] = MappingProxyType(
    {
        EvaluationParty.PARTY_GOV_COMMENT: Fraction(25, 100),
        EvaluationParty.MEMBER_REVIEW: Fraction(25, 100),
        EvaluationParty.PUBLIC_RATING: Fraction(35, 100),
        EvaluationParty.ORGANIZER_ANALYSIS: Fraction(15, 100),
    }
)
"""The system's own weights; a rule set may name others."""

SATISFACTION_MIN = Fraction(80, 100)
COMPOSITE_MIN = Fraction(60)
BALLOTS_MIN = 5


class Grade(Word):
    """The band of a composite score."""

    EXCELLENT = "excellent", "优秀"
    GOOD = "good", "良好"
    PASSED = "passed", "合格"
    FAILED = "failed", "不合格"


def exact(score: Score) -> Fraction:
    """The number as it was written down: 91.5 is 183/2, never the nearest binary fraction.

    Raises ValueError for a score outside 0–100 and for not-a-number.
    """
    number = Fraction(str(score)) if isinstance(score, float) else Fraction(score)
    if not 0 <= number <= 100:
        raise ValueError(f"a score lies between 0 and 100, not {score}")
    return number


def public_score(satisfied: int, basically_satisfied: int, dissatisfied: int) -> Fraction:
    """The public's score 0–100: 满意 100, 基本满意 80, 不满意 40. Raises ValueError without any ballot."""
    ballots = _ballot_count(satisfied, basically_satisfied, dissatisfied)
    points = (
        satisfied * BALLOT_POINTS[BallotChoice.SATISFIED]
        + basically_satisfied * BALLOT_POINTS[BallotChoice.BASICALLY_SATISFIED]
        + dissatisfied * BALLOT_POINTS[BallotChoice.DISSATISFIED]
    )
    return Fraction(points, ballots)


def satisfaction_rate(satisfied: int, basically_satisfied: int, dissatisfied: int) -> Fraction:
    """满意率 as a share of 1: satisfied and basically satisfied ballots. Raises ValueError without a ballot."""
    ballots = _ballot_count(satisfied, basically_satisfied, dissatisfied)
    return Fraction(satisfied + basically_satisfied, ballots)


def composite(
    scores: Mapping[EvaluationParty, Score], weights: Mapping[EvaluationParty, Fraction] = WEIGHTS
) -> Fraction:
    """The weighted score 0–100. Raises ValueError when a weighted party has not scored or weights are not 1."""
    missing = [party.label for party in weights if party not in scores]
    if missing:
        raise ValueError(f"no composite without {'、'.join(missing)}")
    if sum(weights.values()) != 1:
        raise ValueError("weights must sum to 1")
    return sum((exact(scores[party]) * weight for party, weight in weights.items()), Fraction(0))


def grade(score: Score) -> Grade:
    """≥ 90 优秀, ≥ 80 良好, ≥ 60 合格, else 不合格; the score is compared unrounded."""
    number = exact(score)
    if number >= 90:
        return Grade.EXCELLENT
    if number >= 80:
        return Grade.GOOD
    return Grade.PASSED if number >= 60 else Grade.FAILED


def needs_re_evaluation(
    *,
    rate: Fraction | None = None,
    score: Score | None = None,
    follow_up: FollowUpOutcome | None = None,
    is_agreed_request: bool = False,
    satisfaction_min: Fraction = SATISFACTION_MIN,
    composite_min: Fraction = COMPOSITE_MIN,
) -> bool:
    """Whether 再评议 must open: satisfaction or composite too low, a relapse, or an agreed written request.

    A `rate` (share of 1) or `score` (0–100) of None is not known yet and triggers nothing.
    """
    return (
        is_agreed_request
        or follow_up is FollowUpOutcome.RELAPSED
        or (rate is not None and rate < satisfaction_min)
        or (score is not None and exact(score) < composite_min)
    )


def minimum_ballots(mass_representatives: int, minimum: int = BALLOTS_MIN) -> int:
    """Ballots that the public's rating needs: five, or half of the mass representatives if that is more."""
    return max(minimum, (mass_representatives + 1) // 2)


def shown(number: Fraction, places: int = 1) -> str:
    """The number for people, a half rounded to the even digit (四舍六入五成双, as GB/T 8170 asks).

    For reading only, never for comparing.
    """
    units = round(number * 10**places)
    whole, rest = divmod(abs(units), 10**places)
    sign = "-" if units < 0 else ""
    return f"{sign}{whole}.{rest:0{places}d}" if places else f"{sign}{whole}"


def _ballot_count(satisfied: int, basically_satisfied: int, dissatisfied: int) -> int:
    if min(satisfied, basically_satisfied, dissatisfied) < 0:
        raise ValueError("a number of ballots is never negative")
    ballots = satisfied + basically_satisfied + dissatisfied
    if ballots == 0:
        raise ValueError("no ballot has been cast")
    return ballots
