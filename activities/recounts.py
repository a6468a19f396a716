"""A newer working calendar: every open clock of a consultation changes over to it, and who is concerned is told."""

from activities.case import Case
from activities.deeds import records
from domain.acts import RecountClocks
from domain.audit_actions import AuditAction
from domain.calendar import DueDate
from domain.clocks import read
from notifications.notices import DueDateRecounted
from records.ledgers import ClockRecord, recount_entry
from records.recipients import told


@records(RecountClocks)
def record_recount(case: Case, act: RecountClocks) -> str | None:
    """Count every running period afresh; a due date that has passed stays where it is (domain.md §3.8)."""
    case.permit(act)
    moved: list[dict[str, str | bool]] = []
    for record in case.open_clocks():
        calendar = case.calendar_of(record.row.holder_id)
        if record.row.calendar_version == calendar.version:
            continue
        before = read(record.clock, calendar, case.pen.today).due
        case.write(record, recount_entry(record, calendar, case.pen.today))
        after = DueDate(record.row.due_on, record.row.is_provisional)
        moved.append(
            {
                "clock_id": record.row.id,
                "calendar": calendar.version,
                "old_due_on": before.on.isoformat(),
                "due_on": after.on.isoformat(),
                "is_provisional": after.is_provisional,
            }
        )
        if before != after:
            _tell(case, record, before)
    case.note(
        AuditAction.CLOCKS_RECOUNTED,
        "consultation",
        case.row.id,
        new={"calendar": act.calendar, "clocks": moved},
        note=act.note,
    )
    return None


def _tell(case: Case, record: ClockRecord, before: DueDate) -> None:
    row = record.row
    case.post(
        told(case.session, case.row, ("duty_holder", "organiser"), row.holder_id, case.pen.today),
        DueDateRecounted(
            consultation_number=case.row.number,
            consultation_title=case.row.title,
            link=case.link(),
            obligation_name=row.title,
            holder_name=case.body_name(row.holder_id),
            calendar_version=row.calendar_version,
            recounted_on=case.pen.today,
            previous_due_on=before.on,
            was_provisional=before.is_provisional,
            due_on=row.due_on,
            is_provisional=row.is_provisional,
        ),
    )
