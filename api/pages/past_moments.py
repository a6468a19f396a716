"""An instant of the past as a form asks for it: a day and a time of day, as the clocks of Shanghai show them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.calendar import SHANGHAI, local_date


@dataclass(frozen=True)
class Moment:
    """The instant that was asked for; ``wrong`` says why it is another one than was typed.

    Without a time of day it is the end of that day, and never later than now.
    """

    at: datetime
    day: str
    clock: str
    wrong: str = ""


def asked_moment(day: str, clock: str, now: datetime) -> Moment:
    """Read what was typed."""
    day, clock = day.strip(), clock.strip()
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return Moment(now, day, clock, "请填写日期，例如 2026-06-01。以下按现在计算。")
    if on > local_date(now):
        return Moment(now, day, clock, "日期不能晚于今天。以下按现在计算。")
    ends = datetime.combine(on, time(), SHANGHAI) + timedelta(days=1, microseconds=-1)
    if not clock:
        return Moment(min(ends, now), day, clock)
    try:
        of_day = time.fromisoformat(clock)
    except ValueError:
        return Moment(min(ends, now), day, clock, "请填写时刻，例如 14:30。以下按当日终了计算。")
    # Whoever asks for 14:30 means what was there when that minute had passed.
    asked = datetime.combine(on, of_day.replace(tzinfo=None), SHANGHAI)
    if of_day.second == 0 and of_day.microsecond == 0:
        asked += timedelta(minutes=1, microseconds=-1)
    return Moment(min(asked, now), day, clock)
