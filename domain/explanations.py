"""The lines that explain a due date on the page, so that everyone can check it by hand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from domain.calendar import WEEKEND_NAME, DueDate, WorkCalendar
from domain.ledger import (
    Clock,
    DueDateSet,
    Extended,
    LedgerEntry,
    PeriodRestarted,
    Recounted,
    Resumed,
    Standing,
    Stopped,
    Suspended,
    replay,
)
from domain.words import Word


class LineKind(Word):
    """What a line of an explanation is about."""

    START = "start", "起算"
    EARLIER = "earlier", "此前期限"
    HOLIDAY = "holiday", "放假"
    WEEKEND = "weekend", "周末"
    ADJUSTED_WORKDAY = "adjusted_workday", "调休上班"
    ENTRY = "entry", "期限变动"
    REQUEST = "request", "申请"
    DUE = "due", "到期"
    PROVISIONAL = "provisional", "暂定"
    CALENDAR = "calendar", "工作日历"
    RULE_SET = "rule_set", "规则集"


@dataclass(frozen=True)
class ExplainedLine:
    """One line about one day or the days `on` to `until`."""

    kind: LineKind
    on: date
    until: date
    text: str


@dataclass(frozen=True)
class Remark:
    """What was asked about a period and changed no date: a 退办 or 延期, waiting or refused; when and in words."""

    on: date
    text: str


def explain(
    clock: Clock, calendar: WorkCalendar, remarks: Sequence[Remark] = ()
) -> tuple[ExplainedLine, ...]:
    """Why the clock is due when it is: how earlier periods began, then the current one from start to due date.

    ``remarks`` stand at their days. Raises LedgerError for an invalid ledger.
    """
    steps = replay(clock, calendar)
    current = steps[-1][1]
    begins_at = next(i for i, (_, standing) in enumerate(steps) if standing.generation == current.generation)
    asked = [ExplainedLine(LineKind.REQUEST, one.on, one.on, one.text) for one in remarks]
    begun_on = current.started_on
    dated = [
        *_changes(steps[begins_at:]),
        *_days_of_note(steps[begins_at], current),
        *(line for line in asked if line.on >= begun_on),
    ]
    earlier = [*_earlier(steps[:begins_at], clock.reason), *(line for line in asked if line.on < begun_on)]
    return (
        *sorted(earlier, key=lambda line: line.on),
        _start(*steps[begins_at], clock.reason),
        *sorted(dated, key=lambda line: line.on),
        *_result(current),
    )


def _earlier(steps: list[tuple[LedgerEntry | None, Standing]], clock_reason: str) -> Iterator[ExplainedLine]:
    for entry, standing in steps:
        if entry is None or isinstance(entry, PeriodRestarted | DueDateSet):
            line = _start(entry, standing, clock_reason)
            yield ExplainedLine(LineKind.EARLIER, line.on, line.until, line.text)
    for line in _changes(steps):
        yield ExplainedLine(LineKind.EARLIER, line.on, line.until, line.text)


def _start(entry: LedgerEntry | None, standing: Standing, clock_reason: str) -> ExplainedLine:
    on, due_on = standing.started_on, standing.due.on
    if isinstance(entry, DueDateSet):
        text = f"{on} 按批示定于 {entry.due_on} 到期"
        if due_on != entry.due_on:
            text += f"，当日不上班，顺延至 {due_on}"
    else:
        verb = "重新起算" if isinstance(entry, PeriodRestarted) else "交办"
        text = f"{on} {verb}，自次日起计算 {standing.budget_workdays} 个工作日"
    because = f"（{clock_reason}）" if entry is None and clock_reason else _because(entry)
    return ExplainedLine(LineKind.START, on, on, text + because)


def _changes(steps: list[tuple[LedgerEntry | None, Standing]]) -> Iterator[ExplainedLine]:
    """The entries that changed a period, each with what it did to the due date."""
    for (_, before), (entry, after) in pairwise(steps):
        match entry:
            case Extended():
                text = f"{entry.on} 延期 {entry.workdays} 个工作日，{_moved(before.due, after.due)}"
            case Suspended():
                text = f"{entry.on} 中止，期限停止计算"
            case Resumed():
                workdays = after.suspensions[-1].workdays
                text = f"{entry.on} 恢复，中止期间 {workdays} 个工作日不计入，{_moved(before.due, after.due)}"
            case Stopped():
                text = f"{entry.on} 停止计算"
            case Recounted():
                text = f"{entry.on} 按工作日历〔{entry.calendar_version}〕重新计算：{_recount(before, after)}"
            case _:
                continue
        yield ExplainedLine(LineKind.ENTRY, entry.on, entry.on, text + _because(entry))


def _days_of_note(begun: tuple[LedgerEntry | None, Standing], current: Standing) -> Iterator[ExplainedLine]:
    """Every day off between start and due date by name, days of one name together; worked weekend days."""
    entry, standing = begun
    due_on, calendar = current.due.on, current.calendar
    # A date set by 批示 was not counted to: only what came after it needs explaining.
    day = entry.due_on if isinstance(entry, DueDateSet) else standing.started_on + timedelta(days=1)
    while day <= due_on:
        name, is_workday, first = calendar.name_of(day), calendar.is_workday(day), day
        while day < due_on and _is_alike(day, day + timedelta(days=1), calendar):
            day += timedelta(days=1)
        if is_workday and name is not None:
            yield ExplainedLine(LineKind.ADJUSTED_WORKDAY, first, day, f"{_span(first, day)} {name}，计入")
        elif name is not None:
            kind = LineKind.WEEKEND if name == WEEKEND_NAME else LineKind.HOLIDAY
            yield ExplainedLine(kind, first, day, f"{_span(first, day)} {name}，不计入")
        day += timedelta(days=1)


def _is_alike(day: date, following: date, calendar: WorkCalendar) -> bool:
    same_name = calendar.name_of(day) == calendar.name_of(following)
    return same_name and calendar.is_workday(day) == calendar.is_workday(following)


def _result(standing: Standing) -> Iterator[ExplainedLine]:
    due_on, calendar = standing.due.on, standing.calendar
    word = "暂定" if standing.due.is_provisional else ""
    yield ExplainedLine(LineKind.DUE, due_on, due_on, f"{word}到期：{due_on} 24:00，当日办复为按期")
    if standing.suspended_on is not None:
        text = "期限尚在中止，恢复后到期日相应顺延"
        yield ExplainedLine(LineKind.ENTRY, standing.suspended_on, due_on, text)
    last_counted_on = max([due_on, *(suspension.resumed_on for suspension in standing.suspensions)])
    years = range(standing.started_on.year, last_counted_on.year + 1)
    if standing.due.is_provisional:
        unpublished = "、".join(str(year) for year in years if not calendar.is_known(year))
        text = f"{unpublished} 年放假安排尚未录入，按周末和固定法定节假日暂算，录入后重新计算并通知"
        yield ExplainedLine(LineKind.PROVISIONAL, due_on, due_on, text)
    text = f"工作日历版本：{calendar.version}"
    if sources := [calendar.years[year].source for year in years if calendar.is_known(year)]:
        text += f"；依据{'、'.join(sources)}"
    yield ExplainedLine(LineKind.CALENDAR, standing.started_on, due_on, text)


def _moved(before: DueDate, after: DueDate) -> str:
    return f"到期日由 {before.on} 改为 {after.on}"


def _recount(before: Standing, after: Standing) -> str:
    """What a newer calendar did to the due date."""
    old = f"原{'暂定 ' if before.due.is_provisional else ' '}{before.due.on}"
    if before.due == after.due:
        return f"{old}，到期日不变"
    return f"{old} → 现{'暂定 ' if after.due.is_provisional else ' '}{after.due.on}"


def _because(entry: LedgerEntry | None) -> str:
    return f"（{entry.reason}）" if entry is not None and entry.reason else ""


def _span(first: date, last: date) -> str:
    """2026-05-01 至 05-05: the year is repeated only where it changes."""
    if first == last:
        return first.isoformat()
    until = f"{last:%m-%d}" if last.year == first.year else last.isoformat()
    return f"{first} 至 {until}"
