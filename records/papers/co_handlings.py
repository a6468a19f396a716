"""会办意见 in preparation: a co-handler drafts its opinion to the lead unit; an act hands it in."""

from typing import Any

from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.refusals import RefusalCode, refuse
from records.papers.changes import amend
from records.papers.checking import Text, clean
from records.papers.finding import open_consultation
from records.pen import Pen
from records.tables.obligations import ClockRow, CoHandling, FeedbackTask

OPINION_CHARACTERS_MAX = 2_000


def prepare_co_handling(pen: Pen, task_id: str, opinion: str) -> dict[str, Any]:
    """Write the draft of a co-handler's opinion, or write it anew; what was handed in is never changed.

    Raises Refused: NOT_FOUND, NOT_PERMITTED for a unit that does not co-handle the task, STATE_FORBIDS, INVALID_INPUT.
    """
    # Without a lock: deeds lock the consultation first, and so does this paper.
    consultation_id = _consultation_of(pen, task_id)
    open_consultation(pen, consultation_id)
    co_handling = pen.session.scalars(
        select(CoHandling).filter_by(task_id=task_id, unit_id=pen.by.organisation_id).with_for_update()
    ).one_or_none()
    if co_handling is None:
        raise refuse(RefusalCode.NOT_PERMITTED, "本单位不是该事项的会办单位，不能拟写会办意见。")
    if co_handling.answered_on is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "会办意见已经答复，不能再修改。")
    if not pen.session.get_one(ClockRow, co_handling.clock_id).is_open:
        raise refuse(RefusalCode.STATE_FORBIDS, "会办已随主办事项办结而终止，无需再答复。")
    text = clean(pen, Text("会办意见", characters_max=OPINION_CHARACTERS_MAX), opinion, "opinion")
    old, new = amend(co_handling, {"opinion": text})
    pen.session.flush()
    pen.note(
        AuditAction.CO_HANDLING_PREPARED,
        "co_handling",
        co_handling.id,
        consultation_id=consultation_id,
        old=old,
        new={"task_id": task_id} | new,
    )
    return {"co_handling_id": co_handling.id}


def _consultation_of(pen: Pen, task_id: str) -> str:
    question = select(FeedbackTask.consultation_id).where(FeedbackTask.id == task_id)
    consultation_id = pen.session.scalar(question) if task_id.isprintable() else None
    if consultation_id is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该反馈任务。")
    return consultation_id
