"""退回补充调研: the convener sends a report back for more, so often as the rule set allows (domain.md §2.4)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sqlalchemy import func, select

from domain.audit_actions import AuditAction
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, refuse
from records.books import Books
from records.papers.checking import Line, PastDay, Text, checked, invalid
from records.papers.finding import open_consultation, part_of
from records.papers.research import require_convener
from records.pen import Pen
from records.queries.people import named_hand, person_names
from records.recipients import organisers_of
from records.tables.consultations import Consultation
from records.tables.deliberations import ResearchRecord
from records.tables.rooms import Room


@dataclass(frozen=True, kw_only=True)
class ResearchReturn:
    """What is missing, and the day on which it was said. ``link`` is the address that the letter shows."""

    reason: Annotated[str, Text("需要补充的内容")]
    returned_on: Annotated[date, PastDay("退回日期")]
    link: Annotated[str, Line("页面地址", is_required=False, characters_max=1_000)] = ""


def return_research(
    pen: Pen, consultation_id: str, record_id: str, paper: ResearchReturn, books: Books
) -> dict[str, Any]:
    """Send a report back, by a convener of the room; what is missing comes as a further record.

    Raises Refused (NOT_FOUND, NOT_PERMITTED, STATE_FORBIDS, INVALID_INPUT, LIMIT_REACHED).
    """
    consultation = open_consultation(pen, consultation_id)
    record = part_of(pen, consultation_id, ResearchRecord, record_id, "调研记录")
    require_convener(pen, consultation.room_id)
    if record.accepted_on is not None or record.returned_on is not None:
        done = "已审核通过" if record.accepted_on is not None else "已退回补充"
        raise refuse(RefusalCode.STATE_FORBIDS, f"该调研报告{done}，不能再退回。")
    left = _returns_left(pen, books, consultation)
    values = checked(pen, paper)
    if values["returned_on"] < record.held_on:
        raise invalid("“退回日期”不得早于调研日期。", "returned_on")
    record.returned_on, record.return_reason = values["returned_on"], values["reason"]
    pen.session.flush()
    pen.note(
        AuditAction.RESEARCH_RETURNED,
        "research_record",
        record.id,
        consultation_id=consultation_id,
        new={"returned_on": record.returned_on.isoformat(), "returns_left": left - 1},
        note=record.return_reason,
    )
    if record.returned_on == pen.today:
        _tell_organisers(pen, consultation, record, left - 1, values["link"])
    return {"research_record_id": record.id, "returns_left": left - 1}


def _returns_left(pen: Pen, books: Books, consultation: Consultation) -> int:
    rule_set = books.pinned(pen.session, consultation)
    level = pen.session.get_one(Room, consultation.room_id).level
    most = rule_set.workdays("research_returns_max", level)
    used = pen.session.scalar(
        select(func.count()).where(
            ResearchRecord.consultation_id == consultation.id, ResearchRecord.returned_on.is_not(None)
        )
    )
    left = most - (used or 0)
    if left < 1:
        source = rule_set.parameter("research_returns_max").source
        message = (
            f"退回补充调研最多 {most} 次（{source}），现已用完。可审核通过；"
            "调研发现不宜协商的，退回“确定议题”环节或者终止。"
        )
        raise refuse(RefusalCode.LIMIT_REACHED, message)
    return left


def _tell_organisers(
    pen: Pen, consultation: Consultation, record: ResearchRecord, left: int, link: str
) -> None:
    names = person_names(pen.session, pen.by.people)
    payload = {
        "consultation_number": consultation.number,
        "consultation_title": consultation.title,
        "link": link,
        "held_on": record.held_on.isoformat(),
        "returned_on": pen.today.isoformat(),
        "returned_by": named_hand(names, pen.by.person_id, pen.by.on_behalf_of, unknown=""),
        "reason": record.return_reason,
        "returns_left": left,
    }
    people = organisers_of(pen.session, consultation, pen.today)
    pen.post(NoticeKind.RESEARCH_RETURNED, people, payload, consultation_id=consultation.id)
