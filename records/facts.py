"""Rows to facts: the frozen picture of one consultation that rules are judged on, taken inside one transaction."""

from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from domain.facts import (
    ApprovalFacts,
    ConsultationFacts,
    ConvenerFacts,
    EvaluationFacts,
    ResearchFacts,
    RoomFacts,
    TopicFacts,
)
from domain.matters import (
    ParticipantKind,
)
from domain.stages import FINAL_STATES
from records.outcome_facts import documents_of, evaluation_of, follow_ups_of, has_deliberated, suggestions_of
from records.session_facts import dissents_of, participant_of, sessions_of
from records.tables.consultations import Approval, Consultation, Topic
from records.tables.deliberations import ConsultationSession, Participant, ResearchRecord
from records.tables.outcomes import OutcomeDocument, Suggestion
from records.tables.rooms import Convener, Room

PAPERS = (Approval, Participant, ResearchRecord, ConsultationSession, OutcomeDocument, Suggestion)


def facts_of(session: Session, row: Consultation, today: date) -> ConsultationFacts:
    """Everything the rules of this consultation may ask about, as of ``today``."""
    there = _papers_there(session, row)
    participants = _participants(session, row) if Participant in there else []
    documents, reported_to_client_on = documents_of(session, row) if OutcomeDocument in there else ((), None)
    return ConsultationFacts(
        today=today,
        kind=row.kind,
        room=_room(session, session.get_one(Room, row.room_id), today),
        topic=_topic(session.get_one(Topic, row.topic_id)),
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
    )


def _papers_there(session: Session, row: Consultation) -> frozenset[object]:
    """Which papers there are at all, in one query: an early consultation has few, and each asks for its own."""
    found = session.execute(
        select(*(exists().where(paper.consultation_id == row.id) for paper in PAPERS))
    ).one()
    return frozenset(paper for paper, is_there in zip(PAPERS, found, strict=True) if is_there)


def _participants(session: Session, row: Consultation) -> list[Participant]:
    listed = select(Participant).where(
        Participant.consultation_id == row.id, Participant.removed_on.is_(None)
    )
    return list(session.scalars(listed))


def _room(session: Session, room: Room, today: date) -> RoomFacts:
    conveners = session.scalars(select(Convener).where(Convener.room_id == room.id))
    return RoomFacts(
        name=room.name,
        level=room.level,
        has_leading_party=room.leading_party_id is not None,
        has_owner=room.owner_id is not None,
        has_operator=room.operator_id is not None,
        conveners=tuple(
            ConvenerFacts(
                is_cppcc_member=one.is_cppcc_member,
                is_deputy_party_secretary=one.is_deputy_party_secretary,
                is_work_committee_director=one.is_work_committee_director,
                is_party_secretary=one.is_party_secretary,
                is_liaison_member=one.is_liaison_member,
                is_acting=bool(one.acting_reason),
            )
            for one in conveners
            if (one.since_on is None or one.since_on <= today)
            and (one.until_on is None or today <= one.until_on)
        ),
        functions=frozenset(room.functions),
        fixed_member_kinds=frozenset(room.fixed_member_kinds),
        responsibility_slots=frozenset(room.responsibility_slots),
    )


def _topic(topic: Topic) -> TopicFacts:
    return TopicFacts(
        title=topic.title,
        category=topic.category,
        source=topic.source,
        is_against_public_morals=topic.is_against_public_morals,
        is_settled_by_law=topic.is_settled_by_law,
        is_individual_dispute=topic.is_individual_dispute,
        affects_public_interest=topic.affects_public_interest,
        is_sensitive=topic.is_sensitive,
        is_long_standing=topic.is_long_standing,
        is_key=topic.is_key,
        is_planned=topic.is_planned,
        must_consult_first=topic.must_consult_first,
        place=topic.place,
        matter=topic.matter,
        is_solvable=topic.is_solvable,
        scope_statement=topic.scope_statement,
    )


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
