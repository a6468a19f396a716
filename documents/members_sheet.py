"""委员参与情况 as a list by name: what somebody took part in, and no order of merit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from documents.list_sheet import Cell, Column, ListSheet, workbook_of
from documents.words import official_date, one_line


@dataclass(frozen=True)
class MemberRow:
    """One member's year. ``numbers`` follow the headings."""

    name: str
    bodies: str
    rooms: str
    numbers: tuple[int, ...]


def render_members(
    headings: Sequence[str], rows: Sequence[MemberRow], formula: str, place: str, year: int, made_on: date
) -> bytes:
    """The list, and on a second sheet how it was counted."""
    subtitle = (
        f"区域：{one_line(place)}　年度：{year}年　统计日期：{official_date(made_on)}　按姓名排列，不排名次"
    )
    columns = (
        Column("姓名", 12),
        Column("任职政协", 28),
        Column("编入的协商议事室", 40),
        *(Column(f"{one}（件）", 13) for one in headings),
    )
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        (one.name, one.bodies, one.rooms, *one.numbers) for one in rows
    )
    title = f"{year}年委员参与协商情况"
    explained = (Column("统计表", 30), Column("计算方法", 90))
    how = ListSheet("计算方法", f"{title}：计算方法", subtitle, explained, ((title, formula),))
    return workbook_of([ListSheet("委员参与情况", title, subtitle, columns, cells), how], made_on)
