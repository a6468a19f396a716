"""督查: inspections planned and made by supervisors. For everybody else there is no such page (NA-17)."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.inspections import not_found, require_inspector, visible_inspection, within_scope
from api.pages.fields import Options, fields_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Posting, Visit
from api.problems import STATUSES
from domain.inspections import DemandKind
from domain.policy import Matter, may
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
from records.queries.demands import DemandFilter, demands_visible_to, inspection_number
from records.queries.inspections import (
    Inspected,
    bodies_of,
    inspection_for,
    inspections_visible_to,
    units_within,
)

router = page_router()
PLAN_FIELDS = fields_of(InspectionPlan)
VISIT_FIELDS = fields_of(VisitPaper)
FINDING_FIELDS = fields_of(FindingPaper)
CONCLUSION_FIELDS = fields_of(InspectionConclusion)
LINES_PER_PAGE = 30


@router.get("/inspections")
def list_page(visit: AVisit, cursor: Annotated[str | None, Query(max_length=400)] = None) -> Response:
    """The inspections of the supervisor's area, the newest first."""
    return show_list(visit, NO_ATTEMPT, cursor)


def show_list(visit: Visit, tried: Attempt, cursor: str | None = None) -> Response:
    """The inspections, and the form that plans one."""
    if not may(visit.actor, "inspect", Matter(area=visit.actor.area)):
        raise not_found()
    key = key_of(cursor, str)
    with visit.counter.register.reading() as session:
        found = inspections_visible_to(
            session, visit.actor, after=key[0] if key else None, limit=LINES_PER_PAGE
        )
        units = [(one.id, one.name) for one in units_within(session, visit.actor)]
    planning = show_form(
        "inspections",
        PLAN_FIELDS,
        tried,
        address="/inspections",
        title="安排督查",
        button="保存督查安排",
        initial={"planned_on": visit.today},
        options={"unit_ids": units},
        is_primary=True,
        hint="“四不两直”督查不通知任何单位；提出整改问题之前，被督查单位看不到这项督查。",
    )
    return visit.page(
        "inspections.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        attempt=tried,
        found=[(one, inspection_number(one.row)) for one in found],
        planning=planning,
        following=cursor_of(found[-1].row.id) if len(found) == LINES_PER_PAGE else None,
    )


@router.post("/inspections")
async def plan(posting: APosting) -> Response:
    """Plan an inspection."""

    async def do() -> Response:
        paper = InspectionPlan(**read_values(PLAN_FIELDS, posting.form))

        def write(pen: Pen) -> Any:
            require_inspector(posting.actor)
            return plan_inspection(pen, paper, posting.counter.base_url)

        made = await write_once(posting, "plan_inspection", write)
        return posting.go(f"/inspections/{made['inspection_id']}", "督查安排已保存。")

    return await attempt(posting, do, lambda tried: show_list(posting, tried))


@router.get("/inspections/{inspection_id}")
def inspection_page(visit: AVisit, inspection_id: PathId) -> Response:
    """One inspection with its visits and findings."""
    return show_inspection(visit, inspection_id, NO_ATTEMPT)


def show_inspection(visit: Visit, inspection_id: str, tried: Attempt) -> Response:
    """One inspection, and while it is open the forms that carry it on."""
    with visit.counter.register.reading() as session:
        found = inspection_for(session, visit.actor, inspection_id)
        if found is None:
            raise not_found()
        demands = demands_visible_to(
            session,
            visit.counter.books,
            visit.actor,
            visit.today,
            DemandFilter(inspection_id=inspection_id),
        )
        forms = [] if found.row.concluded_on else _forms(visit, session, found, tried)
    return visit.page(
        "inspection.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        attempt=tried,
        one=found,
        number=inspection_number(found.row),
        demands=demands,
        forms=forms,
    )


def _forms(visit: Visit, session: Session, found: Inspected, tried: Attempt) -> list[ShownForm]:
    address = f"/inspections/{found.row.id}"
    case_ids = [case.id for case in found.consultations]
    holders = {unit.id: unit.name for unit in (*found.units, *bodies_of(session, case_ids))}
    options: Mapping[str, Options] = {
        "holder_id": list(holders.items()),
        "consultation_id": [(case.id, f"{case.number} {case.title}") for case in found.consultations],
    }
    return [
        show_form(
            "visits",
            VISIT_FIELDS,
            tried,
            address=f"{address}/visits",
            title="登记走访",
            button="保存走访记录",
            initial={"visited_on": visit.today},
        ),
        show_form(
            "findings",
            FINDING_FIELDS,
            tried,
            address=f"{address}/findings",
            title="提出整改问题",
            button="提出并通知责任单位",
            initial={
                "issued_on": visit.today,
                "period_workdays": DemandKind.RECTIFICATION.usual_workdays,
            },
            options=options,
            is_grave=True,
            hint="提出后，责任单位收到通知，整改期限开始计算。期限的建议值为系统默认，可以改写。",
        ),
        show_form(
            "conclusions",
            CONCLUSION_FIELDS,
            tried,
            address=f"{address}/conclusions",
            title="督查办结",
            button="办结",
            initial={"concluded_on": visit.today},
            is_grave=True,
            hint="全部问题核实销号后方可办结。办结后计入工作台账和年度统计。",
        ),
    ]


@router.post("/inspections/{inspection_id}/visits")
async def add_visit(posting: APosting, inspection_id: PathId) -> Response:
    """Record one visit."""
    return await _carry_on(
        posting,
        inspection_id,
        "record_visit",
        lambda: VisitPaper(**read_values(VISIT_FIELDS, posting.form)),
        lambda pen, paper: record_visit(pen, inspection_id, paper),
        "走访记录已保存。",
    )


@router.post("/inspections/{inspection_id}/findings")
async def add_finding(posting: APosting, inspection_id: PathId) -> Response:
    """Issue a finding."""

    def write(pen: Pen, paper: FindingPaper) -> Any:
        within_scope(posting.actor, inspection_id, paper)(pen)
        return issue_finding(pen, posting.counter.books, inspection_id, paper, posting.counter.base_url)

    return await _carry_on(
        posting,
        inspection_id,
        "issue_finding",
        lambda: FindingPaper(**read_values(FINDING_FIELDS, posting.form)),
        write,
        "整改问题已提出，责任单位将收到通知。",
    )


@router.post("/inspections/{inspection_id}/conclusions")
async def conclude(posting: APosting, inspection_id: PathId) -> Response:
    """Conclude the inspection."""
    return await _carry_on(
        posting,
        inspection_id,
        "conclude_inspection",
        lambda: InspectionConclusion(**read_values(CONCLUSION_FIELDS, posting.form)),
        lambda pen, paper: conclude_inspection(pen, inspection_id, paper),
        "督查已办结。",
    )


async def _carry_on(
    posting: Posting,
    inspection_id: str,
    act: str,
    read: Callable[[], Any],
    write: Callable[[Pen, Any], Any],
    done: str,
) -> Response:
    async def do() -> Response:
        paper = read()

        def permitted(pen: Pen) -> Any:
            visible_inspection(posting.actor, inspection_id)(pen)
            return write(pen, paper)

        await write_once(posting, act, permitted)
        return posting.go(f"/inspections/{inspection_id}", done)

    return await attempt(posting, do, lambda tried: show_inspection(posting, inspection_id, tried))
