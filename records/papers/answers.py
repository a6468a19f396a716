"""书面反馈 in preparation: a unit drafts the answer to its own feedback task; an act hands it in."""

from typing import Any

from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.matters import FeedbackTaskState
from domain.refusals import RefusalCode, refuse
from records.papers.changes import amend, kept
from records.papers.checking import Text, clean
from records.papers.finding import open_consultation, row_of
from records.pen import Pen
from records.tables.obligations import Answer, FeedbackTask

_IN_HAND = frozenset(
    {FeedbackTaskState.ASSIGNED, FeedbackTaskState.ACKNOWLEDGED, FeedbackTaskState.SENT_BACK}
)


def prepare_answer(pen: Pen, task_id: str, text: str) -> dict[str, Any]:
    """Write the draft of a task's answer, or write it anew; what was handed in is never changed.

    Raises Refused: NOT_FOUND, NOT_PERMITTED for another unit's task, STATE_FORBIDS, INVALID_INPUT.
    """
    # Without a lock: deeds lock the consultation first and its tasks after it, and so does this paper.
    consultation_id = _consultation_of(pen, task_id)
    open_consultation(pen, consultation_id)
    task = row_of(pen, FeedbackTask, task_id, "反馈任务")
    if task.unit_id != pen.by.organisation_id:
        raise refuse(RefusalCode.NOT_PERMITTED, "该反馈任务不属于本单位，不能拟写反馈。")
    if task.state not in _IN_HAND:
        message = f"该反馈任务{FeedbackTaskState(task.state).label}，不能再拟写反馈。"
        raise refuse(RefusalCode.STATE_FORBIDS, message)
    values = {
        "text": clean(pen, Text("反馈内容"), text, "text"),
        "prepared_at": pen.at,
        "prepared_by_person_id": pen.by.person_id,
    }
    draft = pen.session.scalars(select(Answer).filter_by(task_id=task.id, answered_on=None)).first()
    old: dict[str, Any] = {}
    if draft is None:
        draft = Answer(task_id=task.id, **values)
        pen.session.add(draft)
        new = kept(values)
    else:
        old, new = amend(draft, values)
    pen.session.flush()
    pen.note(
        AuditAction.ANSWER_PREPARED,
        "answer",
        draft.id,
        consultation_id=consultation_id,
        old=old,
        new={"task_id": task.id} | new,
    )
    return {"answer_id": draft.id}


def _consultation_of(pen: Pen, task_id: str) -> str:
    question = select(FeedbackTask.consultation_id).where(FeedbackTask.id == task_id)
    consultation_id = pen.session.scalar(question) if task_id.isprintable() else None
    if consultation_id is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该反馈任务。")
    return consultation_id
