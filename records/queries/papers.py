"""The papers of one consultation, as they are read."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from domain.bodies import Actor
from records.queries.scopes import readable
from records.tables.consultations import Attachment, Consultation, Topic
from records.tables.deliberations import (
    ConsultationSession,
    DepartmentPresenceRow,
    Dissent,
    DissentExplanation,
    Participant,
    ResearchRecord,
    SessionReschedule,
    SignIn,
    Statement,
)
from records.tables.outcomes import Evaluation, FollowUpReview, OutcomeDocument, Submission, Suggestion


def topic_of(session: Session, topic_id: str) -> Topic | None:
    """The topic of this id."""
    return session.get(Topic, topic_id) if topic_id.isprintable() else None


def consultations_on(
    session: Session, topic_ids: Iterable[str], actor: Actor, on: date
) -> dict[str, list[Consultation]]:
    """By topic, the consultations opened on it that the actor may see, the newest first."""
    found: dict[str, list[Consultation]] = {}
    query = select(Consultation).where(Consultation.topic_id.in_(tuple(topic_ids)), readable(actor, on))
    for row in session.scalars(query.order_by(Consultation.opened_at.desc())):
        found.setdefault(row.topic_id, []).append(row)
    return found


def named_consultations(
    session: Session, ids: Iterable[str], actor: Actor, on: date
) -> dict[str, Consultation]:
    """By id, those of the given consultations that the actor may see."""
    query = select(Consultation).where(Consultation.id.in_(tuple(ids)), readable(actor, on))
    return {row.id: row for row in session.scalars(query)}


def participants_of(session: Session, consultation_id: str) -> Sequence[Participant]:
    """Everyone who stands on the list."""
    return session.scalars(
        select(Participant)
        .where(Participant.consultation_id == consultation_id, Participant.removed_on.is_(None))
        .order_by(Participant.id)
    ).all()


def research_of(session: Session, consultation_id: str) -> Sequence[ResearchRecord]:
    """The research records by day."""
    return session.scalars(
        select(ResearchRecord)
        .where(ResearchRecord.consultation_id == consultation_id)
        .order_by(ResearchRecord.held_on, ResearchRecord.id)
    ).all()


def sessions_of(session: Session, consultation_id: str) -> Sequence[ConsultationSession]:
    """The sessions by number."""
    return session.scalars(
        select(ConsultationSession)
        .where(ConsultationSession.consultation_id == consultation_id)
        .order_by(ConsultationSession.number)
    ).all()


def session_of(session: Session, consultation_id: str, session_id: str) -> ConsultationSession | None:
    """The session of this id, where it belongs to the consultation."""
    row = session.get(ConsultationSession, session_id) if session_id.isprintable() else None
    return row if row is not None and row.consultation_id == consultation_id else None


def reschedules_of(session: Session, session_ids: Iterable[str]) -> Sequence[SessionReschedule]:
    """Every 改期 of these sessions, first to last."""
    return session.scalars(
        select(SessionReschedule)
        .where(SessionReschedule.session_id.in_(tuple(session_ids)))
        .order_by(SessionReschedule.id)
    ).all()


def sign_ins_of(session: Session, session_id: str) -> Sequence[str]:
    """Ids of the participants who came."""
    return session.scalars(
        select(SignIn.participant_id).where(SignIn.session_id == session_id).order_by(SignIn.participant_id)
    ).all()


def presences_of(session: Session, session_id: str) -> Sequence[DepartmentPresenceRow]:
    """What the departments did at one session."""
    return session.scalars(
        select(DepartmentPresenceRow)
        .where(DepartmentPresenceRow.session_id == session_id)
        .order_by(DepartmentPresenceRow.organisation_id)
    ).all()


def statements_of(session: Session, session_id: str) -> Sequence[Statement]:
    """What was said at one session, in order."""
    return session.scalars(
        select(Statement).where(Statement.session_id == session_id).order_by(Statement.id)
    ).all()


def dissents_of(session: Session, consultation_id: str) -> Sequence[Dissent]:
    """The recorded disagreements of a consultation."""
    return session.scalars(
        select(Dissent).where(Dissent.consultation_id == consultation_id).order_by(Dissent.id)
    ).all()


def explanations_of(session: Session, consultation_id: str) -> Sequence[DissentExplanation]:
    """The explanations given to dissenters."""
    return session.scalars(
        select(DissentExplanation)
        .join(Dissent, Dissent.id == DissentExplanation.dissent_id)
        .where(Dissent.consultation_id == consultation_id)
        .order_by(DissentExplanation.id)
    ).all()


def suggestions_of(session: Session, consultation_id: str) -> Sequence[Suggestion]:
    """The suggestions by item number."""
    return session.scalars(
        select(Suggestion)
        .where(Suggestion.consultation_id == consultation_id)
        .order_by(Suggestion.item_number)
    ).all()


def documents_of(session: Session, consultation_id: str) -> Sequence[OutcomeDocument]:
    """The outcome documents."""
    return session.scalars(
        select(OutcomeDocument)
        .where(OutcomeDocument.consultation_id == consultation_id)
        .order_by(OutcomeDocument.id)
    ).all()


def submissions_of(session: Session, consultation_id: str) -> Sequence[Submission]:
    """To whom documents were sent, first to last."""
    return session.scalars(
        select(Submission)
        .where(Submission.consultation_id == consultation_id)
        .order_by(Submission.sent_on, Submission.id)
    ).all()


def attachments_of(session: Session, consultation_id: str) -> Sequence[Attachment]:
    """The attachments without their content."""
    return session.scalars(
        select(Attachment).where(Attachment.consultation_id == consultation_id).order_by(Attachment.id)
    ).all()


def attachment_with_content(session: Session, consultation_id: str, attachment_id: str) -> Attachment | None:
    """One attachment with its content, where it belongs to the consultation."""
    if not attachment_id.isprintable():
        return None
    return session.scalar(
        select(Attachment)
        .options(undefer(Attachment.content))
        .where(Attachment.id == attachment_id, Attachment.consultation_id == consultation_id)
    )


def evaluations_of(session: Session, consultation_id: str) -> Sequence[Evaluation]:
    """The scores of every round."""
    return session.scalars(
        select(Evaluation)
        .where(Evaluation.consultation_id == consultation_id)
        .order_by(Evaluation.round, Evaluation.id)
    ).all()


def follow_up_reviews_of(session: Session, consultation_id: str) -> Sequence[FollowUpReview]:
    """The 回头看, scheduled and held."""
    return session.scalars(
        select(FollowUpReview)
        .where(FollowUpReview.consultation_id == consultation_id)
        .order_by(FollowUpReview.ordinal)
    ).all()
