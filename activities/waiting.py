"""What a consultation waits for: the earliest instant at which one of its clocks yields something."""

from dataclasses import dataclass
from datetime import datetime

from activities.case import Case
from domain.clocks import read
from domain.ladder import due_rungs, next_rung_at


@dataclass(frozen=True)
class Awaited:
    """The instant to wake at (which may have passed already), and in words what is due first."""

    wake_at: datetime | None
    text: str


def what_is_awaited(case: Case) -> Awaited:
    """Look at every open clock. A rung whose instant has passed unrecorded wakes at once: none is dropped."""
    wakes: list[datetime] = []
    awaited: list[tuple[str, str]] = []
    for record in case.open_clocks():
        ladder = case.ladder(record.row.kind)
        arguments = (record.clock, ladder, case.calendar, record.fired, case.pen.at, record.row.id)
        wakes += [due.at for due in due_rungs(*arguments)]
        following = next_rung_at(*arguments)
        if following is not None:
            wakes.append(following)
        due = read(record.clock, case.calendar, case.pen.today).due
        mark = "（暂定）" if due.is_provisional else ""
        awaited.append((due.on.isoformat(), f"{record.row.title}，{due.on.isoformat()}{mark}到期"))
    first = min(awaited, default=("", ""))[1]
    return Awaited(min(wakes, default=None), first)
