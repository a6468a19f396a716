"""Consultation rooms, their conveners, and what a county sets in its rule set."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.bodies import RoomLevel
from records.base import Base, new_id


class Room(Base):
    """协商议事室: the registered place that hosts consultations."""

    __tablename__ = "rooms"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="")
    level: Mapped[RoomLevel]
    rule_set_id: Mapped[str]
    area: Mapped[str] = mapped_column(index=True)
    leading_party_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    operator_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    functions: Mapped[list[str]] = mapped_column(default=list)
    fixed_member_kinds: Mapped[list[str]] = mapped_column(default=list)
    responsibility_slots: Mapped[list[str]] = mapped_column(default=list)
    sub_brand: Mapped[str] = mapped_column(default="")
    """An older name that may stand beside the platform's (SC-27)."""
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    """A contact point that others learn from (LF-22)."""
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}


class Convener(Base):
    """召集人 of a room, with the posts that rules ask about (SZ-13, NA-15)."""

    __tablename__ = "conveners"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    is_cppcc_member: Mapped[bool] = mapped_column(default=False)
    is_deputy_party_secretary: Mapped[bool] = mapped_column(default=False)
    is_work_committee_director: Mapped[bool] = mapped_column(default=False)
    is_party_secretary: Mapped[bool] = mapped_column(default=False)
    is_liaison_member: Mapped[bool] = mapped_column(default=False)
    acting_reason: Mapped[str] = mapped_column(default="")
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]


class RuleSetVersion(Base):
    """Parameters that a county sets for itself, from a day on; a consultation pins the version it started with."""

    __tablename__ = "rule_set_versions"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    rule_set_id: Mapped[str]
    area: Mapped[str] = mapped_column(index=True)
    version: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    ladders: Mapped[dict[str, Any] | None]
    """By kind of obligation, the rungs as a rule-set file writes them; none where the county leaves them be."""
    effective_on: Mapped[date]
    basis: Mapped[str] = mapped_column(default="", server_default="")
    drafted_by: Mapped[str | None]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("rule_set_id", "area", "version"),)
