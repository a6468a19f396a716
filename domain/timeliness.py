"""When a feedback task counts as in time: four quadrants, and a rate that a late answer cannot leave again.

Every task stands in exactly one quadrant. An answer that was sent back (退回重办) and had been late keeps its task
late, however quickly the next one came; and a task that was sent back is open again, so an empty answer in time
wins nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.figures import share_of
from domain.matters import FeedbackTaskState
from domain.words import Word

RANKED_FROM_TASKS = 10
"""With fewer tasks a unit gets neither a rate nor a rank: one late answer would say nothing about it."""


class Quadrant(Word):
    """Where a task stands: answered or open, in time or late."""

    ANSWERED_IN_TIME = "answered_in_time", "按期办复"
    ANSWERED_LATE = "answered_late", "逾期办复"
    OPEN_IN_TIME = "open_in_time", "在办未逾期"
    OPEN_LATE = "open_late", "在办已逾期"


IS_ANSWERED = frozenset({FeedbackTaskState.ANSWERED, FeedbackTaskState.VERIFIED})
"""The states in which the unit owes nothing; an answer that was sent back is owed again."""

FORMULA = (
    "按期反馈率＝按期办复的办理任务数 ÷（按期办复、逾期办复和在办已逾期的办理任务数之和）；"
    "退回重办前后任何一次反馈逾期的，均算逾期；期限中止的不算逾期，改交办的只计新的承办单位。"
)


def quadrant_of(
    state: FeedbackTaskState,
    were_in_time: Iterable[bool | None],
    *,
    due_on: date,
    today: date,
    is_suspended: bool,
) -> Quadrant:
    """The quadrant of a task, from its state, whether each answer handed in was in time, and its running period."""
    was_late = any(one is False for one in were_in_time)
    if state in IS_ANSWERED:
        return Quadrant.ANSWERED_LATE if was_late else Quadrant.ANSWERED_IN_TIME
    is_late = was_late or (due_on < today and not is_suspended)
    return Quadrant.OPEN_LATE if is_late else Quadrant.OPEN_IN_TIME


@dataclass(frozen=True)
class Quadrants:
    """How many tasks stand in each quadrant."""

    numbers: Mapping[Quadrant, int]

    @property
    def tasks(self) -> int:
        """All of them."""
        return sum(self.numbers.values())

    @property
    def in_time(self) -> int:
        """What the rate counts as in time."""
        return self.numbers.get(Quadrant.ANSWERED_IN_TIME, 0)

    @property
    def due(self) -> int:
        """What the rate is a share of: everything but what is still open and not late."""
        return self.tasks - self.numbers.get(Quadrant.OPEN_IN_TIME, 0)

    @property
    def rate(self) -> Fraction | None:
        """The on-time rate as a share of 1; None before anything was due."""
        return share_of(self.in_time, self.due)

    @property
    def is_ranked(self) -> bool:
        """Whether there are enough to say something of one unit, place or month."""
        return self.due >= RANKED_FROM_TASKS
