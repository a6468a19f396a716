"""会办: what co-handlers owe the lead unit, each with a clock of its own that never moves the lead's (domain.md §2.7)."""

from collections.abc import Sequence

from sqlalchemy import select

from activities.case import Case
from activities.deeds import records
from activities.feedback_tasks import UNIT_ROLES, task_of, task_words
from domain.acts import AnswerCoHandling
from domain.audit_actions import AuditAction
from domain.clocks import was_in_time
from domain.ledger import Stopped
from domain.matters import ObligationKind
from domain.refusals import RefusalCode, refuse
from notifications.notices import CoHandlingAnswered, CoHandlingAsked
from records.base import new_id
from records.ledgers import clock_record
from records.recipients import people_of
from records.tables.obligations import CoHandling, FeedbackTask
from records.tables.outcomes import Suggestion
from statemachines import feedback_task as law


@records(AnswerCoHandling)
def record_co_handling_answer(case: Case, act: AnswerCoHandling) -> str:
    """会办答复: hand in the prepared opinion; the co-handler's own clock stops, whatever its colour, and no other."""
    task = task_of(case, act)
    law.after(task.state, "answer_co_handling")
    co_handling = case.session.get(CoHandling, act.co_handling_id)
    if co_handling is None or (co_handling.task_id, co_handling.unit_id) != (task.id, act.by.organisation_id):
        raise refuse(RefusalCode.NOT_FOUND, "未找到本单位的会办事项。", field="co_handling_id")
    record = clock_record(case.session, co_handling.clock_id)
    if co_handling.answered_on is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "会办意见已经答复，不能重复答复。")
    if not record.row.is_open:
        raise refuse(RefusalCode.STATE_FORBIDS, "会办已随主办事项办结而终止，无需再答复。")
    if not co_handling.opinion:
        raise refuse(RefusalCode.NOT_FOUND, "未找到待提交的会办意见，请先拟写。", field="co_handling_id")
    reading = case.write(record, Stopped(act.occurred_on))
    co_handling.answered_on = act.occurred_on
    stopped = clock_record(case.session, co_handling.clock_id)
    co_handling.is_in_time = was_in_time(stopped.clock, case.calendar, act.occurred_on)
    words = task_words(case, task)
    words["unit_name"] = case.body_name(co_handling.unit_id)
    case.post(
        people_of(case.session, task.unit_id, UNIT_ROLES, case.pen.today),
        CoHandlingAnswered(
            **words,
            lead_name=case.body_name(task.unit_id),
            due_on=reading.due.on,
            is_provisional=reading.due.is_provisional,
            answered_on=act.occurred_on,
            workdays_late=max(0, -reading.left_workdays),
            opinion_summary=co_handling.opinion[:200],
        ),
    )
    case.note(
        AuditAction.CO_HANDLING_ANSWERED,
        "feedback_task",
        task.id,
        new={
            "co_handling_id": co_handling.id,
            "co_handler_id": co_handling.unit_id,
            "answered_on": act.occurred_on.isoformat(),
            "is_in_time": co_handling.is_in_time,
        },
        note=act.note,
    )
    return co_handling.id


def ask_co_handlers(case: Case, task: FeedbackTask, workdays: int | None) -> None:
    """Open the clock of every co-handler of a new task: ``workdays``, or what the rule set says within the lead's."""
    budget = workdays or min(case.workdays("co_handling_days"), task.period_workdays)
    suggestion = case.session.get_one(Suggestion, task.suggestion_id)
    for unit_id in task.co_unit_ids:
        clock = case.start_clock(
            ObligationKind.CO_HANDLING,
            task.id,
            holder_id=unit_id,
            title=f"{case.body_name(unit_id)}会办第 {suggestion.item_number} 项",
            started_on=task.assigned_on,
            budget_workdays=budget,
        )
        co_handling = CoHandling(id=new_id(), task_id=task.id, unit_id=unit_id, clock_id=clock.id)
        case.session.add(co_handling)
        case.session.flush()
        _tell_asked(case, task, co_handling)


def carry_co_handlings(case: Case, returned: FeedbackTask, task: FeedbackTask) -> None:
    """Hand the co-handlings of a returned task on to the task that replaces it, each with its answer and its clock.

    What a co-handler owes is an opinion on the item, whoever leads it, and its days have run all the while: only the
    new lead begins anew. A co-handler that becomes the lead owes its opinion to nobody any more.
    """
    for co_handling in co_handlings_of(case, returned):
        record = clock_record(case.session, co_handling.clock_id)
        if co_handling.unit_id == task.unit_id:
            case.stop_clock(co_handling.clock_id, task.assigned_on, "改为主办")
            continue
        co_handling.task_id = record.row.subject_id = task.id
        case.session.flush()
        if record.row.is_open:
            _tell_asked(case, task, co_handling)


def co_handlings_of(case: Case, task: FeedbackTask) -> Sequence[CoHandling]:
    """The co-handlings of a task, in the order in which they were asked."""
    return case.session.scalars(
        select(CoHandling).where(CoHandling.task_id == task.id).order_by(CoHandling.id)
    ).all()


def check_co_handlers(lead_unit_id: str, co_unit_ids: Sequence[str]) -> None:
    """Raise Refused (INVALID_INPUT) when a unit would co-handle its own item, or one item twice."""
    if lead_unit_id in co_unit_ids:
        raise refuse(RefusalCode.INVALID_INPUT, "主办单位不能同时会办同一事项。", field="co_unit_ids")
    if len(set(co_unit_ids)) < len(co_unit_ids):
        raise refuse(RefusalCode.INVALID_INPUT, "同一会办单位只能列一次。", field="co_unit_ids")


def check_period(workdays: int | None, lead_workdays: int) -> None:
    """Raise Refused (INVALID_INPUT) for a period without days, or longer than that of the lead (domain.md §2.7)."""
    if workdays is not None and not 1 <= workdays <= lead_workdays:
        raise refuse(
            RefusalCode.INVALID_INPUT,
            f"会办期限应为 1 至 {lead_workdays} 个工作日，不得长于主办期限。",
            field="co_handling_workdays",
        )


def _tell_asked(case: Case, task: FeedbackTask, co_handling: CoHandling) -> None:
    clock = clock_record(case.session, co_handling.clock_id).row
    lead_clock = clock_record(case.session, task.clock_id).row
    words = task_words(case, task)
    words["unit_name"] = case.body_name(co_handling.unit_id)
    case.post(
        people_of(case.session, co_handling.unit_id, UNIT_ROLES, case.pen.today),
        CoHandlingAsked(
            **words,
            lead_name=case.body_name(task.unit_id),
            due_on=clock.due_on,
            is_provisional=clock.is_provisional,
            due_workdays=clock.budget_workdays,
            assigned_on=clock.started_on,
            assigned_by=case.body_name(case.row.operator_id or case.row.owner_id),
            lead_due_on=lead_clock.due_on,
            is_lead_provisional=lead_clock.is_provisional,
        ),
    )
