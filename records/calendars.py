"""The working calendar as the register has it: the shipped years, and over them whatever was published since.

Asked per transaction. One cheap statement finds out whether anything was published since the last look, in whichever
process; the tables themselves are read only then.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import WorkCalendar, YearTable
from domain.calendar_layers import Layer, edition, layered
from records.tables.calendars import WorkCalendarPublication, WorkCalendarTable

_SEEN = "calendars.seen"
_CALENDARS_KEPT_MAX = 1_000


@dataclass(frozen=True)
class _Shelf:
    """What was published up to one publication, in order, and the id of the newest table."""

    newest_id: str = ""
    layers: tuple[Layer, ...] = ()


class Calendars:
    """The calendars of all areas and units. One per process."""

    def __init__(self, base: WorkCalendar) -> None:
        self.base = base
        self._lock = threading.Lock()
        self._shelf = _Shelf()
        self._built: dict[tuple[str, str, str], WorkCalendar] = {}

    def of(self, session: Session, area: str, unit_id: str | None = None) -> WorkCalendar:
        """The calendar of an area, and of one unit in it, as this transaction sees it."""
        shelf = self._seen_by(session)
        key = (shelf.newest_id, area, unit_id or "")
        found = self._built.get(key)
        if found is None:
            found = self._made(shelf.layers, area, unit_id)
            if len(self._built) >= _CALENDARS_KEPT_MAX:
                self._built.clear()
            self._built[key] = found
        return found

    def ahead(self, session: Session, draft: WorkCalendarTable) -> Callable[[str, str | None], WorkCalendar]:
        """The calendar of an area and unit as it would be if this draft were published next."""
        published = self._seen_by(session).layers
        layers = (*published, Layer(len(published) + 1, draft.scope, year_table(draft)))
        return cache(partial(self._made, layers))

    def _made(self, layers: tuple[Layer, ...], area: str, unit_id: str | None) -> WorkCalendar:
        calendar = layered(self.base, layers, area, unit_id or "")
        return replace(calendar, editions=cache(partial(edition, self.base, layers)))

    def _seen_by(self, session: Session) -> _Shelf:
        shelf: _Shelf | None = session.info.get(_SEEN)
        if shelf is None:
            newest = select(WorkCalendarPublication.calendar_id).order_by(
                WorkCalendarPublication.number.desc()
            )
            newest_id = session.scalar(newest.limit(1)) or ""
            shelf = self._shelf
            if shelf.newest_id != newest_id:
                shelf = _Shelf(newest_id, _published(session))
                with self._lock:
                    self._shelf = shelf
            session.info[_SEEN] = shelf
        return shelf


def year_table(row: WorkCalendarTable) -> YearTable:
    """The table as the arithmetic reads it."""
    return YearTable(
        row.year,
        {date.fromisoformat(day): name for day, name in row.days_off.items()},
        {date.fromisoformat(day): name for day, name in row.workdays.items()},
        row.source,
        row.revision,
    )


def _published(session: Session) -> tuple[Layer, ...]:
    rows = session.execute(
        select(WorkCalendarPublication.number, WorkCalendarTable)
        .join(WorkCalendarTable, WorkCalendarTable.id == WorkCalendarPublication.calendar_id)
        .order_by(WorkCalendarPublication.number)
    )
    return tuple(Layer(number, row.scope, year_table(row)) for number, row in rows)
