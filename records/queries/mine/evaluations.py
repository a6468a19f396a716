"""What is owed before a consultation can be completed: scores that are missing, and 回头看 that are to be held."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor, Role
from domain.matters import EvaluationParty, FollowUpReviewState, ObligationKind
from domain.stages import FINAL_STATES, ConsultationState
from records.queries.mine.own import OwnCase, case_columns, case_of, convened, is_own
from records.queries.scopes import readable
from records.tables.consultations import Consultation
from records.tables.obligations import ClockRow
from records.tables.outcomes import Evaluation, FollowUpReview

EVALUATIONS_MAX = 50

_SCORED_BY_HAND = tuple(one for one in EvaluationParty if one is not EvaluationParty.PUBLIC_RATING)


@dataclass(frozen=True)
class OwnEvaluation:
    """What is owed before a consultation can be completed: scores that are missing, or a 回头看 that is to be held."""

    case: OwnCase
    due_on: date | None
    missing: tuple[EvaluationParty, ...] = ()
    review_id: str = ""
    review_ordinal: int = 0


def evaluations_owed(session: Session, actor: Actor, today: date) -> tuple[OwnEvaluation, ...]:
    """Scores, then reviews, those due first before the others."""
    return (*_scores_owed(session, actor, today), *_reviews_owed(session, actor, today))


def _scores_owed(session: Session, actor: Actor, today: date) -> tuple[OwnEvaluation, ...]:
    """The consultations they convene that wait for scores of parties whom no ballot asks."""
    if actor.role is not Role.CONVENER:
        return ()
    given = and_(Evaluation.consultation_id == Consultation.id, Evaluation.round == Consultation.round)
    clock = and_(
        ClockRow.consultation_id == Consultation.id,
        ClockRow.kind == ObligationKind.EVALUATION,
        ClockRow.is_open,
    )
    found = session.execute(
        select(*case_columns(actor, today), ClockRow.due_on, Evaluation.party)
        .outerjoin(ClockRow, clock)
        .outerjoin(Evaluation, given)
        .where(
            convened(actor, today),
            readable(actor, today),
            Consultation.state == ConsultationState.EVALUATION,
        )
        .order_by(ClockRow.due_on, Consultation.id)
        .limit(EVALUATIONS_MAX)
    )
    scored: dict[tuple[OwnCase, date | None], set[EvaluationParty]] = {}
    for *values, due_on, party in found:
        scored.setdefault((case_of(values), due_on), set()).add(party)
    owed = (
        OwnEvaluation(own, due_on, tuple(one for one in _SCORED_BY_HAND if one not in parties))
        for (own, due_on), parties in scored.items()
    )
    return tuple(one for one in owed if one.missing)


def _reviews_owed(session: Session, actor: Actor, today: date) -> tuple[OwnEvaluation, ...]:
    """回头看 that are to be held in their consultations, the one due first before the others."""
    table = FollowUpReview
    found = session.execute(
        select(table, *case_columns(actor, today))
        .join(Consultation, Consultation.id == table.consultation_id)
        .where(
            is_own(actor, today),
            table.state == FollowUpReviewState.SCHEDULED,
            Consultation.state.not_in(FINAL_STATES),
        )
        .order_by(table.due_on, table.id)
        .limit(EVALUATIONS_MAX)
    )
    return tuple(
        OwnEvaluation(case_of(values), row.due_on, review_id=row.id, review_ordinal=row.ordinal)
        for row, *values in found
    )
