"""Consultations that belong together: 上级协商 and 下级协商 (三级联动), and what was merged into another (并案)."""

from sqlalchemy.orm import Session

from domain.policy import is_within
from domain.refusals import RefusalCode, refuse
from domain.stages import ConsultationState
from records.tables.consultations import Consultation


def require_parent(session: Session, row: Consultation, parent_id: str) -> Consultation:
    """The consultation that this one may belong to: open, and of an area in which this one's lies.

    An area never lies within one that lies within it, so no chain of parents comes back to where it began.
    Raises Refused (NOT_FOUND, INVALID_INPUT).
    """
    parent = session.get(Consultation, parent_id) if parent_id.isprintable() else None
    if parent is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该上级协商。", field="parent_id")
    if parent.area == row.area or not is_within(row.area, parent.area):
        message = "上级协商应属于上一级区域：本协商所在区域应在其区域之内。"
        raise refuse(RefusalCode.INVALID_INPUT, message, field="parent_id")
    if parent.state.stage is None:
        label = ConsultationState(parent.state).label
        raise refuse(RefusalCode.INVALID_INPUT, f"该上级协商已{label}，不能再建立联动。", field="parent_id")
    return parent


def may_merge_into(row: Consultation, other: Consultation) -> bool:
    """Whether both lie in one branch of the tree of areas: 并案 never crosses to another place."""
    return is_within(other.area, row.area) or is_within(row.area, other.area)
