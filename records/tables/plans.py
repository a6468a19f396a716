"""The yearly consultation plan: items, and who signed each of them off."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.matters import ConsultationKind
from domain.plans import PlanSide
from records.base import Base, Prose, new_id


class AnnualPlan(Base):
    """年度协商计划 of one 政协 for one calendar year."""

    __tablename__ = "annual_plans"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    area: Mapped[str] = mapped_column(index=True)
    year: Mapped[int]
    title: Mapped[str]
    row_version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("organisation_id", "year"),)
    __mapper_args__ = {"version_id_col": row_version}


class PlanItem(Base):
    """One topic of a plan, item by item signed off."""

    __tablename__ = "plan_items"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[str] = mapped_column(ForeignKey("annual_plans.id"), index=True)
    number: Mapped[int]
    title: Mapped[str]
    kind: Mapped[ConsultationKind]
    is_key: Mapped[bool] = mapped_column(default=False)
    must_consult_first: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Prose, default="")
    withdrawn_on: Mapped[date | None]

    __table_args__ = (UniqueConstraint("plan_id", "number"),)


class PlanSignOff(Base):
    """One of the three sides agreed to an item (NT-04); the 政协's own is its 把关 (SZ-34)."""

    __tablename__ = "plan_sign_offs"

    item_id: Mapped[str] = mapped_column(ForeignKey("plan_items.id"), primary_key=True)
    side: Mapped[PlanSide] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    signed_on: Mapped[date]
    signed_by_person_id: Mapped[str]
    on_behalf_of_id: Mapped[str | None]
