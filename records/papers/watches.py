"""Watch lists: what somebody follows, and up to when they have read what a unit did."""

from typing import Any

from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.policy import is_within
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.papers.checking import invalid
from records.pen import Pen
from records.queries.scopes import consultation_for
from records.tables.inspections import Watch
from records.tables.people import Organisation

WATCHES_MAX = 100
_STREAM = administration_stream("watches")


def watch_consultation(pen: Pen, consultation_id: str) -> dict[str, Any]:
    """Follow a consultation. Raises Refused (NOT_FOUND, LIMIT_REACHED)."""
    if consultation_for(pen.session, pen.by, consultation_id, pen.today) is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该协商。", field="consultation_id")
    return _watch(pen, Watch.consultation_id == consultation_id, consultation_id=consultation_id)


def watch_unit(pen: Pen, unit_id: str) -> dict[str, Any]:
    """Follow a unit of one's area. Raises Refused (INVALID_INPUT, LIMIT_REACHED)."""
    unit = pen.session.get(Organisation, unit_id) if unit_id.isprintable() else None
    if unit is None or not is_within(unit.area, pen.by.area):
        raise invalid("所选单位不在您的查看范围内，请重新选择。", "unit_id")
    return _watch(pen, Watch.unit_id == unit_id, unit_id=unit_id)


def end_watch(pen: Pen, watch_id: str) -> dict[str, Any]:
    """Follow it no more. Raises Refused (NOT_FOUND)."""
    row = _own(pen, watch_id)
    row.ended_at = pen.at
    pen.session.flush()
    pen.note(AuditAction.WATCH_ENDED, "watch", row.id, stream=_STREAM, new=_subject(row))
    return {"watch_id": row.id}


def read_watch(pen: Pen, watch_id: str) -> dict[str, Any]:
    """Say that everything of this unit until now has been read. Raises Refused (NOT_FOUND)."""
    row = _own(pen, watch_id)
    row.seen_at = pen.at
    pen.session.flush()
    pen.note(AuditAction.WATCH_READ, "watch", row.id, stream=_STREAM, new=_subject(row))
    return {"watch_id": row.id}


def _watch(pen: Pen, is_same: Any, **subject: str) -> dict[str, Any]:
    mine = Watch.person_id == pen.by.person_id
    row = pen.session.scalar(select(Watch).where(mine, is_same).with_for_update())
    if row is not None and row.ended_at is None:
        raise refuse(RefusalCode.STATE_FORBIDS, "已经在关注，不必重复关注。")
    held = pen.session.scalars(select(Watch.id).where(mine, Watch.ended_at.is_(None))).all()
    if len(held) >= WATCHES_MAX:
        raise refuse(RefusalCode.LIMIT_REACHED, f"最多关注 {WATCHES_MAX} 项，请先取消一些。")
    if row is None:
        row = Watch(person_id=pen.by.person_id, since_at=pen.at, seen_at=pen.at, **subject)
        pen.session.add(row)
    else:
        row.since_at = row.seen_at = pen.at
        row.ended_at = None
    pen.session.flush()
    pen.note(AuditAction.WATCH_SET, "watch", row.id, stream=_STREAM, new=_subject(row))
    return {"watch_id": row.id}


def _own(pen: Pen, watch_id: str) -> Watch:
    row = pen.session.get(Watch, watch_id, with_for_update=True) if watch_id.isprintable() else None
    if row is None or row.person_id != pen.by.person_id or row.ended_at is not None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该关注事项。")
    return row


def _subject(row: Watch) -> dict[str, Any]:
    return {"consultation_id": row.consultation_id} if row.consultation_id else {"unit_id": row.unit_id}
