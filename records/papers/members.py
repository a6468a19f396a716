"""委员编入协商议事室 and 挂钩联系: which member belongs to which room, and which leader looks after which area."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.cppcc_members import LEADING_KINDS, is_member_for, leaders_for
from records.papers.changes import kept
from records.papers.checking import Day, Known, Line, checked, invalid
from records.papers.finding import row_of
from records.papers.organisations import require_area
from records.pen import Pen
from records.tables.people import Person
from records.tables.rooms import Room
from records.tables.work_log import Liaison, MemberAssignment

_ROOMS = administration_stream("rooms")


@dataclass(frozen=True, kw_only=True)
class MemberAssignmentPaper:
    """A member who belongs to a room from a day on (SZ-23, NT-25)."""

    person_id: Annotated[str, Known("政协委员", Person)]
    since_on: Annotated[date, Day("编入日期")]


@dataclass(frozen=True, kw_only=True)
class LiaisonPaper:
    """A leader of the 政协 who guides one area from a day on (挂钩联系, SZ-35)."""

    person_id: Annotated[str, Known("挂钩领导", Person)]
    area: Annotated[str, Line("联系区域")]
    since_on: Annotated[date, Day("联系起始日期")]


@dataclass(frozen=True, kw_only=True)
class EndPaper:
    """The last day of an assignment, of a liaison or of a term."""

    until_on: Annotated[date, Day("截止日期")]


def assign_member(pen: Pen, room_id: str, paper: MemberAssignmentPaper) -> dict[str, Any]:
    """Assign a member to a room near them. Raises Refused (NOT_FOUND, INVALID_INPUT)."""
    room = row_of(pen, Room, room_id, "协商议事室")
    values = checked(pen, paper)
    if not is_member_for(pen.session, paper.person_id, room.area, paper.since_on):
        raise invalid("该人员不是本地区的政协委员，不能编入。", "person_id")
    assigned = select(MemberAssignment).filter_by(room_id=room.id, person_id=paper.person_id)
    for one in pen.session.scalars(assigned):
        if one.until_on is None or one.until_on >= paper.since_on:
            raise invalid("该委员已编入本协商议事室。", "person_id")
    assignment = MemberAssignment(room_id=room.id, **values)
    pen.session.add(assignment)
    pen.session.flush()
    new = kept(values | {"room_id": room.id})
    pen.note(AuditAction.MEMBER_ASSIGNED, "member_assignment", assignment.id, stream=_ROOMS, new=new)
    return {"assignment_id": assignment.id}


def end_assignment(pen: Pen, room_id: str, assignment_id: str, paper: EndPaper) -> dict[str, Any]:
    """End an assignment with its last day. Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT)."""
    row = row_of(pen, MemberAssignment, assignment_id, "委员编入记录")
    if row.room_id != room_id:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该委员编入记录。")
    row.until_on = _last_day(pen, paper, row.since_on, row.until_on, "该委员已不再编入本室。")
    pen.session.flush()
    new = kept({"person_id": row.person_id, "room_id": room_id, "until_on": row.until_on})
    pen.note(AuditAction.MEMBER_RELEASED, "member_assignment", row.id, stream=_ROOMS, new=new)
    return {"assignment_id": row.id}


def set_liaison(pen: Pen, paper: LiaisonPaper) -> dict[str, Any]:
    """Name the leader of a 政协 who guides an area within its own. Raises Refused (INVALID_INPUT)."""
    values = checked(pen, paper)
    require_area(values["area"])
    row_of(pen, Person, paper.person_id, "人员")
    leaders = leaders_for(pen.session, values["area"], LEADING_KINDS, paper.since_on)
    if paper.person_id not in {one.id for one in leaders}:
        message = "挂钩联系由主席、驻会副主席、政协党组成员承担，该人员不在其列。"
        raise invalid(message, "person_id")
    held = select(Liaison).filter_by(person_id=paper.person_id, area=values["area"])
    for one in pen.session.scalars(held):
        if one.until_on is None or one.until_on >= paper.since_on:
            raise invalid("该领导已挂钩联系这一区域。", "person_id")
    liaison = Liaison(**values)
    pen.session.add(liaison)
    pen.session.flush()
    pen.note(AuditAction.LIAISON_SET, "liaison", liaison.id, stream=_ROOMS, new=kept(values))
    return {"liaison_id": liaison.id}


def end_liaison(pen: Pen, liaison_id: str, paper: EndPaper) -> dict[str, Any]:
    """End a liaison with its last day. Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT)."""
    row = row_of(pen, Liaison, liaison_id, "挂钩联系")
    row.until_on = _last_day(pen, paper, row.since_on, row.until_on, "该挂钩联系已结束。")
    pen.session.flush()
    new = kept({"person_id": row.person_id, "area": row.area, "until_on": row.until_on})
    pen.note(AuditAction.LIAISON_ENDED, "liaison", row.id, stream=_ROOMS, new=new)
    return {"liaison_id": row.id}


def _last_day(pen: Pen, paper: EndPaper, since_on: date, until_on: date | None, ended: str) -> date:
    checked(pen, paper)
    if until_on is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, ended)
    if paper.until_on < since_on:
        raise invalid(f"“截止日期”不得早于起始日期（{since_on}）。", "until_on")
    return paper.until_on
