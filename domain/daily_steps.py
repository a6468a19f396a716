"""The steps of the daily round and what crosses its workflow's border.

Another step is one line in `DailyStep` and one in `activities/daily_round.py`; an older round that is still under way
keeps the list that it began with.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from domain.words import Word


class DailyStep(Word):
    """One step of the daily round. They run in this order."""

    COUNT_QUOTAS = "count_quotas", "核对年度指标"
    RECONCILE = "reconcile", "核对流程与登记"
    SEAL_THE_DAY = "seal_the_day", "每日封存"
    RING_POST_OFFICE = "ring_post_office", "发出到时的信件"


@dataclass(frozen=True)
class DailyStamp:
    """Which round it is, for which day (Asia/Shanghai), and the aware UTC instant of the workflow's own time."""

    round_id: str
    for_on: date
    at: datetime


@dataclass(frozen=True)
class DailyPlan:
    """The steps that a round runs, by their value, as the worker that began it knew them."""

    steps: list[str] = field(default_factory=list)
