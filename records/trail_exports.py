"""An export of the trail is a reading that leaves an entry of its own: who took away what, and how much."""

from typing import Any

from domain.audit_actions import AuditAction
from domain.words import Word
from records.audit import administration_stream
from records.papers.changes import kept
from records.pen import Pen
from records.queries.trail_exports import TrailScope, exported_count


class TrailFormat(Word):
    """How an export is written."""

    XLSX = "xlsx", "电子表格（xlsx）"
    JSON_LINES = "jsonl", "JSON 行（含校验值和入封证明）"


STREAM = administration_stream("exports")


def note_export(pen: Pen, scope: TrailScope, form: TrailFormat) -> dict[str, Any]:
    """Leave the entry of an export; returns how many entries it holds and up to which instant.

    It stands in the stream of the consultation where one was named, else in that of exports.
    """
    count = exported_count(pen.session, pen.by, pen.today, scope, pen.at)
    new = kept({"format": form, "count": count, **vars(scope)})
    if scope.consultation_id:
        pen.note(
            AuditAction.TRAIL_EXPORTED,
            "consultation",
            scope.consultation_id,
            consultation_id=scope.consultation_id,
            new=new,
        )
    else:
        pen.note(AuditAction.TRAIL_EXPORTED, "audit_trail", form.value, stream=STREAM, new=new)
    return {"count": count, "at": pen.at.isoformat()}
