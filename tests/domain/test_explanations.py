"""The page explains each due date so that it can be checked by hand."""

from datetime import date

from domain.calendar import at_local
from domain.clocks import (
    Clock,
    DueDateSet,
    Extended,
    LedgerEntry,
    LineKind,
    PeriodRestarted,
    Resumed,
    Stopped,
    Suspended,
    explain,
)
from regulations.calendars import load_calendar

CALENDAR = load_calendar()


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def texts(clock: Clock, *kinds: LineKind) -> list[str]:
    return [line.text for line in explain(clock, CALENDAR) if line.kind in kinds]


def opened(start: str, budget: int, *ledger: LedgerEntry) -> Clock:
    return Clock(day(start), budget, at_local(day(start), 10), ledger)


def test_the_start_rule_opens_and_the_calendar_closes_the_explanation() -> None:
    lines = explain(opened("04-08", 30), CALENDAR)
    assert lines[0].text == "2026-04-08 交办，自次日起计算 30 个工作日"
    assert lines[-2].text == "到期：2026-05-22 24:00，当日办复为按期"
    assert lines[-1].text.startswith("工作日历版本：cn-2026.1；依据《国务院办公厅关于2026年")


def test_holidays_are_named_once_with_their_span() -> None:
    line = next(line for line in explain(opened("04-08", 30), CALENDAR) if line.kind is LineKind.HOLIDAY)
    assert line.text == "2026-05-01 至 05-05 劳动节，不计入"
    assert (line.on, line.until) == (day("05-01"), day("05-05"))


def test_a_weekend_worked_is_named() -> None:
    assert texts(opened("04-08", 30), LineKind.ADJUSTED_WORKDAY) == ["2026-05-09 劳动节调休上班，计入"]


def test_every_day_not_counted_is_listed() -> None:
    clock = opened("09-14", 30)
    skipped = [
        date.fromordinal(ordinal)
        for line in explain(clock, CALENDAR)
        if line.kind in (LineKind.HOLIDAY, LineKind.WEEKEND)
        for ordinal in range(line.on.toordinal(), line.until.toordinal() + 1)
    ]
    due = CALENDAR.add_workdays(day("09-14"), 30).on
    assert (due - day("09-14")).days - len(skipped) == 30
    assert not any(CALENDAR.is_workday(skipped_day) for skipped_day in skipped)
    assert len(skipped) == len(set(skipped))


def test_an_extension_tells_its_reason_and_what_it_moved() -> None:
    clock = opened("07-06", 30, Extended(day("08-12"), 15, "须与上级主管部门会商"))
    assert texts(clock, LineKind.ENTRY) == [
        "2026-08-12 延期 15 个工作日，到期日由 2026-08-17 改为 2026-09-07（须与上级主管部门会商）"
    ]


def test_a_suspension_tells_how_many_working_days_were_frozen() -> None:
    clock = opened("04-08", 30, Suspended(day("05-12")), Resumed(day("05-20")), Stopped(day("05-26")))
    assert texts(clock, LineKind.ENTRY) == [
        "2026-05-12 中止，期限停止计算",
        "2026-05-20 恢复，中止期间 6 个工作日不计入，到期日由 2026-05-22 改为 2026-06-01",
        "2026-05-26 停止计算",
    ]


def test_an_open_suspension_says_that_the_date_will_move() -> None:
    clock = opened("04-08", 30, Suspended(day("05-12")))
    assert texts(clock, LineKind.ENTRY)[-1] == "期限尚在中止，恢复后到期日相应顺延"


def test_earlier_periods_come_before_the_current_one() -> None:
    clock = opened(
        "03-02",
        60,
        Extended(day("03-06"), 5),
        PeriodRestarted(day("03-11"), 60, at_local(day("03-11"), 10), "退办后改派"),
    )
    assert [line.text for line in explain(clock, CALENDAR)][:3] == [
        "2026-03-02 交办，自次日起计算 60 个工作日",
        "2026-03-06 延期 5 个工作日，到期日由 2026-05-28 改为 2026-06-04",
        "2026-03-11 重新起算，自次日起计算 60 个工作日（退办后改派）",
    ]
    assert [line.kind for line in explain(clock, CALENDAR)][:3] == [
        LineKind.EARLIER,
        LineKind.EARLIER,
        LineKind.START,
    ]


def test_an_instructed_date_is_quoted_and_its_move_off_a_holiday_told() -> None:
    recorded_at = at_local(day("09-14"), 10)
    clock = opened("08-03", 30, DueDateSet(day("09-14"), day("10-03"), recorded_at))
    assert texts(clock, LineKind.START) == [
        "2026-09-14 按批示定于 2026-10-03 到期，当日不上班，顺延至 2026-10-08"
    ]
    assert texts(clock, LineKind.HOLIDAY) == ["2026-10-03 至 10-07 国庆节，不计入"]
    plain = opened("06-01", 30, DueDateSet(day("07-30"), day("08-13"), at_local(day("07-30"), 10)))
    assert texts(plain, LineKind.START) == ["2026-07-30 按批示定于 2026-08-13 到期"]
    assert texts(plain, LineKind.HOLIDAY, LineKind.WEEKEND) == []


def test_an_unpublished_year_is_told_as_provisional() -> None:
    clock = opened("10-12", 60)
    assert texts(clock, LineKind.DUE) == ["暂定到期：2027-01-05 24:00，当日办复为按期"]
    assert texts(clock, LineKind.PROVISIONAL) == [
        "2027 年放假安排尚未录入，按周末和固定法定节假日暂算，录入后重新计算并通知"
    ]
    assert texts(clock, LineKind.HOLIDAY) == ["2027-01-01 元旦，不计入"]


def test_a_year_counted_only_in_a_suspension_is_told_as_provisional() -> None:
    ledger = (Suspended(date(2027, 1, 5)), Resumed(date(2027, 1, 6)))
    clock = opened("12-01", 10, *ledger)
    assert texts(clock, LineKind.DUE) == ["暂定到期：2026-12-16 24:00，当日办复为按期"]
    assert texts(clock, LineKind.PROVISIONAL)[0].startswith("2027 年")


def test_a_period_wholly_outside_the_tables_has_no_source_to_quote() -> None:
    clock = Clock(date(2028, 3, 1), 5, at_local(date(2028, 3, 1), 10))
    assert texts(clock, LineKind.CALENDAR) == ["工作日历版本：cn-2026.1"]


def test_a_weekend_across_new_year_shows_both_years() -> None:
    clock = Clock(date(2022, 12, 30), 3, at_local(date(2022, 12, 30), 10))
    assert texts(clock, LineKind.WEEKEND, LineKind.HOLIDAY) == [
        "2022-12-31 周末，不计入",
        "2023-01-01 元旦，不计入",
    ]
