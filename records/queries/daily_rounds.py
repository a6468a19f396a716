"""The daily round as administrators and probes see it: when it last ran, and what each step did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.daily_steps import DailyStep
from records.tables.daily_rounds import DailyRound, DailyStepRun

STALE_AFTER = timedelta(hours=26)
"""A day and what a slow start may take: longer, and somebody has to look."""


@dataclass(frozen=True)
class StepSeen:
    """What one step did."""

    step: DailyStep
    is_done: bool
    told: str
    findings: dict[str, Any]
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True)
class RoundSeen:
    """One daily round with its steps, in their order."""

    id: str
    for_on: date
    started_at: datetime
    ended_at: datetime | None
    fault_count: int
    steps: tuple[StepSeen, ...]

    @property
    def finding_count(self) -> int:
        """How many things the reconciler found in it."""
        return sum(len(step.findings.get("found", ())) for step in self.steps)

    def is_stale(self, now: datetime) -> bool:
        """Whether a newer round should have run by now."""
        return now - self.started_at > STALE_AFTER


def last_round(session: Session) -> RoundSeen | None:
    """The newest round, None where none has ever run."""
    found = rounds(session, limit=1)
    return found[0] if found else None


def rounds(session: Session, *, limit: int) -> list[RoundSeen]:
    """The newest rounds with their steps, in two questions."""
    rows = session.scalars(
        select(DailyRound).order_by(DailyRound.started_at.desc(), DailyRound.id).limit(limit)
    ).all()
    steps = session.scalars(
        select(DailyStepRun).where(DailyStepRun.round_id.in_([row.id for row in rows]))
    ).all()
    return [_seen(row, [step for step in steps if step.round_id == row.id]) for row in rows]


def _seen(row: DailyRound, steps: Sequence[DailyStepRun]) -> RoundSeen:
    order = list(DailyStep)
    return RoundSeen(
        id=row.id,
        for_on=row.for_on,
        started_at=row.started_at,
        ended_at=row.ended_at,
        fault_count=row.fault_count,
        steps=tuple(
            StepSeen(
                step=step.step,
                is_done=step.is_done,
                told=step.told,
                findings=step.findings,
                started_at=step.started_at,
                ended_at=step.ended_at,
            )
            for step in sorted(steps, key=lambda one: order.index(one.step))
        ),
    )
