"""The month: sessions and due dates day by day, with the days off and the weekends that are worked."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated

from fastapi import Query, Response

from api.pages.routing import page_router
from api.pages.visits import AVisit
from api.pages.worklist import place_of
from domain.calendar import SHANGHAI, WEEKEND_NAME, YEAR_MAX, YEAR_MIN, WorkCalendar
from records.queries.months import DueInMonth, SessionInMonth, due_between, sessions_between

router = page_router()
ENTRIES_MAX = 300
SHOWN_PER_DAY = 4
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True)
class Entry:
    """One thing on a day. ``tone`` names the mark that stands before the word."""

    word: str
    tone: str
    title: str
    note: str
    address: str


@dataclass
class MonthDay:
    """One day: whether it is worked, why not where that has a name, and what is on it."""

    on: date
    is_workday: bool
    name: str
    is_today: bool
    entries: list[Entry] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """What the calendar says of the day: its holiday, or the weekend day that is worked; 休 for a weekend."""
        if not self.is_workday:
            return "休" if self.name == WEEKEND_NAME else f"{self.name} 休"
        return self.name if not self.name or self.name.endswith("上班") else f"{self.name} 上班"

    @property
    def is_plain(self) -> bool:
        """Whether a list of days may leave it out."""
        return not (self.entries or self.is_today or (self.name and self.name != WEEKEND_NAME))


@router.get("/calendar")
def month_page(visit: AVisit, month: Annotated[str, Query(max_length=20)] = "") -> Response:
    """One month of what the visitor may see; this month for anything that is no month."""
    today, actor = visit.today, visit.actor
    first_on = month_of(month) or today.replace(day=1)
    last_on = first_on.replace(day=monthrange(first_on.year, first_on.month)[1])
    with visit.counter.register.reading() as session:
        calendar = visit.counter.books.calendar_in(session, actor.area, actor.organisation_id)
        sessions = sessions_between(session, actor, today, first_on, last_on, ENTRIES_MAX)
        due = due_between(session, actor, today, first_on, last_on, ENTRIES_MAX)
    days = _days(calendar, first_on, last_on, today)
    _enter(days, sessions, due, today)
    return visit.page(
        "month.html",
        first_on=first_on,
        days=days,
        shown=SHOWN_PER_DAY,
        sessions=len(sessions),
        due=len(due),
        is_cut=ENTRIES_MAX in (len(sessions), len(due)),
        is_known=calendar.is_known(first_on.year),
        before=_address(first_on - timedelta(days=1)),
        after=_address(last_on + timedelta(days=1)),
        is_this_month=first_on == today.replace(day=1),
    )


def month_of(text: str) -> date | None:
    """The first day of a month written 2026-11; None for anything else."""
    found = _MONTH.fullmatch(text)
    if found is None:
        return None
    year, month = int(found[1]), int(found[2])
    return date(year, month, 1) if YEAR_MIN < year < YEAR_MAX and 1 <= month <= 12 else None


def _address(on: date) -> str:
    return f"/calendar?month={on:%Y-%m}"


def _days(calendar: WorkCalendar, first_on: date, last_on: date, today: date) -> list[MonthDay]:
    days = (first_on + timedelta(days=number) for number in range(last_on.day))
    return [
        MonthDay(day, calendar.is_workday(day), calendar.name_of(day) or "", day == today) for day in days
    ]


def _enter(
    days: list[MonthDay], sessions: Iterable[SessionInMonth], due: Iterable[DueInMonth], today: date
) -> None:
    for one in sessions:
        days[one.on.day - 1].entries.append(_session_entry(one))
    for clock in due:
        days[clock.on.day - 1].entries.append(_due_entry(clock, today))


def _session_entry(one: SessionInMonth) -> Entry:
    hour = f"{one.starts_at.astimezone(SHANGHAI):%H:%M} " if one.starts_at else ""
    return Entry(
        word=f"协商活动（{one.state.label}）",
        tone="session",
        title=one.consultation_title,
        note=f"{hour}第 {one.number} 场 {one.format.label}" + (f" · {one.place}" if one.place else ""),
        address=f"/consultations/{one.consultation_id}/sessions",
    )


def _due_entry(one: DueInMonth, today: date) -> Entry:
    tone = "late" if one.on < today and not one.is_suspended else "due"
    word = {"late": "已逾期", "due": "到期"}[tone] + ("（暂定）" if one.is_provisional else "")
    return Entry(
        word="期限中止" if one.is_suspended else word,
        tone="due" if one.is_suspended else tone,
        title=one.title,
        note=" · ".join(part for part in (one.consultation_title, one.holder_name) if part),
        address=place_of(one.kind, one.subject_id, one.consultation_id),
    )
