"""The form that hands several suggestions out at once: what stands in each row, and the day on which each falls due."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.datastructures import FormData

from api.pages.folders import Folder
from api.pages.forms import Attempt
from api.pages.shown import day
from api.pages.visits import text_of
from domain.acts import TaskAssignment
from domain.calendar import DueDate
from domain.refusals import RefusalCode, Refused, refuse
from regulations.parameters import DEFAULT_SOURCE

PERIOD_WORKDAYS_MAX = 365
DUE_DAYS_SHOWN = 120
"""For how many lengths of period the page carries the due day along, for the script that shows it while typing."""

LEAD_OF_ALL = "lead-all"


@dataclass(frozen=True)
class Period:
    """How long a unit has by the rule set, with its source; ``message`` says why nobody can say where it is unset."""

    workdays: int | None
    co_workdays: int | None
    message: str


@dataclass(frozen=True)
class AssignmentRow:
    """One open suggestion with what was chosen for it."""

    suggestion: Any
    is_ticked: bool
    lead: str
    co_units: frozenset[str]
    period: str
    co_period: str
    due: str
    error_field: str


def period_of(folder: Folder) -> Period:
    """The periods of the pinned rule set for this room's level."""
    try:
        workdays = folder.rule_set.workdays("feedback_days", folder.room.level)
        co_workdays = folder.rule_set.workdays("co_handling_days", folder.room.level)
    except Refused as refused:
        return Period(None, None, refused.refusal.message)
    parameter = folder.rule_set.parameter("feedback_days")
    source = DEFAULT_SOURCE if parameter.is_default else parameter.source
    message = (
        f"规则集规定的办理期限为 {workdays} 个工作日（{source}），自交办次日起算。"
        f"会办期限为 {co_workdays} 个工作日，且不长于主办期限；会办逾期不影响主办期限。"
    )
    return Period(workdays, co_workdays, message)


def assigning(folder: Folder, suggestions: Sequence[Any]) -> dict[str, Any]:
    """The whole form; ``is_checked`` when the due days were asked for and nothing was sent."""
    folder.shown_forms.add("feedback-tasks")
    attempt = folder.attempt
    is_mine = attempt.form_id == "feedback-tasks"
    typed = attempt.typed if is_mine else FormData()
    period = period_of(folder)
    rows = [_row(folder, one, typed, attempt, period) for one in suggestions]
    return {
        "rows": rows,
        "is_checked": is_mine and attempt.refusal is None,
        "ticked_count": sum(one.is_ticked for one in rows),
        "lead_of_all": text_of(typed, LEAD_OF_ALL),
        "note": text_of(typed, "note"),
        "error": attempt.message if is_mine else "",
        "units": folder.units(),
        "period": period,
        "due_days": "|".join(due_words(_due(folder, days)) for days in range(1, DUE_DAYS_SHOWN + 1)),
        "starts_on": folder.visit.today + timedelta(days=1),
        "key": str(uuid.uuid4()),
    }


def _row(folder: Folder, suggestion: Any, typed: FormData, attempt: Attempt, period: Period) -> AssignmentRow:
    given, refusal = suggestion.id, attempt.refusal
    standard = "" if period.workdays is None else str(period.workdays)
    days = text_of(typed, f"period-{given}").strip() if f"period-{given}" in typed else standard
    counted = days or standard
    is_countable = counted.isdecimal() and counted.isascii() and 0 < int(counted) <= PERIOD_WORKDAYS_MAX
    field = refusal.field if refusal is not None else ""
    return AssignmentRow(
        suggestion=suggestion,
        is_ticked=given in typed.getlist("suggestion_ids"),
        lead=text_of(typed, f"lead-{given}"),
        co_units=frozenset(one for one in typed.getlist(f"co-{given}") if isinstance(one, str)),
        period=days,
        co_period=text_of(typed, f"co-period-{given}"),
        due=due_words(_due(folder, int(counted))) if is_countable else "",
        error_field=field.removesuffix(f"-{given}") if field.endswith(f"-{given}") else "",
    )


def _due(folder: Folder, workdays: int) -> DueDate:
    return folder.calendar.add_workdays(folder.visit.today, workdays)


def due_words(due: DueDate) -> str:
    """The day in words, marked where a year without a table was counted."""
    return day(due.on) + ("（暂定）" if due.is_provisional else "")


def read_assignments(form: FormData, period: Period) -> tuple[TaskAssignment, ...]:
    """What was ticked, each with its unit. Raises Refused (INVALID_INPUT) at the first field at fault."""
    ticked = [one for one in form.getlist("suggestion_ids") if isinstance(one, str)]
    if not ticked:
        raise refuse(RefusalCode.INVALID_INPUT, "请至少勾选一项协商建议。", field="suggestion_ids")
    return tuple(_assignment(form, suggestion_id, period) for suggestion_id in ticked)


def _assignment(form: FormData, suggestion_id: str, period: Period) -> TaskAssignment:
    lead = text_of(form, f"lead-{suggestion_id}") or text_of(form, LEAD_OF_ALL)
    if not lead:
        raise refuse(
            RefusalCode.INVALID_INPUT, "请为勾选的每项建议选择主办单位。", field=f"lead-{suggestion_id}"
        )
    co_units = (one for one in form.getlist(f"co-{suggestion_id}") if isinstance(one, str))
    return TaskAssignment(
        suggestion_id=suggestion_id,
        lead_unit_id=lead,
        co_unit_ids=tuple(one for one in co_units if one and one != lead),
        period_workdays=_days(form, f"period-{suggestion_id}", "办理期限", period.workdays),
        co_handling_workdays=_days(form, f"co-period-{suggestion_id}", "会办期限", None),
    )


def _days(form: FormData, name: str, label: str, standard: int | None) -> int | None:
    """The period that was typed; None where it is what the rule set says, so that the rule set goes on saying it."""
    days = text_of(form, name).strip()
    is_number = days.isascii() and days.isdecimal() and 0 < int(days) <= PERIOD_WORKDAYS_MAX
    if days and not is_number:
        message = f"“{label}”应为 1 至 {PERIOD_WORKDAYS_MAX} 个工作日的整数。"
        raise refuse(RefusalCode.INVALID_INPUT, message, field=name)
    return int(days) if days and int(days) != standard else None


def link_items(suggestions: Sequence[Any], lines: Sequence[Any]) -> list[Mapping[str, Any]]:
    """The items of the three lists: each suggestion with its tasks, those handed back apart."""
    return [
        {
            "suggestion": one,
            "live": [line for line in lines if _is_of(line, one) and line.task.state.value != "returned"],
            "returned": [line for line in lines if _is_of(line, one) and line.task.state.value == "returned"],
        }
        for one in suggestions
    ]


def _is_of(line: Any, suggestion: Any) -> bool:
    return bool(line.task.suggestion_id == suggestion.id)
