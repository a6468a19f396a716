"""评估质效: the parties' ratings, the public's ballots, and what follows from them."""

from collections.abc import Mapping
from fractions import Fraction

from domain.evaluation import (
    Score,
    composite,
    minimum_ballots,
    needs_re_evaluation,
    public_score,
    satisfaction_rate,
    shown,
)
from domain.facts import ConsultationFacts, EvaluationFacts
from domain.matters import EvaluationParty
from regulations.checks.counting import counted, is_direct, is_mass, share_shown
from regulations.checks.registry import Finding, check


@check
def parties_have_evaluated(facts: ConsultationFacts, *, parties: tuple[EvaluationParty, ...]) -> Finding:
    """Each of these parties has rated; the public has when a ballot was cast."""
    scores = _scores(facts.evaluation)
    missing = [party.label for party in parties if party not in scores]
    return Finding(
        not missing,
        measured=f"尚缺：{'、'.join(missing)}" if missing else "各方评价齐全",
        required=f"完成{'、'.join(party.label for party in parties)}",
        field="evaluations",
    )


@check
def ballots_are_enough(facts: ConsultationFacts, *, minimum: int) -> Finding:
    """Ballots ≥ max(minimum, half of the public on the list)."""
    public = sum(is_mass(each) or is_direct(each) for each in counted(facts.participants))
    needed, cast = minimum_ballots(public, minimum), facts.evaluation.ballot_count
    return Finding(
        cast >= needed,
        measured=f"群众评价 {cast} 票",
        required=f"不少于 {needed} 票（群众代表 {public} 人的半数，且不少于 {minimum} 票）",
        field="ballots",
    )


@check
def satisfaction_is_reached(
    facts: ConsultationFacts,
    *,
    satisfaction_min_percent: int,
    composite_min: int,
    weights: Mapping[str, int],
) -> Finding:
    """Satisfaction and composite are high enough that no 再评议 opens; compared unrounded.

    What is not known yet (no ballot, a party missing) triggers nothing here: other rules ask for it.
    """
    evaluation = facts.evaluation
    rate = satisfaction_rate(*_ballots(evaluation)) if evaluation.ballot_count else None
    scores = _scores(evaluation)
    shares = {EvaluationParty(party): Fraction(percent, 100) for party, percent in weights.items()}
    total = composite(scores, shares) if shares.keys() <= scores.keys() else None
    threshold = Fraction(satisfaction_min_percent, 100)
    is_low = needs_re_evaluation(
        rate=rate, score=total, satisfaction_min=threshold, composite_min=Fraction(composite_min)
    )
    parts = []
    if rate is not None:
        content = evaluation.satisfied + evaluation.basically_satisfied
        share = share_shown(content, evaluation.ballot_count, threshold.numerator, threshold.denominator)
        parts.append(f"满意率 {share}")
    if total is not None:
        parts.append(f"综合得分 {_score_shown(total, composite_min)}")
    return Finding(
        not is_low,
        measured=f"第 {evaluation.round} 轮：{'，'.join(parts) or '尚无评价'}",
        required=f"满意率不低于 {satisfaction_min_percent} % 且综合得分不低于 {composite_min}，否则再评议",
        field="evaluations",
    )


@check
def follow_up_is_scheduled(facts: ConsultationFacts) -> Finding:
    """A day for the 回头看 is set."""
    days = [each.due_on for each in facts.follow_ups]
    return Finding(
        bool(days),
        measured=f"已排定回头看：{max(days).isoformat()}" if days else "尚未排定回头看",
        required="办结前排定回头看",
        field="follow_up_reviews",
    )


def _scores(evaluation: EvaluationFacts) -> dict[EvaluationParty, Score]:
    scores: dict[EvaluationParty, Score] = dict(evaluation.scores)
    if evaluation.ballot_count:
        # The public's score follows from its ballots; a stored copy would be a second truth.
        scores[EvaluationParty.PUBLIC_RATING] = public_score(*_ballots(evaluation))
    return scores


def _ballots(evaluation: EvaluationFacts) -> tuple[int, int, int]:
    return evaluation.satisfied, evaluation.basically_satisfied, evaluation.dissatisfied


def _score_shown(score: Fraction, threshold: int) -> str:
    """Cut off when it fails, so that 59.96 never reads 60.0."""
    return shown(Fraction(int(score * 10), 10)) if score < threshold else shown(score)
