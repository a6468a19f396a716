"""督查事项: key consultations under supervision, the progress of their units, and how each was closed."""

from typing import Annotated, Any

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.pages.fields import fields_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Visit
from api.problems import STATUSES
from api.supervision_items import require_closer
from domain.policy import may
from records.matters import matter_of
from records.papers.supervision import SupervisionClosure, close_supervision
from records.pen import Pen
from records.queries.supervision import progress_of, supervision_items_visible_to

router = page_router()
CLOSURE_FIELDS = fields_of(SupervisionClosure)
LINES_PER_PAGE = 30


@router.get("/supervision")
def list_page(visit: AVisit, cursor: Annotated[str | None, Query(max_length=400)] = None) -> Response:
    """The items of consultations that the visitor may see, the newest first."""
    return show_items(visit, NO_ATTEMPT, cursor)


def show_items(visit: Visit, tried: Attempt, cursor: str | None = None) -> Response:
    """The items, each with its units and, for those who may, the form that closes it."""
    key = key_of(cursor, str)
    with visit.counter.register.reading() as session:
        found = supervision_items_visible_to(
            session,
            visit.actor,
            visit.today,
            is_open=None,
            after=key[0] if key else None,
            limit=LINES_PER_PAGE,
        )
        progress = progress_of(session, [row.id for _, row in found])
        closing = {item.id: _closing(visit, session, item, row, tried) for item, row in found}
    return visit.page(
        "supervision.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        attempt=tried,
        found=found,
        progress=progress,
        closing=closing,
        following=cursor_of(found[-1][0].id) if len(found) == LINES_PER_PAGE else None,
    )


def _closing(visit: Visit, session: Session, item: Any, row: Any, tried: Attempt) -> ShownForm | None:
    matter = matter_of(session, row, visit.today)
    if item.closed_on is not None or not may(visit.actor, "close_supervision", matter):
        return None
    return show_form(
        f"closures-{item.id}",
        CLOSURE_FIELDS,
        tried,
        address=f"/supervision/{item.id}/closures",
        title="督查销号",
        button="销号",
        initial={"closed_on": visit.today},
        is_grave=True,
        hint="全部办理结果核实后方可销号。",
    )


@router.post("/supervision/{supervision_item_id}/closures")
async def close(posting: APosting, supervision_item_id: PathId) -> Response:
    """Close an item with its conclusion."""

    async def do() -> Response:
        paper = SupervisionClosure(**read_values(CLOSURE_FIELDS, posting.form))

        def write(pen: Pen) -> Any:
            require_closer(pen, posting.actor, supervision_item_id)
            return close_supervision(pen, supervision_item_id, paper)

        await write_once(posting, "close_supervision", write)
        return posting.go("/supervision", "督查事项已销号。")

    return await attempt(posting, do, lambda tried: show_items(posting, tried))
