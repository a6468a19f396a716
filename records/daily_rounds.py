"""The book of the daily round: begun, each step, ended. Written by the clock; a repeated deed writes the same row."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from domain.audit_actions import AuditAction
from domain.daily_steps import DailyStep
from records.audit import administration_stream
from records.pen import Pen
from records.tables.daily_rounds import DailyRound, DailyStepRun

_STREAM = administration_stream("daily_rounds")


def begin_round(pen: Pen, round_id: str, for_on: date) -> None:
    """Write that the round has begun."""
    if pen.session.get(DailyRound, round_id) is None:
        pen.session.add(DailyRound(id=round_id, for_on=for_on, started_at=pen.at))


def note_step(
    pen: Pen,
    round_id: str,
    step: DailyStep,
    *,
    ended_at: datetime,
    is_done: bool,
    told: str,
    findings: Mapping[str, Any] | None = None,
) -> None:
    """Write what a step did; a later attempt of the same step replaces what an earlier one wrote."""
    pen.session.merge(
        DailyStepRun(
            round_id=round_id,
            step=step,
            started_at=pen.at,
            ended_at=ended_at,
            is_done=is_done,
            told=told,
            findings=dict(findings or {}),
        )
    )


def end_round(pen: Pen, round_id: str) -> None:
    """Write that the round has ended, with the number of steps that failed, and leave the audit entry of it."""
    row = pen.session.get_one(DailyRound, round_id)
    if row.ended_at is not None:
        return
    failed = select(func.count()).where(DailyStepRun.round_id == round_id, DailyStepRun.is_done.is_(False))
    row.fault_count = pen.session.scalar(failed) or 0
    row.ended_at = pen.at
    pen.note(
        AuditAction.DAILY_ROUND_RUN,
        "daily_round",
        row.id,
        stream=_STREAM,
        new={"for_on": row.for_on, "faults": row.fault_count},
    )
