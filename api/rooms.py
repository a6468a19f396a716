"""Consultation rooms and their conveners."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.errands import AnErrand
from api.fields import AsPaper, PathId, Shown, part_of
from api.foresight import require
from api.identity import Visitor
from api.members import permitted_in_room
from api.organisations import AreaQuery, TextQuery, permitted
from domain.bodies import RoomLevel
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.papers.members import EndPaper
from records.papers.rooms import (
    ConvenerPaper,
    RoomPaper,
    amend_room,
    appoint_convener,
    end_convener_term,
    register_room,
)
from records.pen import Pen
from records.queries import people as queries

router = APIRouter(tags=["协商议事室"])


class ConvenerShown(Shown):
    """One convener."""

    id: str
    person_id: str
    person_name: str = ""
    is_cppcc_member: bool
    is_deputy_party_secretary: bool
    is_work_committee_director: bool
    is_party_secretary: bool
    is_liaison_member: bool
    acting_reason: str
    since_on: date | None
    until_on: date | None


class RoomShown(Shown):
    """One room."""

    id: str
    name: str
    short_name: str
    level: RoomLevel
    rule_set_id: str
    area: str
    leading_party_id: str | None
    owner_id: str | None
    operator_id: str | None
    functions: list[str]
    fixed_member_kinds: list[str]
    responsibility_slots: list[str]
    sub_brand: str
    is_demonstration: bool
    row_version: int


class RoomWithConveners(RoomShown):
    """One room with those who are its conveners today."""

    conveners: list[ConvenerShown]


@dataclass(frozen=True, kw_only=True)
class RoomAmendment(RoomPaper):
    """A room as it should be, and the version that was read."""

    row_version: int


@router.post("/rooms", status_code=201)
def create_room(errand: AnErrand, paper: Annotated[RoomPaper, AsPaper()]) -> JSONResponse:
    """Register a room."""
    require_rule_set(errand.counter.books.rule_sets, paper.rule_set_id)
    checks = [permitted(errand, "register_room", paper.area)]
    location = "/api/v1/rooms/{room_id}"
    return errand.write("register_room", paper, location, checks, lambda pen: register_room(pen, paper))


@router.get("/rooms", response_model=Page[RoomShown])
def list_rooms(
    counter: TheCounter,
    _visitor: Visitor,
    area: AreaQuery = "",
    q: TextQuery = "",
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[RoomShown]:
    """The rooms."""
    key = key_of(cursor, str)
    with counter.register.reading() as session:
        rows = queries.rooms(session, area=area, text=q.strip(), after=key[0] if key else None, limit=limit)
        items = [RoomShown.model_validate(row) for row in rows]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.id,)))


@router.get("/rooms/{room_id}", response_model=RoomWithConveners)
def read_room(room_id: PathId, counter: TheCounter, _visitor: Visitor) -> RoomWithConveners:
    """One room with its conveners."""
    with counter.register.reading() as session:
        row = queries.room(session, room_id)
        if row is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该协商议事室。")
        return RoomWithConveners(
            **RoomShown.model_validate(row).model_dump(),
            conveners=[
                ConvenerShown.model_validate(convener).model_copy(update={"person_name": name})
                for convener, name in queries.conveners(session, room_id, counter.today)
            ],
        )


@router.post("/rooms/{room_id}/amendments", status_code=201)
def create_room_amendment(
    room_id: PathId, errand: AnErrand, amendment: Annotated[RoomAmendment, AsPaper()]
) -> JSONResponse:
    """Amend a room as it was read at a version."""
    require_rule_set(errand.counter.books.rule_sets, amendment.rule_set_id)
    paper = part_of(RoomPaper, amendment)

    def write(pen: Pen) -> dict[str, Any]:
        row = queries.room(pen.session, room_id)
        if row is not None:
            require(may(errand.by, "register_room", Matter(area=row.area)))
        return amend_room(pen, room_id, amendment.row_version, paper)

    checks = [permitted(errand, "register_room", paper.area)]
    return errand.write("amend_room", amendment, f"/api/v1/rooms/{room_id}", checks, write)


@router.post("/rooms/{room_id}/conveners", status_code=201)
def create_convener(
    room_id: PathId, errand: AnErrand, paper: Annotated[ConvenerPaper, AsPaper()]
) -> JSONResponse:
    """Appoint a convener."""

    checks = [permitted_in_room(errand, room_id, "register_room")]
    location = f"/api/v1/rooms/{room_id}"
    return errand.write(
        "appoint_convener", paper, location, checks, lambda pen: appoint_convener(pen, room_id, paper)
    )


@router.post("/rooms/{room_id}/conveners/{convener_id}/end", status_code=201)
def end_convener(
    room_id: PathId, convener_id: PathId, errand: AnErrand, paper: Annotated[EndPaper, AsPaper()]
) -> JSONResponse:
    """End the term of a convener with its last day."""

    def write(pen: Pen) -> dict[str, Any]:
        return end_convener_term(pen, room_id, convener_id, paper)

    checks = [permitted_in_room(errand, room_id, "register_room")]
    return errand.write("end_convener_term", paper, f"/api/v1/rooms/{room_id}", checks, write)


def require_rule_set(rule_sets: Any, rule_set_id: str) -> None:
    """Raise Refused (INVALID_INPUT) for a rule set that the service does not have."""
    if rule_set_id not in rule_sets:
        raise refuse(RefusalCode.INVALID_INPUT, "没有这个规则集。", field="rule_set_id")
