"""关注: what a supervisor or a leader follows, and what changed in it since they last looked."""

import uuid
from typing import Any

from fastapi import Response

from api.fields import PathId
from api.pages.fields import FieldSpec, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Visit
from api.problems import STATUSES
from api.watches import require_watcher
from domain.bodies import Role
from domain.refusals import RefusalCode, refuse
from records.papers.watches import end_watch, read_watch, watch_consultation, watch_unit
from records.pen import Pen
from records.queries.people import organisations
from records.queries.trail_exports import consultation_numbered
from records.queries.watches import CHANGES_MAX, watch_list

router = page_router()
UNITS_MAX = 500
CASE_FIELDS = (FieldSpec("consultation_number", "协商编号", "line", True, 200, of_kind=str),)
UNIT_FIELDS = (FieldSpec("unit_id", "单位", "choice", True, 64, of_kind=str),)


@router.get("/watching")
def watching_page(visit: AVisit) -> Response:
    """What the visitor follows, and what is new in it."""
    return show_watching(visit, NO_ATTEMPT)


def show_watching(visit: Visit, tried: Attempt) -> Response:
    """The watch list with its changes, and the forms that add to it."""
    require_watcher(visit.actor)
    with visit.counter.register.reading() as session:
        found = watch_list(session, visit.actor, visit.today)
        watched = {one.unit.id for one in found.units}
        units = [
            (one.id, one.name)
            for one in organisations(session, area=visit.actor.area, limit=UNITS_MAX)
            if one.id not in watched
        ]
    forms = [
        show_form(
            "watch-consultation",
            CASE_FIELDS,
            tried,
            address="/watching/consultations",
            title="关注一件协商",
            button="关注",
        ),
        show_form(
            "watch-unit",
            UNIT_FIELDS,
            tried,
            address="/watching/units",
            title="关注一个单位",
            button="关注",
            options={"unit_id": units},
        ),
    ]
    return visit.page(
        "watching.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        attempt=tried,
        found=found,
        forms=forms,
        changes_max=CHANGES_MAX,
        keys={watch.id: str(uuid.uuid4()) for watch in found.watches},
        roles={role.value: role.label for role in Role},
    )


@router.post("/watching/consultations")
async def follow_case(posting: APosting) -> Response:
    """Follow the consultation with this number."""

    async def do() -> Response:
        number = read_values(CASE_FIELDS, posting.form)["consultation_number"]

        def write(pen: Pen) -> Any:
            require_watcher(posting.actor)
            found = consultation_numbered(pen.session, posting.actor, number, pen.today)
            if found is None:
                message = f"未找到编号为“{number}”的协商，或者不在您的查看范围内。"
                raise refuse(RefusalCode.INVALID_INPUT, message, field="consultation_number")
            return watch_consultation(pen, found)

        await write_once(posting, "watch", write)
        return posting.go("/watching", "已关注。此后的变化将列在本页。")

    return await attempt(posting, do, lambda tried: show_watching(posting, tried))


@router.post("/watching/units")
async def follow_unit(posting: APosting) -> Response:
    """Follow a unit."""

    async def do() -> Response:
        unit_id = read_values(UNIT_FIELDS, posting.form)["unit_id"]

        def write(pen: Pen) -> Any:
            require_watcher(posting.actor)
            return watch_unit(pen, unit_id)

        await write_once(posting, "watch", write)
        return posting.go("/watching", "已关注。该单位此后的办理和逾期将列在本页。")

    return await attempt(posting, do, lambda tried: show_watching(posting, tried))


@router.post("/watching/{watch_id}/endings")
async def end(posting: APosting, watch_id: PathId) -> Response:
    """Follow it no more."""

    async def do() -> Response:
        await write_once(posting, "end_watch", lambda pen: end_watch(pen, watch_id))
        return posting.go("/watching", "已取消关注。")

    return await attempt(posting, do, lambda tried: show_watching(posting, tried))


@router.post("/watching/{watch_id}/readings")
async def read(posting: APosting, watch_id: PathId) -> Response:
    """Say that everything of this unit until now has been read."""

    async def do() -> Response:
        await write_once(posting, "read_watch", lambda pen: read_watch(pen, watch_id))
        return posting.go("/watching", "已标记为阅过。")

    return await attempt(posting, do, lambda tried: show_watching(posting, tried))
