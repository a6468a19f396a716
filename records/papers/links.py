"""三级联动: a consultation is placed under one of a larger area after both were opened (NA-05)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from domain.audit_actions import AuditAction
from domain.refusals import RefusalCode, refuse
from records.linked_cases import require_parent
from records.papers.checking import Known, PastDay, checked, invalid
from records.papers.finding import open_consultation
from records.pen import Pen
from records.tables.consultations import Consultation


@dataclass(frozen=True, kw_only=True)
class ParentLink:
    """Under which consultation, and since when."""

    parent_id: Annotated[str, Known("上级协商", Consultation)]
    linked_on: Annotated[date, PastDay("联动日期")]


def link_consultations(pen: Pen, consultation_id: str, paper: ParentLink) -> dict[str, Any]:
    """Name the parent of a consultation that has none. Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT)."""
    consultation = open_consultation(pen, consultation_id)
    if consultation.parent_id is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "本协商已有上级协商，不能再建立联动。")
    values = checked(pen, paper)
    parent = require_parent(pen.session, consultation, values["parent_id"])
    if values["linked_on"] < max(consultation.opened_on, parent.opened_on):
        raise invalid("“联动日期”不得早于两件协商的发起日期。", "linked_on")
    consultation.parent_id = parent.id
    pen.session.flush()
    pen.note(
        AuditAction.LINKED,
        "consultation",
        consultation.id,
        consultation_id=consultation.id,
        new={"parent": parent.number, "linked_on": values["linked_on"].isoformat()},
    )
    return {"consultation_id": consultation.id, "parent_id": parent.id}
