"""交办落实: the three lists item by item, and suggestions handed to their units."""

import re
import uuid
from typing import Any

from fastapi import Response

from api.pages.folders import Folder
from api.pages.submissions import send_act
from api.pages.visits import Posting, text_of
from domain.acts import AssignFeedbackTasks, TaskAssignment
from domain.matters import FeedbackTaskState
from domain.refusals import RefusalCode, Refused, refuse
from records.queries.clocks import clocks_of
from records.queries.co_handlings import co_handling_lines
from records.queries.feedback_tasks import latest_answers, tasks_of
from records.queries.papers import suggestions_of
from regulations.rule_sets import DEFAULT_SOURCE


def tasks_page(folder: Folder) -> Response:
    """Every item with its unit, date and answer, and the form that hands out what is still open."""
    session, row, visit = folder.session, folder.row, folder.visit
    suggestions = suggestions_of(session, row.id)
    lines = tasks_of(session, row.id)
    clocks = clocks_of(session, visit.counter.books, row, visit.today, is_open=None)
    in_hand = {line.task.suggestion_id for line in lines if line.task.state is not FeedbackTaskState.RETURNED}
    may_assign = "assign_tasks" in folder.events and folder.may("assign_feedback_tasks")
    if may_assign:
        folder.shown_forms.add("feedback-tasks")
    return folder.page(
        "tasks",
        suggestions=suggestions,
        lines=lines,
        clocks={clock.id: clock for clock in clocks},
        answers=latest_answers(session, row.id),
        co_handlings=co_handling_lines(
            session, visit.counter.books, [line.task for line in lines], visit.today
        ),
        unassigned=[one for one in suggestions if one.id not in in_hand],
        may_assign=may_assign,
        units=folder.units(),
        period=_period(folder),
        typed=folder.attempt.typed,
        assign_key=str(uuid.uuid4()),
    )


def _period(folder: Folder) -> str:
    """How long a unit has, with its source; why nobody can say where it is not set."""
    try:
        workdays = folder.rule_set.workdays("feedback_days", folder.room.level)
    except Refused as refused:
        return refused.refusal.message
    parameter = folder.rule_set.parameter("feedback_days")
    source = DEFAULT_SOURCE if parameter.is_default else parameter.source
    co_workdays = folder.rule_set.workdays("co_handling_days", folder.room.level)
    return (
        f"规则集规定的办理期限为 {workdays} 个工作日（{source}），自交办次日起算。"
        f"会办期限为 {co_workdays} 个工作日，且不长于主办期限；会办逾期不影响主办期限。"
    )


async def assign_tasks(posting: Posting, consultation_id: str) -> Response:
    """Hand the ticked suggestions to the units chosen for them."""
    assignments = tuple(
        _assignment(posting, suggestion_id)
        for suggestion_id in posting.form.getlist("suggestion_ids")
        if isinstance(suggestion_id, str)
    )
    if not assignments:
        raise refuse(RefusalCode.INVALID_INPUT, "请至少勾选一项协商建议。", field="suggestion_ids")
    act = AssignFeedbackTasks(
        by=posting.actor,
        occurred_on=posting.today,
        note=text_of(posting.form, "note").strip(),
        assignments=assignments,
    )
    done = f"已交办 {len(assignments)} 项，承办单位将收到通知；期限自明天起算。"
    return posting.go(
        f"/consultations/{consultation_id}/tasks", await send_act(posting, consultation_id, act, done)
    )


def _assignment(posting: Posting, suggestion_id: str) -> TaskAssignment:
    lead = text_of(posting.form, f"lead-{suggestion_id}")
    if not lead:
        raise refuse(
            RefusalCode.INVALID_INPUT, "请为勾选的每项建议选择主办单位。", field=f"lead-{suggestion_id}"
        )
    co_units: Any = posting.form.getlist(f"co-{suggestion_id}")
    return TaskAssignment(
        suggestion_id=suggestion_id,
        lead_unit_id=lead,
        co_unit_ids=tuple(one for one in co_units if one and one != lead),
        period_workdays=_days(posting, f"period-{suggestion_id}", "办理期限"),
        co_handling_workdays=_days(posting, f"co-period-{suggestion_id}", "会办期限"),
    )


def _days(posting: Posting, name: str, label: str) -> int | None:
    days = text_of(posting.form, name).strip()
    if days and not re.fullmatch(r"[0-9]{1,3}", days):
        raise refuse(RefusalCode.INVALID_INPUT, f"{label}应为整数个工作日。", field=name)
    return int(days) if days else None
