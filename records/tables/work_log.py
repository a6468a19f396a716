"""The work around consultations: the yearly log, publications, and which member belongs to which room."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.work_log import PublicationChannel, WorkKind
from records.base import Base, Prose, new_id


class WorkRecord(Base):
    """One entry of the work log (工作台账): a training, a visit, a report, an inspection …"""

    __tablename__ = "work_records"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[WorkKind]
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    area: Mapped[str]
    happened_on: Mapped[date]
    title: Mapped[str]
    note: Mapped[str] = mapped_column(Prose, default="")
    people_count: Mapped[int | None]
    cost_yuan: Mapped[int | None]
    room_id: Mapped[str | None] = mapped_column(ForeignKey("rooms.id"))
    consultation_id: Mapped[str | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    subject_organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    """The unit that was visited or inspected. It is never told of an unannounced inspection (NA-17)."""
    recorded_by_person_id: Mapped[str]
    recorded_at: Mapped[datetime]
    withdrawn_on: Mapped[date | None]
    withdrawal_reason: Mapped[str] = mapped_column(Prose, default="")

    __table_args__ = (Index("ix_work_records_area_happened_on", "area", "happened_on"),)


class Publication(Base):
    """Something about a consultation that was made public, after its wording was judged (SZ-07, SZ-33)."""

    __tablename__ = "publications"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    channel: Mapped[PublicationChannel]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Prose)
    address: Mapped[str] = mapped_column(default="")
    published_on: Mapped[date]


class MemberAssignment(Base):
    """A member assigned to a room near them (SZ-23, NT-25)."""

    __tablename__ = "member_assignments"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"), index=True)
    since_on: Mapped[date]
    until_on: Mapped[date | None]

    __table_args__ = (UniqueConstraint("person_id", "room_id", "since_on"),)


class Liaison(Base):
    """挂钩联系: a leader of the 政协 responsible for guiding one area (SZ-35)."""

    __tablename__ = "liaisons"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    area: Mapped[str] = mapped_column(index=True)
    since_on: Mapped[date]
    until_on: Mapped[date | None]

    __table_args__ = (UniqueConstraint("person_id", "area", "since_on"),)
