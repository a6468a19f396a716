"""Loads the yearly workday tables, one TOML file per State Council notice, and refuses a wrong one."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from domain.calendar import YEAR_MAX, YEAR_MIN, WorkCalendar, YearTable

_SATURDAY = 5
_RANGE_DAYS_MAX = 31


class CalendarError(ValueError):
    """A workday table that cannot be right; names the file and the field."""

    def __init__(self, file: str, field: str, text: str) -> None:
        super().__init__(f"{file}：{field}：{text}")
        self.file = file
        self.field = field


def load_calendar(directory: Path | None = None) -> WorkCalendar:
    """The calendar of all tables in the directory, by default those shipped with the rule sets.

    Raises CalendarError for a table that is incomplete or contradicts itself.
    """
    folder: Traversable = directory or files("regulations").joinpath("calendar")
    tables = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=_name)
    if not tables:
        raise CalendarError(str(folder), "*.toml", "没有任何年度工作日历")
    return calendar_of(read_year_table(table.read_text("utf-8"), table.name) for table in tables)


def calendar_of(tables: Iterable[YearTable]) -> WorkCalendar:
    """One calendar of several years, its version telling the latest year and every later revision."""
    years = {table.year: table for table in tables}
    revision = 1 + sum(table.revision - 1 for table in years.values())
    return WorkCalendar(version=f"cn-{max(years)}.{revision}", years=years)


def read_year_table(text: str, file: str) -> YearTable:
    """One year's table from the text of its file; `file` is only used to name it.

    Raises CalendarError naming the file and the field.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CalendarError(file, "toml", f"格式有误，{error}") from error
    year = _whole_number(raw, "year", file)
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise CalendarError(file, "year", f"{year} 年超出允许范围")
    if file.removesuffix(".toml") != str(year):
        raise CalendarError(file, "year", f"文件名与年份 {year} 不一致")
    days_off = _days_off(raw, year, file)
    workdays = _workdays(raw, year, file)
    for day in workdays:
        if day in days_off:
            raise CalendarError(file, "workday.on", f"{day.isoformat()} 既列为放假又列为上班")
    return YearTable(year, days_off, workdays, _source(raw, file), _revision(raw, file))


def _days_off(raw: Mapping[str, Any], year: int, file: str) -> dict[date, str]:
    days: dict[date, str] = {}
    for index, entry in enumerate(_tables(raw, "day_off", file)):
        field = f"day_off[{index}]"
        name = _words(entry, "name", file, field)
        first = _day(entry.get("from"), year, file, f"{field}.from")
        last = _day(entry.get("until"), year, file, f"{field}.until")
        if not timedelta(0) <= last - first < timedelta(days=_RANGE_DAYS_MAX):
            raise CalendarError(file, f"{field}.until", "放假的止日早于起日或者时间过长")
        for day in _each_day(first, last):
            if day in days:
                raise CalendarError(file, field, f"{day.isoformat()} 重复列为放假")
            days[day] = name
    return days


def _workdays(raw: Mapping[str, Any], year: int, file: str) -> dict[date, str]:
    days: dict[date, str] = {}
    for index, entry in enumerate(_tables(raw, "workday", file)):
        field = f"workday[{index}]"
        name = _words(entry, "name", file, field)
        listed = entry.get("on")
        if not isinstance(listed, list) or not listed:
            raise CalendarError(file, f"{field}.on", "应为日期的列表")
        for value in listed:
            day = _day(value, year, file, f"{field}.on")
            if day.weekday() < _SATURDAY:
                raise CalendarError(file, f"{field}.on", f"{day.isoformat()} 不是周末，无须调休上班")
            if day in days:
                raise CalendarError(file, f"{field}.on", f"{day.isoformat()} 重复列为上班")
            days[day] = name
    return days


def _source(raw: Mapping[str, Any], file: str) -> str:
    """The notice as it is quoted: title, number when known, date."""
    published_on = _plain_date(raw.get("published_on"), file, "published_on")
    number = _words(raw, "number", file) if "number" in raw else ""
    return (
        f"《{_words(raw, 'notice', file)}》（{'，'.join(filter(None, (number, published_on.isoformat())))}）"
    )


def _revision(raw: Mapping[str, Any], file: str) -> int:
    revision = _whole_number(raw, "revision", file)
    if revision < 1:
        raise CalendarError(file, "revision", "修订号应从 1 开始")
    return revision


def _tables(raw: Mapping[str, Any], field: str, file: str) -> list[dict[str, Any]]:
    entries = raw.get(field, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CalendarError(file, field, f"应写成 [[{field}]]")
    return entries


def _words(entry: Mapping[str, Any], key: str, file: str, within: str = "") -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise CalendarError(file, f"{within}.{key}".lstrip("."), "缺少文字")
    return value


def _whole_number(raw: Mapping[str, Any], field: str, file: str) -> int:
    value = raw.get(field)
    if not isinstance(value, int) or isinstance(value, bool):
        raise CalendarError(file, field, "应为整数")
    return value


def _day(value: object, year: int, file: str, field: str) -> date:
    day = _plain_date(value, file, field)
    if day.year != year:
        raise CalendarError(file, field, f"{day.isoformat()} 不在 {year} 年内")
    return day


def _plain_date(value: object, file: str, field: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise CalendarError(file, field, "应为日期，如 2026-05-01")
    return value


def _each_day(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _name(entry: Traversable) -> str:
    return entry.name
