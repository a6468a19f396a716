"""督查整改 and 督查意见: what supervisors ask of bodies, what these answer, and whether it satisfies."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.errands import AnErrand
from api.fields import AsPaper, PathId
from api.foresight import require
from api.identity import Visitor
from api.shown.inspections import DemandShown, demand_shown
from domain.bodies import Actor
from domain.inspections import DemandKind, DemandState
from domain.policy import may
from domain.refusals import RefusalCode, refuse
from records.papers.demands import (
    CommentPaper,
    DemandAnswer,
    DemandVerdict,
    answer_demand,
    comment_on,
    judge_answer,
)
from records.pen import Pen
from records.queries.demands import (
    DemandFilter,
    demand_for,
    demands_visible_to,
    matter_of_demand,
    standing_of,
)

router = APIRouter(tags=["督查整改"])
PLACE = "/api/v1/demands/{demand_id}"


@router.get("/demands", response_model=Page[DemandShown])
def list_demands(
    counter: TheCounter,
    visitor: Visitor,
    kind: DemandKind | None = None,
    state: DemandState | None = None,
    consultation_id: Annotated[str, Query(max_length=64)] = "",
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[DemandShown]:
    """What was asked of one's own body, or by the supervisors of one's area; the newest first."""
    key = key_of(cursor, str)
    narrowed = DemandFilter(kind=kind, state=state, consultation_id=consultation_id.replace("\x00", ""))
    with counter.register.reading() as session:
        found = demands_visible_to(
            session,
            counter.books,
            visitor.actor,
            counter.today,
            narrowed,
            after=key[0] if key else None,
            limit=limit,
        )
        items = [demand_shown(one) for one in found]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.id,)))


@router.get("/demands/{demand_id}", response_model=DemandShown)
def read_demand(demand_id: PathId, counter: TheCounter, visitor: Visitor) -> DemandShown:
    """One demand with its steps and what was sent about it."""
    with counter.register.reading() as session:
        row = demand_for(session, visitor.actor, demand_id)
        if row is None:
            raise not_found()
        return demand_shown(standing_of(session, counter.books, row, counter.today))


@router.post("/consultations/{consultation_id}/supervisor-comments", status_code=201)
def create_comment(
    consultation_id: PathId, errand: AnErrand, paper: Annotated[CommentPaper, AsPaper()]
) -> JSONResponse:
    """Comment on a consultation; whoever runs it has to answer by the due date."""
    return errand.write(
        "comment_on_consultation",
        paper,
        PLACE,
        [errand.bound_to(consultation_id, "comment_on_consultation")],
        lambda pen: comment_on(pen, errand.counter.books, consultation_id, paper, errand.counter.base_url),
    )


@router.post("/demands/{demand_id}/answers", status_code=201)
def create_demand_answer(
    demand_id: PathId, errand: AnErrand, paper: Annotated[DemandAnswer, AsPaper()]
) -> JSONResponse:
    """Answer for one's own body; the clock stops."""
    return errand.write(
        "answer_demand",
        paper,
        PLACE,
        [lambda pen: require_bound(pen, errand.by, "answer_demand", demand_id)],
        lambda pen: answer_demand(pen, errand.counter.books, demand_id, paper, errand.counter.base_url),
    )


@router.post("/demands/{demand_id}/verdicts", status_code=201)
def create_demand_verdict(
    demand_id: PathId, errand: AnErrand, paper: Annotated[DemandVerdict, AsPaper()]
) -> JSONResponse:
    """Verify the answer, or send it back with its reason and a new period."""
    return errand.write(
        "judge_answer",
        paper,
        PLACE,
        [lambda pen: require_bound(pen, errand.by, "verify_demand", demand_id)],
        lambda pen: judge_answer(pen, errand.counter.books, demand_id, paper, errand.counter.base_url),
    )


def require_bound(pen: Pen, by: Actor, permit: str, demand_id: str) -> None:
    """Raise Refused unless the actor may do this with the demand; 404 where they may not know of it."""
    row = demand_for(pen.session, by, demand_id)
    if row is None:
        raise not_found()
    require(may(by, permit, matter_of_demand(pen.session, row)))
    if permit == "verify_demand" and row.holder_id == by.organisation_id:
        raise refuse(RefusalCode.NOT_PERMITTED, "不能核实本单位的答复。")


def not_found() -> Exception:
    """The answer to whoever may not know that there is a demand."""
    return refuse(RefusalCode.NOT_FOUND, "未找到该督查整改（意见）。")
