"""What a life in the simulated year is made of: deeds, and what is owed, counted by `tests.reference` alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from tests.reference import FEEDBACK_LADDER, ONE_DAY, IsWorkday, PlainClock, PlainRung
from tests.simulated_year.people import County

LATE_LADDER = (
    PlainRung("blue_1", -1, "blue"),
    PlainRung("yellow", 1, "yellow"),
    PlainRung("red", 5, "red"),
)
"""会办, and the desk of the party committee."""
ACKNOWLEDGEMENT_LADDER = (PlainRung("not_yet_acknowledged", 1, "none"),)
REVIEW_LADDER = (PlainRung("blue_5", -5, "blue", of_budgets_from=10), PlainRung("yellow", 1, "yellow"))
ACKNOWLEDGEMENT_WORKDAYS, RETURN_WORKDAYS, ASK_WORKDAYS = 3, 5, 3
ESCALATION_WORKDAYS, SENT_BACK_WORKDAYS, SUSPENSION_WORKDAYS_MAX = 5, 10, 60

SETTLING_DAYS = 6
"""After the year: nobody acts, rungs still come, and the letters of the last days go out."""

Fired = tuple[str, int, str, date]
"""The key of a clock, the generation, the rung, the day on which it came."""


@dataclass(frozen=True)
class Deed:
    """One act: what, on which day, on which task (the item and how often it was handed on), and with what."""

    what: str
    on: date
    task: tuple[int, int] = (0, 0)
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def is_in_vain(self) -> bool:
        """Whether it must be refused."""
        return self.what.endswith("_in_vain")


@dataclass
class Owed:
    """One clock of the reference with its ladder. ``is_frozen_with_case`` asks whether a 中止 holds it."""

    key: str
    clock: PlainClock
    ladder: tuple[PlainRung, ...]
    is_frozen_with_case: bool = True
    fired: set[tuple[int, str]] = field(default_factory=set)

    def morning(self) -> Iterator[tuple[int, PlainRung]]:
        """The rungs that come this morning. What was recorded at ten has no rung of that morning or before."""
        clock = self.clock
        for rung in self.ladder if clock.is_running else ():
            name = (clock.generation, rung.name)
            if name in self.fired or not rung.belongs_to(clock):
                continue
            if clock.started_on < clock.beside_due(rung.beside_due) <= clock.today:
                self.fired.add(name)
                yield clock.generation, rung


@dataclass
class Task:
    """One task as its unit treats it. ``answers_at`` is how many working days are left when it answers."""

    item: int
    turn: int
    unit: int
    answer: Owed
    acknowledgement: Owed
    acknowledges_on: date
    answers_at: int
    returns_on: date | None = None
    decides_return_on: date | None = None
    asks_at: int | None = None
    asked: int = 0
    decides_extension_on: date | None = None
    is_extended: bool = False
    is_acknowledged: bool = False
    verifies_on: date | None = None
    sent_back: int = 0
    is_over: bool = False
    desks: list["Desk"] = field(default_factory=list)

    @property
    def name(self) -> tuple[int, int]:
        """What deeds call it."""
        return (self.item, self.turn)


@dataclass
class Desk:
    """One paper on the party committee's desk."""

    ordinal: int
    owed: Owed
    instructs_on: date
    is_open: bool = True


@dataclass
class CoHandling:
    """What one co-handler owes."""

    item: int
    unit: int
    owed: Owed
    answers_at: int
    is_over: bool = False


@dataclass
class Plan:
    """The life of one consultation: its deeds, the rungs that must come, and every due date after each day of deeds."""

    index: int
    county: County
    starts_on: date
    items: int
    deeds: list[Deed] = field(default_factory=list)
    rungs: list[Fired] = field(default_factory=list)
    due: dict[date, dict[str, date]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Its name."""
        return f"{self.county.region}{self.index:03d}"

    @property
    def consultation_id(self) -> str:
        """Its id."""
        return f"year-{self.index:03d}"


def patience(random: Random) -> int:
    """Working days left when a unit answers: early, on the last day, late, or not before the party committee spoke."""
    choice = random.random()
    if choice < 0.4:
        return random.randint(1, 12)
    if choice < 0.55:
        return 0
    return -random.randint(1, 8) if choice < 0.75 else -random.randint(9, 45)


def hand_out(
    county: County, name: tuple[int, int], unit: int, on: date, is_workday: IsWorkday, random: Random
) -> Task:
    """A task handed to a unit, with what it is minded to do: acknowledge, return, ask for more time, answer."""
    item, turn = name
    task = Task(
        item,
        turn,
        unit,
        Owed(f"{item}.{turn}", PlainClock(on, county.feedback_workdays, is_workday), FEEDBACK_LADDER),
        Owed(
            f"{item}.{turn} receipt",
            PlainClock(on, ACKNOWLEDGEMENT_WORKDAYS, is_workday),
            ACKNOWLEDGEMENT_LADDER,
        ),
        acknowledges_on=workday_after(on, random.choice((1, 1, 2, 3, 5, 8)), is_workday),
        answers_at=patience(random),
    )
    if turn == 1 and random.random() < 0.2:
        task.returns_on = workday_after(on, random.randint(1, RETURN_WORKDAYS), is_workday)
    if random.random() < 0.4:
        task.asks_at = random.randint(0, county.feedback_workdays - 1)
    return task


def workday_after(day: date, workdays: int, is_workday: IsWorkday) -> date:
    """So many working days later."""
    for _ in range(workdays):
        day += ONE_DAY
        while not is_workday(day):
            day += ONE_DAY
    return day
