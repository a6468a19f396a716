"""The escalation ladder of a rule set: which rung comes when, and which colour a day had.

A rung fires once per generation of a clock. Its condition is "instant ≤ now and not yet fired", so an outage
delays a rung and never drops it. Rule source: domain.md §2.7.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Literal

from domain.calendar import WorkCalendar, at_local, local_date
from domain.clocks import Clock, Reading, moved_by_suspensions, read
from domain.words import Word

RUNG_HOUR, RUNG_MINUTE = 8, 30
JITTER_MINUTES = 20


class Colour(Word):
    """红黄蓝牌: blue when near, yellow when late, red when very late."""

    NONE = "none", "正常"
    BLUE = "blue", "蓝牌"
    YELLOW = "yellow", "黄牌"
    RED = "red", "红牌"

    @property
    def rank(self) -> int:
        """How grave it is, from 0."""
        return list(Colour).index(self)


@dataclass(frozen=True)
class Rung:
    """One step of a ladder, as a rule set writes it.

    `offset_workdays` counts from the due date (negative before it, 0 on its morning) or from the start of
    the period. `tell` names roles: duty_holder, duty_head, organiser, owner, inspection, party_committee.
    `opens` is "escalation" or "talk" where the rung creates something.
    `after` limits the rung to generations begun by a counted period or by a 批示 that set the date: so
    "overdue again after a 批示 → 约谈建议" is a rung with `after="instruction"`.
    """

    name: str
    offset_workdays: int
    colour: Colour
    notice: str
    tell: tuple[str, ...]
    min_budget_workdays: int = 0
    opens: str = ""
    measured_from: Literal["due", "start"] = "due"
    from_generation: int = 1
    until_generation: int | None = None
    after: Literal["any", "period", "instruction"] = "any"


@dataclass(frozen=True)
class Ladder:
    """The rungs of one kind of obligation."""

    name: str
    rungs: tuple[Rung, ...]

    @cached_property
    def by_gravity(self) -> tuple[Rung, ...]:
        """The rungs that bring a colour, the gravest first."""
        coloured = (one for one in self.rungs if one.colour is not Colour.NONE)
        return tuple(sorted(coloured, key=lambda one: one.colour.rank, reverse=True))

    def rung(self, name: str) -> Rung:
        """The rung of that name. Raises KeyError when there is none."""
        return {one.name: one for one in self.rungs}[name]


FILED_BY_SILENCE = "filed_by_silence"


def with_silent_filing(ladder: Ladder, objection_workdays: int) -> Ladder:
    """The ladder of a 备案 with what silence brings: the morning after the last day for an objection it is filed.

    Only of a 备案: no approval comes of silence (domain.md §1.6.3).
    """
    silence = Rung(
        name=FILED_BY_SILENCE,
        offset_workdays=objection_workdays + 1,
        colour=Colour.NONE,
        notice=FILED_BY_SILENCE,
        tell=("organiser", "duty_holder"),
        measured_from="start",
    )
    return Ladder(ladder.name, (*ladder.rungs, silence))


@dataclass(frozen=True)
class DueRung:
    """A rung whose instant has come in that generation."""

    rung: Rung
    generation: int
    at: datetime


def rung_at(rung: Rung, reading: Reading, jitter_key: str) -> datetime:
    """08:30 Shanghai of the rung's day plus 0–19 minutes, the same for the same key in every process."""
    jitter = int.from_bytes(sha256(jitter_key.encode()).digest()[:8]) % JITTER_MINUTES
    return at_local(_rung_on(rung, reading), RUNG_HOUR, RUNG_MINUTE) + timedelta(minutes=jitter)


def due_rungs(
    clock: Clock,
    ladder: Ladder,
    calendar: WorkCalendar,
    fired: Collection[tuple[int, str]],
    now: datetime,
    jitter_key: str,
) -> list[DueRung]:
    """The rungs to fire now, in order of their instants.

    `fired` holds (generation, rung name). What is entered afterwards (补录) fires no rung that lies before it
    was recorded; a stopped or suspended clock fires none.
    """
    open_rungs = _open_rungs(clock, ladder, calendar, fired, now, jitter_key)
    return sorted((due for due in open_rungs if due.at <= now), key=lambda due: due.at)


def rung_entered_afterwards(
    clock: Clock,
    ladder: Ladder,
    calendar: WorkCalendar,
    fired: Collection[tuple[int, str]],
    on: date,
    jitter_key: str,
) -> DueRung | None:
    """The rung that opens something and had come by that day, but lies before its period was recorded (补录).

    Such a rung never fires by itself, so what it opened is entered by hand. None when there is none, or when the
    clock was not running then.
    """
    reading = read(clock, calendar, on)
    if not reading.is_running:
        return None
    for rung in ladder.rungs:
        if rung.opens and _belongs(rung, reading) and (reading.generation, rung.name) not in fired:
            at = rung_at(rung, reading, jitter_key)
            if local_date(at) <= on and at < reading.recorded_at:
                return DueRung(rung, reading.generation, at)
    return None


def next_rung_at(
    clock: Clock,
    ladder: Ladder,
    calendar: WorkCalendar,
    fired: Collection[tuple[int, str]],
    now: datetime,
    jitter_key: str,
) -> datetime | None:
    """The earliest instant after now of a rung not yet fired; None when the clock will yield nothing."""
    open_rungs = _open_rungs(clock, ladder, calendar, fired, now, jitter_key)
    return min((due.at for due in open_rungs if due.at > now), default=None)


def colour_on(clock: Clock, ladder: Ladder, calendar: WorkCalendar, on: date) -> Colour:
    """The colour that the day had, from dates alone: whether a rung was fired or recorded late is no matter.

    Frozen while suspended; none before the opening and from the day after a stop.
    """
    reading = read(clock, calendar, on)
    if on < clock.started_on or (reading.stopped_on is not None and reading.stopped_on < on):
        return Colour.NONE
    as_of = on if reading.suspended_on is None else min(on, reading.suspended_on)
    for rung in ladder.by_gravity:
        if _belongs(rung, reading) and _rung_on(rung, reading) <= as_of:
            return rung.colour
    return Colour.NONE


def colour_history(
    clock: Clock, ladder: Ladder, calendar: WorkCalendar, until: date
) -> list[tuple[date, Colour]]:
    """The days, up to and including `until`, on which the colour changed, with the colour they brought."""
    changes: list[tuple[date, Colour]] = []
    before = Colour.NONE
    for day in sorted(_days_of_possible_change(clock, ladder, calendar)):
        colour = colour_on(clock, ladder, calendar, day)
        if day <= until and colour is not before:
            changes.append((day, colour))
            before = colour
    return changes


def _days_of_possible_change(clock: Clock, ladder: Ladder, calendar: WorkCalendar) -> set[date]:
    """Between two entries nothing moves, so the colour changes only at an entry, after it, or at a rung."""
    days = {clock.started_on}
    for entry in clock.ledger:
        days |= {entry.on, entry.on + timedelta(days=1)}
    for day in tuple(days):
        reading = read(clock, calendar, day)
        days |= {_rung_on(rung, reading) for rung in ladder.rungs}
    return days


def _open_rungs(
    clock: Clock,
    ladder: Ladder,
    calendar: WorkCalendar,
    fired: Collection[tuple[int, str]],
    now: datetime,
    jitter_key: str,
) -> Iterator[DueRung]:
    reading = read(clock, calendar, local_date(now))
    if not reading.is_running:
        return
    for rung in ladder.rungs:
        if not _belongs(rung, reading) or (reading.generation, rung.name) in fired:
            continue
        at = rung_at(rung, reading, jitter_key)
        if at >= reading.recorded_at:
            yield DueRung(rung, reading.generation, at)


def _belongs(rung: Rung, reading: Reading) -> bool:
    """Whether this generation has the rung at all."""
    last = rung.until_generation
    return (
        rung.from_generation <= reading.generation
        and (last is None or reading.generation <= last)
        and rung.min_budget_workdays <= reading.budget_workdays
        and rung.after in ("any", "instruction" if reading.is_instructed else "period")
    )


def _rung_on(rung: Rung, reading: Reading) -> date:
    calendar = reading.calendar
    if rung.measured_from == "due":
        return calendar.add_workdays(reading.due.on, rung.offset_workdays).on
    on = calendar.add_workdays(reading.started_on, rung.offset_workdays).on
    return moved_by_suspensions(on, reading.suspensions, calendar)
