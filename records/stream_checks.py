"""核验留痕: a supervisor has one consultation's stream recomputed, and the stream itself keeps that it was intact."""

from collections.abc import Mapping
from typing import Any

from domain.audit_actions import AuditAction
from domain.refusals import RefusalCode, refuse
from records.audit import consultation_stream
from records.pen import Pen
from records.queries.seals import spans_of
from records.tables.audit import AuditHead


def verify_consultation_stream(pen: Pen, consultation_id: str) -> Mapping[str, Any]:
    """Recompute every entry, hold it against its seals, and note how far the stream is intact.

    Raises Refused (STATE_FORBIDS) where an entry is at fault: nothing is added to a chain that does not hold.
    """
    stream = consultation_stream(consultation_id)
    head = pen.session.get(AuditHead, stream, with_for_update=True)
    fault = pen.trail.fault_of(pen.session, stream, spans=spans_of(pen.session, stream))
    if head is None or fault is not None:
        where = f"第 {fault.sequence} 条：{fault.fault}" if fault else "没有链头记录"
        raise refuse(
            RefusalCode.STATE_FORBIDS, f"核验发现留痕与记载不符，{where}。请保留现场，并报告审计管理员。"
        )
    length = head.length
    pen.note(
        AuditAction.STREAM_VERIFIED,
        "consultation",
        consultation_id,
        consultation_id=consultation_id,
        new={"count": length},
    )
    return {"count": length}
