"""What a consultation led to: publications, papers in other systems, decisions."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.matters import FeedbackTaskState
from domain.stages import ConsultationState
from records.tables.consultations import StageAdvance
from records.tables.obligations import FeedbackTask
from records.tables.outcomes import DecisionRecord, OutcomeLink
from records.tables.work_log import Publication


def reporting_left_on(session: Session, consultation_id: str) -> date | None:
    """The day on which 报送成果 was first completed, None while it was not."""
    return session.scalar(
        select(func.min(StageAdvance.occurred_on)).where(
            StageAdvance.consultation_id == consultation_id,
            StageAdvance.from_state == ConsultationState.REPORTING,
            StageAdvance.to_state == ConsultationState.IMPLEMENTATION,
        )
    )


def verified_suggestion_ids(session: Session, consultation_id: str) -> frozenset[str]:
    """The suggestions with a verified answer."""
    return frozenset(
        session.scalars(
            select(FeedbackTask.suggestion_id).where(
                FeedbackTask.consultation_id == consultation_id,
                FeedbackTask.state == FeedbackTaskState.VERIFIED,
            )
        )
    )


def publications_of(session: Session, consultation_id: str) -> Sequence[Publication]:
    """Where the consultation was made public, first to last."""
    return session.scalars(
        select(Publication)
        .where(Publication.consultation_id == consultation_id)
        .order_by(Publication.published_on, Publication.id)
    ).all()


def outcome_links_of(session: Session, consultation_id: str) -> Sequence[OutcomeLink]:
    """The papers in other systems that came out of it, first to last."""
    return session.scalars(
        select(OutcomeLink)
        .where(OutcomeLink.consultation_id == consultation_id)
        .order_by(OutcomeLink.linked_on, OutcomeLink.id)
    ).all()


def decisions_of(session: Session, consultation_id: str) -> Sequence[DecisionRecord]:
    """The decisions taken on the matter, first to last."""
    return session.scalars(
        select(DecisionRecord)
        .where(DecisionRecord.consultation_id == consultation_id)
        .order_by(DecisionRecord.decided_on, DecisionRecord.id)
    ).all()
