"""Whether an act is permitted: the policy asked with the body, desk or task that the act is about."""

from datetime import date

from sqlalchemy.orm import Session

from domain.acts import Act, DecideApproval, RecordInstruction, TaskAct, TerminateConsultation
from domain.matters import FeedbackTaskState
from domain.policy import may
from domain.refusals import RefusalCode, refuse
from records.matters import matter_of
from records.queries.consultations import approvals_of, current_chain, terminating_body_id
from records.queries.escalations import escalation_for
from records.queries.feedback_tasks import feedback_task
from records.tables.consultations import Consultation

NOT_PERMITTED = "您的任职不允许进行此操作：只能代表本单位办理本单位的事项。"


def require(is_permitted: bool) -> None:
    """Raise Refused (NOT_PERMITTED) unless it is."""
    if not is_permitted:
        raise refuse(RefusalCode.NOT_PERMITTED, NOT_PERMITTED)


def require_permitted(session: Session, row: Consultation, act: Act, today: date) -> FeedbackTaskState | None:
    """Ask the policy with the body, desk or task that the act is about. Returns the state of the task."""
    match act:
        case TaskAct():
            task = feedback_task(session, act.task_id)
            if task is None or task.consultation_id != row.id:
                raise refuse(RefusalCode.NOT_FOUND, "未找到该办理事项。", field="task_id")
            require(may(act.by, act.name, matter_of(session, row, today, task=task, action=act.name)))
            return task.state
        case DecideApproval():
            chain = current_chain(approvals_of(session, row.id))
            step = next((one for one in chain if one.step == act.step), None)
            if step is None:
                raise refuse(RefusalCode.NOT_FOUND, f"审定程序中没有第 {act.step} 步。", field="step")
            matter = matter_of(session, row, today, body_id=step.body_id)
        case TerminateConsultation():
            body_id = terminating_body_id(row, approvals_of(session, row.id))
            matter = matter_of(session, row, today, body_id=body_id)
        case RecordInstruction():
            escalation = escalation_for(session, act.by, act.escalation_id, today)
            if escalation is None or escalation.consultation_id != row.id:
                raise refuse(RefusalCode.NOT_FOUND, "未找到该专报。", field="escalation_id")
            matter = matter_of(session, row, today, desk_id=escalation.target_id)
        case _:
            matter = matter_of(session, row, today)
    require(may(act.by, act.name, matter))
    return None
