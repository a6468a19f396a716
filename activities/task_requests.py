"""What a unit may ask for: 退办 within its window, 延期 within its limits; and what the organiser decides."""

from datetime import date

from sqlalchemy import select

from activities.assignments import hand_over
from activities.case import Case, require_words
from activities.deeds import records
from activities.feedback_tasks import UNIT_ROLES, task_of, task_words
from domain.acts import DecideExtension, DecideReturn, RequestExtension, RequestReturn, TaskAssignment
from domain.audit_actions import AuditAction
from domain.clocks import read, window_closes_on
from domain.day_count import times_extended
from domain.ledger import Extended
from domain.refusals import RefusalCode, refuse
from notifications.notices import (
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    ReturnAccepted,
    ReturnAsked,
    ReturnRefused,
)
from records.ledgers import clock_record
from records.recipients import organisers_of, people_of
from records.tables.obligations import ExtensionRequest, FeedbackTask, ReturnRequest
from records.tables.outcomes import Suggestion
from records.tables.people import Organisation
from statemachines import feedback_task as law


@records(RequestReturn)
def record_return_request(case: Case, act: RequestReturn) -> str:
    """退办: only within the window that began with the assignment (domain.md §2.7: 交办 + 5 working days)."""
    task = task_of(case, act)
    require_words(act.reason, "reason", "申请退办须写明理由。")
    window = case.workdays("return_days")
    record = clock_record(case.session, task.clock_id)
    closes_on = window_closes_on(record.clock, case.calendar, window)
    law.after(
        task.state, "request_return", on=act.occurred_on, window_closes_on=closes_on, window_workdays=window
    )
    if _open_return(case, task) is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "已有待答复的退办申请。")
    request = ReturnRequest(task_id=task.id, reason=act.reason, requested_on=act.occurred_on)
    case.session.add(request)
    case.session.flush()
    case.post(
        organisers_of(case.session, case.row, case.pen.today),
        ReturnAsked(
            **task_words(case, task),
            due_on=record.row.due_on,
            is_provisional=record.row.is_provisional,
            asked_on=act.occurred_on,
            reason=act.reason,
        ),
    )
    case.note(
        AuditAction.RETURN_REQUESTED,
        "feedback_task",
        task.id,
        new={"request_id": request.id, "requested_on": act.occurred_on.isoformat()},
        note=act.reason,
    )
    return request.id


@records(DecideReturn)
def record_return_decision(case: Case, act: DecideReturn) -> str:
    """Accept: the item goes to another unit with a full new period. Refuse: the old period ran on all the while."""
    task = task_of(case, act)
    request = _open_return(case, task)
    if request is None:
        raise refuse(RefusalCode.NOT_FOUND, "没有待答复的退办申请。", field="task_id")
    if act.occurred_on < request.requested_on:
        raise refuse(RefusalCode.INVALID_INPUT, "答复日期不能早于申请日期。", field="occurred_on")
    if not act.is_accepted:
        require_words(act.note, "note", "不同意退办须在备注中写明理由。")
    task.state = law.after(task.state, "accept_return" if act.is_accepted else "refuse_return")
    request.is_accepted, request.decided_on, request.note = act.is_accepted, act.occurred_on, act.note
    made = _reassign(case, task, act) if act.is_accepted else _keep(case, task, act)
    case.note(
        AuditAction.RETURN_DECIDED,
        "feedback_task",
        task.id,
        new={"is_accepted": act.is_accepted, "new_task_id": made.id if made is not task else None},
        note=act.note,
    )
    return made.id


@records(RequestExtension)
def record_extension_request(case: Case, act: RequestExtension) -> str:
    """延期: once a period, in time, and for at most the share of it that the rule set allows (domain.md §1.5)."""
    task = task_of(case, act)
    require_words(act.reason, "reason", "申请延期须写明理由。")
    record = clock_record(case.session, task.clock_id)
    reading = read(record.clock, case.calendar, act.occurred_on)
    workdays_max = reading.budget_workdays * case.limit("extension_share_max_percent") // 100
    law.after(
        task.state,
        "request_extension",
        is_instructed=reading.is_instructed,
        is_extended_before=times_extended(record.clock) >= case.limit("extension_times_max"),
        asked_on=act.occurred_on,
        latest_on=reading.calendar.add_workdays(reading.due.on, -case.workdays("extension_ask_days")).on,
        workdays=act.workdays,
        workdays_max=workdays_max,
    )
    if _open_extension(case, task) is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "已有待答复的延期申请。")
    request = ExtensionRequest(
        task_id=task.id, workdays=act.workdays, reason=act.reason, requested_on=act.occurred_on
    )
    case.session.add(request)
    case.session.flush()
    requested = reading.calendar.add_workdays(reading.due.on, act.workdays)
    case.post(
        organisers_of(case.session, case.row, case.pen.today),
        ExtensionAsked(
            **task_words(case, task),
            due_on=reading.due.on,
            is_provisional=reading.due.is_provisional,
            asked_on=act.occurred_on,
            extension_workdays=act.workdays,
            requested_due_on=requested.on,
            is_requested_provisional=requested.is_provisional,
            reason=act.reason,
        ),
    )
    case.note(
        AuditAction.EXTENSION_REQUESTED,
        "feedback_task",
        task.id,
        new={"request_id": request.id, "workdays": act.workdays},
        note=act.reason,
    )
    return request.id


@records(DecideExtension)
def record_extension_decision(case: Case, act: DecideExtension) -> str:
    """Grant what was asked, or less or nothing with a reason; the due date moves with the grant."""
    task = task_of(case, act)
    request = _open_extension(case, task)
    if request is None:
        raise refuse(RefusalCode.NOT_FOUND, "没有待答复的延期申请。", field="task_id")
    if act.occurred_on < request.requested_on:
        raise refuse(RefusalCode.INVALID_INPUT, "答复日期不能早于申请日期。", field="occurred_on")
    workdays = act.workdays or request.workdays
    record = clock_record(case.session, task.clock_id)
    law.after(
        task.state,
        "decide_extension",
        is_instructed=read(record.clock, case.calendar, case.pen.today).is_instructed,
        workdays=workdays if act.is_granted else None,
        workdays_max=request.workdays,
    )
    if not act.is_granted:
        require_words(act.note, "note", "不同意延期须在备注中写明理由。")
    elif workdays < request.workdays:
        require_words(act.note, "note", "同意的天数少于申请的，须在备注中写明理由。")
    request.is_granted, request.decided_on, request.note = act.is_granted, act.occurred_on, act.note
    request.granted_workdays = workdays if act.is_granted else None
    previous_due_on = record.row.due_on
    if act.is_granted:
        case.write(record, Extended(act.occurred_on, workdays, _why_extended(request, act)))
    _tell_extension(case, task, request, act, previous_due_on)
    case.note(
        AuditAction.EXTENSION_DECIDED,
        "feedback_task",
        task.id,
        old={"due_on": previous_due_on.isoformat()},
        new={
            "is_granted": act.is_granted,
            "workdays": request.granted_workdays,
            "due_on": record.row.due_on.isoformat(),
        },
        note=act.note,
    )
    return request.id


def _why_extended(request: ExtensionRequest, act: DecideExtension) -> str:
    if request.granted_workdays == request.workdays:
        return request.reason
    return (
        f"{request.reason}；申请 {request.workdays} 个工作日，同意 {request.granted_workdays} 个：{act.note}"
    )


def _open_return(case: Case, task: FeedbackTask) -> ReturnRequest | None:
    return case.session.scalar(
        select(ReturnRequest).where(ReturnRequest.task_id == task.id, ReturnRequest.is_accepted.is_(None))
    )


def _open_extension(case: Case, task: FeedbackTask) -> ExtensionRequest | None:
    return case.session.scalar(
        select(ExtensionRequest).where(
            ExtensionRequest.task_id == task.id, ExtensionRequest.is_granted.is_(None)
        )
    )


def _reassign(case: Case, task: FeedbackTask, act: DecideReturn) -> FeedbackTask:
    if act.new_unit_id is None or act.new_unit_id == task.unit_id:
        raise refuse(RefusalCode.INVALID_INPUT, "同意退办时须指定另一承办单位。", field="new_unit_id")
    if case.session.get(Organisation, act.new_unit_id) is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该承办单位。", field="new_unit_id")
    case.stop_clock(task.clock_id, act.occurred_on, "退办")
    case.stop_clock(task.acknowledgement_clock_id, act.occurred_on, "退办")
    case.post(
        people_of(case.session, task.unit_id, UNIT_ROLES, case.pen.today),
        ReturnAccepted(
            **task_words(case, task),
            decided_on=act.occurred_on,
            decided_by=case.body_name(act.by.organisation_id),
        ),
    )
    suggestion = case.session.get_one(Suggestion, task.suggestion_id)
    assignment = TaskAssignment(
        suggestion_id=suggestion.id,
        lead_unit_id=act.new_unit_id,
        co_unit_ids=tuple(one for one in task.co_unit_ids if one != act.new_unit_id),
        period_workdays=task.period_workdays,
    )
    return hand_over(case, suggestion, assignment, act.occurred_on, predecessor=task)


def _keep(case: Case, task: FeedbackTask, act: DecideReturn) -> FeedbackTask:
    clock = clock_record(case.session, task.clock_id).row
    case.post(
        people_of(case.session, task.unit_id, UNIT_ROLES, case.pen.today),
        ReturnRefused(
            **task_words(case, task),
            due_on=clock.due_on,
            is_provisional=clock.is_provisional,
            decided_on=act.occurred_on,
            decided_by=case.body_name(act.by.organisation_id),
            reason=act.note,
        ),
    )
    return task


def _tell_extension(
    case: Case, task: FeedbackTask, request: ExtensionRequest, act: DecideExtension, previous_due_on: date
) -> None:
    people = people_of(case.session, task.unit_id, UNIT_ROLES, case.pen.today)
    clock = clock_record(case.session, task.clock_id).row
    decided_by = case.body_name(act.by.organisation_id)
    if not act.is_granted:
        case.post(
            people,
            ExtensionRefused(
                **task_words(case, task),
                due_on=clock.due_on,
                is_provisional=clock.is_provisional,
                decided_on=act.occurred_on,
                decided_by=decided_by,
                reason=act.note,
            ),
        )
        return
    case.post(
        people,
        ExtensionGranted(
            **task_words(case, task),
            due_on=clock.due_on,
            is_provisional=clock.is_provisional,
            decided_on=act.occurred_on,
            decided_by=decided_by,
            extension_workdays=request.granted_workdays or 0,
            previous_due_on=previous_due_on,
        ),
    )
