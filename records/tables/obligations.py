"""Feedback tasks and everything that hangs on a clock."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.matters import AdoptionStatus, FeedbackTaskState, ObligationKind, ResultClass, Verdict
from records.base import Base, Prose, new_id


class FeedbackTask(Base):
    """One suggestion in the hands of one lead unit. A 改交办 makes a new task that names its predecessor."""

    __tablename__ = "feedback_tasks"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    suggestion_id: Mapped[str] = mapped_column(ForeignKey("suggestions.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    co_unit_ids: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[FeedbackTaskState]
    assigned_on: Mapped[date]
    period_workdays: Mapped[int]
    acknowledged_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    verified_on: Mapped[date | None]
    clock_id: Mapped[str] = mapped_column(ForeignKey("clocks.id"))
    acknowledgement_clock_id: Mapped[str] = mapped_column(ForeignKey("clocks.id"))
    predecessor_id: Mapped[str | None] = mapped_column(ForeignKey("feedback_tasks.id"))
    round: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        Index("ix_feedback_tasks_unit_id_state_consultation_id", "unit_id", "state", "consultation_id"),
        Index("ix_feedback_tasks_state_consultation_id", "state", "consultation_id"),
    )


class CoHandling(Base):
    """会办: what one co-handler owes the lead unit, with a clock of its own that never moves the lead's (§2.7)."""

    __tablename__ = "co_handlings"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("feedback_tasks.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    clock_id: Mapped[str] = mapped_column(ForeignKey("clocks.id"))
    opinion: Mapped[str] = mapped_column(Prose, default="")
    answered_on: Mapped[date | None]
    is_in_time: Mapped[bool | None]

    __table_args__ = (UniqueConstraint("task_id", "unit_id"),)


class ClockRow(Base):
    """The clock of one obligation: how it opened. What it says today is derived, never stored."""

    __tablename__ = "clocks"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"))
    kind: Mapped[ObligationKind]
    subject_id: Mapped[str] = mapped_column(index=True)
    holder_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    title: Mapped[str]
    started_on: Mapped[date]
    budget_workdays: Mapped[int]
    recorded_at: Mapped[datetime]
    calendar_version: Mapped[str]
    """The version that the running period is counted with; a recount moves it and leaves an entry."""
    is_open: Mapped[bool] = mapped_column(default=True)
    due_on: Mapped[date]
    """The due date as last derived: a search key for lists, recomputed by every deed that touches the ledger."""
    is_provisional: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        # Lists walk along the first and ask the second whether another clock of the case is due before.
        Index("ix_clocks_is_open_due_on_id", "is_open", "due_on", "id", "consultation_id"),
        Index("ix_clocks_consultation_id_is_open_due_on", "consultation_id", "is_open", "due_on", "id"),
        Index("ix_clocks_holder_id_is_open_due_on", "holder_id", "is_open", "due_on"),
    )


class ClockEntry(Base):
    """One line of a clock's ledger, in the order in which it was written."""

    __tablename__ = "clock_entries"

    clock_id: Mapped[str] = mapped_column(ForeignKey("clocks.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    on: Mapped[date]
    workdays: Mapped[int | None]
    due_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Prose, default="")
    calendar_version: Mapped[str | None]
    former_calendar_version: Mapped[str | None]


class FiredRung(Base):
    """One rung of the ladder, fired once: the key is the claim."""

    __tablename__ = "rungs"

    clock_id: Mapped[str] = mapped_column(ForeignKey("clocks.id"), primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    colour: Mapped[str]


class ReturnRequest(Base):
    """退办 asked by the unit, and what the organiser decided."""

    __tablename__ = "return_requests"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("feedback_tasks.id"), index=True)
    reason: Mapped[str] = mapped_column(Prose)
    requested_on: Mapped[date]
    is_accepted: Mapped[bool | None]
    decided_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Prose, default="")


class ExtensionRequest(Base):
    """延期 asked by the unit, and what the organiser granted."""

    __tablename__ = "extension_requests"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("feedback_tasks.id"), index=True)
    workdays: Mapped[int]
    reason: Mapped[str] = mapped_column(Prose)
    requested_on: Mapped[date]
    is_granted: Mapped[bool | None]
    granted_workdays: Mapped[int | None]
    decided_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Prose, default="")


class Answer(Base):
    """书面反馈: prepared as a paper, handed in by an act."""

    __tablename__ = "answers"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("feedback_tasks.id"), index=True)
    text: Mapped[str] = mapped_column(Prose)
    prepared_at: Mapped[datetime]
    prepared_by_person_id: Mapped[str]
    adoption: Mapped[AdoptionStatus | None]
    result: Mapped[ResultClass | None]
    answered_on: Mapped[date | None]
    is_in_time: Mapped[bool | None]
    verdict: Mapped[Verdict | None]
    verdict_on: Mapped[date | None]
    verdict_reason: Mapped[str] = mapped_column(Prose, default="")


class Escalation(Base):
    """专报 to the party committee (or a 约谈建议), with the facts as they stood; its desk has a clock of its own."""

    __tablename__ = "escalations"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    task_id: Mapped[str | None] = mapped_column(ForeignKey("feedback_tasks.id"))
    kind: Mapped[str]
    target_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    raised_on: Mapped[date]
    facts: Mapped[dict[str, Any]]
    clock_id: Mapped[str | None] = mapped_column(ForeignKey("clocks.id"))
    is_open: Mapped[bool] = mapped_column(default=True)


class Instruction(Base):
    """批示 on an escalation."""

    __tablename__ = "instructions"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    escalation_id: Mapped[str] = mapped_column(ForeignKey("escalations.id"), index=True)
    text: Mapped[str] = mapped_column(Prose)
    new_due_on: Mapped[date | None]
    instructed_on: Mapped[date]
    by_person_id: Mapped[str]
    on_behalf_of_id: Mapped[str | None]

    __table_args__ = (UniqueConstraint("escalation_id", "id"),)
