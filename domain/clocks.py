"""A clock belongs to an obligation; what it shows on a day is read from its opening and its ledger.

Rules (domain.md §2.7, 民法典 201–203): the day of 交办 is not counted; due at 24:00 Shanghai; an answer on the
due date is in time; a suspension freezes the days left; extensions and a 批示 move the due date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.calendar import DueDate, WorkCalendar
from domain.explanations import ExplainedLine, LineKind, explain
from domain.ledger import (
    Clock,
    DueDateSet,
    Extended,
    LedgerEntry,
    LedgerError,
    LedgerFault,
    PeriodRestarted,
    Recounted,
    Resumed,
    Standing,
    Stopped,
    Suspended,
    Suspension,
    replay,
)

__all__ = [
    "Clock",
    "DueDateSet",
    "ExplainedLine",
    "Extended",
    "LedgerEntry",
    "LedgerError",
    "LedgerFault",
    "LineKind",
    "PeriodRestarted",
    "Reading",
    "Recounted",
    "Resumed",
    "Stopped",
    "Suspended",
    "Suspension",
    "explain",
    "moved_by_suspensions",
    "read",
    "was_in_time",
    "window_closes_on",
]


@dataclass(frozen=True)
class Reading:
    """What a clock shows at the end of a day, of the generation that then counted.

    `left_workdays` is negative once working days have passed after the due date. While suspended or stopped
    the figures stay as they were on that day. `is_overdue` asks whether something is late *now*: never of a
    stopped clock (ask `was_in_time` whether it was met late).
    """

    generation: int
    started_on: date
    recorded_at: datetime
    due: DueDate
    consumed_workdays: int
    left_workdays: int
    is_running: bool
    is_suspended: bool
    is_stopped: bool
    stopped_on: date | None
    is_overdue: bool
    is_instructed: bool
    """True when a 批示 set the due date of this generation."""
    budget_workdays: int
    """Length of the period as it was given, without extensions."""
    extended_workdays: int
    suspended_on: date | None
    suspensions: tuple[Suspension, ...]
    """The finished suspensions of this generation."""
    calendar: WorkCalendar
    """In the version that the due date was counted with."""


def read(clock: Clock, calendar: WorkCalendar, today: date) -> Reading:
    """What the clock shows on that day; entries dated later are not yet known.

    A day before the opening reads as the opening day. Raises LedgerError for an invalid ledger.
    """
    known = [standing for entry, standing in replay(clock, calendar) if entry is None or entry.on <= today]
    return _reading(known[-1], today)


def was_in_time(clock: Clock, calendar: WorkCalendar, answered_on: date) -> bool:
    """Whether an answer on that day keeps the period that it answers; the due date itself is in time.

    Where the clock was stopped on the day, the period stopped counts, not one begun later the same day.
    """
    steps = replay(clock, calendar)
    stops = [standing for _, standing in steps if standing.stopped_on == answered_on]
    known = [standing for entry, standing in steps if entry is None or entry.on <= answered_on]
    standing = (stops or known)[-1]
    return _frozen_on(standing, answered_on) <= standing.due.on


def window_closes_on(clock: Clock, calendar: WorkCalendar, workdays: int) -> date:
    """The last day of a window of so many working days that began with the opening (退办: domain.md §2.7).

    Days on which the first period was suspended are no days of the window. Raises LedgerError.
    """
    first = [standing for _, standing in replay(clock, calendar) if standing.generation == 1][-1]
    closes_on = first.calendar.add_workdays(first.started_on, workdays).on
    return moved_by_suspensions(closes_on, first.suspensions, first.calendar)


def moved_by_suspensions(on: date, suspensions: Sequence[Suspension], calendar: WorkCalendar) -> date:
    """A day counted from the start of a period: each suspension begun before it takes it along."""
    for suspension in suspensions:
        # A suspension moves only what still lies ahead of it: what lies behind has had its morning.
        if suspension.suspended_on < on:
            on = calendar.add_workdays(on, suspension.workdays).on
    return on


def _reading(standing: Standing, today: date) -> Reading:
    calendar = standing.calendar
    as_of = max(_frozen_on(standing, today), standing.started_on)
    is_stopped = standing.stopped_on is not None
    is_suspended = standing.suspended_on is not None and not is_stopped
    frozen_workdays = sum(suspension.workdays for suspension in standing.suspensions)
    passed = calendar.workdays_between(standing.started_on, as_of)
    left = calendar.workdays_between(as_of, standing.due.on)
    late = calendar.workdays_between(standing.due.on, as_of)
    return Reading(
        generation=standing.generation,
        started_on=standing.started_on,
        recorded_at=standing.recorded_at,
        due=standing.due,
        consumed_workdays=passed - frozen_workdays,
        left_workdays=left - late,
        is_running=not is_stopped and not is_suspended,
        is_suspended=is_suspended,
        is_stopped=is_stopped,
        stopped_on=standing.stopped_on,
        is_overdue=as_of > standing.due.on and not is_stopped,
        is_instructed=standing.is_instructed,
        budget_workdays=standing.budget_workdays,
        extended_workdays=standing.extended_workdays,
        suspended_on=standing.suspended_on,
        suspensions=standing.suspensions,
        calendar=calendar,
    )


def _frozen_on(standing: Standing, today: date) -> date:
    """The last day that counted: today, or the day of suspension or stop where that came first."""
    days = (today, standing.suspended_on, standing.stopped_on)
    return min(day for day in days if day is not None)
