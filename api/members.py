"""政协委员 and their rooms, and 挂钩联系: which leader guides which area."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.errands import AnErrand, Errand
from api.fields import AsPaper, PathId, Shown
from api.foresight import require
from api.identity import Visitor
from api.organisations import permitted
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.papers.members import (
    EndPaper,
    LiaisonPaper,
    MemberAssignmentPaper,
    assign_member,
    end_assignment,
    end_liaison,
    set_liaison,
)
from records.pen import Pen
from records.queries import members as queries
from records.queries.people import room

router = APIRouter(tags=["政协委员"])
Answer = dict[str, Any]


class RoomOfMember(Shown):
    """One room that a member belongs to."""

    assignment_id: str
    room_id: str
    room_name: str
    since_on: date
    until_on: date | None


class MemberShown(Shown):
    """One member with the rooms they belong to; none of them has been found yet for an empty list."""

    person_id: str
    person_name: str
    rooms: list[RoomOfMember]


class MemberOfRoom(Shown):
    """One member of a room."""

    assignment_id: str
    person_id: str
    person_name: str
    since_on: date
    until_on: date | None


class LiaisonShown(Shown):
    """Who guides an area."""

    id: str
    person_id: str
    person_name: str = ""
    area: str
    since_on: date
    until_on: date | None


@router.get("/members", response_model=Page[MemberShown])
def list_members(
    counter: TheCounter, visitor: Visitor, cursor: Cursor = None, limit: Limit = PAGE_LIMIT
) -> Page[MemberShown]:
    """The members around the reader's own area, those without a room first."""
    key = key_of(cursor, bool, str, str)
    with counter.register.reading() as session:
        lines = queries.members_near(
            session,
            visitor.actor.area,
            counter.today,
            after=None if key is None else (key[0], key[1], key[2]),
            limit=limit,
        )
        items = [
            MemberShown(
                person_id=line.person_id,
                person_name=line.name,
                rooms=[
                    RoomOfMember(
                        assignment_id=one.id,
                        room_id=place.id,
                        room_name=place.name,
                        since_on=one.since_on,
                        until_on=one.until_on,
                    )
                    for one, place in line.rooms
                ],
            )
            for line in lines
        ]
    return Page(items=items, next=next_of(lines, limit, lambda line: line.key))


@router.get("/rooms/{room_id}/members", response_model=list[MemberOfRoom])
def list_room_members(room_id: PathId, counter: TheCounter, _visitor: Visitor) -> list[MemberOfRoom]:
    """The members who belong to a room."""
    with counter.register.reading() as session:
        if room(session, room_id) is None:
            raise _no_room()
        return [
            MemberOfRoom(
                assignment_id=one.id,
                person_id=one.person_id,
                person_name=name,
                since_on=one.since_on,
                until_on=one.until_on,
            )
            for one, name in queries.members_of_room(session, room_id, counter.today)
        ]


@router.post("/rooms/{room_id}/members", status_code=201)
def create_room_member(
    room_id: PathId, errand: AnErrand, paper: Annotated[MemberAssignmentPaper, AsPaper()]
) -> JSONResponse:
    """Assign a member to a room near them."""
    checks = [permitted_in_room(errand, room_id, "assign_members")]
    location = f"/api/v1/rooms/{room_id}/members"
    return errand.write(
        "assign_member", paper, location, checks, lambda pen: assign_member(pen, room_id, paper)
    )


@router.post("/rooms/{room_id}/members/{assignment_id}/end", status_code=201)
def end_room_member(
    room_id: PathId, assignment_id: PathId, errand: AnErrand, paper: Annotated[EndPaper, AsPaper()]
) -> JSONResponse:
    """End an assignment with its last day."""

    def write(pen: Pen) -> Answer:
        return end_assignment(pen, room_id, assignment_id, paper)

    checks = [permitted_in_room(errand, room_id, "assign_members")]
    return errand.write("end_assignment", paper, f"/api/v1/rooms/{room_id}/members", checks, write)


@router.get("/liaisons", response_model=list[LiaisonShown])
def list_liaisons(counter: TheCounter, visitor: Visitor) -> list[LiaisonShown]:
    """Who guides the areas around the reader's own."""
    with counter.register.reading() as session:
        return [
            LiaisonShown.model_validate(one).model_copy(update={"person_name": name})
            for one, name in queries.liaisons_near(session, visitor.actor.area, counter.today)
        ]


@router.post("/liaisons", status_code=201)
def create_liaison(errand: AnErrand, paper: Annotated[LiaisonPaper, AsPaper()]) -> JSONResponse:
    """Name the leader who guides an area."""
    checks = [permitted(errand, "assign_members", paper.area)]
    return errand.write("set_liaison", paper, "/api/v1/liaisons", checks, lambda pen: set_liaison(pen, paper))


@router.post("/liaisons/{liaison_id}/end", status_code=201)
def end_one_liaison(
    liaison_id: PathId, errand: AnErrand, paper: Annotated[EndPaper, AsPaper()]
) -> JSONResponse:
    """End a liaison with its last day."""

    def check(pen: Pen) -> None:
        row = queries.liaison(pen.session, liaison_id)
        if row is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该挂钩联系。")
        require(may(errand.by, "assign_members", Matter(area=row.area)))

    return errand.write(
        "end_liaison", paper, "/api/v1/liaisons", [check], lambda pen: end_liaison(pen, liaison_id, paper)
    )


def permitted_in_room(errand: Errand, room_id: str, action: str) -> Callable[[Pen], None]:
    """A check that the visitor may do this in the area of a room."""

    def check(pen: Pen) -> None:
        row = room(pen.session, room_id)
        if row is None:
            raise _no_room()
        require(may(errand.by, action, Matter(area=row.area)))

    return check


def _no_room() -> Exception:
    return refuse(RefusalCode.NOT_FOUND, "未找到该协商议事室。")
