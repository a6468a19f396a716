"""The filters that people keep for themselves. A filter holds conditions only: what it finds is scoped anew each time."""

from datetime import datetime

from sqlalchemy import func, select

from domain.refusals import RefusalCode, refuse
from records.sessions import Register
from records.tables.people import SavedFilter

NAME_CHARACTERS_MAX = 30
FILTERS_MAX = 20


def keep_filter(register: Register, person_id: str, name: str, query: str, at: datetime) -> None:
    """Keep the conditions under a name; the same name again replaces them. Raises Refused (INVALID_INPUT)."""
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise refuse(RefusalCode.INVALID_INPUT, "请填写常用筛选的名称。", field="name")
    if len(name) > NAME_CHARACTERS_MAX:
        raise refuse(RefusalCode.INVALID_INPUT, f"名称不超过 {NAME_CHARACTERS_MAX} 个字。", field="name")
    with register.writing() as session:
        kept = session.scalars(select(SavedFilter).filter_by(person_id=person_id, name=name)).first()
        if kept is not None:
            kept.query, kept.saved_at = query, at
            return
        count = session.scalar(select(func.count()).select_from(SavedFilter).filter_by(person_id=person_id))
        if (count or 0) >= FILTERS_MAX:
            message = f"最多保存 {FILTERS_MAX} 个常用筛选，请先删除不再使用的。"
            raise refuse(RefusalCode.INVALID_INPUT, message, field="name")
        session.add(SavedFilter(person_id=person_id, name=name, query=query, saved_at=at))


def drop_filter(register: Register, person_id: str, filter_id: str) -> None:
    """Forget one of the person's own filters; one that is not there, or is another's, is no fault."""
    with register.writing() as session:
        kept = session.get(SavedFilter, filter_id) if filter_id.isprintable() else None
        if kept is not None and kept.person_id == person_id:
            session.delete(kept)
