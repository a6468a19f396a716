"""What one page of a consultation shows of its papers, fetched by one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables.consultations import Attachment
from records.tables.deliberations import (
    ConsultationSession,
    DepartmentPresenceRow,
    Dissent,
    DissentExplanation,
    Participant,
    SessionReschedule,
    SignIn,
    Statement,
)
from records.tables.obligations import Answer, FeedbackTask
from records.tables.outcomes import (
    DecisionRecord,
    OutcomeDocument,
    OutcomeLink,
    Submission,
    Suggestion,
)
from records.tables.work_log import Publication
from records.together import Wanted, fetch_together


@dataclass(frozen=True)
class OutcomePapers:
    """What came of a consultation: each list in the order in which its page shows it."""

    suggestions: Sequence[Suggestion]
    documents: Sequence[OutcomeDocument]
    submissions: Sequence[Submission]
    attachments: Sequence[Attachment]
    links: Sequence[OutcomeLink]
    decisions: Sequence[DecisionRecord]
    publications: Sequence[Publication]


@dataclass(frozen=True)
class SessionPapers:
    """The sessions of a consultation with what they share: who stands on the list, what was objected to."""

    sessions: Sequence[ConsultationSession]
    participants: Sequence[Participant]
    reschedules: Sequence[SessionReschedule]
    dissents: Sequence[Dissent]
    explanations: Sequence[DissentExplanation]


@dataclass(frozen=True)
class DayPapers:
    """One session with what was written down of it; the roll says of everybody on the list whether they came."""

    meeting: ConsultationSession
    roll: Sequence[tuple[Participant, bool]]
    presences: Sequence[DepartmentPresenceRow]
    statements: Sequence[Statement]
    dissents: Sequence[Dissent]


def day_papers(session: Session, consultation_id: str, session_id: str) -> DayPapers | None:
    """Everything that the day of a session shows, None where the consultation has no such session."""
    if not session_id.isprintable():
        return None
    on_list = (Participant.consultation_id == consultation_id) & Participant.removed_on.is_(None)
    has_come = (SignIn.participant_id == Participant.id) & (SignIn.session_id == session_id)
    is_it = (ConsultationSession.id == session_id) & (ConsultationSession.consultation_id == consultation_id)
    is_raised = (Dissent.consultation_id == consultation_id) & (Dissent.session_id == session_id)
    meetings, roll, presences, statements, dissents = fetch_together(
        session,
        [
            Wanted(ConsultationSession, is_it),
            Wanted(Participant, on_list, (Participant.id,), beside=(SignIn, has_come)),
            Wanted(
                DepartmentPresenceRow,
                DepartmentPresenceRow.session_id == session_id,
                (DepartmentPresenceRow.organisation_id,),
            ),
            Wanted(Statement, Statement.session_id == session_id, (Statement.id,)),
            Wanted(Dissent, is_raised, (Dissent.id,)),
        ],
    )
    if not meetings:
        return None
    came = [(one, sign_in is not None) for one, sign_in in roll]
    return DayPapers(meetings[0], came, presences, statements, dissents)


def outcome_papers(session: Session, consultation_id: str) -> OutcomePapers:
    """Everything that 协商成果 shows as lists. Attachments come without their content."""
    orders: dict[Any, tuple[Any, ...]] = {
        Suggestion: (Suggestion.item_number,),
        OutcomeDocument: (OutcomeDocument.id,),
        Submission: (Submission.sent_on, Submission.id),
        Attachment: (Attachment.id,),
        OutcomeLink: (OutcomeLink.linked_on, OutcomeLink.id),
        DecisionRecord: (DecisionRecord.decided_on, DecisionRecord.id),
        Publication: (Publication.published_on, Publication.id),
    }
    wanted = [
        Wanted(table, table.consultation_id == consultation_id, order) for table, order in orders.items()
    ]
    return OutcomePapers(*fetch_together(session, wanted))


def session_papers(session: Session, consultation_id: str) -> SessionPapers:
    """Everything that 协商活动 shows of all sessions together."""
    held = select(ConsultationSession.id).where(ConsultationSession.consultation_id == consultation_id)
    objected = select(Dissent.id).where(Dissent.consultation_id == consultation_id)
    on_list = (Participant.consultation_id == consultation_id) & Participant.removed_on.is_(None)
    found = fetch_together(
        session,
        [
            Wanted(
                ConsultationSession,
                ConsultationSession.consultation_id == consultation_id,
                (ConsultationSession.number,),
            ),
            Wanted(Participant, on_list, (Participant.id,)),
            Wanted(SessionReschedule, SessionReschedule.session_id.in_(held), (SessionReschedule.id,)),
            Wanted(Dissent, Dissent.consultation_id == consultation_id, (Dissent.id,)),
            Wanted(DissentExplanation, DissentExplanation.dissent_id.in_(objected), (DissentExplanation.id,)),
        ],
    )
    return SessionPapers(*found)


def items_and_answers(
    session: Session, consultation_id: str
) -> tuple[Sequence[Suggestion], dict[str, Answer]]:
    """The suggestions by item number, and the answer last handed in for each task, by task id."""
    tasks = select(FeedbackTask.id).where(FeedbackTask.consultation_id == consultation_id)
    handed_in = Answer.task_id.in_(tasks) & Answer.answered_on.is_not(None)
    suggestions, answers = fetch_together(
        session,
        [
            Wanted(Suggestion, Suggestion.consultation_id == consultation_id, (Suggestion.item_number,)),
            Wanted(Answer, handed_in, (Answer.answered_on, Answer.id)),
        ],
    )
    return suggestions, {answer.task_id: answer for answer in answers}
