"""The daily round: when it ran, what each of its steps did, and which quotas it warned of."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.daily_steps import DailyStep
from records.base import Base, Prose, new_id


class DailyRound(Base):
    """One run of the daily round. ``id`` is that of the workflow's run, so that a repeated deed finds its row."""

    __tablename__ = "daily_rounds"

    id: Mapped[str] = mapped_column(primary_key=True)
    for_on: Mapped[date] = mapped_column(index=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    fault_count: Mapped[int] = mapped_column(default=0)


class DailyStepRun(Base):
    """What one step of a daily round did, or why it failed."""

    __tablename__ = "daily_step_runs"

    round_id: Mapped[str] = mapped_column(ForeignKey("daily_rounds.id"), primary_key=True)
    step: Mapped[DailyStep] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    is_done: Mapped[bool]
    told: Mapped[str] = mapped_column(Prose, default="")
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict)


class QuotaWarning(Base):
    """A yearly figure that lay below its requirement on a day set for looking; told once."""

    __tablename__ = "quota_warnings"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    rule_set_id: Mapped[str]
    rule_id: Mapped[str]
    area: Mapped[str] = mapped_column(index=True)
    year: Mapped[int]
    look_on: Mapped[date]
    """The day set for looking, of which this is the warning."""
    warned_on: Mapped[date]
    title: Mapped[str]
    measured: Mapped[str]
    required: Mapped[str]

    __table_args__ = (UniqueConstraint("rule_set_id", "rule_id", "area", "look_on"),)
