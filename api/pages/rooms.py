"""协商议事室: the list, one room with its conveners, and the forms that register, amend and appoint."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Query, Response

from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.foresight import require
from api.pages.fields import fields_of, options_of, read_values
from api.pages.folders import organisation_options
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.local_rules import rules_around, rules_for
from api.pages.room_people import assigning, conveners_shown, members_shown
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Visit, text_of
from api.problems import STATUSES
from api.rooms import require_rule_set
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from domain.rooms import FixedMemberKind, ResponsibilitySlot, RoomFunction
from domain.rule_words import ShownAt
from records.papers.rooms import ConvenerPaper, RoomPaper, amend_room, appoint_convener, register_room
from records.queries.areas import area_names
from records.queries.consultations import ConsultationFilter, consultations_visible_to
from records.queries.people import conveners, organisation_names, people, room, rooms
from records.vacancies import vacancy_of

router = page_router()
ROOM_FIELDS = tuple(
    replace(spec, kind="choice") if spec.name == "rule_set_id" else spec for spec in fields_of(RoomPaper)
)
CONVENER_FIELDS = fields_of(ConvenerPaper)
LINES_PER_PAGE = 50
PEOPLE_MAX = 500
_WORDS = {
    **dict(options_of(RoomFunction)),
    **dict(options_of(FixedMemberKind)),
    **dict(options_of(ResponsibilitySlot)),
}


@router.get("/rooms")
def list_page(visit: AVisit, cursor: Annotated[str | None, Query(max_length=400)] = None) -> Response:
    """The rooms, and the form that registers one."""
    return _show_list(visit, NO_ATTEMPT, cursor)


def _show_list(visit: Visit, tried: Attempt, cursor: str | None = None) -> Response:
    key = key_of(cursor, str)
    with visit.counter.register.reading() as session:
        rows = rooms(session, after=key[0] if key else None, limit=LINES_PER_PAGE)
        names = organisation_names(session, [one.operator_id for one in rows])
        may_register = may(visit.actor, "register_room", Matter(area=visit.actor.area))
        form = (
            show_form(
                "rooms",
                ROOM_FIELDS,
                tried,
                address="/rooms",
                title="登记协商议事室",
                button="登记协商议事室",
                initial={"area": visit.actor.area},
                options=_options(visit, session),
            )
            if may_register
            else None
        )
        return visit.page(
            "rooms.html",
            status=_status(tried),
            rows=rows,
            names=names,
            form=form,
            attempt=tried,
            local=rules_around(visit, session, visit.actor.area, (ShownAt.ROOM_FORM,)) if form else [],
            following=cursor_of(rows[-1].id) if len(rows) == LINES_PER_PAGE else None,
        )


@router.post("/rooms")
async def register(posting: APosting) -> Response:
    """Register a room."""

    async def do() -> Response:
        paper = RoomPaper(**read_values(ROOM_FIELDS, posting.form))
        require_rule_set(posting.counter.books.rule_sets, paper.rule_set_id)
        require(may(posting.actor, "register_room", Matter(area=paper.area)))
        written = await write_once(posting, "register_room", lambda pen: register_room(pen, paper))
        return posting.go(f"/rooms/{written['room_id']}", "协商议事室已登记，请确定召集人。")

    return await attempt(posting, do, lambda tried: _show_list(posting, tried))


@router.get("/rooms/{room_id}")
def room_page(visit: AVisit, room_id: PathId) -> Response:
    """One room."""
    return show_room(visit, room_id, NO_ATTEMPT)


def show_room(visit: Visit, room_id: str, tried: Attempt) -> Response:
    """One room with its conveners, its consultations, and the forms that change it."""
    with visit.counter.register.reading() as session:
        row = _known(session, room_id)
        may_change = may(visit.actor, "register_room", Matter(area=row.area))
        lines = consultations_visible_to(
            session, visit.actor, visit.today, ConsultationFilter(room_id=room_id), limit=20
        )
        return visit.page(
            "room.html",
            status=_status(tried),
            row=row,
            place=area_names(session, [row.area])[row.area],
            names=organisation_names(session, [row.leading_party_id, row.owner_id, row.operator_id]),
            conveners=conveners_shown(
                visit, row, conveners(session, room_id, visit.today), tried, is_mine=may_change
            ),
            members=members_shown(visit, session, row, tried),
            assigning=assigning(visit, session, row, tried),
            posts=[spec for spec in CONVENER_FIELDS if spec.kind == "tick"],
            words=_WORDS,
            rule_set=visit.counter.books.rule_sets.get(row.rule_set_id),
            vacancy=vacancy_of(session, visit.counter.books, row, visit.today),
            lines=lines,
            may_begin=_may_begin(visit, row),
            forms=_forms(visit, session, row, tried) if may_change else [],
            attempt=tried,
            local=rules_for(
                visit.counter.books.rule_sets.get(row.rule_set_id), (ShownAt.ROOM_FORM,), row.level
            ),
        )


def _may_begin(visit: Visit, row: Any) -> bool:
    """Whether the visitor may go through the new-consultation wizard in this room."""
    matter = Matter(area=row.area, operator_id=row.operator_id, owner_id=row.owner_id)
    return all(
        may(visit.actor, one, matter) for one in ("open_consultation", "propose_topic", "reject_proposal")
    )


def _forms(visit: Visit, session: Any, row: Any, tried: Attempt) -> list[ShownForm]:
    return [
        show_form(
            "conveners",
            CONVENER_FIELDS,
            tried,
            address=f"/rooms/{row.id}/conveners",
            title="确定召集人",
            button="确定召集人",
            initial={"since_on": visit.today},
            options={"person_id": tuple((one.id, one.name) for one in people(session, limit=PEOPLE_MAX))},
        ),
        show_form(
            "amendments",
            ROOM_FIELDS,
            tried,
            address=f"/rooms/{row.id}/amendments",
            title="变更协商议事室",
            button="保存变更",
            initial={spec.name: getattr(row, spec.name) for spec in ROOM_FIELDS},
            options=_options(visit, session),
            hidden={"row_version": str(row.row_version)},
        ),
    ]


@router.post("/rooms/{room_id}/conveners")
async def appoint(posting: APosting, room_id: PathId) -> Response:
    """Appoint a convener."""

    async def do() -> Response:
        paper = ConvenerPaper(**read_values(CONVENER_FIELDS, posting.form))

        def write(pen: Any) -> Any:
            require(may(posting.actor, "register_room", Matter(area=_known(pen.session, room_id).area)))
            return appoint_convener(pen, room_id, paper)

        await write_once(posting, "appoint_convener", write)
        return posting.go(f"/rooms/{room_id}", "召集人已确定。")

    return await attempt(posting, do, lambda tried: show_room(posting, room_id, tried))


@router.post("/rooms/{room_id}/amendments")
async def amend(posting: APosting, room_id: PathId) -> Response:
    """Amend the room as it was read."""

    async def do() -> Response:
        paper = RoomPaper(**read_values(ROOM_FIELDS, posting.form))
        require_rule_set(posting.counter.books.rule_sets, paper.rule_set_id)
        version = text_of(posting.form, "row_version")
        seen = int(version) if version.isdecimal() and len(version) < 10 else 0

        def write(pen: Any) -> Any:
            for area in (_known(pen.session, room_id).area, paper.area):
                require(may(posting.actor, "register_room", Matter(area=area)))
            return amend_room(pen, room_id, seen, paper)

        await write_once(posting, "amend_room", write)
        return posting.go(f"/rooms/{room_id}", "变更已保存。")

    return await attempt(posting, do, lambda tried: show_room(posting, room_id, tried))


def _options(visit: Visit, session: Any) -> dict[str, tuple[tuple[str, str], ...]]:
    bodies = organisation_options(session)
    books = tuple((one.id, f"{one.region}：{one.title}") for one in visit.counter.books.rule_sets.values())
    return {"leading_party_id": bodies, "owner_id": bodies, "operator_id": bodies, "rule_set_id": books}


def _known(session: Any, room_id: str) -> Any:
    row = room(session, room_id)
    if row is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该协商议事室。")
    return row


def _status(tried: Attempt) -> int:
    return STATUSES[tried.refusal.code] if tried.refusal else 200
