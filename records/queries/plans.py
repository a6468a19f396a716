"""Yearly plans as they are read: items with their signatures, and the items a topic may be built on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.bodies import BodyKind
from domain.plans import SIDE_KINDS, PlanSide
from domain.policy import is_within
from records.queries.scopes import within
from records.tables.people import Organisation
from records.tables.plans import AnnualPlan, PlanItem, PlanSignOff


@dataclass(frozen=True)
class ItemLine:
    """One item, who signed it, and which sides have not (none of them once it is withdrawn)."""

    item: PlanItem
    sign_offs: tuple[PlanSignOff, ...]

    @property
    def missing(self) -> tuple[PlanSide, ...]:
        """The sides whose signature the item still waits for."""
        if self.item.withdrawn_on is not None:
            return ()
        signed = {one.side for one in self.sign_offs}
        return tuple(side for side in PlanSide if side not in signed)


def near(area: InstrumentedAttribute[str], scope: str) -> ColumnElement[bool]:
    """The areas within ``scope`` and those that contain it."""
    parts = scope.split("/")
    above = ["/".join(parts[:count]) for count in range(1, len(parts))]
    return or_(within(area, scope), area.in_(above))


def plans_near(
    session: Session, scope: str, *, area: str = "", year: int | None = None, after: str = "", limit: int = 50
) -> Sequence[AnnualPlan]:
    """The plans that somebody of this area may read, the newest first."""
    query = select(AnnualPlan).where(near(AnnualPlan.area, scope)).order_by(AnnualPlan.id.desc()).limit(limit)
    if area:
        query = query.where(within(AnnualPlan.area, area))
    if year is not None:
        query = query.where(AnnualPlan.year == year)
    if after:
        query = query.where(AnnualPlan.id < after)
    return session.scalars(query).all()


def plan_near(session: Session, plan_id: str, scope: str) -> AnnualPlan | None:
    """The plan of this id, where somebody of this area may read it."""
    plan = session.get(AnnualPlan, plan_id) if plan_id.isprintable() else None
    if plan is None or not (is_within(plan.area, scope) or is_within(scope, plan.area)):
        return None
    return plan


def items_of(session: Session, plan_ids: Iterable[str]) -> dict[str, list[ItemLine]]:
    """By plan, its items in the order of their numbers."""
    wanted = tuple(plan_ids)
    signed: dict[str, list[PlanSignOff]] = {}
    signatures = select(PlanSignOff).join(PlanItem, PlanItem.id == PlanSignOff.item_id)
    for one in session.scalars(
        signatures.where(PlanItem.plan_id.in_(wanted)).order_by(PlanSignOff.signed_on)
    ):
        signed.setdefault(one.item_id, []).append(one)
    found: dict[str, list[ItemLine]] = {}
    items = select(PlanItem).where(PlanItem.plan_id.in_(wanted)).order_by(PlanItem.number)
    for item in session.scalars(items):
        found.setdefault(item.plan_id, []).append(ItemLine(item, tuple(signed.get(item.id, ()))))
    return found


def items_to_choose(session: Session, scope: str, limit: int = 500) -> list[tuple[PlanItem, AnnualPlan]]:
    """The items on which a topic of this area, or of one within it, may be built; the newest year first."""
    query = (
        select(PlanItem, AnnualPlan)
        .join(AnnualPlan, AnnualPlan.id == PlanItem.plan_id)
        .where(near(AnnualPlan.area, scope), PlanItem.withdrawn_on.is_(None))
        .order_by(AnnualPlan.year.desc(), AnnualPlan.id, PlanItem.number)
        .limit(limit)
    )
    return [(item, plan) for item, plan in session.execute(query)]


def item_with_plan(session: Session, item_id: str | None) -> tuple[PlanItem, AnnualPlan] | None:
    """The item that a topic names, with its plan."""
    item = session.get(PlanItem, item_id) if item_id else None
    return None if item is None else (item, session.get_one(AnnualPlan, item.plan_id))


def side_of(session: Session, organisation_id: str) -> PlanSide | None:
    """For which side this organisation signs, if for any."""
    row = session.get(Organisation, organisation_id)
    kind: BodyKind | None = row.kind if row is not None else None
    return next((side for side, kinds in SIDE_KINDS.items() if kind in kinds), None)
