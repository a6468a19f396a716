"""督查: inspections planned, visited, concluded by supervisors. Whoever else asks finds nothing (NA-17)."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.errands import AnErrand
from api.fields import AsPaper, PathId
from api.foresight import require
from api.identity import Visitor
from api.shown.inspections import InspectionShown, inspection_shown
from domain.bodies import Actor
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.papers.demands import FindingPaper, issue_finding
from records.papers.inspections import (
    InspectionConclusion,
    InspectionPlan,
    VisitPaper,
    conclude_inspection,
    plan_inspection,
    record_visit,
)
from records.pen import Pen
from records.queries.inspections import bodies_of, inspection_for, inspections_visible_to

router = APIRouter(prefix="/inspections", tags=["督查"])
PLACE = "/api/v1/inspections/{inspection_id}"


@router.get("", response_model=Page[InspectionShown])
def list_inspections(
    counter: TheCounter,
    visitor: Visitor,
    is_open: Annotated[bool | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[InspectionShown]:
    """The inspections of the supervisor's area, the newest first."""
    require_inspector(visitor.actor)
    key = key_of(cursor, str)
    with counter.register.reading() as session:
        found = inspections_visible_to(
            session, visitor.actor, is_open=is_open, after=key[0] if key else None, limit=limit
        )
        items = [inspection_shown(one) for one in found]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.id,)))


@router.get("/{inspection_id}", response_model=InspectionShown)
def read_inspection(inspection_id: PathId, counter: TheCounter, visitor: Visitor) -> InspectionShown:
    """One inspection."""
    with counter.register.reading() as session:
        found = inspection_for(session, visitor.actor, inspection_id)
        if found is None:
            raise not_found()
        return inspection_shown(found)


@router.post("", status_code=201)
def create_inspection(errand: AnErrand, paper: Annotated[InspectionPlan, AsPaper()]) -> JSONResponse:
    """Plan an inspection. Only an announced one is told to its units."""
    return errand.write(
        "plan_inspection",
        paper,
        PLACE,
        [lambda _pen: require_inspector(errand.by)],
        lambda pen: plan_inspection(pen, paper, errand.counter.base_url),
    )


@router.post("/{inspection_id}/visits", status_code=201)
def create_visit(
    inspection_id: PathId, errand: AnErrand, paper: Annotated[VisitPaper, AsPaper()]
) -> JSONResponse:
    """Record one visit."""
    return errand.write(
        "record_visit",
        paper,
        f"/api/v1/inspections/{inspection_id}",
        [visible_inspection(errand.by, inspection_id)],
        lambda pen: record_visit(pen, inspection_id, paper),
    )


@router.post("/{inspection_id}/findings", status_code=201)
def create_finding(
    inspection_id: PathId, errand: AnErrand, paper: Annotated[FindingPaper, AsPaper()]
) -> JSONResponse:
    """Issue a finding: its holder is told, and its clock runs."""
    return errand.write(
        "issue_finding",
        paper,
        "/api/v1/demands/{demand_id}",
        [visible_inspection(errand.by, inspection_id), within_scope(errand.by, inspection_id, paper)],
        lambda pen: issue_finding(pen, errand.counter.books, inspection_id, paper, errand.counter.base_url),
    )


@router.post("/{inspection_id}/conclusions", status_code=201)
def create_conclusion(
    inspection_id: PathId, errand: AnErrand, paper: Annotated[InspectionConclusion, AsPaper()]
) -> JSONResponse:
    """Conclude an inspection whose findings are all verified."""
    return errand.write(
        "conclude_inspection",
        paper,
        f"/api/v1/inspections/{inspection_id}",
        [visible_inspection(errand.by, inspection_id)],
        lambda pen: conclude_inspection(pen, inspection_id, paper),
    )


def require_inspector(by: Actor) -> None:
    """Raise Refused unless the actor inspects in their area."""
    require(may(by, "inspect", Matter(area=by.area)))


def visible_inspection(by: Actor, inspection_id: str) -> Callable[[Pen], None]:
    """A check that the actor may know of the inspection; 404 else."""

    def check(pen: Pen) -> None:
        if inspection_for(pen.session, by, inspection_id) is None:
            raise not_found()

    return check


def within_scope(by: Actor, inspection_id: str, paper: FindingPaper) -> Callable[[Pen], None]:
    """A check that the finding asks something of a body, and is about a consultation, that the inspection looks at."""

    def check(pen: Pen) -> None:
        found = inspection_for(pen.session, by, inspection_id)
        if found is None:
            raise not_found()
        case_ids = [case.id for case in found.consultations]
        holders = {unit.id for unit in found.units} | {one.id for one in bodies_of(pen.session, case_ids)}
        if paper.holder_id not in holders:
            message = "责任单位应是本次督查的单位，或者相关协商的承办机构、承办单位。"
            raise refuse(RefusalCode.INVALID_INPUT, message, field="holder_id")
        if paper.consultation_id is not None and paper.consultation_id not in case_ids:
            message = "相关协商应是本次督查列明的协商。"
            raise refuse(RefusalCode.INVALID_INPUT, message, field="consultation_id")

    return check


def not_found() -> Exception:
    """The answer to whoever may not know that there is an inspection."""
    return refuse(RefusalCode.NOT_FOUND, "未找到该督查。")
