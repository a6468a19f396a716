"""Rows to facts: the frozen picture of one consultation that rules are judged on, taken inside one transaction."""

from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from domain.facts import (
    ApprovalFacts,
    ConsultationFacts,
    EvaluationFacts,
    ResearchFacts,
)
from domain.matters import (
    ParticipantKind,
)
from domain.stages import FINAL_STATES
from domain.work_log import WorkKind
from records.outcome_facts import (
    documents_of,
    effects_of,
    evaluation_of,
    follow_ups_of,
    has_deliberated,
    suggestions_of,
    wordings_of,
)
from records.platform_facts import room_facts, topic_facts
from records.session_facts import dissents_of, participant_of, sessions_of
from records.tables.consultations import Approval, Consultation, Topic
from records.tables.deliberations import ConsultationSession, Participant, ResearchRecord
from records.tables.outcomes import OutcomeDocument, Suggestion
from records.tables.rooms import Room
from records.tables.work_log import WorkRecord

PAPERS = (Approval, Participant, ResearchRecord, ConsultationSession, OutcomeDocument, Suggestion)


def facts_of(session: Session, row: Consultation, today: date) -> ConsultationFacts:
    """Everything that the rules before the next state may ask about, as of ``today``.

    What only one gate asks is looked up only before that gate, so that a judging takes few statements.
    """
    there = _papers_there(session, row)
    participants = _participants(session, row) if Participant in there else []
    documents, reported_to_client_on = documents_of(session, row) if OutcomeDocument in there else ((), None)
    topic = session.get_one(Topic, row.topic_id)
    effects = effects_of(session, row, topic)
    return ConsultationFacts(
        today=today,
        kind=row.kind,
        room=room_facts(session, row, session.get_one(Room, row.room_id), today),
        topic=topic_facts(session, row, topic),
        approvals=_approvals(session, row) if Approval in there else (),
        participants=tuple(participant_of(one) for one in participants),
        research=_research(session, row) if ResearchRecord in there else (),
        sessions=sessions_of(session, row, participants) if ConsultationSession in there else (),
        documents=documents,
        suggestions=suggestions_of(session, row) if Suggestion in there else (),
        dissents=dissents_of(session, row) if ConsultationSession in there else (),
        evaluation=evaluation_of(session, row) if has_deliberated(row) else EvaluationFacts(round=row.round),
        follow_ups=follow_ups_of(session, row) if has_deliberated(row) else (),
        is_commissioned=row.commissioned_by_id is not None,
        reported_to_client_on=reported_to_client_on,
        invited_units=frozenset(
            one.organisation_id
            for one in participants
            if one.organisation_id and one.kind is ParticipantKind.DEPARTMENT
        ),
        parallel_count=_parallel_count(session, row),
        has_report_for_instruction=WorkRecord in there,
        has_supervision_item=effects.has_supervision_item,
        reporting_left_on=effects.reporting_left_on,
        decided_on=effects.decided_on,
        wordings=wordings_of(session, row),
    )


def _papers_there(session: Session, row: Consultation) -> frozenset[object]:
    """Which papers there are at all, in one query: an early consultation has few, and each asks for its own."""
    reported = exists().where(
        WorkRecord.consultation_id == row.id,
        WorkRecord.kind == WorkKind.REPORT_FOR_INSTRUCTION,
        WorkRecord.withdrawn_on.is_(None),
    )
    found = session.execute(
        select(*(exists().where(paper.consultation_id == row.id) for paper in PAPERS), reported)
    ).one()
    return frozenset(paper for paper, is_there in zip((*PAPERS, WorkRecord), found, strict=True) if is_there)


def _participants(session: Session, row: Consultation) -> list[Participant]:
    listed = select(Participant).where(
        Participant.consultation_id == row.id, Participant.removed_on.is_(None)
    )
    return list(session.scalars(listed))


def _approvals(session: Session, row: Consultation) -> tuple[ApprovalFacts, ...]:
    """The steps of the chain's latest attempt: earlier attempts were overtaken by an objection or a return."""
    rows = list(
        session.scalars(
            select(Approval)
            .where(Approval.consultation_id == row.id)
            .order_by(Approval.attempt, Approval.step)
        )
    )
    latest = max((one.attempt for one in rows), default=0)
    return tuple(
        ApprovalFacts(one.step, one.body_kind, one.is_filing, one.decision, one.decided_on)
        for one in rows
        if one.attempt == latest
    )


def _research(session: Session, row: Consultation) -> tuple[ResearchFacts, ...]:
    return tuple(
        ResearchFacts(
            kind=one.kind,
            held_on=one.held_on,
            is_accepted=one.accepted_on is not None,
            has_policy_section=bool(one.policy),
            has_facts_section=bool(one.facts),
            has_opinions_section=bool(one.opinions),
            has_place=bool(one.place),
            researcher_count=one.researcher_count,
            includes_participant=one.includes_participant,
        )
        for one in session.scalars(select(ResearchRecord).where(ResearchRecord.consultation_id == row.id))
    )


def _parallel_count(session: Session, row: Consultation) -> int:
    """How many consultations the same operator has open, this one included (SC-04)."""
    open_ones = select(func.count()).where(
        Consultation.operator_id == row.operator_id, Consultation.state.not_in(FINAL_STATES)
    )
    return session.scalar(open_ones) or 0
