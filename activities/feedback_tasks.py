"""Feedback tasks in the hands of their units: 签收, 办复, 核实."""

from typing import TypedDict

from sqlalchemy import select

from activities.case import Case, require_words
from activities.deeds import records
from domain.acts import (
    AcknowledgeTask,
    AnswerTask,
    TaskAct,
    VerifyAnswer,
)
from domain.audit_actions import AuditAction
from domain.bodies import Role
from domain.clocks import was_in_time
from domain.ledger import PeriodRestarted, Stopped
from domain.matters import ObligationKind, Verdict
from domain.refusals import RefusalCode, refuse
from notifications.notices import Answered, SentBack, Verified
from records.ledgers import clock_record
from records.recipients import organisers_of, people_of
from records.tables.obligations import (
    Answer,
    Escalation,
    ExtensionRequest,
    FeedbackTask,
    ReturnRequest,
)
from records.tables.outcomes import Suggestion
from statemachines import feedback_task as law

UNIT_ROLES = (Role.DEPARTMENT, Role.DEPARTMENT_HEAD)


class TaskWords(TypedDict):
    """What every letter about a task says."""

    consultation_number: str
    consultation_title: str
    link: str
    unit_name: str
    task_title: str


@records(AcknowledgeTask)
def record_acknowledgement(case: Case, act: AcknowledgeTask) -> str:
    """签收: the clock of the acknowledgement stops; that of the answer runs on."""
    task = task_of(case, act)
    task.state = law.after(task.state, "acknowledge")
    task.acknowledged_on = act.occurred_on
    case.stop_clock(task.acknowledgement_clock_id, act.occurred_on)
    case.note(
        AuditAction.TASK_ACKNOWLEDGED,
        "feedback_task",
        task.id,
        new={"acknowledged_on": act.occurred_on.isoformat()},
        note=act.note,
    )
    return task.id


@records(AnswerTask)
def record_answer(case: Case, act: AnswerTask) -> str:
    """办复: hand in the prepared feedback; the clock stops on the day of the answer, whatever the colour."""
    task = task_of(case, act)
    answer = case.session.get(Answer, act.answer_id)
    if answer is None or answer.task_id != task.id or answer.answered_on is not None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到待提交的书面反馈。", field="answer_id")
    task.state = law.after(task.state, "answer")
    record = clock_record(case.session, task.clock_id)
    reading = case.write(record, Stopped(act.occurred_on))
    task.answered_on = answer.answered_on = act.occurred_on
    task.acknowledged_on = task.acknowledged_on or act.occurred_on
    case.stop_clock(task.acknowledgement_clock_id, act.occurred_on)
    answer.adoption, answer.result = act.adoption, act.result
    stopped = clock_record(case.session, task.clock_id)
    answer.is_in_time = was_in_time(stopped.clock, case.calendar, act.occurred_on)
    _close_escalations(case, task)
    _let_requests_lapse(case, task)
    case.post(
        organisers_of(case.session, case.row, case.pen.today),
        Answered(
            **task_words(case, task),
            due_on=reading.due.on,
            is_provisional=reading.due.is_provisional,
            answered_on=act.occurred_on,
            workdays_late=max(0, -reading.left_workdays),
            result_name=act.result.label,
            adoption_name=act.adoption.label,
            answer_summary=answer.text[:200],
        ),
    )
    case.note(
        AuditAction.TASK_ANSWERED,
        "feedback_task",
        task.id,
        new={
            "answer_id": answer.id,
            "adoption": act.adoption,
            "result": act.result,
            "answered_on": act.occurred_on.isoformat(),
            "is_in_time": answer.is_in_time,
        },
        note=act.note,
    )
    return answer.id


@records(VerifyAnswer)
def record_verification(case: Case, act: VerifyAnswer) -> str:
    """核实, or 退回重办 with a new period (domain.md §2.7)."""
    task = task_of(case, act)
    answer = case.session.scalar(
        select(Answer)
        .where(Answer.task_id == task.id, Answer.answered_on.is_not(None))
        .order_by(Answer.answered_on.desc(), Answer.id.desc())
    )
    event = "verify" if act.verdict is Verdict.VERIFIED else "send_back"
    task.state = law.after(task.state, event)
    if answer is None:
        raise RuntimeError(f"task {task.id} is answered without an answer")
    case.check_date(act, answer.answered_on)
    answer.verdict, answer.verdict_on, answer.verdict_reason = act.verdict, act.occurred_on, act.reason
    if act.verdict is Verdict.VERIFIED:
        task.verified_on = act.occurred_on
        _end_co_handlings(case, task, act)
        _tell_verified(case, task, answer, act)
        action = AuditAction.ANSWER_VERIFIED
    else:
        _send_back(case, task, act)
        action = AuditAction.ANSWER_SENT_BACK
    case.note(
        action,
        "feedback_task",
        task.id,
        new={"answer_id": answer.id, "on": act.occurred_on.isoformat()},
        note=act.reason or act.note,
    )
    return task.id


def task_of(case: Case, act: TaskAct) -> FeedbackTask:
    """The task the act is about, once the actor is bound to it and the date is possible."""
    task = case.session.get(FeedbackTask, act.task_id, with_for_update=True)
    if task is None or task.consultation_id != case.row.id:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该办理事项。", field="task_id")
    case.permit(act, task=task)
    case.check_date(act, task.assigned_on)
    return task


def task_words(case: Case, task: FeedbackTask) -> TaskWords:
    """What every letter about a task says."""
    suggestion = case.session.get_one(Suggestion, task.suggestion_id)
    return TaskWords(
        consultation_number=case.row.number,
        consultation_title=case.row.title,
        link=case.link(f"/feedback-tasks/{task.id}"),
        unit_name=case.body_name(task.unit_id),
        task_title=suggestion.text,
    )


def _tell_verified(case: Case, task: FeedbackTask, answer: Answer, act: VerifyAnswer) -> None:
    case.post(
        people_of(case.session, task.unit_id, UNIT_ROLES, case.pen.today),
        Verified(
            **task_words(case, task),
            verified_on=act.occurred_on,
            verified_by=case.body_name(act.by.organisation_id),
            result_name=answer.result.label if answer.result else "",
        ),
    )


def _end_co_handlings(case: Case, task: FeedbackTask, act: VerifyAnswer) -> None:
    """With the item done, a co-handler that has not answered owes nothing more."""
    for record in case.open_clocks(ObligationKind.CO_HANDLING):
        if record.row.subject_id == task.id:
            case.stop_clock(record.row.id, act.occurred_on, "主办事项已核实")


def _send_back(case: Case, task: FeedbackTask, act: VerifyAnswer) -> None:
    require_words(act.reason, "reason", "退回重办须写明理由。")
    workdays = case.workdays("sent_back_days")
    record = clock_record(case.session, task.clock_id)
    restarted = PeriodRestarted(act.occurred_on, workdays, case.pen.at, f"退回重办：{act.reason}")
    reading = case.write(record, restarted)
    task.answered_on = None
    case.post(
        people_of(case.session, task.unit_id, UNIT_ROLES, case.pen.today),
        SentBack(
            **task_words(case, task),
            due_on=reading.due.on,
            is_provisional=reading.due.is_provisional,
            sent_back_on=act.occurred_on,
            sent_back_by=case.body_name(act.by.organisation_id),
            reason=act.reason,
            due_workdays=workdays,
        ),
    )


def _let_requests_lapse(case: Case, task: FeedbackTask) -> None:
    """What was asked of a period waits no longer than the period: who has answered has taken the item on."""
    waiting = (
        *case.session.scalars(
            select(ReturnRequest).where(ReturnRequest.task_id == task.id, ReturnRequest.is_accepted.is_(None))
        ),
        *case.session.scalars(
            select(ExtensionRequest).where(
                ExtensionRequest.task_id == task.id, ExtensionRequest.is_granted.is_(None)
            )
        ),
    )
    for request in waiting:
        request.decided_on, request.note = task.answered_on, "承办单位已办复，申请不再答复"
        if isinstance(request, ReturnRequest):
            request.is_accepted = False
        else:
            request.is_granted = False


def _close_escalations(case: Case, task: FeedbackTask) -> None:
    """An answer ends the chase: nobody is reminded of what has been answered."""
    for escalation in case.session.scalars(
        select(Escalation).where(Escalation.task_id == task.id, Escalation.is_open)
    ):
        escalation.is_open = False
        if escalation.clock_id is not None and task.answered_on is not None:
            case.stop_clock(escalation.clock_id, task.answered_on)
