"""The rows that a paper belongs to, locked, or the refusal that there are none."""

from typing import TypeVar

from domain.refusals import RefusalCode, refuse
from domain.stages import ConsultationState
from records.base import Base
from records.pen import Pen
from records.tables.consultations import Consultation
from records.tables.deliberations import ConsultationSession, Participant

WITHOUT_EFFECTS = frozenset({ConsultationState.REJECTED, ConsultationState.MERGED})
"""Ends at which a consultation led to nothing of its own."""

Row = TypeVar("Row", bound=Base)
Part = TypeVar("Part", bound=Base)


def row_of(pen: Pen, table: type[Row], row_id: str, name: str) -> Row:
    """The row with this id, locked until the paper is written. Raises Refused (NOT_FOUND)."""
    # PostgreSQL cannot be asked about texts with NUL.
    row = pen.session.get(table, row_id, with_for_update=True) if row_id.isprintable() else None
    if row is None:
        raise refuse(RefusalCode.NOT_FOUND, f"未找到该{name}。")
    return row


def part_of(pen: Pen, consultation_id: str, table: type[Part], row_id: str, name: str) -> Part:
    """A row of this consultation and of no other. Raises Refused (NOT_FOUND)."""
    row = row_of(pen, table, row_id, name)
    if vars(row).get("consultation_id") != consultation_id:
        raise refuse(RefusalCode.NOT_FOUND, f"未找到该{name}。")
    return row


def open_consultation(pen: Pen, consultation_id: str) -> Consultation:
    """The consultation whose papers are being prepared; a suspended one goes on preparing them.

    It is locked, so that no paper slips in beside the deed that ends it. Raises Refused (NOT_FOUND, STATE_FORBIDS).
    """
    consultation = row_of(pen, Consultation, consultation_id, "协商")
    if consultation.state.is_final:
        label = ConsultationState(consultation.state).label
        raise refuse(RefusalCode.STATE_FORBIDS, f"协商已{label}，不能再登记或修改材料。")
    return consultation


def session_of(pen: Pen, consultation_id: str, session_id: str) -> ConsultationSession:
    """A session of an open consultation. Raises Refused (NOT_FOUND, STATE_FORBIDS)."""
    open_consultation(pen, consultation_id)
    return part_of(pen, consultation_id, ConsultationSession, session_id, "协商活动")


def participant_of(pen: Pen, consultation_id: str, participant_id: str) -> Participant:
    """A participant who still stands on the list. Raises Refused (NOT_FOUND)."""
    participant = part_of(pen, consultation_id, Participant, participant_id, "参会人员")
    if participant.removed_on is not None:
        raise refuse(RefusalCode.NOT_FOUND, "该参会人员已从名单中移除。")
    return participant


def lasting_consultation(pen: Pen, consultation_id: str) -> Consultation:
    """The consultation whose effects are recorded, for years after its end; locked.

    Raises Refused (NOT_FOUND, and STATE_FORBIDS for one that was refused or merged into another).
    """
    consultation = row_of(pen, Consultation, consultation_id, "协商")
    if consultation.state in WITHOUT_EFFECTS:
        raise refuse(RefusalCode.STATE_FORBIDS, f"协商已{consultation.state.label}，没有成果可登记。")
    return consultation
