"""Registering rooms, appointing their conveners and ending their terms."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.bodies import RoomLevel
from domain.refusals import RefusalCode, refuse
from domain.rooms import FixedMemberKind, ResponsibilitySlot, RoomFunction
from records.audit import administration_stream
from records.papers.changes import amend, kept, require_version
from records.papers.checking import Day, Known, Line, Words, checked, invalid
from records.papers.finding import row_of
from records.papers.members import EndPaper
from records.papers.organisations import require_area
from records.pen import Pen
from records.tables.people import Organisation, Person
from records.tables.rooms import Convener, Room

_ROOMS = administration_stream("rooms")
_RULE_SET_ID = re.compile(r"[a-z][a-z0-9_-]{0,59}")


@dataclass(frozen=True, kw_only=True)
class RoomPaper:
    """协商议事室: its name, level and area, the bodies behind it, and what it is for."""

    name: Annotated[str, Line("协商议事室名称")]
    level: RoomLevel
    rule_set_id: Annotated[str, Line("规则集")]
    area: Annotated[str, Line("所属区域")]
    short_name: Annotated[str, Line("简称", is_required=False, characters_max=50)] = ""
    leading_party_id: Annotated[str | None, Known("领导党组织", Organisation)] = None
    owner_id: Annotated[str | None, Known("责任主体", Organisation)] = None
    operator_id: Annotated[str | None, Known("承办机构", Organisation)] = None
    functions: Annotated[tuple[str, ...], Words("室的功能", RoomFunction)] = ()
    fixed_member_kinds: Annotated[tuple[str, ...], Words("固定成员类别", FixedMemberKind)] = ()
    responsibility_slots: Annotated[tuple[str, ...], Words("责任分工", ResponsibilitySlot)] = ()
    sub_brand: Annotated[str, Line("副标识", is_required=False, characters_max=100)] = ""
    is_demonstration: bool = False


@dataclass(frozen=True, kw_only=True)
class ConvenerPaper:
    """召集人 with the posts that rules ask about; ``acting_reason`` is given when only acting."""

    person_id: Annotated[str, Known("召集人", Person)]
    is_cppcc_member: bool = False
    is_deputy_party_secretary: bool = False
    is_work_committee_director: bool = False
    is_party_secretary: bool = False
    is_liaison_member: bool = False
    acting_reason: Annotated[str, Line("代理原因", is_required=False)] = ""
    since_on: Annotated[date | None, Day("任职起始日期")] = None
    until_on: Annotated[date | None, Day("任职截止日期")] = None


def register_room(pen: Pen, paper: RoomPaper) -> dict[str, Any]:
    """Register a room. Whether its name and bodies are lawful, the gate of 搭建平台 judges."""
    values = _checked_room(pen, paper)
    room = Room(**values)
    pen.session.add(room)
    pen.session.flush()
    pen.note(AuditAction.ROOM_REGISTERED, "room", room.id, stream=_ROOMS, new=kept(values))
    return {"room_id": room.id, "row_version": room.row_version}


def amend_room(pen: Pen, room_id: str, row_version: int, paper: RoomPaper) -> dict[str, Any]:
    """Amend a room as it was read at ``row_version``. Raises Refused (NOT_FOUND, STALE_FORM)."""
    room = row_of(pen, Room, room_id, "协商议事室")
    require_version(row_version, room.row_version)
    old, new = amend(room, _checked_room(pen, paper))
    pen.session.flush()
    pen.note(AuditAction.ROOM_AMENDED, "room", room.id, stream=_ROOMS, old=old, new=new)
    return {"room_id": room.id, "row_version": room.row_version}


def appoint_convener(pen: Pen, room_id: str, paper: ConvenerPaper) -> dict[str, Any]:
    """Appoint a convener of the room."""
    room = row_of(pen, Room, room_id, "协商议事室")
    values = checked(pen, paper)
    if paper.since_on is not None and paper.until_on is not None and paper.until_on < paper.since_on:
        raise invalid("“任职截止日期”不得早于“任职起始日期”。", "until_on")
    same = select(Convener.id).filter_by(room_id=room.id, person_id=paper.person_id, since_on=paper.since_on)
    if pen.session.scalar(same) is not None:
        raise invalid("该人员已是该协商议事室的召集人。", "person_id")
    convener = Convener(room_id=room.id, **values)
    pen.session.add(convener)
    pen.session.flush()
    new = kept(values | {"room_id": room.id})
    pen.note(AuditAction.CONVENER_APPOINTED, "convener", convener.id, stream=_ROOMS, new=new)
    return {"convener_id": convener.id}


def end_convener_term(pen: Pen, room_id: str, convener_id: str, paper: EndPaper) -> dict[str, Any]:
    """End the term of a convener with its last day; an open end is closed, a later end brought forward.

    Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT).
    """
    convener = row_of(pen, Convener, convener_id, "召集人")
    if convener.room_id != room_id:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该召集人。")
    values = checked(pen, paper)
    if convener.until_on is not None and convener.until_on <= paper.until_on:
        raise refuse(RefusalCode.STATE_FORBIDS, f"该召集人的任期已于 {convener.until_on} 截止。")
    if convener.since_on is not None and paper.until_on < convener.since_on:
        raise invalid(f"“截止日期”不得早于任职起始日期（{convener.since_on}）。", "until_on")
    old, new = amend(convener, values)
    pen.session.flush()
    new |= {"room_id": room_id, "person_id": convener.person_id}
    pen.note(AuditAction.CONVENER_ENDED, "convener", convener.id, stream=_ROOMS, old=old, new=new)
    return {"convener_id": convener.id}


def _checked_room(pen: Pen, paper: RoomPaper) -> dict[str, Any]:
    values = checked(pen, paper)
    require_area(values["area"])
    if not _RULE_SET_ID.fullmatch(values["rule_set_id"]):
        raise invalid("“规则集”编号不正确。", "rule_set_id")
    return values
