"""Supervisors' work: inspections with their visits, and what is asked of bodies, each with a clock of its own."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.inspections import DemandKind, DemandState, DemandStepKind, InspectionKind
from records.base import Base, Prose, new_id


class Inspection(Base):
    """督查: planned by a supervisor's body within its area. Nobody else knows of it before a finding is issued."""

    __tablename__ = "inspections"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    year: Mapped[int]
    ordinal: Mapped[int]
    kind: Mapped[InspectionKind]
    area: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    matters: Mapped[str] = mapped_column(Prose)
    planned_on: Mapped[date]
    planned_at: Mapped[datetime]
    planned_by_person_id: Mapped[str]
    concluded_on: Mapped[date | None]
    conclusion: Mapped[str] = mapped_column(Prose, default="")

    __table_args__ = (UniqueConstraint("organisation_id", "year", "ordinal"),)


class InspectionSubject(Base):
    """A unit or a consultation that an inspection looks at."""

    __tablename__ = "inspection_subjects"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspections.id"), index=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    consultation_id: Mapped[str | None] = mapped_column(ForeignKey("consultations.id"), index=True)


class InspectionVisit(Base):
    """One visit to the place, and what was seen there."""

    __tablename__ = "inspection_visits"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspections.id"), index=True)
    visited_on: Mapped[date]
    place: Mapped[str]
    inspectors: Mapped[str]
    record: Mapped[str] = mapped_column(Prose)
    recorded_at: Mapped[datetime]
    recorded_by_person_id: Mapped[str]


class Demand(Base):
    """What supervisors ask of one body (督查整改, 督查意见), with a clock that no consultation holds.

    ``due_on``, ``is_running`` and ``next_rung_at`` are derived from the steps: search keys, renewed whenever a step
    or a rung is written.
    """

    __tablename__ = "demands"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[DemandKind]
    inspection_id: Mapped[str | None] = mapped_column(ForeignKey("inspections.id"), index=True)
    consultation_id: Mapped[str | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    holder_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    area: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Prose)
    state: Mapped[DemandState] = mapped_column(default=DemandState.ISSUED)
    issued_by_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    issued_by_person_id: Mapped[str]
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]
    period_workdays: Mapped[int]
    calendar_version: Mapped[str]
    """The version that the first period was counted with."""
    is_running: Mapped[bool] = mapped_column(default=True)
    due_on: Mapped[date]
    is_provisional: Mapped[bool] = mapped_column(default=False)
    next_rung_at: Mapped[datetime | None]
    reported_to_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    """The party committee to which the demand was reported (专报) when it stayed overdue."""
    reported_on: Mapped[date | None]

    __table_args__ = (
        Index("ix_demands_is_running_next_rung_at", "is_running", "next_rung_at"),
        Index("ix_demands_holder_id_is_running", "holder_id", "is_running"),
    )


class DemandStep(Base):
    """One step of a demand, in the order in which it was written: answer, verdict, recount."""

    __tablename__ = "demand_steps"

    demand_id: Mapped[str] = mapped_column(ForeignKey("demands.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DemandStepKind]
    on: Mapped[date]
    recorded_at: Mapped[datetime]
    by_person_id: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Prose, default="")
    workdays: Mapped[int | None]
    is_in_time: Mapped[bool | None]
    calendar_version: Mapped[str] = mapped_column(default="")
    former_calendar_version: Mapped[str] = mapped_column(default="")


class DemandRung(Base):
    """One rung of a demand's ladder, fired once: the key is the claim."""

    __tablename__ = "demand_rungs"

    demand_id: Mapped[str] = mapped_column(ForeignKey("demands.id"), primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    colour: Mapped[str]


class Watch(Base):
    """A consultation or a unit that somebody follows. ``seen_at`` is when they last said they had read it."""

    __tablename__ = "watches"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    consultation_id: Mapped[str | None] = mapped_column(ForeignKey("consultations.id"))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    since_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("person_id", "consultation_id"),
        UniqueConstraint("person_id", "unit_id", name="uq_watches_person_id_unit_id"),
    )
