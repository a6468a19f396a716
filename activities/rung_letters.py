"""The letter of each rung, filled from the clock it belongs to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from activities.case import Case
from activities.evaluations import evaluation_asked
from activities.feedback_tasks import TaskWords, task_words
from domain.calendar import DueDate, local_date
from domain.clocks import Reading, read
from domain.ladder import DueRung
from domain.ledger import DueDateSet, Extended
from domain.matters import ObligationKind
from domain.notices import NoticeKind
from notifications.notices import (
    ApprovalAsked,
    DatedFact,
    DueSoon,
    FiledBySilence,
    FollowUpDue,
    Notice,
    NotYetAcknowledged,
    Overdue,
    RedNotice,
    SpecialReport,
    TalkProposed,
)
from records.ledgers import ClockRecord, clock_record
from records.tables.consultations import Approval
from records.tables.obligations import Escalation, FeedbackTask, FiredRung
from records.tables.outcomes import FollowUpReview, Suggestion


@dataclass(frozen=True)
class Ringing:
    """One rung being fired: the clock, what it reads, on which day, and the desk it goes to."""

    case: Case
    record: ClockRecord
    due: DueRung
    reading: Reading
    on: date
    target_id: str | None

    @property
    def late(self) -> int:
        """Working days after the due date."""
        return self.case.calendar.workdays_between(self.reading.due.on, self.on)

    @property
    def task_due(self) -> DueDate:
        """When the feedback task was due, also where the clock is that of the desk it was escalated to."""
        if self.task is None or self.record.row.kind is not ObligationKind.ESCALATION:
            return self.reading.due
        task_clock = clock_record(self.case.session, self.task.clock_id).clock
        return read(task_clock, self.case.calendar, self.on).due

    @property
    def organiser_name(self) -> str:
        """Who issues the paper."""
        return self.case.body_name(self.case.row.operator_id or self.case.row.owner_id)

    @property
    def task(self) -> FeedbackTask | None:
        """The feedback task, where the clock is one's, or where the escalated desk has one before it."""
        subject_id = self.record.row.subject_id
        if self.record.row.kind is ObligationKind.ESCALATION:
            escalation = self.case.session.get_one(Escalation, subject_id)
            subject_id = escalation.task_id or ""
        return self.case.session.get(FeedbackTask, subject_id)

    @property
    def lead_name(self) -> str:
        """The lead unit, where the clock is that of a co-handler."""
        if self.task is None or self.record.row.kind is not ObligationKind.CO_HANDLING:
            return ""
        return self.case.body_name(self.task.unit_id)

    @property
    def words(self) -> TaskWords:
        """What the letter says of the obligation: of the task, or of the duty that the clock is for."""
        if self.task is not None:
            words = task_words(self.case, self.task)
            if self.lead_name:
                words["unit_name"] = self.case.body_name(self.record.row.holder_id)
            return words
        return TaskWords(
            consultation_number=self.case.row.number,
            consultation_title=self.case.row.title,
            link=self.case.link(),
            unit_name=self.case.body_name(self.record.row.holder_id) or self.organiser_name,
            task_title=self.record.row.title,
        )

    @property
    def started_on(self) -> date:
        """The day on which the obligation began."""
        if self.task is None or self.lead_name:
            return self.reading.started_on
        return self.task.assigned_on


def letter_of_rung(
    case: Case, record: ClockRecord, due: DueRung, reading: Reading, on: date, target_id: str | None
) -> Notice:
    """The letter that the rung names. Raises KeyError for a notice that no rung may name."""
    return LETTERS[NoticeKind(due.rung.notice)](Ringing(case, record, due, reading, on, target_id))


def _due_soon(ringing: Ringing) -> Notice:
    return DueSoon(
        **ringing.words,
        due_on=ringing.reading.due.on,
        is_provisional=ringing.reading.due.is_provisional,
        assigned_on=ringing.started_on,
        workdays_left=max(0, ringing.case.calendar.workdays_between(ringing.on, ringing.reading.due.on)),
        lead_name=ringing.lead_name,
    )


def _overdue(ringing: Ringing) -> Notice:
    return Overdue(
        **ringing.words,
        due_on=ringing.reading.due.on,
        is_provisional=ringing.reading.due.is_provisional,
        assigned_on=ringing.started_on,
        workdays_late=ringing.late,
        issued_on=ringing.on,
        issued_by=ringing.organiser_name,
        lead_name=ringing.lead_name,
        colour_name=ringing.due.rung.colour.label,
    )


def _red_notice(ringing: Ringing) -> Notice:
    urged = [one.happened_on for one in _rungs_fired(ringing) if one.what == "黄牌"]
    return RedNotice(
        **ringing.words,
        due_on=ringing.reading.due.on,
        is_provisional=ringing.reading.due.is_provisional,
        assigned_on=ringing.started_on,
        urged_on=max(urged, default=None),
        workdays_late=ringing.late,
        issued_on=ringing.on,
        issued_by=ringing.organiser_name,
    )


def _special_report(ringing: Ringing) -> Notice:
    target_id = ringing.target_id or ringing.record.row.holder_id
    return SpecialReport(
        **ringing.words,
        due_on=ringing.task_due.on,
        is_provisional=ringing.task_due.is_provisional,
        addressee_name=ringing.case.body_name(target_id),
        suggestion=ringing.words["task_title"],
        assigned_on=ringing.started_on,
        workdays_late=ringing.case.calendar.workdays_between(ringing.task_due.on, ringing.on),
        rungs_fired=tuple(_rungs_fired(ringing)),
        period_history=tuple(_period_history(ringing)),
        proposal="建议予以批示，督促承办单位限期办理并书面反馈。"
        if ringing.due.generation == 1 or ringing.record.row.kind is not ObligationKind.ESCALATION
        else "批示后承办单位仍未反馈，建议再次批示并确定办理期限。",
        issued_on=ringing.on,
        issued_by=ringing.organiser_name,
    )


def _talk_proposed(ringing: Ringing) -> Notice:
    instructed = [entry for entry in ringing.record.clock.ledger if isinstance(entry, DueDateSet)]
    first = ringing.case.calendar.add_workdays(
        ringing.record.clock.started_on, ringing.record.clock.budget_workdays
    )
    return TalkProposed(
        **ringing.words,
        due_on=ringing.reading.due.on,
        is_provisional=ringing.reading.due.is_provisional,
        addressee_name=ringing.case.body_name(ringing.target_id),
        first_due_on=first.on,
        instructed_on=instructed[-1].on,
        workdays_late=ringing.late,
        issued_on=ringing.on,
        issued_by=ringing.organiser_name,
    )


def _not_yet_acknowledged(ringing: Ringing) -> Notice:
    return NotYetAcknowledged(
        **ringing.words,
        due_on=ringing.reading.due.on,
        is_provisional=ringing.reading.due.is_provisional,
        assigned_on=ringing.started_on,
        acknowledge_by_on=ringing.reading.due.on,
        workdays_late=ringing.late,
    )


def _approval_asked(ringing: Ringing) -> Notice:
    session, row = ringing.case.session, ringing.case.row
    step = session.get_one(Approval, ringing.record.row.subject_id)
    steps = session.scalars(
        select(Approval.step).where(Approval.consultation_id == row.id, Approval.attempt == step.attempt)
    ).all()
    return ApprovalAsked(
        consultation_number=row.number,
        consultation_title=row.title,
        link=ringing.case.link(),
        body_name=ringing.case.body_name(step.body_id) or step.label,
        approval_name="备案" if step.is_filing else "审定",
        step_ordinal=step.step,
        step_count=len(steps),
        asked_on=ringing.started_on,
        asked_by=ringing.organiser_name,
        due_on=ringing.reading.due.on,
        is_provisional=ringing.reading.due.is_provisional,
    )


def _filed_by_silence(ringing: Ringing) -> Notice:
    row = ringing.case.row
    return FiledBySilence(
        consultation_number=row.number,
        consultation_title=row.title,
        link=ringing.case.link(),
        body_name=ringing.case.body_name(ringing.record.row.holder_id) or ringing.record.row.title,
        asked_on=ringing.started_on,
        filed_on=ringing.case.calendar.add_workdays(ringing.on, -1).on,
    )


def _evaluation_asked(ringing: Ringing) -> Notice:
    return evaluation_asked(ringing.case, ringing.record.row.title, ringing.record.row)


def _follow_up_due(ringing: Ringing) -> Notice:
    row = ringing.case.row
    review = ringing.case.session.get_one(FollowUpReview, ringing.record.row.subject_id)
    items = ringing.case.session.scalars(
        select(Suggestion.text).where(Suggestion.consultation_id == row.id).order_by(Suggestion.item_number)
    )
    return FollowUpDue(
        consultation_number=row.number,
        consultation_title=row.title,
        link=ringing.case.link(),
        completed_on=row.completed_on or ringing.started_on,
        follow_up_ordinal=review.ordinal,
        due_on=ringing.reading.due.on,
        is_provisional=ringing.reading.due.is_provisional,
        items=tuple(items),
    )


LETTERS: Mapping[NoticeKind, Callable[[Ringing], Notice]] = {
    NoticeKind.DUE_SOON: _due_soon,
    NoticeKind.OVERDUE: _overdue,
    NoticeKind.RED_NOTICE: _red_notice,
    NoticeKind.SPECIAL_REPORT: _special_report,
    NoticeKind.TALK_PROPOSED: _talk_proposed,
    NoticeKind.NOT_YET_ACKNOWLEDGED: _not_yet_acknowledged,
    NoticeKind.APPROVAL_ASKED: _approval_asked,
    NoticeKind.FILED_BY_SILENCE: _filed_by_silence,
    NoticeKind.EVALUATION_ASKED: _evaluation_asked,
    NoticeKind.FOLLOW_UP_DUE: _follow_up_due,
}
"""The letters that a rung of a rule set's ladder may name, and how each is filled."""

_COLOUR_NAMES = {"none": "提醒", "blue": "蓝牌", "yellow": "黄牌", "red": "红牌"}


def _rungs_fired(ringing: Ringing) -> list[DatedFact]:
    task = ringing.task
    clock_id = task.clock_id if task is not None else ringing.record.row.id
    fired = ringing.case.session.scalars(
        select(FiredRung).where(FiredRung.clock_id == clock_id).order_by(FiredRung.due_at)
    )
    return [DatedFact(happened_on=local_date(one.due_at), what=_COLOUR_NAMES[one.colour]) for one in fired]


def _period_history(ringing: Ringing) -> list[DatedFact]:
    history: list[DatedFact] = []
    for entry in ringing.record.clock.ledger:
        if isinstance(entry, Extended):
            history.append(DatedFact(happened_on=entry.on, what=f"同意延期 {entry.workdays} 个工作日"))
        if isinstance(entry, DueDateSet):
            history.append(DatedFact(happened_on=entry.on, what=f"批示确定期限 {entry.due_on.isoformat()}"))
    return history
