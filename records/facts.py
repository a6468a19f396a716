"""Rows to facts: the frozen picture of one consultation that rules are judged on, taken inside one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.bodies import BodyKind
from domain.facts import (
    ApprovalFacts,
    ConsultationFacts,
    ConvenerFacts,
    DepartmentPresence,
    DissentFacts,
    EvaluationFacts,
    FollowUpFacts,
    OutcomeDocumentFacts,
    ParticipantFacts,
    ResearchFacts,
    RoomFacts,
    SessionFacts,
    SuggestionFacts,
    TopicFacts,
)
from domain.matters import (
    BallotChoice,
    FeedbackTaskState,
    FollowUpOutcome,
    FollowUpReviewState,
    ParticipantKind,
)
from domain.stages import FINAL_STATES
from records.tables.consultations import Approval, Consultation, Topic
from records.tables.deliberations import (
    ConsultationSession,
    DepartmentPresenceRow,
    Dissent,
    DissentExplanation,
    Participant,
    ResearchRecord,
    SignIn,
    Statement,
)
from records.tables.obligations import Answer, ClockRow, FeedbackTask
from records.tables.outcomes import (
    Ballot,
    Evaluation,
    FollowUpReview,
    OutcomeDocument,
    Submission,
    Suggestion,
)
from records.tables.people import Organisation
from records.tables.rooms import Convener, Room


def facts_of(session: Session, row: Consultation, today: date) -> ConsultationFacts:
    """Everything the rules of this consultation may ask about, as of ``today``."""
    participants = list(
        session.scalars(
            select(Participant).where(Participant.consultation_id == row.id, Participant.removed_on.is_(None))
        )
    )
    documents, reported_to_client_on = _documents(session, row)
    return ConsultationFacts(
        today=today,
        kind=row.kind,
        room=_room(session, session.get_one(Room, row.room_id), today),
        topic=_topic(session.get_one(Topic, row.topic_id)),
        approvals=_approvals(session, row),
        participants=tuple(_participant(one) for one in participants),
        research=_research(session, row),
        sessions=_sessions(session, row, participants),
        documents=documents,
        suggestions=_suggestions(session, row),
        dissents=_dissents(session, row),
        evaluation=_evaluation(session, row) if has_deliberated(row) else EvaluationFacts(round=row.round),
        follow_ups=_follow_ups(session, row) if has_deliberated(row) else (),
        is_commissioned=row.commissioned_by_id is not None,
        reported_to_client_on=reported_to_client_on,
        invited_units=frozenset(
            one.organisation_id
            for one in participants
            if one.organisation_id and one.kind is ParticipantKind.DEPARTMENT
        ),
        parallel_count=_parallel_count(session, row),
    )


def has_deliberated(row: Consultation) -> bool:
    """Whether 开展协商 was ever completed: before that nothing is assigned, answered or evaluated."""
    return row.deliberated_on is not None


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


def _participant(row: Participant) -> ParticipantFacts:
    return ParticipantFacts(
        kind=row.kind,
        is_direct_stakeholder=row.is_direct_stakeholder,
        is_mass_representative=row.is_mass_representative,
        has_basis=bool(row.basis),
        has_contact=row.has_contact,
        organisation_id=row.organisation_id,
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


def _sessions(
    session: Session, row: Consultation, participants: Iterable[Participant]
) -> tuple[SessionFacts, ...]:
    held = list(
        session.scalars(
            select(ConsultationSession)
            .where(ConsultationSession.consultation_id == row.id)
            .order_by(ConsultationSession.number)
        )
    )
    if not held:
        return ()
    ids = [one.id for one in held]
    by_id = {one.id: _participant(one) for one in participants}
    attendance: dict[str, list[ParticipantFacts]] = defaultdict(list)
    for sign_in in session.scalars(select(SignIn).where(SignIn.session_id.in_(ids))):
        if sign_in.participant_id in by_id:
            attendance[sign_in.session_id].append(by_id[sign_in.participant_id])
    departments: dict[str, list[DepartmentPresence]] = defaultdict(list)
    for presence in session.scalars(
        select(DepartmentPresenceRow).where(DepartmentPresenceRow.session_id.in_(ids))
    ):
        departments[presence.session_id].append(
            DepartmentPresence(
                organisation_id=presence.organisation_id,
                is_responsible_officer=presence.is_responsible_officer,
                has_presented=presence.has_presented,
                has_responded=presence.has_responded,
            )
        )
    statements: dict[str, list[Statement]] = defaultdict(list)
    for statement in session.scalars(select(Statement).where(Statement.session_id.in_(ids))):
        statements[statement.session_id].append(statement)
    return tuple(_session(one, attendance[one.id], departments[one.id], statements[one.id]) for one in held)


def _session(
    row: ConsultationSession,
    attendance: list[ParticipantFacts],
    departments: list[DepartmentPresence],
    statements: list[Statement],
) -> SessionFacts:
    opinions = [one for one in statements if one.reply_to_id is None]
    return SessionFacts(
        held_on=row.held_on or row.planned_on,
        state=row.state,
        attendance=tuple(attendance),
        departments=tuple(departments),
        interaction_count=sum(1 for one in statements if one.reply_to_id is not None),
        public_speech_count=sum(1 for one in statements if one.is_public),
        opinion_count=len(opinions),
        opinions_with_basis_count=sum(1 for one in opinions if one.basis),
        is_dissent_list_confirmed=row.is_dissent_list_confirmed,
        is_without_consensus=row.is_without_consensus,
        is_chaired_by_convener=row.is_chaired_by_convener,
        has_delegation=bool(row.delegation),
        notice_sent_on=row.notice_sent_on,
    )


def _documents(session: Session, row: Consultation) -> tuple[tuple[OutcomeDocumentFacts, ...], date | None]:
    """The outcome documents with their submissions, and the day of the report to the client."""
    documents = session.scalars(select(OutcomeDocument).where(OutcomeDocument.consultation_id == row.id))
    sent: dict[str, list[tuple[Submission, BodyKind]]] = defaultdict(list)
    for submission, kind in session.execute(
        select(Submission, Organisation.kind)
        .join(Organisation, Organisation.id == Submission.recipient_id)
        .where(Submission.consultation_id == row.id)
        .order_by(Submission.sent_on)
    ):
        sent[submission.document_id].append((submission, kind))
    facts = [fact for document in documents for fact in _document(document, sent[document.id])]
    reports = [
        submission.sent_on
        for submissions in sent.values()
        for submission, _ in submissions
        if submission.is_report_to_client
    ]
    return tuple(facts), min(reports, default=None)


def _document(
    row: OutcomeDocument, sent: list[tuple[Submission, BodyKind]]
) -> Iterator[OutcomeDocumentFacts]:
    """One fact per recipient, or one that was sent to nobody."""
    unsent = OutcomeDocumentFacts(
        kind=row.kind,
        is_signed=row.signed_on is not None,
        sent_on=None,
        recipient_kind=None,
        received_on=None,
        has_advice=bool(row.advice),
        has_consensus=bool(row.consensus),
    )
    if not sent:
        yield unsent
    for submission, kind in sent:
        yield replace(
            unsent, sent_on=submission.sent_on, recipient_kind=kind, received_on=submission.received_on
        )


def _suggestions(session: Session, row: Consultation) -> tuple[SuggestionFacts, ...]:
    """Each suggestion with the task that stands for it now: the latest that was not returned."""
    suggestions = list(
        session.scalars(
            select(Suggestion).where(Suggestion.consultation_id == row.id).order_by(Suggestion.item_number)
        )
    )
    tasks: dict[str, tuple[FeedbackTask, date]] = {}
    if not has_deliberated(row):
        return tuple(_suggestion(one, None, {}) for one in suggestions)
    for task, due_on in session.execute(
        select(FeedbackTask, ClockRow.due_on)
        .join(ClockRow, ClockRow.id == FeedbackTask.clock_id)
        .where(FeedbackTask.consultation_id == row.id, FeedbackTask.state != FeedbackTaskState.RETURNED)
        .order_by(FeedbackTask.assigned_on, FeedbackTask.id)
    ):
        tasks[task.suggestion_id] = (task, due_on)
    answers: dict[str, Answer] = {}
    for answer in session.scalars(
        select(Answer)
        .join(FeedbackTask, FeedbackTask.id == Answer.task_id)
        .where(FeedbackTask.consultation_id == row.id, Answer.answered_on.is_not(None))
        .order_by(Answer.prepared_at, Answer.id)
    ):
        answers[answer.task_id] = answer
    return tuple(_suggestion(one, tasks.get(one.id), answers) for one in suggestions)


def _suggestion(
    row: Suggestion, assigned: tuple[FeedbackTask, date] | None, answers: dict[str, Answer]
) -> SuggestionFacts:
    task, due_on = assigned or (None, None)
    answer = None if task is None else answers.get(task.id)
    return SuggestionFacts(
        item_number=row.item_number,
        is_accepted_on_list=row.is_accepted_on_list,
        has_unit=task is not None,
        due_on=due_on,
        adoption=None if answer is None else answer.adoption,
        result=None if answer is None else answer.result,
        has_written_feedback=answer is not None and bool(answer.text),
        is_verified=task is not None and task.state is FeedbackTaskState.VERIFIED,
        is_explained=row.explained_on is not None,
        is_key_difficulty=row.is_key_difficulty,
        has_follow_up_plan=bool(row.follow_up_plan),
    )


def _dissents(session: Session, row: Consultation) -> tuple[DissentFacts, ...]:
    explained = select(DissentExplanation.dissent_id)
    found = session.execute(
        select(Dissent.id, Dissent.id.in_(explained)).where(Dissent.consultation_id == row.id)
    )
    return tuple(DissentFacts(is_explained=bool(is_explained)) for _, is_explained in found)


def _evaluation(session: Session, row: Consultation) -> EvaluationFacts:
    scores = session.scalars(
        select(Evaluation).where(Evaluation.consultation_id == row.id, Evaluation.round == row.round)
    )
    counted = session.execute(
        select(Ballot.choice, func.count())
        .where(Ballot.consultation_id == row.id, Ballot.round == row.round)
        .group_by(Ballot.choice)
    )
    ballots = dict(counted.all())
    return EvaluationFacts(
        round=row.round,
        scores=tuple((one.party, one.score) for one in scores),
        satisfied=ballots.get(BallotChoice.SATISFIED, 0),
        basically_satisfied=ballots.get(BallotChoice.BASICALLY_SATISFIED, 0),
        dissatisfied=ballots.get(BallotChoice.DISSATISFIED, 0),
    )


_OUTCOMES = {
    FollowUpReviewState.HOLDS: FollowUpOutcome.HOLDS,
    FollowUpReviewState.PARTLY: FollowUpOutcome.PARTLY,
    FollowUpReviewState.RELAPSED: FollowUpOutcome.RELAPSED,
}


def _follow_ups(session: Session, row: Consultation) -> tuple[FollowUpFacts, ...]:
    """The reviews of the current round: a relapse starts a round with reviews of its own."""
    return tuple(
        FollowUpFacts(due_on=one.due_on, held_on=one.held_on, outcome=_OUTCOMES.get(one.state))
        for one in session.scalars(
            select(FollowUpReview)
            .where(FollowUpReview.consultation_id == row.id, FollowUpReview.round == row.round)
            .order_by(FollowUpReview.ordinal)
        )
    )


def _parallel_count(session: Session, row: Consultation) -> int:
    """How many consultations the same operator has open, this one included (SC-04)."""
    open_ones = select(func.count()).where(
        Consultation.operator_id == row.operator_id, Consultation.state.not_in(FINAL_STATES)
    )
    return session.scalar(open_ones) or 0
