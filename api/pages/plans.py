"""年度协商计划: the list, one plan with its items and signatures, and the forms of those who may write in it."""

from typing import Annotated, Any

from fastapi import Query, Response

from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.foresight import require
from api.pages.fields import fields_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Visit
from api.problems import STATUSES
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
from records.queries.people import organisation, organisation_names
from records.queries.plans import ItemLine, items_of, plan_near, plans_near, side_of

router = page_router()
PLAN_FIELDS = fields_of(AnnualPlanPaper)
ITEM_FIELDS = fields_of(PlanItemPaper)
WITHDRAWAL_FIELDS = fields_of(PlanItemWithdrawal)
SIGN_OFF_FIELDS = fields_of(PlanSignOffPaper)
LINES_PER_PAGE = 30


def item_words(item: Any, plan: Any) -> str:
    """An item as it is named outside its plan."""
    return f"{plan.title} 第 {item.number} 项：{item.title}"


@router.get("/plans")
def list_page(visit: AVisit, cursor: Annotated[str | None, Query(max_length=400)] = None) -> Response:
    """The plans around the visitor's area, and the form that draws one up."""
    return _show_list(visit, NO_ATTEMPT, cursor)


def _show_list(visit: Visit, tried: Attempt, cursor: str | None = None) -> Response:
    key = key_of(cursor, str)
    with visit.counter.register.reading() as session:
        rows = plans_near(session, visit.actor.area, after=key[0] if key else "", limit=LINES_PER_PAGE)
        lines = items_of(session, [row.id for row in rows])
        own = organisation(session, visit.actor.organisation_id)
        may_draw_up = side_of(session, visit.actor.organisation_id) is PlanSide.CPPCC and may(
            visit.actor, "draw_up_plan", Matter(body_id=visit.actor.organisation_id)
        )
        form = (
            show_form(
                "plans",
                PLAN_FIELDS,
                tried,
                address="/plans",
                title="编制年度协商计划",
                button="编制计划",
                initial={
                    "year": visit.today.year,
                    "title": f"{own.name if own else ''}{visit.today.year}年度协商计划",
                },
                hidden={"organisation_id": visit.actor.organisation_id},
                hint="一年编制一份；编制后逐项列入议题，由党委、政府、政协三方签署。",
            )
            if may_draw_up
            else None
        )
        return visit.page(
            "plans.html",
            status=_status(tried),
            rows=[(row, _counts(lines.get(row.id, []))) for row in rows],
            names=organisation_names(session, [row.organisation_id for row in rows]),
            form=form,
            attempt=tried,
            following=cursor_of(rows[-1].id) if len(rows) == LINES_PER_PAGE else None,
        )


def _counts(lines: list[ItemLine]) -> tuple[int, int]:
    """How many items stand, and how many of them all three have signed."""
    standing = [line for line in lines if line.item.withdrawn_on is None]
    return len(standing), sum(not line.missing for line in standing)


@router.post("/plans")
async def draw_up(posting: APosting) -> Response:
    """Draw up the plan of the visitor's own 政协."""

    async def do() -> Response:
        paper = AnnualPlanPaper(**read_values(PLAN_FIELDS, posting.form))
        require(may(posting.actor, "draw_up_plan", Matter(body_id=paper.organisation_id)))
        written = await write_once(posting, "draw_up_plan", lambda pen: draw_up_plan(pen, paper))
        return posting.go(f"/plans/{written['plan_id']}", "年度协商计划已编制，请逐项列入议题。")

    return await attempt(posting, do, lambda tried: _show_list(posting, tried))


@router.get("/plans/{plan_id}")
def plan_page(visit: AVisit, plan_id: PathId) -> Response:
    """One plan."""
    return _show_plan(visit, plan_id, NO_ATTEMPT)


def _show_plan(visit: Visit, plan_id: str, tried: Attempt) -> Response:
    with visit.counter.register.reading() as session:
        plan = _known(visit, session, plan_id)
        lines = items_of(session, [plan.id]).get(plan.id, [])
        signers = [one.organisation_id for line in lines for one in line.sign_offs]
        matter = Matter(area=plan.area, body_id=plan.organisation_id)
        is_mine = may(visit.actor, "draw_up_plan", matter)
        side = side_of(session, visit.actor.organisation_id)
        may_sign = side is not None and may(visit.actor, "sign_off_plan", matter)
        return visit.page(
            "plan.html",
            status=_status(tried),
            plan=plan,
            sides=tuple(PlanSide),
            lines=[
                (line, {one.side: one for one in line.sign_offs}, _withdrawing(visit, line, tried, is_mine))
                for line in lines
            ],
            names=organisation_names(session, [plan.organisation_id, *signers]),
            signing=_signing(visit, plan, lines, side, tried) if side and may_sign else None,
            adding=_adding(plan, tried) if is_mine else None,
            counts=_counts(lines),
            attempt=tried,
        )


def _signing(
    visit: Visit, plan: Any, lines: list[ItemLine], side: PlanSide, tried: Attempt
) -> ShownForm | None:
    """The form that signs for the visitor's own side, where there is something left to sign."""
    waiting = [line.item for line in lines if side in line.missing]
    if not waiting:
        return None
    return show_form(
        "sign-offs",
        SIGN_OFF_FIELDS,
        tried,
        address=f"/plans/{plan.id}/sign-offs",
        title=f"代表{side.label}签署",
        button="签署所选议题",
        initial={"signed_on": visit.today},
        options={"item_ids": tuple((one.id, f"第 {one.number} 项：{one.title}") for one in waiting)},
        hidden={"side": side.value},
        is_primary=True,
    )


def _adding(plan: Any, tried: Attempt) -> ShownForm:
    return show_form(
        "items",
        ITEM_FIELDS,
        tried,
        address=f"/plans/{plan.id}/items",
        title="列入议题",
        button="列入计划",
    )


def _withdrawing(visit: Visit, line: ItemLine, tried: Attempt, is_mine: bool) -> ShownForm | None:
    if not is_mine or line.item.withdrawn_on is not None:
        return None
    return show_form(
        f"withdrawals-{line.item.id}",
        WITHDRAWAL_FIELDS,
        tried,
        address=f"/plans/{line.item.plan_id}/items/{line.item.id}/withdrawals",
        title="撤出计划",
        button="撤出计划",
        initial={"withdrawn_on": visit.today},
        is_grave=True,
    )


@router.post("/plans/{plan_id}/items")
async def add(posting: APosting, plan_id: PathId) -> Response:
    """Add an item."""

    async def do() -> Response:
        paper = PlanItemPaper(**read_values(ITEM_FIELDS, posting.form))
        await _write(posting, plan_id, "draw_up_plan", lambda pen: add_plan_item(pen, plan_id, paper))
        return posting.go(f"/plans/{plan_id}", f"“{paper.title}”已列入计划，等待三方签署。")

    return await attempt(posting, do, lambda tried: _show_plan(posting, plan_id, tried))


@router.post("/plans/{plan_id}/items/{item_id}/withdrawals")
async def withdraw(posting: APosting, plan_id: PathId, item_id: PathId) -> Response:
    """Take an item out of the plan."""

    async def do() -> Response:
        paper = PlanItemWithdrawal(**read_values(WITHDRAWAL_FIELDS, posting.form))
        await _write(
            posting,
            plan_id,
            "draw_up_plan",
            lambda pen: withdraw_plan_item(pen, plan_id, item_id, paper),
        )
        return posting.go(f"/plans/{plan_id}", "该项已撤出计划。")

    return await attempt(posting, do, lambda tried: _show_plan(posting, plan_id, tried))


@router.post("/plans/{plan_id}/sign-offs")
async def sign_off(posting: APosting, plan_id: PathId) -> Response:
    """Sign items off for the visitor's own side."""

    async def do() -> Response:
        paper = PlanSignOffPaper(**read_values(SIGN_OFF_FIELDS, posting.form))
        await _write(posting, plan_id, "sign_off_plan", lambda pen: sign_off_plan_items(pen, plan_id, paper))
        count = len(set(paper.item_ids))
        return posting.go(f"/plans/{plan_id}", f"已代表{paper.side.label}签署 {count} 项。")

    return await attempt(posting, do, lambda tried: _show_plan(posting, plan_id, tried))


async def _write(posting: Any, plan_id: str, permit: str, write: Any) -> None:
    def permitted(pen: Any) -> Any:
        plan = _known(posting, pen.session, plan_id)
        require(may(posting.actor, permit, Matter(area=plan.area, body_id=plan.organisation_id)))
        return write(pen)

    await write_once(posting, permit, permitted)


def _known(visit: Visit, session: Any, plan_id: str) -> Any:
    plan = plan_near(session, plan_id, visit.actor.area)
    if plan is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该年度协商计划。")
    return plan


def _status(tried: Attempt) -> int:
    return STATUSES[tried.refusal.code] if tried.refusal else 200
