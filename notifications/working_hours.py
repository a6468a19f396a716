"""When a letter may leave the house."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from domain.calendar import SHANGHAI, at_local
from domain.notices import NoticeKind

OPENS = time(8, 30)
CLOSES = time(17, 30)
_DAYS_AHEAD_MAX = 366


def may_go_out_at(
    kind: NoticeKind, now: datetime, is_workday: Callable[[date], bool], opens: time = OPENS
) -> datetime:
    """The first instant (UTC) from which a letter may be sent.

    Urgent letters and working hours (08:30–17:30 Asia/Shanghai of a working day): now. Otherwise the next
    08:30 of a working day. [D] 系统默认。 ``opens`` is a later hour of the day that somebody chose for themselves.
    Raises ValueError for a naive instant, for an hour outside the working hours, or when a year ahead holds no working day.
    """
    if now.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    if not OPENS <= opens < CLOSES:
        raise ValueError(f"{opens} lies outside the working hours")
    there = now.astimezone(SHANGHAI)
    if kind.is_urgent or (is_workday(there.date()) and opens <= there.time() < CLOSES):
        return now.astimezone(UTC)
    first = there.date() if there.time() < opens else there.date() + timedelta(days=1)
    for ahead in range(_DAYS_AHEAD_MAX):
        day = first + timedelta(days=ahead)
        if is_workday(day):
            return at_local(day, opens.hour, opens.minute)
    raise ValueError(f"no working day within {_DAYS_AHEAD_MAX} days of {first}")
