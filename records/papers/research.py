"""商前调研: records of research, and the convener's acceptance that makes them count (不调研不协商)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from domain.audit_actions import AuditAction
from domain.matters import ResearchKind
from domain.refusals import RefusalCode, refuse
from records.papers.changes import kept
from records.papers.checking import Line, Number, PastDay, Text, checked, clean, invalid
from records.papers.finding import open_consultation, part_of
from records.pen import Pen
from records.recipients import conveners_of
from records.recognition import members_named, names_in
from records.tables.deliberations import ResearchRecord


@dataclass(frozen=True, kw_only=True)
class ResearchPaper:
    """One activity of research with the three sections of its report (NA-09)."""

    kind: ResearchKind
    held_on: Annotated[date, PastDay("调研日期")]
    place: Annotated[str, Line("调研地点", is_required=False)] = ""
    method: Annotated[str, Line("调研方式", is_required=False)] = ""
    researchers: Annotated[str, Text("调研人员", is_required=False, characters_max=2_000)] = ""
    researcher_count: Annotated[int, Number("调研人数", most=1_000)] = 0
    includes_participant: bool = False
    policy: Annotated[str, Text("政策规定", is_required=False)] = ""
    facts: Annotated[str, Text("实际情况", is_required=False)] = ""
    opinions: Annotated[str, Text("群众意见", is_required=False)] = ""


def record_research(pen: Pen, consultation_id: str, paper: ResearchPaper) -> dict[str, Any]:
    """Record an activity of research. A section may follow later only as a further record."""
    consultation = open_consultation(pen, consultation_id)
    values = checked(pen, paper)
    members = members_named(pen.session, names_in(paper.researchers), consultation.area, paper.held_on)
    record = ResearchRecord(
        consultation_id=consultation.id, researcher_ids=sorted(members.values()), **values
    )
    pen.session.add(record)
    pen.session.flush()
    pen.note(
        AuditAction.RESEARCH_RECORDED,
        "research_record",
        record.id,
        consultation_id=consultation.id,
        new=kept(values, without=("researchers",)),
    )
    return {"research_record_id": record.id}


def accept_research(pen: Pen, consultation_id: str, record_id: str, accepted_on: date) -> dict[str, Any]:
    """Accept a research record, by a convener of the consultation's room, not before the research was held.

    Raises Refused (NOT_FOUND, NOT_PERMITTED, STATE_FORBIDS, INVALID_INPUT).
    """
    consultation = open_consultation(pen, consultation_id)
    record = part_of(pen, consultation_id, ResearchRecord, record_id, "调研记录")
    require_convener(pen, consultation.room_id)
    if record.accepted_on is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该调研报告已审核通过。")
    if record.returned_on is not None:
        message = "该调研报告已退回补充，请审核补充后另行登记的调研。"
        raise refuse(RefusalCode.STATE_FORBIDS, message)
    day = clean(pen, PastDay("审核日期"), accepted_on, "accepted_on")
    if day < record.held_on:
        raise invalid("“审核日期”不得早于调研日期。", "accepted_on")
    record.accepted_on, record.accepted_by_person_id = day, pen.by.person_id
    record.accepted_on_behalf_of_id = pen.by.on_behalf_of
    pen.note(
        AuditAction.RESEARCH_ACCEPTED,
        "research_record",
        record.id,
        consultation_id=consultation_id,
        new={"accepted_on": day.isoformat()},
    )
    return {"research_record_id": record.id}


def require_convener(pen: Pen, room_id: str) -> None:
    """Raise Refused (NOT_PERMITTED) unless the pen is in the hand of a convener of the room."""
    if pen.by.principal_id not in conveners_of(pen.session, room_id, pen.today):
        raise refuse(RefusalCode.NOT_PERMITTED, "调研报告应由该协商议事室的召集人审核。")
