"""Inspections being made: planned, visited, concluded. Only an announced one is told to its units (NA-17)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from sqlalchemy import func, select

from domain.audit_actions import AuditAction
from domain.inspections import DemandState, InspectionKind
from domain.notices import NoticeKind
from domain.policy import is_within
from domain.refusals import RefusalCode, refuse
from domain.work_log import WorkKind
from records.demand_letters import ANSWERING_ROLES
from records.papers.changes import kept
from records.papers.checking import Day, Line, Lines, PastDay, Text, checked, invalid
from records.papers.demands import STREAM
from records.papers.finding import row_of
from records.pen import Pen
from records.queries.demands import inspection_number
from records.queries.scopes import readable
from records.recipients import people_of
from records.tables.consultations import Consultation
from records.tables.inspections import Demand, Inspection, InspectionSubject, InspectionVisit
from records.tables.people import Organisation
from records.tables.work_log import WorkRecord

SUBJECTS_MAX = 50
LEAD_DAYS_MAX = 366
_WORK_KINDS = {
    InspectionKind.ANNOUNCED: WorkKind.INSPECTION,
    InspectionKind.UNANNOUNCED: WorkKind.UNANNOUNCED_INSPECTION,
}


@dataclass(frozen=True, kw_only=True)
class InspectionPlan:
    """What is to be looked at: units, consultations by their number, or both."""

    kind: InspectionKind
    title: Annotated[str, Line("督查名称")]
    matters: Annotated[str, Text("督查内容和安排")]
    planned_on: Annotated[date, Day("计划日期")]
    unit_ids: tuple[str, ...] = ()
    consultation_numbers: Annotated[tuple[str, ...], Lines("相关协商编号", items_max=SUBJECTS_MAX)] = ()


@dataclass(frozen=True, kw_only=True)
class VisitPaper:
    """One visit to the place."""

    visited_on: Annotated[date, PastDay("走访日期")]
    place: Annotated[str, Line("地点")]
    inspectors: Annotated[str, Line("督查人员")]
    record: Annotated[str, Text("走访记录")]


@dataclass(frozen=True, kw_only=True)
class InspectionConclusion:
    """How the inspection ended."""

    conclusion: Annotated[str, Text("督查结论")]
    concluded_on: Annotated[date, PastDay("办结日期")]


def plan_inspection(pen: Pen, paper: InspectionPlan, base_url: str) -> dict[str, Any]:
    """Plan an inspection within the area of the supervisor's body. Raises Refused (INVALID_INPUT)."""
    values = checked(pen, paper)
    if values["planned_on"] > pen.today + timedelta(days=LEAD_DAYS_MAX):
        raise invalid("督查安排不得早于一年登记。", "planned_on")
    units = _units(pen, paper.unit_ids)
    cases = _consultations(pen, values["consultation_numbers"])
    if not units and not cases:
        raise invalid("请选择被督查的单位，或者填写相关协商编号。", "unit_ids")
    body = row_of(pen, Organisation, pen.by.organisation_id, "单位")
    row = Inspection(
        organisation_id=body.id,
        year=pen.today.year,
        ordinal=_next_ordinal(pen, body.id),
        kind=values["kind"],
        area=body.area,
        title=values["title"],
        matters=values["matters"],
        planned_on=values["planned_on"],
        planned_at=pen.at,
        planned_by_person_id=pen.by.person_id,
    )
    pen.session.add(row)
    pen.session.flush()
    pen.session.add_all(
        [InspectionSubject(inspection_id=row.id, unit_id=one.id) for one in units]
        + [InspectionSubject(inspection_id=row.id, consultation_id=one.id) for one in cases]
    )
    new = {**values, "unit_ids": [one.id for one in units], "consultation_ids": [one.id for one in cases]}
    pen.note(
        AuditAction.INSPECTION_PLANNED,
        "inspection",
        row.id,
        stream=STREAM,
        new=kept(new, without=("consultation_numbers",)),
    )
    if row.kind is InspectionKind.ANNOUNCED:
        for unit in units:
            _tell(pen, row, body, unit, base_url)
    return {"inspection_id": row.id}


def record_visit(pen: Pen, inspection_id: str, paper: VisitPaper) -> dict[str, Any]:
    """Record one visit. Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT)."""
    row = open_inspection(pen, inspection_id)
    visit = InspectionVisit(
        inspection_id=row.id,
        recorded_at=pen.at,
        recorded_by_person_id=pen.by.person_id,
        **(values := checked(pen, paper)),
    )
    pen.session.add(visit)
    pen.session.flush()
    new = kept({"visit_id": visit.id, **values})
    pen.note(AuditAction.INSPECTION_VISITED, "inspection", row.id, stream=STREAM, new=new)
    return {"visit_id": visit.id}


def conclude_inspection(pen: Pen, inspection_id: str, paper: InspectionConclusion) -> dict[str, Any]:
    """Conclude an inspection whose findings are all verified; one that was made counts in the work log.

    Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT).
    """
    row = open_inspection(pen, inspection_id)
    waiting = pen.session.scalar(
        select(func.count()).where(Demand.inspection_id == row.id, Demand.state != DemandState.VERIFIED)
    )
    if waiting:
        raise refuse(RefusalCode.STATE_FORBIDS, f"尚有 {waiting} 项问题没有核实销号，督查不能办结。")
    values = checked(pen, paper)
    row.concluded_on, row.conclusion = values["concluded_on"], values["conclusion"]
    pen.note(AuditAction.INSPECTION_CONCLUDED, "inspection", row.id, stream=STREAM, new=kept(values))
    _count_as_work(pen, row)
    return {"inspection_id": row.id}


def open_inspection(pen: Pen, inspection_id: str) -> Inspection:
    """The inspection, locked. Raises Refused (NOT_FOUND, STATE_FORBIDS)."""
    row = row_of(pen, Inspection, inspection_id, "督查")
    if row.concluded_on is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该督查已经办结，不能再登记。")
    return row


def _units(pen: Pen, unit_ids: tuple[str, ...]) -> list[Organisation]:
    wanted = tuple(dict.fromkeys(unit_ids))
    if len(wanted) > SUBJECTS_MAX:
        raise invalid(f"一次督查的单位不得超过 {SUBJECTS_MAX} 个。", "unit_ids")
    units = []
    for unit_id in wanted:
        unit = pen.session.get(Organisation, unit_id) if unit_id.isprintable() else None
        if unit is None or not is_within(unit.area, pen.by.area) or unit.id == pen.by.organisation_id:
            raise invalid("所选单位不在督查范围内，请重新选择。", "unit_ids")
        units.append(unit)
    return units


def _consultations(pen: Pen, numbers: list[str]) -> list[Consultation]:
    found = []
    for number in dict.fromkeys(numbers):
        row = pen.session.scalar(
            select(Consultation).where(Consultation.number == number, readable(pen.by, pen.today))
        )
        if row is None:
            raise invalid(f"未找到编号为“{number}”的协商，或者不在督查范围内。", "consultation_numbers")
        found.append(row)
    return found


def _next_ordinal(pen: Pen, organisation_id: str) -> int:
    latest = pen.session.scalar(
        select(func.max(Inspection.ordinal)).where(
            Inspection.organisation_id == organisation_id, Inspection.year == pen.today.year
        )
    )
    return (latest or 0) + 1


def _tell(pen: Pen, row: Inspection, body: Organisation, unit: Organisation, base_url: str) -> None:
    payload = {
        "consultation_number": inspection_number(row),
        "consultation_title": row.title,
        "link": f"{base_url.rstrip('/')}/demands",
        "unit_name": unit.name,
        "inspected_by": body.name,
        "inspected_on": row.planned_on.isoformat(),
        "is_to_come": row.planned_on >= pen.today,
        "matters": row.matters,
        "withdrawal_reason": "",
    }
    pen.post(
        NoticeKind.INSPECTION_NOTICE, people_of(pen.session, unit.id, ANSWERING_ROLES, pen.today), payload
    )


def _count_as_work(pen: Pen, row: Inspection) -> None:
    """The yearly figures count inspections in the work log (NA-17, SZ-38), which hides this kind from its unit."""
    visited_on = pen.session.scalar(
        select(func.max(InspectionVisit.visited_on)).where(InspectionVisit.inspection_id == row.id)
    )
    if visited_on is None:
        return
    unit_ids = pen.session.scalars(
        select(InspectionSubject.unit_id).where(
            InspectionSubject.inspection_id == row.id, InspectionSubject.unit_id.is_not(None)
        )
    ).all()
    for unit_id in unit_ids:
        record = WorkRecord(
            kind=_WORK_KINDS[row.kind],
            organisation_id=row.organisation_id,
            area=row.area,
            happened_on=visited_on,
            title=f"{inspection_number(row)} {row.title}"[:200],
            subject_organisation_id=unit_id,
            recorded_by_person_id=pen.by.person_id,
            recorded_at=pen.at,
        )
        pen.session.add(record)
        pen.session.flush()
        new = {"kind": record.kind, "subject_organisation_id": unit_id, "happened_on": visited_on.isoformat()}
        pen.note(AuditAction.WORK_RECORDED, "work_record", record.id, stream=STREAM, new=new)
