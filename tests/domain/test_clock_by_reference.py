"""The clock and the ladder against `tests.reference`, act by act and day by day, whatever happens in whatever order."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.calendar import WorkCalendar, YearTable, at_local
from domain.clocks import Clock, LedgerEntry, Reading, read
from domain.ladder import colour_history, colour_on, due_rungs, next_rung_at, rung_at
from domain.ledger import DueDateSet, Extended, PeriodRestarted, Recounted, Resumed, Stopped, Suspended
from domain.matters import ObligationKind
from regulations.calendars import load_calendar
from regulations.loader import load_rule_sets
from tests.reference import FEEDBACK_LADDER, GRAVITY, ONE_DAY, PlainClock, colour_of

BASE = load_calendar()
LADDER = load_rule_sets()["suzhou"].ladder(ObligationKind.FEEDBACK_TASK)
KEY = "task"

ADDED_OFF = {date(2026, 6, day): "防汛停工" for day in (24, 25, 26)}
TYPHOON = YearTable(
    2026,
    {**BASE.years[2026].days_off, **ADDED_OFF},
    {**BASE.years[2026].workdays, date(2026, 6, 28): "调休上班"},
    "试验用表",
    2,
)
NEWER = WorkCalendar("cn-2026.2", {**BASE.years, 2026: TYPHOON})
CALENDAR = replace(BASE, editions=lambda version: {NEWER.version: NEWER, BASE.version: BASE}[version])

few = st.integers(1, 25)
periods = st.sampled_from([1, 5, 10, 20, 30, 60])


class ClockBesidesItsReference(RuleBasedStateMachine):
    """Acts are written into a ledger and told to the plain clock; both must show the same on every day."""

    @initialize(start=st.dates(date(2026, 1, 1), date(2026, 9, 1)), budget=periods)
    def open(self, start: date, budget: int) -> None:
        self.plain = PlainClock(start, budget, BASE.is_workday)
        self.clock = Clock(start, budget, at_local(start, 9), (), BASE.version)
        self.is_recounted = False

    def write(self, entry: LedgerEntry) -> None:
        self.clock = replace(self.clock, ledger=(*self.clock.ledger, entry))

    @property
    def today(self) -> date:
        return self.plain.today

    @property
    def recorded_at(self) -> datetime:
        return at_local(self.today, 9)

    @property
    def reading(self) -> Reading:
        return read(self.clock, CALENDAR, self.today)

    @rule(days=st.integers(1, 20))
    def days_pass(self, days: int) -> None:
        self.plain.walk_to(self.today + timedelta(days=days))

    @precondition(lambda self: self.plain.stopped_on is None)
    @rule(workdays=few)
    def extend(self, workdays: int) -> None:
        self.plain.extend(workdays)
        self.write(Extended(self.today, workdays))

    @precondition(lambda self: self.plain.is_running)
    @rule()
    def suspend(self) -> None:
        self.plain.suspend()
        self.write(Suspended(self.today))

    @precondition(lambda self: self.plain.frozen_on is not None and self.plain.stopped_on is None)
    @rule(days=st.integers(0, 20))
    def resume(self, days: int) -> None:
        self.plain.walk_to(self.today + timedelta(days=days))
        self.plain.resume()
        self.write(Resumed(self.today))

    @rule(workdays=periods)
    def restart(self, workdays: int) -> None:
        self.plain.restart(workdays)
        self.write(PeriodRestarted(self.today, workdays, self.recorded_at))

    @rule(days=st.integers(0, 40))
    def instruct(self, days: int) -> None:
        due_on = self.today + timedelta(days=days)
        self.plain.instruct(due_on)
        self.write(DueDateSet(self.today, due_on, self.recorded_at))

    @precondition(lambda self: self.plain.stopped_on is None)
    @rule()
    def stop(self) -> None:
        self.plain.stop()
        self.write(Stopped(self.today))

    @precondition(lambda self: not self.is_recounted)
    @rule()
    def recount(self) -> None:
        self.is_recounted = True
        self.plain.recount(NEWER.is_workday)
        self.write(Recounted(self.today, NEWER.version, BASE.version))

    @invariant()
    def the_due_date_is_the_references(self) -> None:
        assert self.reading.due.on == self.plain.due_on, self.clock

    @invariant()
    def what_is_left_is_what_the_reference_has_left(self) -> None:
        if self.plain.stopped_on is None:
            assert self.reading.left_workdays == self.plain.left, self.clock

    @invariant()
    def the_period_is_the_references(self) -> None:
        reading, plain = self.reading, self.plain
        assert (reading.generation, reading.budget_workdays) == (plain.generation, plain.budget), self.clock
        assert (reading.is_running, reading.is_instructed) == (
            plain.is_running,
            plain.instructed_for is not None,
        )

    @invariant()
    def the_colour_of_today_is_the_references(self) -> None:
        assert colour_on(self.clock, LADDER, CALENDAR, self.today).value == colour_of(self.plain), self.clock


class LadderBesidesItsReference(ClockBesidesItsReference):
    """The same acts, and a service that looks at the clock every day, or not at all for weeks."""

    def __init__(self) -> None:
        super().__init__()
        self.fired: list[tuple[int, str]] = []
        self.wanted: list[tuple[int, str]] = []
        self.is_down = False

    @rule()
    def the_service_goes_down_or_comes_back(self) -> None:
        self.is_down = not self.is_down
        self._look()

    @rule(days=st.integers(1, 20))
    def days_pass(self, days: int) -> None:
        for _ in range(days):
            self.plain.walk_to(self.today + ONE_DAY)
            self._look()

    def _look(self) -> None:
        """Towards the evening: whatever is due by then and has not been told is told now."""
        if self.is_down:
            return
        now = at_local(self.today, 18)
        due = due_rungs(self.clock, LADDER, CALENDAR, self.fired, now, KEY)
        assert [one.at for one in due] == sorted(one.at for one in due)
        assert all(one.at == rung_at(one.rung, self.reading, KEY) <= now for one in due)
        self.fired += [(one.generation, one.rung.name) for one in due]
        self.wanted += self._expected()
        following = next_rung_at(self.clock, LADDER, CALENDAR, self.fired, now, KEY)
        assert following is None or following > now

    def _expected(self) -> list[tuple[int, str]]:
        """What the reference would tell today, seen before or not: never twice, and nothing of before the period."""
        plain = self.plain
        if not plain.is_running:
            return []
        return [
            (plain.generation, one.name)
            for one in FEEDBACK_LADDER
            if one.belongs_to(plain)
            and self._recorded_on(plain) < plain.beside_due(one.beside_due) <= plain.today
            and (plain.generation, one.name) not in self.wanted
        ]

    def _recorded_on(self, plain: PlainClock) -> date:
        """At nine o'clock the morning's rungs of that day have passed: they are of before the period was recorded."""
        return plain.started_on

    @invariant()
    def every_rung_of_the_reference_is_fired_once(self) -> None:
        assert sorted(self.fired) == sorted(self.wanted), self.clock
        assert len(set(self.fired)) == len(self.fired)

    @invariant()
    def the_history_of_colours_ends_in_todays_and_never_repeats_one(self) -> None:
        history = colour_history(self.clock, LADDER, CALENDAR, self.today)
        colours = [colour.value for _, colour in history]
        assert (colours or ["none"])[-1] == colour_of(self.plain)
        assert all(one != other for one, other in zip(["none", *colours], colours, strict=False))
        assert set(colours) <= set(GRAVITY)


RUNS = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestClock = ClockBesidesItsReference.TestCase
TestClock.settings = RUNS
TestLadder = LadderBesidesItsReference.TestCase
TestLadder.settings = settings(RUNS, max_examples=30)
