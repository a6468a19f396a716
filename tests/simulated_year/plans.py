"""What people do with their consultations in a year, invented day by day, and what must come of it.

Only `tests.reference` is asked for dates. Mornings bring the rungs (08:30 to 08:49), acts happen at ten.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.reference import ONE_DAY, IsWorkday, PlainClock
from tests.simulated_year.lives import (
    ASK_WORKDAYS,
    ESCALATION_WORKDAYS,
    LATE_LADDER,
    RETURN_WORKDAYS,
    REVIEW_LADDER,
    SENT_BACK_WORKDAYS,
    SETTLING_DAYS,
    SUSPENSION_WORKDAYS_MAX,
    CoHandling,
    Deed,
    Desk,
    Owed,
    Plan,
    Task,
    hand_out,
    patience,
    workday_after,
)
from tests.simulated_year.people import UNITS_PER_COUNTY


class Inventor:
    """Invents one life from a seed."""

    def __init__(self, plan: Plan, seed: str, is_workday: IsWorkday, until: date) -> None:
        self.plan, self.random, self.is_workday, self.until = plan, Random(seed), is_workday, until
        self.today = plan.starts_on
        self.tasks: list[Task] = []
        self.co_handlings: list[CoHandling] = []
        self.review: Owed | None = None
        self.reviews = 0
        self.suspends_on = self._after(self.random.randint(4, 45)) if self.random.random() < 0.3 else None
        self.resumes_on: date | None = None

    def invent(self) -> Plan:
        """Live until the year is over, and some days more on which only the clock acts."""
        self._assign()
        self._write_down()
        while self.today < self.until:
            self.today += ONE_DAY
            self._walk()
            self._morning()
            if self.is_workday(self.today):
                before = len(self.plan.deeds)
                self._act()
                if len(self.plan.deeds) > before:
                    self._write_down()
        for _ in range(SETTLING_DAYS):
            self.today += ONE_DAY
            self._walk()
            self._morning()
        self._write_down()
        return self.plan

    # Days.

    def _walk(self) -> None:
        for owed in self._all_owed():
            owed.clock.walk_to(self.today)

    def _all_owed(self) -> Iterator[Owed]:
        for task in self.tasks:
            yield task.answer
            yield task.acknowledgement
            yield from (desk.owed for desk in task.desks)
        yield from (one.owed for one in self.co_handlings)
        if self.review is not None:
            yield self.review

    def _morning(self) -> None:
        for owed in list(self._all_owed()):
            for generation, rung in owed.morning():
                self.plan.rungs.append((owed.key, generation, rung.name, self.today))
                if rung.name in ("special_report", "talk_proposed"):
                    self._open_desk(next(one for one in self.tasks if one.answer is owed))

    def _open_desk(self, task: Task) -> None:
        ordinal = len(task.desks) + 1
        owed = Owed(
            f"{task.item}.{task.turn} desk {ordinal}",
            PlainClock(self.today, ESCALATION_WORKDAYS, self.is_workday),
            LATE_LADDER,
            is_frozen_with_case=False,
        )
        task.desks.append(Desk(ordinal, owed, self._after(self.random.choice((1, 2, 3, 6, 11, 99)))))

    def _write_down(self) -> None:
        dates = {owed.key: owed.clock.due_on for owed in self._all_owed()}
        self.plan.due[self.today] = self.plan.due.get(self.today, {}) | self._former() | dates

    def _former(self) -> dict[str, date]:
        earlier = [known for _, known in sorted(self.plan.due.items())]
        return earlier[-1] if earlier else {}

    # Deeds.

    def _do(self, what: str, task: Task | None = None, **given: Any) -> None:
        self.plan.deeds.append(Deed(what, self.today, task.name if task else (0, 0), given))

    def _assign(self) -> None:
        units = self.random.sample(range(UNITS_PER_COUNTY), UNITS_PER_COUNTY)
        given = []
        for item in range(1, self.plan.items + 1):
            lead, co = units[item - 1], units[-1] if self.random.random() < 0.4 else None
            self._hand(item, 1, lead)
            if co is not None:
                clock = PlainClock(self.today, self.plan.county.co_handling_workdays, self.is_workday)
                owed = Owed(f"{item} unit{co}", clock, LATE_LADDER)
                self.co_handlings.append(CoHandling(item, co, owed, self.random.randint(-7, 10)))
            given.append((lead, co))
        self._do("assign", items=given)

    def _hand(self, item: int, turn: int, unit: int) -> None:
        self.tasks.append(
            hand_out(self.plan.county, (item, turn), unit, self.today, self.is_workday, self.random)
        )

    def _act(self) -> None:
        if self.resumes_on is not None:
            self._instruct()
            if self.resumes_on <= self.today:
                self._resume()
            return
        if self.suspends_on is not None and self.suspends_on <= self.today and self._has_work():
            self._suspend()
            return
        for task in list(self.tasks):
            if not task.is_over:
                self._act_on(task)
        self._instruct()
        for one in self.co_handlings:
            if not one.is_over and one.owed.clock.left <= one.answers_at:
                one.is_over = True
                one.owed.clock.stop()
                self._do(
                    "opine",
                    next(t for t in self.tasks if t.item == one.item and not self._is_gone(t)),
                    unit=one.unit,
                )

    def _is_gone(self, task: Task) -> bool:
        return any(one.item == task.item and one.turn > task.turn for one in self.tasks)

    def _has_work(self) -> bool:
        return any(not task.is_over for task in self.tasks)

    def _act_on(self, task: Task) -> None:
        clock = task.answer.clock
        if task.verifies_on is not None:
            if task.verifies_on <= self.today:
                self._verify(task)
        elif task.decides_return_on is not None:
            if task.decides_return_on <= self.today:
                self._decide_return(task)
        elif task.returns_on is not None:
            self._ask_return(task)
        elif task.decides_extension_on is not None and task.decides_extension_on <= self.today:
            self._decide_extension(task)
        elif not task.is_acknowledged and task.sent_back == 0 and task.acknowledges_on <= self.today:
            task.is_acknowledged = True
            task.acknowledgement.clock.stop()
            self._do("acknowledge", task)
        elif clock.left <= task.answers_at:
            self._answer(task)
        elif task.decides_extension_on is None and task.asks_at is not None and clock.left <= task.asks_at:
            self._ask_extension(task)

    def _ask_return(self, task: Task) -> None:
        assert task.returns_on is not None
        is_open = task.acknowledgement.clock.today <= self._window_closes(task)
        if task.returns_on <= self.today:
            task.returns_on = None
            self._do("ask_return" if is_open else "ask_return_in_vain", task)
            if is_open:
                task.decides_return_on = self._after(self.random.randint(1, 4))

    def _window_closes(self, task: Task) -> date:
        """The fifth day on which the clock ran since the 交办."""
        clock = task.answer.clock
        used = clock.budget - clock.left
        return self.today if used <= RETURN_WORKDAYS else self.today - ONE_DAY

    def _decide_return(self, task: Task) -> None:
        task.decides_return_on = None
        if self.random.random() < 0.4:
            self._do("refuse_return", task)
            return
        takers = set(range(UNITS_PER_COUNTY)) - {task.unit} - {one.unit for one in self.co_handlings}
        unit = self.random.choice(sorted(takers))
        for owed in (task.answer, task.acknowledgement):
            if owed.clock.stopped_on is None:
                owed.clock.stop()
        task.is_over = True
        asked_again = sum(one.item == task.item and not one.is_over for one in self.co_handlings)
        self._do("accept_return", task, unit=unit, asked_again=asked_again)
        self._hand(task.item, task.turn + 1, unit)

    def _ask_extension(self, task: Task) -> None:
        clock, task.asks_at = task.answer.clock, None
        most = clock.budget // 2
        if clock.instructed_for is not None or clock.left < ASK_WORKDAYS or task.is_extended or most < 1:
            self._do("ask_extension_in_vain", task, workdays=2)
            return
        task.asked = self.random.randint(1, most)
        task.decides_extension_on = self._after(self.random.randint(1, 3))
        self._do("ask_extension", task, workdays=task.asked)

    def _decide_extension(self, task: Task) -> None:
        task.decides_extension_on = None
        if self.random.random() < 0.25 or task.answer.clock.instructed_for is not None:
            self._do("refuse_extension", task)
            return
        granted = task.asked if self.random.random() < 0.5 else self.random.randint(1, task.asked)
        task.is_extended = True
        task.answer.clock.extend(granted)
        self._do("grant_extension", task, workdays=granted)

    def _answer(self, task: Task) -> None:
        task.is_acknowledged = True
        task.decides_extension_on = None
        for owed in (task.answer, task.acknowledgement, *(desk.owed for desk in task.desks)):
            if owed.clock.stopped_on is None:
                owed.clock.stop()
        for desk in task.desks:
            desk.is_open = False
        task.verifies_on = self._after(self.random.randint(1, 4))
        self._do("answer", task)

    def _verify(self, task: Task) -> None:
        task.verifies_on = None
        if task.sent_back < 2 and self.random.random() < 0.3:
            task.sent_back += 1
            task.is_extended = False
            task.answer.clock.restart(SENT_BACK_WORKDAYS)
            task.answers_at = patience(self.random)
            task.asks_at = self.random.randint(3, 8) if self.random.random() < 0.3 else None
            self._do("send_back", task)
            return
        task.is_over = True
        for one in self.co_handlings:
            if one.item == task.item and not one.is_over:
                one.is_over = True
                one.owed.clock.stop()
        self._do("verify", task)

    def _instruct(self) -> None:
        for task in self.tasks:
            for desk in task.desks:
                if not desk.is_open or desk.instructs_on > self.today:
                    continue
                if self.random.random() < 0.3:
                    desk.owed.clock.restart(ESCALATION_WORKDAYS)
                    desk.instructs_on = self._after(self.random.choice((2, 4, 7, 12)))
                    self._do("instruct", task, desk=desk.ordinal, due_on=None)
                    continue
                due_on = self.today + timedelta(days=self.random.randint(1, 25))
                desk.is_open = False
                desk.owed.clock.stop()
                task.answer.clock.instruct(due_on)
                task.answers_at = max(patience(self.random), -30)
                task.asks_at = 4 if self.random.random() < 0.3 else None
                self._do("instruct", task, desk=desk.ordinal, due_on=due_on)

    def _suspend(self) -> None:
        self.suspends_on, self.reviews = None, self.reviews + 1
        workdays = self.random.randint(2, SUSPENSION_WORKDAYS_MAX)
        clock = PlainClock(self.today, workdays, self.is_workday)
        self.review = Owed(f"review {self.reviews}", clock, REVIEW_LADDER, is_frozen_with_case=False)
        for owed in self._all_owed():
            if owed.is_frozen_with_case and owed.clock.stopped_on is None:
                owed.clock.suspend()
        self.resumes_on = self._after(self.random.randint(1, 25))
        self._do("suspend", review_on=clock.due_on)

    def _resume(self) -> None:
        self.resumes_on = None
        for owed in self._all_owed():
            if owed.is_frozen_with_case and owed.clock.stopped_on is None:
                owed.clock.resume()
        assert self.review is not None
        self.review.clock.stop()
        self._do("resume")

    def _after(self, workdays: int) -> date:
        return workday_after(self.today, workdays, self.is_workday)
