"""The rows that hang on one consultation, each table read once, tables that are asked together in one statement."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.matters import FeedbackTaskState
from records.base import Base
from records.ledgers import ClockRecord, records_with
from records.tables.consultations import Approval, Consultation, StageAdvance, Suspension, Waiver
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
from records.tables.obligations import Answer, ClockEntry, ClockRow, FeedbackTask, FiredRung
from records.tables.outcomes import Evaluation, FollowUpReview, OutcomeDocument, Submission, Suggestion
from records.tables.people import Organisation
from records.tables.rooms import Convener
from records.together import Wanted, fetch_together

Row = TypeVar("Row", bound=Base)


class CaseRows:
    """What a consultation's pages and its gates read, for the length of one transaction."""

    def __init__(self, session: Session, row: Consultation) -> None:
        self._session = session
        self._row = row
        self._read: dict[type[Base], list[Any]] = {}

    def of(self, table: type[Row]) -> list[Row]:
        """The consultation's rows of a table, in the table's own order. Raises LookupError for other tables."""
        return list(self._rows(table))

    @property
    def conveners(self) -> list[Convener]:
        """Whoever is or was convener of its room."""
        return self.of(Convener)

    @property
    def approvals(self) -> list[Approval]:
        """Every step of every attempt at the chain, in order."""
        return self.of(Approval)

    @property
    def changes_of_state(self) -> list[StageAdvance]:
        """Every change of state, first to last."""
        return self.of(StageAdvance)

    @property
    def suspensions(self) -> list[Suspension]:
        """Every suspension, first to last."""
        return self.of(Suspension)

    @property
    def waivers(self) -> list[Waiver]:
        """The hard rules that were waived."""
        return self.of(Waiver)

    @property
    def open_clocks(self) -> list[ClockRecord]:
        """The clocks that count, the nearest due date first."""
        counting = [one for one in self.of(ClockRow) if one.is_open]
        return records_with(counting, self.of(ClockEntry), self.of(FiredRung))

    def sign_ins_at(self, session_id: str) -> list[str]:
        """Ids of the participants who came to one session."""
        return [one.participant_id for one in self.of(SignIn) if one.session_id == session_id]

    def presences_at(self, session_id: str) -> list[DepartmentPresenceRow]:
        """What the departments did at one session."""
        return [one for one in self.of(DepartmentPresenceRow) if one.session_id == session_id]

    def statements_at(self, session_id: str) -> list[Statement]:
        """What was said at one session, in order."""
        return [one for one in self.of(Statement) if one.session_id == session_id]

    @property
    def evaluations(self) -> list[Evaluation]:
        """The scores of every round, the first round first."""
        return self.of(Evaluation)

    @property
    def follow_up_reviews(self) -> list[FollowUpReview]:
        """Every 回头看, scheduled or held, in order."""
        return self.of(FollowUpReview)

    def submissions(self) -> Sequence[tuple[Submission, Organisation]]:
        """What was sent, each with its recipient."""
        return self._rows(Submission)

    def live_tasks(self) -> Sequence[tuple[FeedbackTask, ClockRow]]:
        """The feedback tasks that were not returned, each with its clock."""
        return self._rows(FeedbackTask)

    def _rows(self, table: type[Base]) -> list[Any]:
        if table not in self._read:
            wanted = self._chapter_with(table)
            self._read |= dict(
                zip((one.table for one in wanted), fetch_together(self._session, wanted), strict=True)
            )
        return self._read[table]

    def _chapter_with(self, table: type[Base]) -> list[Wanted]:
        for chapter in _CHAPTERS:
            wanted = chapter(self._row)
            if any(one.table is table for one in wanted):
                return wanted
        raise LookupError(f"{table.__name__} is in no chapter of a consultation")


def _course(row: Consultation) -> list[Wanted]:
    """How it went: who convenes, who approved, what changed, what counts down."""
    clocks = select(ClockRow.id).where(ClockRow.consultation_id == row.id)
    return [
        Wanted(Convener, Convener.room_id == row.room_id, (Convener.id,)),
        Wanted(Approval, Approval.consultation_id == row.id, (Approval.attempt, Approval.step)),
        Wanted(
            StageAdvance,
            StageAdvance.consultation_id == row.id,
            (StageAdvance.recorded_at, StageAdvance.id),
        ),
        Wanted(Suspension, Suspension.consultation_id == row.id, (Suspension.id,)),
        Wanted(Waiver, Waiver.consultation_id == row.id, (Waiver.id,)),
        Wanted(ClockRow, ClockRow.consultation_id == row.id, (ClockRow.due_on, ClockRow.id)),
        Wanted(ClockEntry, ClockEntry.clock_id.in_(clocks), (ClockEntry.clock_id, ClockEntry.sequence)),
        Wanted(FiredRung, FiredRung.clock_id.in_(clocks)),
    ]


def _meetings(row: Consultation) -> list[Wanted]:
    """Who takes part, what was found out before, what was said."""
    of_case = select(ConsultationSession.id).where(ConsultationSession.consultation_id == row.id)
    dissents = select(Dissent.id).where(Dissent.consultation_id == row.id)
    return [
        Wanted(
            Participant,
            (Participant.consultation_id == row.id) & Participant.removed_on.is_(None),
            (Participant.id,),
        ),
        Wanted(ResearchRecord, ResearchRecord.consultation_id == row.id, (ResearchRecord.id,)),
        Wanted(
            ConsultationSession,
            ConsultationSession.consultation_id == row.id,
            (ConsultationSession.number,),
        ),
        Wanted(SignIn, SignIn.session_id.in_(of_case), (SignIn.participant_id,)),
        Wanted(
            DepartmentPresenceRow,
            DepartmentPresenceRow.session_id.in_(of_case),
            (DepartmentPresenceRow.organisation_id,),
        ),
        Wanted(Statement, Statement.session_id.in_(of_case), (Statement.id,)),
        Wanted(Dissent, Dissent.consultation_id == row.id, (Dissent.id,)),
        Wanted(DissentExplanation, DissentExplanation.dissent_id.in_(dissents), (DissentExplanation.id,)),
    ]


def _outcomes(row: Consultation) -> list[Wanted]:
    """What came out, what became of it, and how it was judged."""
    tasks = select(FeedbackTask.id).where(FeedbackTask.consultation_id == row.id)
    is_live = (FeedbackTask.consultation_id == row.id) & (FeedbackTask.state != FeedbackTaskState.RETURNED)
    return [
        Wanted(
            OutcomeDocument,
            OutcomeDocument.consultation_id == row.id,
            (OutcomeDocument.drafted_on, OutcomeDocument.id),
        ),
        Wanted(
            Submission,
            Submission.consultation_id == row.id,
            (Submission.sent_on,),
            beside=(Organisation, Organisation.id == Submission.recipient_id),
        ),
        Wanted(Suggestion, Suggestion.consultation_id == row.id, (Suggestion.item_number,)),
        Wanted(
            FeedbackTask,
            is_live,
            (FeedbackTask.assigned_on, FeedbackTask.id),
            beside=(ClockRow, ClockRow.id == FeedbackTask.clock_id),
        ),
        Wanted(
            Answer,
            Answer.task_id.in_(tasks) & Answer.answered_on.is_not(None),
            (Answer.prepared_at, Answer.id),
        ),
        Wanted(Evaluation, Evaluation.consultation_id == row.id, (Evaluation.round, Evaluation.id)),
        Wanted(FollowUpReview, FollowUpReview.consultation_id == row.id, (FollowUpReview.ordinal,)),
    ]


_CHAPTERS: tuple[Callable[[Consultation], list[Wanted]], ...] = (_course, _meetings, _outcomes)
