"""年度协商计划: drawn up once a year by each 政协, item by item, and signed off by party, government and 政协."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.errands import AnErrand, Errand
from api.fields import AsPaper, PathId, Shown
from api.foresight import require
from api.identity import Visitor
from api.organisations import AreaQuery
from domain.matters import ConsultationKind
from domain.plans import PlanSide
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.papers.plans import (
    AnnualPlanPaper,
    PlanItemPaper,
    PlanItemWithdrawal,
    PlanSignOffPaper,
    add_plan_item,
    draw_up_plan,
    sign_off_plan_items,
    withdraw_plan_item,
)
from records.pen import Pen
from records.queries import plans as queries

router = APIRouter(prefix="/annual-plans", tags=["年度协商计划"])
Answer = dict[str, Any]


class PlanShown(Shown):
    """One plan."""

    id: str
    organisation_id: str
    area: str
    year: int
    title: str


class PlanSignOffShown(Shown):
    """One side's signature under an item."""

    side: PlanSide
    organisation_id: str
    signed_on: date
    signed_by_person_id: str
    on_behalf_of_id: str | None


class PlanItemAlone(Shown):
    """One item as it was added."""

    id: str
    number: int
    title: str
    kind: ConsultationKind
    is_key: bool
    must_consult_first: bool
    note: str
    withdrawn_on: date | None


class PlanItemShown(PlanItemAlone):
    """One item, who signed it, and whose signature is missing."""

    sign_offs: list[PlanSignOffShown]
    missing_sides: list[PlanSide]


class PlanWithItems(PlanShown):
    """One plan with all of its items, withdrawn ones too."""

    items: list[PlanItemShown]


@router.post("", status_code=201)
def create_annual_plan(errand: AnErrand, paper: Annotated[AnnualPlanPaper, AsPaper()]) -> JSONResponse:
    """Draw up the plan of the visitor's own 政协 for a year."""

    def check(_pen: Pen) -> None:
        require(may(errand.by, "draw_up_plan", Matter(body_id=paper.organisation_id)))

    location = "/api/v1/annual-plans/{plan_id}"
    return errand.write("draw_up_plan", paper, location, [check], lambda pen: draw_up_plan(pen, paper))


@router.get("", response_model=Page[PlanShown])
def list_annual_plans(
    counter: TheCounter,
    visitor: Visitor,
    area: AreaQuery = "",
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[PlanShown]:
    """The plans of the reader's own area, of those within it and of those above it, the newest first."""
    key = key_of(cursor, str)
    with counter.register.reading() as session:
        rows = queries.plans_near(
            session,
            visitor.actor.area,
            area=area,
            year=year,
            after=key[0] if key else "",
            limit=limit,
        )
        items = [PlanShown.model_validate(row) for row in rows]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.id,)))


@router.get("/{plan_id}", response_model=PlanWithItems)
def read_annual_plan(plan_id: PathId, counter: TheCounter, visitor: Visitor) -> PlanWithItems:
    """One plan with its items and signatures."""
    with counter.register.reading() as session:
        plan = queries.plan_near(session, plan_id, visitor.actor.area)
        if plan is None:
            raise _unknown()
        shown = PlanShown.model_validate(plan)
        lines = queries.items_of(session, [plan.id]).get(plan.id, [])
        return PlanWithItems(**shown.model_dump(), items=[_item_shown(line) for line in lines])


@router.get("/{plan_id}/items", response_model=list[PlanItemShown])
def list_annual_plan_items(plan_id: PathId, counter: TheCounter, visitor: Visitor) -> list[PlanItemShown]:
    """The items of one plan."""
    return read_annual_plan(plan_id, counter, visitor).items


@router.post("/{plan_id}/items", status_code=201)
def create_annual_plan_item(
    plan_id: PathId, errand: AnErrand, paper: Annotated[PlanItemPaper, AsPaper()]
) -> JSONResponse:
    """Add an item to the plan of the visitor's own 政协."""
    checks = [_permitted(errand, plan_id, "draw_up_plan")]
    location = f"/api/v1/annual-plans/{plan_id}"
    return errand.write(
        "add_plan_item", paper, location, checks, lambda pen: add_plan_item(pen, plan_id, paper)
    )


@router.post("/{plan_id}/items/{item_id}/withdrawals", status_code=201)
def create_annual_plan_item_withdrawal(
    plan_id: PathId, item_id: PathId, errand: AnErrand, paper: Annotated[PlanItemWithdrawal, AsPaper()]
) -> JSONResponse:
    """Take an item out of the plan of the visitor's own 政协."""

    def write(pen: Pen) -> Answer:
        return withdraw_plan_item(pen, plan_id, item_id, paper)

    checks = [_permitted(errand, plan_id, "draw_up_plan")]
    return errand.write("withdraw_plan_item", paper, f"/api/v1/annual-plans/{plan_id}", checks, write)


@router.post("/{plan_id}/sign-offs", status_code=201)
def create_annual_plan_sign_off(
    plan_id: PathId, errand: AnErrand, paper: Annotated[PlanSignOffPaper, AsPaper()]
) -> JSONResponse:
    """Sign items off for the side to which the visitor's organisation belongs."""

    def write(pen: Pen) -> Answer:
        return sign_off_plan_items(pen, plan_id, paper)

    checks = [_permitted(errand, plan_id, "sign_off_plan")]
    return errand.write("sign_off_plan_items", paper, f"/api/v1/annual-plans/{plan_id}", checks, write)


def _permitted(errand: Errand, plan_id: str, action: str) -> Callable[[Pen], None]:
    """A check that the visitor may do this to the plan; 404 where they may not know of it."""

    def check(pen: Pen) -> None:
        plan = queries.plan_near(pen.session, plan_id, errand.by.area)
        if plan is None:
            raise _unknown()
        require(may(errand.by, action, Matter(area=plan.area, body_id=plan.organisation_id)))

    return check


def _unknown() -> Exception:
    return refuse(RefusalCode.NOT_FOUND, "未找到该年度协商计划。")


def _item_shown(line: queries.ItemLine) -> PlanItemShown:
    return PlanItemShown(
        **PlanItemAlone.model_validate(line.item).model_dump(),
        sign_offs=[PlanSignOffShown.model_validate(one) for one in line.sign_offs],
        missing_sides=list(line.missing),
    )
