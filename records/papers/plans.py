"""年度协商计划: drawing it up, adding and withdrawing items, and signing them off item by item."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sqlalchemy import func, select

from domain.audit_actions import AuditAction
from domain.matters import ConsultationKind
from domain.plans import SIDE_KINDS, PlanSide
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.papers.changes import kept
from records.papers.checking import Known, Line, Number, PastDay, Text, checked, invalid
from records.papers.finding import row_of
from records.pen import Pen
from records.tables.consultations import Topic
from records.tables.people import Organisation
from records.tables.plans import AnnualPlan, PlanItem, PlanSignOff

ITEMS_MAX = 500
_STREAM = administration_stream("plans")


@dataclass(frozen=True, kw_only=True)
class AnnualPlanPaper:
    """The plan of one 政协 for one calendar year; its area is that of the organisation."""

    organisation_id: Annotated[str, Known("编制单位", Organisation)]
    year: Annotated[int, Number("年度", least=2000, most=2100)]
    title: Annotated[str, Line("计划名称")]


@dataclass(frozen=True, kw_only=True)
class PlanItemPaper:
    """One topic that the plan provides for."""

    title: Annotated[str, Line("计划议题")]
    kind: ConsultationKind = ConsultationKind.ROOM
    is_key: bool = False
    must_consult_first: bool = False
    note: Annotated[str, Text("说明", is_required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class PlanItemWithdrawal:
    """Why and when an item left the plan."""

    reason: Annotated[str, Text("撤出理由", characters_max=2_000)]
    withdrawn_on: Annotated[date, PastDay("撤出日期")]


@dataclass(frozen=True, kw_only=True)
class PlanSignOffPaper:
    """One side agrees to one or more items on one day."""

    item_ids: tuple[str, ...]
    side: PlanSide
    signed_on: Annotated[date, PastDay("签署日期")]


def draw_up_plan(pen: Pen, paper: AnnualPlanPaper) -> dict[str, Any]:
    """Draw up the plan of a 政协 for a year, one for each year. Raises Refused (INVALID_INPUT)."""
    values = checked(pen, paper)
    organisation = pen.session.get_one(Organisation, paper.organisation_id)
    if organisation.kind not in SIDE_KINDS[PlanSide.CPPCC]:
        raise invalid("年度协商计划由政协（政协工委）编制。", "organisation_id")
    same = select(AnnualPlan.id).filter_by(organisation_id=organisation.id, year=paper.year)
    if pen.session.scalar(same) is not None:
        raise invalid(f"该单位已编制 {paper.year} 年度协商计划，一年只编制一份。", "year")
    plan = AnnualPlan(**values, area=organisation.area)
    pen.session.add(plan)
    pen.session.flush()
    pen.note(AuditAction.PLAN_DRAWN_UP, "annual_plan", plan.id, stream=_STREAM, new=kept(values))
    return {"plan_id": plan.id}


def add_plan_item(pen: Pen, plan_id: str, paper: PlanItemPaper) -> dict[str, Any]:
    """Add an item; numbers run on and are never given again. Raises Refused (NOT_FOUND, INVALID_INPUT)."""
    plan = row_of(pen, AnnualPlan, plan_id, "年度协商计划")
    values = checked(pen, paper)
    standing = select(PlanItem.id).filter_by(plan_id=plan.id, title=values["title"], withdrawn_on=None)
    if pen.session.scalar(standing) is not None:
        raise invalid("计划中已有同名议题。", "title")
    last = pen.session.scalar(select(func.max(PlanItem.number)).filter_by(plan_id=plan.id)) or 0
    if last >= ITEMS_MAX:
        raise invalid(f"一份计划不得超过 {ITEMS_MAX} 项。", "title")
    item = PlanItem(plan_id=plan.id, number=last + 1, **values)
    pen.session.add(item)
    pen.session.flush()
    new = kept(values | {"plan_id": plan.id, "item_number": item.number})
    pen.note(AuditAction.PLAN_ITEM_ADDED, "plan_item", item.id, stream=_STREAM, new=new)
    return {"item_id": item.id, "number": item.number}


def withdraw_plan_item(pen: Pen, plan_id: str, item_id: str, paper: PlanItemWithdrawal) -> dict[str, Any]:
    """Take an item out of the plan; it stays readable, but nobody signs it or builds a topic on it any more.

    Raises Refused (NOT_FOUND, STATE_FORBIDS).
    """
    item = row_of(pen, PlanItem, item_id, "计划议题")
    if item.plan_id != plan_id:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该计划议题。")
    values = checked(pen, paper)
    if item.withdrawn_on is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该项已撤出计划。")
    built = select(Topic.title).filter_by(plan_item_id=item.id, rejected_on=None)
    if (title := pen.session.scalar(built)) is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, f"议题“{title}”据此提出，该项不能撤出计划。")
    item.withdrawn_on = paper.withdrawn_on
    pen.session.flush()
    pen.note(
        AuditAction.PLAN_ITEM_WITHDRAWN,
        "plan_item",
        item.id,
        stream=_STREAM,
        new=kept({"plan_id": plan_id, "item_number": item.number, **values}),
    )
    return {"item_id": item.id}


def sign_off_plan_items(pen: Pen, plan_id: str, paper: PlanSignOffPaper) -> dict[str, Any]:
    """Sign items off for one side: each item once by each side, all of the items named or none.

    The side has to fit the kind of the signer's organisation. Raises Refused (NOT_FOUND, NOT_PERMITTED,
    INVALID_INPUT).
    """
    plan = row_of(pen, AnnualPlan, plan_id, "年度协商计划")
    values = checked(pen, paper)
    signer = pen.session.get(Organisation, pen.by.organisation_id)
    if signer is None or signer.kind not in SIDE_KINDS[paper.side]:
        raise refuse(RefusalCode.NOT_PERMITTED, f"本单位不能代表{paper.side.label}一方签署。", field="side")
    items = _items_to_sign(pen, plan, paper)
    for item in items:
        pen.session.add(
            PlanSignOff(
                item_id=item.id,
                side=paper.side,
                organisation_id=signer.id,
                signed_on=paper.signed_on,
                signed_by_person_id=pen.by.person_id,
                on_behalf_of_id=pen.by.on_behalf_of,
            )
        )
    pen.session.flush()
    new = {
        "item_numbers": [item.number for item in items],
        "side": paper.side,
        "signed_on": values["signed_on"],
    }
    pen.note(AuditAction.PLAN_ITEM_SIGNED_OFF, "annual_plan", plan.id, stream=_STREAM, new=kept(new))
    return {"plan_id": plan.id, "items_signed": len(items)}


def _items_to_sign(pen: Pen, plan: AnnualPlan, paper: PlanSignOffPaper) -> list[PlanItem]:
    wanted = list(dict.fromkeys(paper.item_ids))
    if not wanted:
        raise invalid("请至少选择一项计划议题。", "item_ids")
    if len(wanted) > ITEMS_MAX:
        raise invalid(f"一次签署不得超过 {ITEMS_MAX} 项。", "item_ids")
    printable = [one for one in wanted if one.isprintable()]
    found = pen.session.scalars(
        select(PlanItem)
        .where(PlanItem.plan_id == plan.id, PlanItem.id.in_(printable))
        .order_by(PlanItem.number)
        .with_for_update()
    ).all()
    if len(found) != len(wanted):
        raise invalid("所选计划议题不在本计划中，请刷新后重新选择。", "item_ids")
    signed = set(
        pen.session.scalars(
            select(PlanSignOff.item_id).where(PlanSignOff.item_id.in_(wanted), PlanSignOff.side == paper.side)
        )
    )
    for item in found:
        if item.withdrawn_on is not None:
            raise invalid(f"第 {item.number} 项已撤出计划，不能签署。", "item_ids")
        if item.id in signed:
            raise invalid(f"第 {item.number} 项已由{paper.side.label}签署，不能重复签署。", "item_ids")
    return list(found)
