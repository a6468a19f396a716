"""From what was uploaded or typed to the rows of a working calendar; a fault names its row and the rule."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from records.papers.calendars import FAULTS_SHOWN_MAX, CalendarDay, DayKind
from records.papers.checking import invalid
from regulations.calendars import CalendarError, read_year_table

HEADER = ("日期", "类型", "名称")
_KINDS = {kind.label: kind for kind in DayKind}


def days_of_csv(text: str) -> list[CalendarDay]:
    """Rows 日期,类型,名称; a first line with these names may be left out."""
    return days_of_rows(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def days_of_rows(rows: Iterable[Sequence[str]]) -> list[CalendarDay]:
    """The rows of a sheet or of a form. Raises Refused (INVALID_INPUT) naming each faulty row."""
    days: list[CalendarDay] = []
    faults: list[str] = []
    for number, cells in enumerate(rows, start=1):
        said = [cell.strip() for cell in cells]
        if not any(said) or (number == 1 and tuple(said[:3]) == HEADER):
            continue
        if len(said) < 3 or not all(said[:3]):
            faults.append(f"第 {number} 行：应有日期、类型、名称三栏")
            continue
        try:
            on = date.fromisoformat(said[0])
        except ValueError:
            faults.append(f"第 {number} 行：日期“{said[0][:20]}”应写成 2027-01-01 的样子")
            continue
        kind = _KINDS.get(said[1])
        if kind is None:
            faults.append(f"第 {number} 行：类型“{said[1][:20]}”应为放假或者上班")
            continue
        days.append(CalendarDay(number, on, kind, said[2]))
    if faults:
        raise invalid("；".join(faults[:FAULTS_SHOWN_MAX]) + "。", "days")
    return days


def days_of_toml(text: str, year: int) -> list[CalendarDay]:
    """A table in the format of the shipped ones. Raises Refused (INVALID_INPUT) naming the entry at fault."""
    try:
        table = read_year_table(text, f"{year}.toml")
    except CalendarError as error:
        raise invalid(f"{error}。", "days") from error
    off = [(day, DayKind.OFF, name) for day, name in table.days_off.items()]
    worked = [(day, DayKind.WORKED, name) for day, name in table.workdays.items()]
    return [CalendarDay(number, *one) for number, one in enumerate([*off, *worked], start=1)]
