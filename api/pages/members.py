"""政协委员 with their rooms, the unassigned first; 挂钩联系; and the acts on a room's page that are about people."""

from typing import Annotated, Any

from fastapi import Query, Response

from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.foresight import require
from api.pages.fields import fields_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.room_people import END_FIELDS, MEMBER_FIELDS, end_form
from api.pages.rooms import show_room
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Posting, Visit
from api.problems import STATUSES
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.cppcc_members import LEADING_KINDS, leaders_for
from records.papers.members import (
    EndPaper,
    LiaisonPaper,
    MemberAssignmentPaper,
    assign_member,
    end_assignment,
    end_liaison,
    set_liaison,
)
from records.papers.rooms import end_convener_term
from records.queries.areas import area_names
from records.queries.members import liaison, liaisons_near, members_near
from records.queries.people import room

router = page_router()
LIAISON_FIELDS = fields_of(LiaisonPaper)
LINES_PER_PAGE = 50


@router.get("/members")
def list_page(visit: AVisit, cursor: Annotated[str | None, Query(max_length=400)] = None) -> Response:
    """The members around the visitor's area with their rooms, and who guides which area."""
    return _show_list(visit, NO_ATTEMPT, cursor)


def _show_list(visit: Visit, tried: Attempt, cursor: str | None = None) -> Response:
    key = key_of(cursor, bool, str, str)
    area = visit.actor.area
    with visit.counter.register.reading() as session:
        after = None if key is None else (key[0], key[1], key[2])
        rows = members_near(session, area, visit.today, after=after, limit=LINES_PER_PAGE)
        liaisons = [
            (one, name, _ending(visit, one, tried)) for one, name in liaisons_near(session, area, visit.today)
        ]
        places = area_names(session, [one.area for one, _, _ in liaisons])
        return visit.page(
            "members.html",
            status=STATUSES[tried.refusal.code] if tried.refusal else 200,
            rows=rows,
            liaisons=liaisons,
            places=places,
            form=_setting(visit, session, tried),
            attempt=tried,
            following=cursor_of(*rows[-1].key) if len(rows) == LINES_PER_PAGE else None,
        )


def _ending(visit: Visit, row: Any, tried: Attempt) -> ShownForm | None:
    if row.until_on is not None or not may(visit.actor, "assign_members", Matter(area=row.area)):
        return None
    return end_form(visit, tried, f"/liaisons/{row.id}/end", f"liaison-ends-{row.id}", "结束联系")


def _setting(visit: Visit, session: Any, tried: Attempt) -> ShownForm | None:
    if not may(visit.actor, "assign_members", Matter(area=visit.actor.area)):
        return None
    leaders = leaders_for(session, visit.actor.area, LEADING_KINDS, visit.today)
    return show_form(
        "liaisons",
        LIAISON_FIELDS,
        tried,
        address="/liaisons",
        title="确定挂钩联系",
        button="确定挂钩联系",
        initial={"area": visit.actor.area, "since_on": visit.today},
        options={"person_id": tuple((one.id, one.name) for one in leaders)},
        hint="主席、驻会副主席、党组成员分别挂钩联系一个区域。",
    )


@router.post("/liaisons")
async def set_one(posting: APosting) -> Response:
    """Name the leader who guides an area."""

    async def do() -> Response:
        paper = LiaisonPaper(**read_values(LIAISON_FIELDS, posting.form))
        require(may(posting.actor, "assign_members", Matter(area=paper.area)))
        await write_once(posting, "set_liaison", lambda pen: set_liaison(pen, paper))
        return posting.go("/members", "挂钩联系已确定。")

    return await attempt(posting, do, lambda tried: _show_list(posting, tried))


@router.post("/liaisons/{liaison_id}/end")
async def end_one(posting: APosting, liaison_id: PathId) -> Response:
    """End a liaison."""

    async def do() -> Response:
        paper = EndPaper(**read_values(END_FIELDS, posting.form))

        def write(pen: Any) -> Any:
            row = liaison(pen.session, liaison_id)
            if row is None:
                raise refuse(RefusalCode.NOT_FOUND, "未找到该挂钩联系。")
            require(may(posting.actor, "assign_members", Matter(area=row.area)))
            return end_liaison(pen, liaison_id, paper)

        await write_once(posting, "end_liaison", write)
        return posting.go("/members", "挂钩联系已结束。")

    return await attempt(posting, do, lambda tried: _show_list(posting, tried))


@router.post("/rooms/{room_id}/members")
async def assign(posting: APosting, room_id: PathId) -> Response:
    """Assign a member to the room."""

    async def do() -> Response:
        paper = MemberAssignmentPaper(**read_values(MEMBER_FIELDS, posting.form))
        await _write(posting, room_id, "assign_members", lambda pen: assign_member(pen, room_id, paper))
        return posting.go(f"/rooms/{room_id}", "委员已编入本室。")

    return await attempt(posting, do, lambda tried: show_room(posting, room_id, tried))


@router.post("/rooms/{room_id}/members/{assignment_id}/end")
async def release(posting: APosting, room_id: PathId, assignment_id: PathId) -> Response:
    """End an assignment."""

    async def do() -> Response:
        paper = EndPaper(**read_values(END_FIELDS, posting.form))
        await _write(
            posting,
            room_id,
            "assign_members",
            lambda pen: end_assignment(pen, room_id, assignment_id, paper),
        )
        return posting.go(f"/rooms/{room_id}", "已登记截止日期。")

    return await attempt(posting, do, lambda tried: show_room(posting, room_id, tried))


@router.post("/rooms/{room_id}/conveners/{convener_id}/end")
async def end_term(posting: APosting, room_id: PathId, convener_id: PathId) -> Response:
    """End the term of a convener."""

    async def do() -> Response:
        paper = EndPaper(**read_values(END_FIELDS, posting.form))
        await _write(
            posting,
            room_id,
            "register_room",
            lambda pen: end_convener_term(pen, room_id, convener_id, paper),
        )
        return posting.go(f"/rooms/{room_id}", "召集人的任期截止日期已登记，请及时确定新的召集人。")

    return await attempt(posting, do, lambda tried: show_room(posting, room_id, tried))


async def _write(posting: Posting, room_id: str, permit: str, write: Any) -> None:
    def permitted(pen: Any) -> Any:
        row = room(pen.session, room_id)
        if row is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该协商议事室。")
        require(may(posting.actor, permit, Matter(area=row.area)))
        return write(pen)

    await write_once(posting, permit, permitted)
