"""The clock's own deed: record every rung whose instant has come, once, and write its letters."""

from sqlalchemy import func, select

from activities.approvals import file_by_silence
from activities.case import Case
from activities.deeds import records
from activities.escalations import fired_rung, raise_escalation
from activities.rung_letters import letter_of_rung
from domain.acts import RecordWhatIsDue
from domain.audit_actions import AuditAction
from domain.calendar import local_date
from domain.clocks import read
from domain.ladder import FILED_BY_SILENCE, DueRung, due_rungs
from domain.matters import ObligationKind
from domain.stages import ConsultationState
from records.ledgers import ClockRecord
from records.recipients import told
from records.tables.obligations import Escalation, FeedbackTask
from records.tables.outcomes import Submission


@records(RecordWhatIsDue)
def record_what_is_due(case: Case, act: RecordWhatIsDue) -> str | None:
    """Fire what is due now. An outage delays a rung and never drops it; the row's key lets none fire twice."""
    del act
    _stop_what_papers_have_met(case)
    for record in case.open_clocks():
        ladder = case.ladder(record.row.kind)
        for due in due_rungs(record.clock, ladder, case.calendar, record.fired, case.pen.at, record.row.id):
            _fire(case, record, due)
            if due.rung.name == FILED_BY_SILENCE:
                # The clock has stopped: what would have come after it comes no more.
                file_by_silence(case, record, local_date(due.at))
                break
    return None


def _stop_what_papers_have_met(case: Case) -> None:
    """A report that has been sent is chased no more, although the stage has not been advanced yet."""
    sent_on = case.session.scalar(
        select(func.max(Submission.sent_on)).where(
            Submission.consultation_id == case.row.id, Submission.is_report_to_client.is_(False)
        )
    )
    if sent_on is not None and case.row.state is ConsultationState.REPORTING:
        case.stop_clocks(sent_on, ObligationKind.REPORTING)


def _fire(case: Case, record: ClockRecord, due: DueRung) -> None:
    case.session.add(fired_rung(record.row.id, due, case.pen.at))
    case.session.flush()
    # Dated truthfully: the day on which the rung came, not the day on which an outage let it be recorded.
    on = local_date(due.at)
    reading = read(record.clock, case.calendar, on)
    case.note(
        AuditAction.RUNG_FIRED,
        record.row.kind.value,
        record.row.subject_id,
        new={
            "clock_id": record.row.id,
            "rung": due.rung.name,
            "generation": due.generation,
            "colour": due.rung.colour,
            "due_at": due.at.isoformat(),
            "due_on": reading.due.on.isoformat(),
        },
    )
    escalation: Escalation | None = None
    task = case.session.get(FeedbackTask, record.row.subject_id)
    if due.rung.opens and task is not None:
        escalation = raise_escalation(case, task, due.rung.opens, reading, on)
    target_id = escalation.target_id if escalation else None
    letter = letter_of_rung(case, record, due, reading, on, target_id)
    people = told(case.session, case.row, due.rung.tell, record.row.holder_id, case.pen.today)
    if target_id is not None:
        people += told(case.session, case.row, ("duty_holder",), target_id, case.pen.today)
    case.post(people, letter)
