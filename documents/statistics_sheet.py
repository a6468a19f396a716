"""Statistics as a workbook: one sheet a table, one with how each is computed, one with what was counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from documents.list_sheet import Cell, Column, ListSheet, workbook_of
from documents.words import official_date, one_line
from domain.statistics import Line, Number, Statistic

_HEAD_WIDTH, _NUMBER_WIDTH, _DETAIL_WIDTH = 30, 13, 18
_SHEET_NAME_MAX = 31
_FORBIDDEN = str.maketrans("", "", "[]:*?/\\'")


@dataclass(frozen=True)
class ListedCases:
    """What was counted, one by one."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    is_cut: bool


def render_statistics(
    title: str, place: str, span: str, statistics: Sequence[Statistic], listed: ListedCases, made_on: date
) -> bytes:
    """The workbook. Shares stand with the two counts they were made of."""
    subtitle = f"区域：{one_line(place)}　期间：{span}　统计日期：{official_date(made_on)}"
    sheets = [_sheet(one, subtitle) for one in statistics]
    return workbook_of([*sheets, _formulas(title, subtitle, statistics), _listed(listed, subtitle)], made_on)


def _sheet(statistic: Statistic, subtitle: str) -> ListSheet:
    columns = (
        Column(statistic.head, _HEAD_WIDTH),
        *(Column(one, _NUMBER_WIDTH) for one in statistic.columns),
    )
    lines = (*statistic.lines, *((statistic.total,) if statistic.total else ()))
    name = statistic.title.translate(_FORBIDDEN)[:_SHEET_NAME_MAX]
    return ListSheet(name, statistic.title, subtitle, columns, tuple(_row(line) for line in lines))


def _row(line: Line) -> tuple[Cell, ...]:
    return (line.label, *(_cell(one) for one in line.numbers))


def _cell(number: Number) -> Cell:
    """A count stays a number that can be summed; everything else is said as on the page."""
    if isinstance(number.value, int) and number.denominator is None and not number.note:
        return number.value
    words = f"{number.note} {number.shown}".strip()
    if number.denominator is not None:
        return f"{words}（{number.numerator}/{number.denominator}）"
    return f"{words}（{number.numerator} 件）" if number.numerator else words


def _formulas(title: str, subtitle: str, statistics: Sequence[Statistic]) -> ListSheet:
    columns = (Column("统计表", 30), Column("计算方法", 80), Column("说明", 50))
    rows = tuple((one.title, one.formula, one.note) for one in statistics)
    return ListSheet("计算方法", f"{title}：计算方法", subtitle, columns, rows)


def _listed(listed: ListedCases, subtitle: str) -> ListSheet:
    columns = tuple(Column(one, _DETAIL_WIDTH) for one in listed.headings)
    cut = f"　只列出前 {len(listed.rows)} 行，请缩小区域或者期间" if listed.is_cut else ""
    return ListSheet(listed.title, listed.title, subtitle + cut, columns, listed.rows)
