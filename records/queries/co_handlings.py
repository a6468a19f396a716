"""会办: who co-handles a task, until when, and what was answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.words import Word
from records.books import Books
from records.queries.clocks import ClockStanding, clock_standings
from records.queries.people import organisation_names
from records.tables.obligations import ClockRow, CoHandling, FeedbackTask


class CoHandlingState(Word):
    """Where a co-handling stands. Overdue is not a state: it follows from the clock."""

    OWED = "owed", "待答复"
    ANSWERED = "answered", "已答复"
    ENDED = "ended", "未答复，已随主办事项终止"


@dataclass(frozen=True)
class CoHandlingLine:
    """One co-handler of a task. The clock is None for tasks handed out before co-handlers had clocks."""

    unit_id: str
    unit_name: str
    co_handling: CoHandling | None
    clock: ClockStanding | None

    @property
    def state(self) -> CoHandlingState | None:
        """Where it stands, None where nothing was asked by a day."""
        if self.co_handling is None or self.clock is None:
            return None
        if self.co_handling.answered_on is not None:
            return CoHandlingState.ANSWERED
        return CoHandlingState.OWED if self.clock.is_open else CoHandlingState.ENDED

    def opinion_for(self, reader: Actor) -> str:
        """The opinion, as far as the reader may see it: a draft is the unit's own until it is handed in."""
        if self.co_handling is None:
            return ""
        is_shown = self.co_handling.answered_on is not None or reader.organisation_id == self.unit_id
        return self.co_handling.opinion if is_shown else ""


def co_handling_lines(
    session: Session,
    books: Books,
    tasks: Iterable[FeedbackTask],
    today: date,
    known: Mapping[str, ClockStanding] | None = None,
) -> dict[str, list[CoHandlingLine]]:
    """The co-handlers of tasks, by task id, in the order in which they were named.

    ``known`` are clocks by id that were read already.
    """
    tasks = list(tasks)
    found = _co_handlings(session, [task.id for task in tasks])
    clocks = dict(known or {})
    missing = [one.clock_id for one in found if one.clock_id not in clocks]
    if missing:
        rows = session.scalars(select(ClockRow).where(ClockRow.id.in_(missing))).all()
        clocks |= {clock.id: clock for clock in clock_standings(session, books, rows, today)}
    names = organisation_names(session, {unit for task in tasks for unit in task.co_unit_ids})
    by_place = {(one.task_id, one.unit_id): one for one in found}
    lines: dict[str, list[CoHandlingLine]] = {}
    for task in tasks:
        lines[task.id] = []
        for unit_id in task.co_unit_ids:
            one = by_place.get((task.id, unit_id))
            clock = clocks[one.clock_id] if one is not None else None
            lines[task.id].append(CoHandlingLine(unit_id, names.get(unit_id, ""), one, clock))
    return lines


def owed_co_handling(session: Session, task_id: str, unit_id: str) -> CoHandling | None:
    """What this unit still owes to the lead of the task, None when it co-handles nothing or has answered."""
    return session.scalar(
        select(CoHandling)
        .join(ClockRow, ClockRow.id == CoHandling.clock_id)
        .where(CoHandling.task_id == task_id, CoHandling.unit_id == unit_id, ClockRow.is_open)
    )


def co_handling_id_of(session: Session, task_id: str, unit_id: str) -> str | None:
    """The co-handling by which the unit has a part in the task, None where it has none."""
    if not task_id.isprintable():
        return None
    return session.scalar(
        select(CoHandling.id).where(CoHandling.task_id == task_id, CoHandling.unit_id == unit_id)
    )


def _co_handlings(session: Session, task_ids: Sequence[str]) -> Sequence[CoHandling]:
    return session.scalars(
        select(CoHandling).where(CoHandling.task_id.in_(task_ids)).order_by(CoHandling.id)
    ).all()
