"""What came out: documents, suggestions, evaluation, follow-up, as facts."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from domain.bodies import BodyKind
from domain.facts import (
    EvaluationFacts,
    FollowUpFacts,
    OutcomeDocumentFacts,
    SuggestionFacts,
)
from domain.matters import (
    BallotChoice,
    FeedbackTaskState,
    FollowUpOutcome,
    FollowUpReviewState,
)
from domain.stages import ConsultationState
from records.case_rows import CaseRows
from records.tables.consultations import Consultation, StageAdvance, Topic
from records.tables.obligations import Answer, FeedbackTask
from records.tables.outcomes import (
    Ballot,
    DecisionRecord,
    Evaluation,
    FollowUpReview,
    OutcomeDocument,
    Submission,
    Suggestion,
    SupervisionItem,
)


def has_deliberated(row: Consultation) -> bool:
    """Whether 开展协商 was ever completed: before that nothing is assigned, answered or evaluated."""
    return row.deliberated_on is not None


def documents_of(rows: CaseRows) -> tuple[tuple[OutcomeDocumentFacts, ...], date | None]:
    """The outcome documents with their submissions, and the day of the report to the client."""
    sent: dict[str, list[tuple[Submission, BodyKind]]] = defaultdict(list)
    for submission, recipient in rows.submissions():
        sent[submission.document_id].append((submission, recipient.kind))
    facts = [
        fact
        for ordinal, document in enumerate(rows.of(OutcomeDocument), start=1)
        for fact in _document(document, ordinal, sent[document.id])
    ]
    reports = [
        submission.sent_on
        for submissions in sent.values()
        for submission, _ in submissions
        if submission.is_report_to_client
    ]
    return tuple(facts), min(reports, default=None)


def _document(
    row: OutcomeDocument, ordinal: int, sent: list[tuple[Submission, BodyKind]]
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
        is_interim=row.is_interim,
        ordinal=ordinal,
    )
    if not sent:
        yield unsent
    for submission, kind in sent:
        yield replace(
            unsent,
            sent_on=submission.sent_on,
            recipient_kind=kind,
            received_on=submission.received_on,
            recipient_id=submission.recipient_id,
        )


def suggestions_of(row: Consultation, rows: CaseRows) -> tuple[SuggestionFacts, ...]:
    """Each suggestion with the task that stands for it now: the latest that was not returned."""
    suggestions = rows.of(Suggestion)
    if not has_deliberated(row):
        return tuple(_suggestion(one, None, {}) for one in suggestions)
    tasks = {task.suggestion_id: (task, clock.due_on) for task, clock in rows.live_tasks()}
    answers = {answer.task_id: answer for answer in rows.of(Answer)}
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


def evaluation_of(session: Session, row: Consultation, rows: CaseRows) -> EvaluationFacts:
    """The scores and ballots of the present round."""
    counted = session.execute(
        select(Ballot.choice, func.count())
        .where(Ballot.consultation_id == row.id, Ballot.round == row.round)
        .group_by(Ballot.choice)
    )
    ballots = dict(counted.all())
    return EvaluationFacts(
        round=row.round,
        scores=tuple((one.party, one.score) for one in rows.of(Evaluation) if one.round == row.round),
        satisfied=ballots.get(BallotChoice.SATISFIED, 0),
        basically_satisfied=ballots.get(BallotChoice.BASICALLY_SATISFIED, 0),
        dissatisfied=ballots.get(BallotChoice.DISSATISFIED, 0),
    )


_OUTCOMES = {
    FollowUpReviewState.HOLDS: FollowUpOutcome.HOLDS,
    FollowUpReviewState.PARTLY: FollowUpOutcome.PARTLY,
    FollowUpReviewState.RELAPSED: FollowUpOutcome.RELAPSED,
}


def follow_ups_of(row: Consultation, rows: CaseRows) -> tuple[FollowUpFacts, ...]:
    """The reviews of the current round: a relapse starts a round with reviews of its own."""
    return tuple(
        FollowUpFacts(due_on=one.due_on, held_on=one.held_on, outcome=_OUTCOMES.get(one.state))
        for one in rows.of(FollowUpReview)
        if one.round == row.round
    )


@dataclass(frozen=True)
class EffectFacts:
    """What party and government did about the consultation so far; asked only where a rule asks."""

    has_supervision_item: bool = False
    reporting_left_on: date | None = None
    decided_on: date | None = None


def effects_of(session: Session, row: Consultation, topic: Topic) -> EffectFacts:
    """督查事项 and decision of a key topic or one that must be consulted on first, before 转化落实 is left."""
    is_asked = row.state is ConsultationState.IMPLEMENTATION and (topic.is_key or topic.must_consult_first)
    if not is_asked:
        return EffectFacts()
    has_item, left_on, decided_on = session.execute(
        select(
            exists().where(SupervisionItem.consultation_id == row.id),
            select(func.min(StageAdvance.occurred_on))
            .where(
                StageAdvance.consultation_id == row.id,
                StageAdvance.from_state == ConsultationState.REPORTING,
                StageAdvance.to_state == ConsultationState.IMPLEMENTATION,
            )
            .scalar_subquery(),
            select(func.min(DecisionRecord.decided_on))
            .where(DecisionRecord.consultation_id == row.id)
            .scalar_subquery(),
        )
    ).one()
    return EffectFacts(bool(has_item), left_on, decided_on)


def wordings_of(row: Consultation, rows: CaseRows) -> tuple[str, ...]:
    """The texts that are about to go outside: judged while 报送成果 is under way (SZ-01, SZ-07)."""
    if row.state is not ConsultationState.REPORTING:
        return ()
    texts = [text for one in rows.of(OutcomeDocument) for text in (one.title, one.advice, one.consensus)]
    return tuple(text for text in (*texts, *(one.text for one in rows.of(Suggestion))) if text)
