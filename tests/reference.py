"""A second, plain reading of the clock and the ladder, to judge the first by: it walks day by day and counts down.

Nothing here is shared with `domain`: no ledger is replayed and no date computed from another. A counter says how many
working days are left; every working day on which the clock runs takes one from it (民法典 201–203, domain.md §2.7).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

IsWorkday = Callable[[date], bool]
ONE_DAY = timedelta(days=1)


@dataclass
class PlainClock:
    """One obligation whose periods are counted down. Acts happen on ``today``; only ``walk_to`` moves it."""

    started_on: date
    budget: int
    is_workday: IsWorkday
    today: date = field(init=False)
    left: int = field(init=False)
    due_on: date = field(init=False)
    """While suspended, the one of before: nobody knows yet how far it will move."""
    generation: int = 1
    extended: int = 0
    instructed_for: date | None = None
    frozen_on: date | None = None
    stopped_on: date | None = None
    _counted: list[date] = field(default_factory=list)
    """The days of the present period on which the clock ran, worked or not."""

    def __post_init__(self) -> None:
        self.today, self.left = self.started_on, self.budget
        self.due_on = self._counted_from(self.today)

    def walk_to(self, day: date) -> None:
        """Let days pass, one after another."""
        while self.today < day:
            self.today += ONE_DAY
            if self.is_running:
                self._counted.append(self.today)
                self.left -= self.is_workday(self.today)

    def extend(self, workdays: int) -> None:
        """延期."""
        self.left += workdays
        self.extended += workdays
        self.due_on = self.beside_due(workdays)

    def suspend(self) -> None:
        """中止: from tomorrow on no day counts."""
        self.frozen_on = self.today

    def resume(self) -> None:
        """恢复: today did not count, tomorrow does again."""
        self.frozen_on = None
        self.due_on = self._counted_from(self.today)

    def restart(self, workdays: int) -> None:
        """退回重办, 二次办理: a full new period from tomorrow on."""
        self._begin(workdays, None)

    def instruct(self, due_on: date) -> None:
        """批示: due on that day, or on the next one that is worked."""
        self._begin(self._workdays(self.today, self._worked_from(due_on)), due_on)
        self.due_on = self._worked_from(due_on)

    def stop(self) -> None:
        """办复."""
        self.stopped_on = self.today

    def recount(self, is_workday: IsWorkday) -> None:
        """A newer calendar: the period is counted afresh, but what has passed stays, and nobody is late of a sudden."""
        self.is_workday = is_workday
        if self.stopped_on is not None:
            return
        until = self.frozen_on or self.today
        if self.due_on < until:
            self.left = -self._workdays(self.due_on, until)
            return
        if self.instructed_for is not None:
            self.budget = self._workdays(self.started_on, self._worked_from(self.instructed_for))
        self.left = self.budget + self.extended - sum(map(is_workday, self._counted))
        if self.left > 0 or self._counted_from(until) >= until:
            self.due_on = self._counted_from(until)
        else:
            self.due_on = self._worked_from(until)
        self.left = self._workdays(until, self.due_on)

    @property
    def is_running(self) -> bool:
        """Whether days count."""
        return self.frozen_on is None and self.stopped_on is None

    def beside_due(self, workdays: int) -> date:
        """The working day so many after the due date, or before it when negative."""
        day, step = self.due_on, ONE_DAY if workdays > 0 else -ONE_DAY
        for _ in range(abs(workdays)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def _begin(self, workdays: int, instructed_for: date | None) -> None:
        self.generation += 1
        self.started_on, self.budget, self.left, self.extended = self.today, workdays, workdays, 0
        self.instructed_for, self.stopped_on, self._counted = instructed_for, None, []
        self.frozen_on = self.frozen_on and self.today
        self.due_on = self._counted_from(self.today)

    def _counted_from(self, day: date) -> date:
        """Count what is left forth from a day, or back where more than all is used up; always a day worked."""
        for _ in range(self.left):
            day = self._worked_from(day + ONE_DAY)
        for _ in range(-self.left):
            day = self._worked_until(day) - ONE_DAY
        return day if self.left > 0 else self._worked_until(day)

    def _worked_from(self, day: date) -> date:
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def _worked_until(self, day: date) -> date:
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def _workdays(self, after: date, until: date) -> int:
        days = range(1, (until - after).days + 1)
        return sum(self.is_workday(after + timedelta(days=one)) for one in days)


@dataclass(frozen=True)
class PlainRung:
    """One step of a ladder: so many working days beside the due date it comes, with that colour."""

    name: str
    beside_due: int
    colour: str
    of_budgets_from: int = 0
    after: str = "any"

    def belongs_to(self, clock: PlainClock) -> bool:
        """Whether the present period has the rung."""
        begun_by = "period" if clock.instructed_for is None else "instruction"
        return clock.budget >= self.of_budgets_from and self.after in ("any", begun_by)


FEEDBACK_LADDER = (
    PlainRung("blue_10", -10, "blue", of_budgets_from=30),
    PlainRung("blue_5", -5, "blue", of_budgets_from=10),
    PlainRung("blue_1", -1, "blue"),
    PlainRung("yellow", 1, "yellow", after="period"),
    PlainRung("red", 5, "red", after="period"),
    PlainRung("special_report", 10, "red", after="period"),
    PlainRung("talk_proposed", 1, "red", after="instruction"),
)
"""办理反馈 (domain.md §2.7): 10 (of 30 and more), 5 and 1 working days before; 1, 5, 10 after; 约谈 after a 批示."""
GRAVITY = ("none", "blue", "yellow", "red")


def colour_of(clock: PlainClock, ladder: tuple[PlainRung, ...] = FEEDBACK_LADDER) -> str:
    """The gravest colour whose morning has come: frozen with the clock, gone the day after it stopped."""
    if clock.stopped_on is not None and clock.stopped_on < clock.today:
        return "none"
    until = clock.frozen_on or clock.today
    colours = [
        one.colour for one in ladder if one.belongs_to(clock) and clock.beside_due(one.beside_due) <= until
    ]
    return max(colours, key=GRAVITY.index, default="none")
