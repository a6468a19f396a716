"""督查事项: key consultations under supervision, listed with the units' progress and closed with a conclusion."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.errands import AnErrand
from api.fields import AsPaper, PathId
from api.foresight import require
from api.identity import Visitor
from api.shown.effects import SupervisionItemShown, UnitProgressShown
from domain.bodies import Actor
from domain.policy import may
from domain.refusals import RefusalCode, refuse
from records.matters import matter_of
from records.papers.supervision import SupervisionClosure, close_supervision, open_supervision
from records.pen import Pen
from records.queries.supervision import progress_of, supervision_item_for, supervision_items_visible_to

router = APIRouter(tags=["督查事项"])


class SupervisionItemLine(SupervisionItemShown):
    """One item with its consultation and the progress of its units."""

    consultation_number: str
    consultation_title: str
    progress: list[UnitProgressShown]


@router.get("/supervision-items", response_model=Page[SupervisionItemLine])
def list_supervision_items(
    counter: TheCounter,
    visitor: Visitor,
    is_open: Annotated[bool | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[SupervisionItemLine]:
    """The items of consultations that one may see, the newest first."""
    key = key_of(cursor, str)
    with counter.register.reading() as session:
        found = supervision_items_visible_to(
            session,
            visitor.actor,
            counter.today,
            is_open=is_open,
            after=key[0] if key else None,
            limit=limit,
        )
        progress = progress_of(session, [row.id for _, row in found])
        items = [
            SupervisionItemLine(
                **SupervisionItemShown.model_validate(item).model_dump(),
                consultation_number=row.number,
                consultation_title=row.title,
                progress=[UnitProgressShown.model_validate(one) for one in progress.get(row.id, [])],
            )
            for item, row in found
        ]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.id,)))


@router.post("/consultations/{consultation_id}/supervision-items", status_code=201)
def create_supervision_item(consultation_id: PathId, errand: AnErrand) -> JSONResponse:
    """List a consultation whose topic was called key only after 转化落实 had begun."""
    return errand.write(
        "open_supervision",
        {},
        "/api/v1/supervision-items",
        [errand.bound_to(consultation_id, "close_supervision")],
        lambda pen: open_supervision(pen, consultation_id),
    )


@router.post("/supervision-items/{supervision_item_id}/closures", status_code=201)
def create_supervision_closure(
    supervision_item_id: PathId, errand: AnErrand, paper: Annotated[SupervisionClosure, AsPaper()]
) -> JSONResponse:
    """Close an item with its conclusion, once every answer is verified."""
    return errand.write(
        "close_supervision",
        paper,
        "/api/v1/supervision-items",
        [lambda pen: require_closer(pen, errand.by, supervision_item_id)],
        lambda pen: close_supervision(pen, supervision_item_id, paper),
    )


def require_closer(pen: Pen, by: Actor, item_id: str) -> None:
    """Raise Refused unless the actor supervises the item's area or belongs to its 责任主体."""
    found = supervision_item_for(pen.session, by, item_id, pen.today)
    if found is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该督查事项。")
    require(may(by, "close_supervision", matter_of(pen.session, found[1], pen.today)))
