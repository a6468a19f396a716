"""督查事项: a key consultation's implementation, listed for supervision until it is closed (NT-06)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.matters import FeedbackTaskState
from domain.refusals import RefusalCode, refuse
from domain.stages import ConsultationState
from records.papers.changes import amend
from records.papers.checking import PastDay, Text, checked, invalid
from records.papers.finding import row_of
from records.pen import Pen
from records.queries.supervision import UNDER_IMPLEMENTATION
from records.tables.consultations import Consultation, Topic
from records.tables.obligations import FeedbackTask
from records.tables.outcomes import SupervisionItem


@dataclass(frozen=True, kw_only=True)
class SupervisionClosure:
    """How the supervision of an item ended."""

    conclusion: Annotated[str, Text("督查结论")]
    closed_on: Annotated[date, PastDay("销号日期")]


def enter_supervision(pen: Pen, row: Consultation, on: date) -> str | None:
    """List a key consultation for supervision, once; returns the item's id, None where nothing was to be done."""
    if not pen.session.get_one(Topic, row.topic_id).is_key:
        return None
    if pen.session.scalar(select(SupervisionItem.id).filter_by(consultation_id=row.id)) is not None:
        return None
    item = SupervisionItem(consultation_id=row.id, opened_on=on)
    pen.session.add(item)
    pen.session.flush()
    pen.note(
        AuditAction.SUPERVISION_OPENED,
        "supervision_item",
        item.id,
        consultation_id=row.id,
        new={"opened_on": on.isoformat()},
    )
    return item.id


def open_supervision(pen: Pen, consultation_id: str) -> dict[str, Any]:
    """List a consultation whose topic was called key only after 转化落实 had begun.

    Raises Refused (NOT_FOUND, STATE_FORBIDS).
    """
    row = row_of(pen, Consultation, consultation_id, "协商")
    if row.state not in UNDER_IMPLEMENTATION:
        raise refuse(RefusalCode.STATE_FORBIDS, "只有处于“转化落实”“评估质效”环节的协商可以列入督查事项。")
    item_id = enter_supervision(pen, row, pen.today)
    if item_id is None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该协商不属于重点协商，或者已经列入督查事项。")
    return {"supervision_item_id": item_id}


def close_supervision(pen: Pen, item_id: str, paper: SupervisionClosure) -> dict[str, Any]:
    """Close an item with its conclusion, once every answer is verified or the consultation was terminated.

    Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT).
    """
    item = row_of(pen, SupervisionItem, item_id, "督查事项")
    if item.closed_on is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该督查事项已经销号。")
    row = row_of(pen, Consultation, item.consultation_id, "协商")
    _require_all_verified(pen, row)
    values = checked(pen, paper)
    if values["closed_on"] < item.opened_on:
        raise invalid(f"“销号日期”不得早于列入督查事项之日（{item.opened_on}）。", "closed_on")
    old, new = amend(item, values)
    pen.note(
        AuditAction.SUPERVISION_CLOSED,
        "supervision_item",
        item.id,
        consultation_id=row.id,
        old=old,
        new=new,
    )
    return {"supervision_item_id": item.id}


def _require_all_verified(pen: Pen, row: Consultation) -> None:
    if row.state is ConsultationState.TERMINATED:
        return
    states = pen.session.scalars(
        select(FeedbackTask.state).where(
            FeedbackTask.consultation_id == row.id, FeedbackTask.state != FeedbackTaskState.RETURNED
        )
    ).all()
    if not states:
        raise refuse(RefusalCode.STATE_FORBIDS, "协商建议尚未交办，督查事项不能销号。")
    waiting = sum(state is not FeedbackTaskState.VERIFIED for state in states)
    if waiting:
        raise refuse(RefusalCode.STATE_FORBIDS, f"尚有 {waiting} 项办理结果未核实，督查事项不能销号。")
