"""What stays overdue goes to the party committee: 专报, 约谈建议, and the 批示 that comes back."""

from datetime import date, datetime

from sqlalchemy import select

from activities.case import Case, require_words
from activities.deeds import records
from activities.feedback_tasks import UNIT_ROLES, task_of, task_words
from domain.acts import RaiseEscalation, RecordInstruction
from domain.audit_actions import AuditAction
from domain.bodies import BodyKind, Role
from domain.clocks import Reading, read
from domain.ladder import DueRung, rung_entered_afterwards
from domain.ledger import DueDateSet, PeriodRestarted
from domain.matters import FeedbackTaskState, ObligationKind
from domain.policy import is_within
from domain.refusals import RefusalCode, refuse
from domain.work_log import WorkKind
from notifications.notices import InstructionRecorded
from records.ledgers import clock_record
from records.recipients import organisers_of, people_of
from records.tables.obligations import Escalation, FeedbackTask, FiredRung, Instruction
from records.tables.people import Organisation
from records.tables.work_log import WorkRecord

TALK = "talk"
NOT_OWED = frozenset({FeedbackTaskState.ANSWERED, FeedbackTaskState.VERIFIED, FeedbackTaskState.RETURNED})
DESK_ROLES = (Role.PARTY_OFFICE, Role.APPROVER)


def raise_escalation(case: Case, task: FeedbackTask, kind: str, reading: Reading, on: date) -> Escalation:
    """Put one overdue task on the party committee's desk, whose own clock starts (invariant 8)."""
    target = target_of(case, task)
    escalation = Escalation(
        consultation_id=case.row.id,
        task_id=task.id,
        kind=kind,
        target_id=target.id if target else None,
        raised_on=on,
        facts={
            **task_words(case, task),
            "assigned_on": task.assigned_on.isoformat(),
            "due_on": reading.due.on.isoformat(),
            "workdays_late": max(0, -reading.left_workdays),
            "generation": reading.generation,
        },
    )
    case.session.add(escalation)
    case.session.flush()
    clock = case.start_clock(
        ObligationKind.ESCALATION,
        escalation.id,
        holder_id=escalation.target_id,
        title=f"{target.name if target else '党委'}批示",
        started_on=on,
        budget_workdays=case.workdays("escalation_days"),
    )
    escalation.clock_id = clock.id
    if kind == TALK:
        _propose_deduction(case, task, on)
    case.note(
        AuditAction.ESCALATED if kind == "escalation" else AuditAction.TALK_PROPOSED,
        "escalation",
        escalation.id,
        new={"task_id": task.id, "target_id": escalation.target_id, "due_on": reading.due.on.isoformat()},
    )
    return escalation


def _propose_deduction(case: Case, task: FeedbackTask, on: date) -> None:
    """考核扣分: proposed together with the 约谈, kept in the work log for whoever assesses (domain.md §2.7, NA-02)."""
    words = task_words(case, task)
    record = WorkRecord(
        kind=WorkKind.ASSESSMENT,
        organisation_id=case.row.operator_id or case.row.owner_id or "",
        area=case.row.area,
        happened_on=on,
        title=f"考核扣分建议：{words['unit_name']}",
        note=f"批示设定的期限届满后再次逾期：{words['task_title']}",
        consultation_id=case.row.id,
        subject_organisation_id=task.unit_id,
        recorded_by_person_id=case.pen.by.person_id,
        recorded_at=case.pen.at,
    )
    case.session.add(record)
    case.session.flush()
    new: dict[str, object] = {
        "kind": record.kind,
        "subject_organisation_id": task.unit_id,
        "happened_on": on.isoformat(),
    }
    case.note(AuditAction.WORK_RECORDED, "work_record", record.id, new=new)


def fired_rung(clock_id: str, due: DueRung, at: datetime) -> FiredRung:
    """The row whose key lets a rung happen once."""
    return FiredRung(
        clock_id=clock_id,
        generation=due.generation,
        name=due.rung.name,
        due_at=due.at,
        recorded_at=at,
        colour=due.rung.colour.value,
    )


def target_of(case: Case, task: FeedbackTask) -> Organisation | None:
    """The leading party organisation; for a unit of a higher level, the party committee of the owner's own level.

    Source: domain.md §2.7, last line: via 县级政协党组 to 县（市、区）委.
    """
    leading = case.session.get(Organisation, case.row.leading_party_id) if case.row.leading_party_id else None
    unit = case.session.get_one(Organisation, task.unit_id)
    if leading is not None and is_within(unit.area, leading.area):
        return leading
    above = [
        body
        for body in case.session.scalars(
            select(Organisation).where(Organisation.kind == BodyKind.PARTY_COMMITTEE)
        )
        if is_within(case.row.area, body.area) and is_within(unit.area, body.area)
    ]
    return max(above, key=lambda body: len(body.area), default=leading)


@records(RaiseEscalation)
def record_escalation(case: Case, act: RaiseEscalation) -> str:
    """Enter afterwards what the ladder would have carried to the party committee on that day. Tells nobody."""
    task = task_of(case, act)
    record = clock_record(case.session, task.clock_id)
    ladder = case.rule_set.ladder(record.row.kind)
    due = rung_entered_afterwards(
        record.clock, ladder, case.calendar, record.fired, act.occurred_on, record.row.id
    )
    if due is None:
        message = "该事项在这一天未到专报（约谈建议）的时点，或已由系统自动专报，不能补登。"
        raise refuse(RefusalCode.STATE_FORBIDS, message, field="occurred_on")
    case.session.add(fired_rung(record.row.id, due, case.pen.at))
    reading = read(record.clock, case.calendar, act.occurred_on)
    return raise_escalation(case, task, due.rung.opens, reading, act.occurred_on).id


@records(RecordInstruction)
def record_instruction(case: Case, act: RecordInstruction) -> str:
    """批示: its date, where it sets one, begins a new generation of the task's clock and closes the paper.

    Without a date nothing would ever be overdue again; so the paper stays on the desk, whose own period begins anew:
    where no answer follows, the desk is reminded, and told that its word was not heeded.
    """
    escalation = case.session.get(Escalation, act.escalation_id, with_for_update=True)
    if escalation is None or escalation.consultation_id != case.row.id:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该专报。", field="escalation_id")
    case.permit(act, desk_id=escalation.target_id)
    case.check_date(act, escalation.raised_on)
    if not escalation.is_open:
        raise refuse(RefusalCode.STATE_FORBIDS, "该专报已办结，无需再批示。")
    require_words(act.text, "text", "请填写批示内容。")
    task = case.session.get_one(FeedbackTask, escalation.task_id or "")
    due_on = _set_due_date(case, task, act) if act.new_due_on is not None else None
    instruction = Instruction(
        escalation_id=escalation.id,
        text=act.text,
        new_due_on=due_on,
        instructed_on=act.occurred_on,
        by_person_id=act.by.person_id,
        on_behalf_of_id=act.by.on_behalf_of,
    )
    case.session.add(instruction)
    _settle_desk(case, escalation, task, act)
    case.session.flush()
    clock = clock_record(case.session, task.clock_id).row
    today = case.pen.today
    case.post(
        people_of(case.session, task.unit_id, UNIT_ROLES, today)
        + organisers_of(case.session, case.row, today),
        InstructionRecorded(
            **task_words(case, task),
            due_on=clock.due_on,
            is_provisional=clock.is_provisional,
            instructed_by=case.body_name(escalation.target_id),
            instructed_on=act.occurred_on,
            instruction=act.text,
        ),
    )
    case.note(
        AuditAction.INSTRUCTED,
        "escalation",
        escalation.id,
        new={"instruction_id": instruction.id, "new_due_on": due_on.isoformat() if due_on else None},
        note=act.text,
    )
    return instruction.id


def _settle_desk(case: Case, escalation: Escalation, task: FeedbackTask, act: RecordInstruction) -> None:
    if act.new_due_on is None and task.state not in NOT_OWED and escalation.clock_id is not None:
        record = clock_record(case.session, escalation.clock_id)
        workdays = case.workdays("escalation_days")
        reason = "批示未定新的期限，承办单位仍须反馈"
        case.write(record, PeriodRestarted(act.occurred_on, workdays, case.pen.at, reason))
        return
    escalation.is_open = False
    if escalation.clock_id is not None:
        case.stop_clock(escalation.clock_id, act.occurred_on)


def _set_due_date(case: Case, task: FeedbackTask, act: RecordInstruction) -> date:
    if task.state in NOT_OWED:
        raise refuse(RefusalCode.STATE_FORBIDS, "该事项已办复，不需要再定期限。", field="new_due_on")
    if act.new_due_on is None or act.new_due_on <= act.occurred_on:
        raise refuse(RefusalCode.INVALID_INPUT, "新期限须晚于批示日期。", field="new_due_on")
    record = clock_record(case.session, task.clock_id)
    entry = DueDateSet(act.occurred_on, act.new_due_on, case.pen.at, act.text)
    return case.write(record, entry).due.on
