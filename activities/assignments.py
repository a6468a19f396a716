"""交办: suggestions handed to their units, each with the two clocks of its task."""

from collections.abc import Callable
from datetime import date
from functools import partial

from sqlalchemy import select

from activities.case import Case
from activities.co_handlings import ask_co_handlers, carry_co_handlings, check_co_handlers, check_period
from activities.deeds import records
from activities.feedback_tasks import UNIT_ROLES, task_words
from domain.acts import (
    AssignFeedbackTasks,
    TaskAssignment,
)
from domain.audit_actions import AuditAction
from domain.matters import FeedbackTaskState, ObligationKind
from domain.refusals import RefusalCode, refuse
from notifications.notices import TaskAssigned, TaskReassigned
from records.base import new_id
from records.ledgers import clock_record
from records.recipients import people_of
from records.tables.obligations import FeedbackTask
from records.tables.outcomes import Suggestion
from records.tables.people import Organisation

PERIOD_WORKDAYS_MAX = 366


@records(AssignFeedbackTasks)
def record_task_assignments(case: Case, act: AssignFeedbackTasks) -> str:
    """交办 every named suggestion, or none of them."""
    case.permit(act)
    case.check_date(act, case.row.entered_state_on)
    if not act.assignments:
        raise refuse(RefusalCode.INVALID_INPUT, "请至少选择一项协商建议交办。", field="assignments")
    made = [_assign(case, assignment, act.occurred_on) for assignment in act.assignments]
    case.note(
        AuditAction.TASKS_ASSIGNED,
        "consultation",
        case.row.id,
        new={
            "tasks": [
                {"id": task.id, "suggestion_id": task.suggestion_id, "unit_id": task.unit_id}
                | ({"co_unit_ids": task.co_unit_ids} if task.co_unit_ids else {})
                for task in made
            ],
            "assigned_on": act.occurred_on.isoformat(),
        },
        note=act.note,
    )
    return made[0].id


def hand_over(
    case: Case,
    suggestion: Suggestion,
    assignment: TaskAssignment,
    on: date,
    predecessor: FeedbackTask | None = None,
) -> FeedbackTask:
    """Make the task of one unit with its two clocks and those of its co-handlers, and tell them."""
    workdays = assignment.period_workdays or case.workdays("feedback_days")
    task = FeedbackTask(
        id=new_id(),
        consultation_id=case.row.id,
        suggestion_id=suggestion.id,
        unit_id=assignment.lead_unit_id,
        co_unit_ids=list(assignment.co_unit_ids),
        state=FeedbackTaskState.ASSIGNED,
        assigned_on=on,
        period_workdays=workdays,
        predecessor_id=predecessor.id if predecessor else None,
        round=case.row.round,
    )
    unit_name = case.body_name(task.unit_id)
    clock = case.start_clock(
        ObligationKind.FEEDBACK_TASK,
        task.id,
        holder_id=task.unit_id,
        title=f"{unit_name}办理反馈第 {suggestion.item_number} 项",
        started_on=on,
        budget_workdays=workdays,
    )
    acknowledgement = case.start_clock(
        ObligationKind.ACKNOWLEDGEMENT,
        task.id,
        holder_id=task.unit_id,
        title=f"{unit_name}签收第 {suggestion.item_number} 项",
        started_on=on,
        budget_workdays=case.workdays("acknowledgement_days"),
    )
    task.clock_id, task.acknowledgement_clock_id = clock.id, acknowledgement.id
    case.session.add(task)
    case.session.flush()
    _tell_assigned(case, task, predecessor)
    if predecessor is None:
        ask_co_handlers(case, task, assignment.co_handling_workdays)
    else:
        carry_co_handlings(case, predecessor, task)
    return task


def _assign(case: Case, assignment: TaskAssignment, on: date) -> FeedbackTask:
    suggestion = case.session.get(Suggestion, assignment.suggestion_id)
    if suggestion is None or suggestion.consultation_id != case.row.id:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该协商建议。", field="suggestion_id")
    if case.session.get(Organisation, assignment.lead_unit_id) is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该承办单位。", field="lead_unit_id")
    if any(case.session.get(Organisation, unit_id) is None for unit_id in assignment.co_unit_ids):
        raise refuse(RefusalCode.NOT_FOUND, "未找到该会办单位。", field="co_unit_ids")
    check_co_handlers(assignment.lead_unit_id, assignment.co_unit_ids)
    period = assignment.period_workdays
    if period is not None and not 1 <= period <= PERIOD_WORKDAYS_MAX:
        raise refuse(
            RefusalCode.INVALID_INPUT,
            f"办理期限应为 1 至 {PERIOD_WORKDAYS_MAX} 个工作日。",
            field="period_workdays",
        )
    check_period(assignment.co_handling_workdays, period or case.workdays("feedback_days"))
    taken = case.session.scalar(
        select(FeedbackTask.id).where(
            FeedbackTask.suggestion_id == suggestion.id, FeedbackTask.state != FeedbackTaskState.RETURNED
        )
    )
    if taken is not None:
        raise refuse(
            RefusalCode.STATE_FORBIDS, f"第 {suggestion.item_number} 项建议已经交办。", field="suggestion_id"
        )
    return hand_over(case, suggestion, assignment, on)


def _tell_assigned(case: Case, task: FeedbackTask, predecessor: FeedbackTask | None) -> None:
    clock = clock_record(case.session, task.clock_id).row
    add = case.calendar.add_workdays
    letter: Callable[..., TaskAssigned] = TaskAssigned
    if predecessor is not None:
        letter = partial(TaskReassigned, previous_unit_name=case.body_name(predecessor.unit_id))
    case.post(
        people_of(case.session, task.unit_id, UNIT_ROLES, case.pen.today),
        letter(
            **task_words(case, task),
            due_on=clock.due_on,
            is_provisional=clock.is_provisional,
            due_workdays=task.period_workdays,
            assigned_on=task.assigned_on,
            assigned_by=case.body_name(case.row.operator_id or case.row.owner_id),
            acknowledge_by_on=add(task.assigned_on, case.workdays("acknowledgement_days")).on,
            return_by_on=add(task.assigned_on, case.workdays("return_days")).on,
            extension_by_on=add(clock.due_on, -case.workdays("extension_ask_days")).on,
            co_handler_names=tuple(case.body_name(unit_id) for unit_id in task.co_unit_ids),
        ),
    )
