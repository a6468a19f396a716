"""The ledger of a clock: what was written into it, and what it says after each entry.

Everything a clock tells is replayed from here; nothing derived is stored. Rule source: domain.md §2.7.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from domain.calendar import COUNT_WORKDAYS_MAX, DueDate, WorkCalendar
from domain.words import Word


@dataclass(frozen=True)
class Extended:
    """An extension granted: the due date moves on by that many working days."""

    on: date
    workdays: int
    reason: str = ""


@dataclass(frozen=True)
class Suspended:
    """中止: from this day on the clock is frozen."""

    on: date
    reason: str = ""


@dataclass(frozen=True)
class Resumed:
    """恢复: the due date moves by the working days after the suspension up to and including this day."""

    on: date
    reason: str = ""


@dataclass(frozen=True)
class PeriodRestarted:
    """A full new period (answer sent back, reassignment, second handling); begins a new generation."""

    on: date
    budget_workdays: int
    recorded_at: datetime
    reason: str = ""


@dataclass(frozen=True)
class DueDateSet:
    """A 批示 sets the date, moved to the next working day when it is off; begins a new generation."""

    on: date
    due_on: date
    recorded_at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Stopped:
    """The obligation was met or dropped on this day: nothing is chased any more."""

    on: date
    reason: str = ""


@dataclass(frozen=True)
class Recounted:
    """A newer working calendar: the current period is counted afresh with it, and what follows goes by it.

    A due date that has passed stays, as does that of a stopped clock; none is moved to before this day.
    """

    on: date
    calendar_version: str
    former_calendar_version: str
    reason: str = ""


PeriodEntry = Extended | Suspended | Resumed | PeriodRestarted | DueDateSet | Stopped
LedgerEntry = PeriodEntry | Recounted
_BEGINNINGS = (PeriodRestarted, DueDateSet)


class LedgerFault(Word):
    """Why a ledger cannot be read. Branch on these, never on the message."""

    BUDGET_OUT_OF_RANGE = "budget_out_of_range", "办理期限的工作日数有误"
    EXTENSION_OUT_OF_RANGE = "extension_out_of_range", "延长的工作日数应为正数且不得过大"
    INSTANT_WITHOUT_ZONE = "instant_without_zone", "录入时间缺少时区"
    BEFORE_START = "before_start", "登记日期早于期限起算日"
    PERIOD_OUT_OF_ORDER = "period_out_of_order", "新期限的起算日早于上一期限"
    DUE_BEFORE_ENTRY = "due_before_entry", "设定的到期日早于登记日期"
    ALREADY_SUSPENDED = "already_suspended", "期限已经中止，不能再次中止"
    NOT_SUSPENDED = "not_suspended", "期限没有中止，不能恢复"
    ALREADY_STOPPED = "already_stopped", "期限已经停止计算"


class LedgerError(ValueError):
    """A ledger that contradicts itself: a stable `code` and the names of the fields at fault."""

    def __init__(self, code: LedgerFault, *fields: str) -> None:
        super().__init__(f"{code.label}（{'、'.join(fields)}）")
        self.code = code
        self.fields = fields


@dataclass(frozen=True)
class Clock:
    """The time of one obligation: its opening and its ledger.

    `started_on` is the day of 交办, counting starts the day after; `recorded_at` is when the opening was
    entered, later than the day itself for what is entered afterwards (补录).
    """

    started_on: date
    budget_workdays: int
    recorded_at: datetime
    ledger: tuple[LedgerEntry, ...] = ()
    calendar_version: str = ""
    """The version that the opening was counted with; empty for the one at hand."""
    reason: str = ""
    """Why it was opened, where that needs a word: an item handed on by another unit."""


@dataclass(frozen=True)
class Suspension:
    """A finished suspension: the working days in (suspended_on, resumed_on] are not counted."""

    suspended_on: date
    resumed_on: date
    workdays: int


@dataclass(frozen=True)
class Standing:
    """What the ledger says after an entry. `budget_workdays` is the length of the period without extensions."""

    generation: int
    is_instructed: bool
    started_on: date
    recorded_at: datetime
    budget_workdays: int
    due: DueDate
    calendar: WorkCalendar
    """In the version that this was counted with."""
    extended_workdays: int = 0
    suspensions: tuple[Suspension, ...] = ()
    suspended_on: date | None = None
    stopped_on: date | None = None


def replay(clock: Clock, calendar: WorkCalendar) -> list[tuple[LedgerEntry | None, Standing]]:
    """The standing after the opening (entry None) and after each entry, by date.

    An entry may be recorded later than it happened; a new period may not precede an earlier one, so that
    the number of a generation never changes. Raises LedgerError.
    """
    _require_budget(clock.budget_workdays)
    _require_zone(clock.recorded_at)
    standing = _opened(clock, calendar.named(clock.calendar_version))
    steps: list[tuple[LedgerEntry | None, Standing]] = [(None, standing)]
    for entry in _by_date(clock):
        if isinstance(entry, Recounted):
            standing = _recounted(clock, steps, entry, calendar.named(entry.calendar_version))
        else:
            standing = _after(standing, entry, standing.calendar)
        steps.append((entry, standing))
    return steps


def _opened(clock: Clock, calendar: WorkCalendar) -> Standing:
    due = calendar.add_workdays(clock.started_on, clock.budget_workdays)
    return Standing(1, False, clock.started_on, clock.recorded_at, clock.budget_workdays, due, calendar)


def _recounted(
    clock: Clock,
    steps: list[tuple[LedgerEntry | None, Standing]],
    recount: Recounted,
    calendar: WorkCalendar,
) -> Standing:
    before = steps[-1][1]
    if before.stopped_on is not None:
        return replace(before, calendar=calendar)
    as_of = recount.on if before.suspended_on is None else min(recount.on, before.suspended_on)
    if before.due.on < as_of:
        return replace(before, calendar=calendar)
    begins_at = next(i for i, (_, one) in enumerate(steps) if one.generation == before.generation)
    beginning = steps[begins_at][0]
    if isinstance(beginning, PeriodRestarted | DueDateSet):
        standing = _after(steps[begins_at - 1][1], beginning, calendar)
    else:
        standing = _opened(clock, calendar)
    for entry, _ in steps[begins_at + 1 :]:
        if entry is not None and not isinstance(entry, Recounted):
            standing = _after(standing, entry, calendar)
    # Nobody is to be late of a sudden: a due date that would have passed already is the next day worked.
    return replace(
        standing, due=DueDate(max(standing.due.on, calendar.next_workday(as_of)), standing.due.is_provisional)
    )


def _by_date(clock: Clock) -> list[LedgerEntry]:
    beginnings = [entry.on for entry in clock.ledger if isinstance(entry, _BEGINNINGS)]
    if any(entry.on < clock.started_on for entry in clock.ledger):
        raise LedgerError(LedgerFault.BEFORE_START, "on")
    if beginnings != sorted(beginnings):
        raise LedgerError(LedgerFault.PERIOD_OUT_OF_ORDER, "on")
    return sorted(clock.ledger, key=lambda entry: entry.on)


def _after(standing: Standing, entry: PeriodEntry, calendar: WorkCalendar) -> Standing:
    if standing.stopped_on is not None and not isinstance(entry, _BEGINNINGS):
        raise LedgerError(LedgerFault.ALREADY_STOPPED, "on")
    match entry:
        case Extended():
            if not 0 < entry.workdays <= COUNT_WORKDAYS_MAX:
                raise LedgerError(LedgerFault.EXTENSION_OUT_OF_RANGE, "workdays")
            return replace(
                standing,
                due=_moved(standing.due, entry.workdays, calendar),
                extended_workdays=standing.extended_workdays + entry.workdays,
            )
        case Suspended():
            if standing.suspended_on is not None:
                raise LedgerError(LedgerFault.ALREADY_SUSPENDED, "on")
            return replace(standing, suspended_on=entry.on)
        case Resumed():
            return _after_resumption(standing, entry, calendar)
        case PeriodRestarted():
            _require_budget(entry.budget_workdays)
            due = calendar.add_workdays(entry.on, entry.budget_workdays)
            return _next_generation(standing, entry, entry.budget_workdays, due, calendar)
        case DueDateSet():
            if entry.due_on < entry.on:
                raise LedgerError(LedgerFault.DUE_BEFORE_ENTRY, "due_on", "on")
            due = calendar.add_workdays(entry.due_on, 0)
            provisional_on = calendar.first_provisional(entry.on, due.on)
            due = DueDate(due.on, due.is_provisional or provisional_on is not None)
            budget = calendar.workdays_between(entry.on, due.on)
            return _next_generation(standing, entry, budget, due, calendar)
        case Stopped():
            return replace(standing, stopped_on=entry.on)
        case _:
            assert_never(entry)


def _after_resumption(standing: Standing, entry: Resumed, calendar: WorkCalendar) -> Standing:
    if standing.suspended_on is None:
        raise LedgerError(LedgerFault.NOT_SUSPENDED, "on")
    workdays = calendar.workdays_between(standing.suspended_on, entry.on)
    is_estimate = calendar.first_provisional(standing.suspended_on, entry.on) is not None
    due = _moved(standing.due, workdays, calendar)
    return replace(
        standing,
        due=DueDate(due.on, due.is_provisional or is_estimate),
        suspensions=(*standing.suspensions, Suspension(standing.suspended_on, entry.on, workdays)),
        suspended_on=None,
    )


def _next_generation(
    standing: Standing,
    entry: PeriodRestarted | DueDateSet,
    budget_workdays: int,
    due: DueDate,
    calendar: WorkCalendar,
) -> Standing:
    """A new period runs even after a stop; begun during a suspension it waits for the resumption."""
    _require_zone(entry.recorded_at)
    return Standing(
        generation=standing.generation + 1,
        is_instructed=isinstance(entry, DueDateSet),
        started_on=entry.on,
        recorded_at=entry.recorded_at,
        budget_workdays=budget_workdays,
        due=due,
        calendar=calendar,
        suspended_on=None if standing.suspended_on is None else entry.on,
    )


def _moved(due: DueDate, workdays: int, calendar: WorkCalendar) -> DueDate:
    moved = calendar.add_workdays(due.on, workdays)
    return DueDate(moved.on, due.is_provisional or moved.is_provisional)


def _require_budget(workdays: int) -> None:
    if not 0 <= workdays <= COUNT_WORKDAYS_MAX:
        raise LedgerError(LedgerFault.BUDGET_OUT_OF_RANGE, "budget_workdays")


def _require_zone(recorded_at: datetime) -> None:
    if recorded_at.tzinfo is None:
        raise LedgerError(LedgerFault.INSTANT_WITHOUT_ZONE, "recorded_at")
