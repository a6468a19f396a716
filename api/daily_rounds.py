"""The daily round: when it ran, what each step did, what was found."""

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from api.counter import TheCounter
from api.cursors import PAGE_LIMIT, Limit
from api.fields import Shown
from api.foresight import require
from api.identity import Visitor
from domain.daily_steps import DailyStep
from domain.policy import Matter, may
from records.queries.daily_rounds import rounds

router = APIRouter(tags=["每日例行"])


class StepShown(Shown):
    """What one step did."""

    step: DailyStep
    step_label: str
    is_done: bool
    told: str
    findings: dict[str, Any]
    started_at: datetime
    ended_at: datetime


class RoundShown(Shown):
    """One daily round."""

    id: str
    for_on: date
    started_at: datetime
    ended_at: datetime | None
    fault_count: int
    steps: list[StepShown]


class Rounds(BaseModel):
    """The newest rounds. ``is_stale`` says that another one should have run by now."""

    is_stale: bool
    items: list[RoundShown]


@router.get("/daily-rounds", response_model=Rounds)
def list_daily_rounds(counter: TheCounter, visitor: Visitor, limit: Limit = PAGE_LIMIT) -> Rounds:
    """The daily rounds, the newest first."""
    require(may(visitor.actor, "see_daily_rounds", Matter()))
    with counter.register.reading() as session:
        found = rounds(session, limit=limit)
    items = [
        RoundShown.model_validate(
            vars(one)
            | {
                "steps": [
                    StepShown.model_validate(vars(step) | {"step_label": step.step.label})
                    for step in one.steps
                ]
            }
        )
        for one in found
    ]
    return Rounds(is_stale=not found or found[0].is_stale(counter.now()), items=items)
