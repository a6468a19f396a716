"""Importing a year's working calendar: drafted by one person, published by another, never changed afterwards."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sqlalchemy import func, select

from domain.audit_actions import AuditAction
from domain.calendar_layers import NATION, UNIT_MARK
from domain.refusals import RefusalCode, refuse
from domain.words import Word
from records.audit import administration_stream
from records.papers.changes import kept
from records.papers.checking import Line, Number, checked, invalid
from records.papers.finding import row_of
from records.pen import Pen
from records.tables.calendars import WorkCalendarPublication, WorkCalendarTable
from records.tables.people import Organisation
from records.tables.rooms import Room

_BOOKS = administration_stream("books")
_AREA = re.compile(r"[a-z][a-z0-9_-]*(/[a-z0-9_-]+)*")
YEAR_LEAST, YEAR_MOST = 2000, 2100
DAYS_MAX = 366
FAULTS_SHOWN_MAX = 20
_SATURDAY = 5


class DayKind(Word):
    """What a row of the table says of its day."""

    OFF = "off", "放假"
    WORKED = "worked", "上班"


@dataclass(frozen=True)
class CalendarDay:
    """One row of the table; ``row`` is where it stands, for telling what is wrong with it."""

    row: int
    on: date
    kind: DayKind
    name: str


@dataclass(frozen=True, kw_only=True)
class CalendarPaper:
    """One year's table. ``scope`` is empty for the nation, an area, or ``unit:`` and the id of an organisation."""

    scope: Annotated[str, Line("适用范围", is_required=False)] = NATION
    year: Annotated[int, Number("年份", least=YEAR_LEAST, most=YEAR_MOST)]
    source: Annotated[str, Line("依据文件")]


def draft_calendar(pen: Pen, paper: CalendarPaper, days: Sequence[CalendarDay]) -> dict[str, Any]:
    """Keep a table as a draft; its revision follows the last one of the same scope and year.

    Raises Refused (INVALID_INPUT) naming every faulty row and the rule it breaks; nothing is kept then.
    """
    values = checked(pen, paper)
    _require_scope(pen, values["scope"])
    if faults := faults_in(days, values["year"], values["scope"]):
        raise invalid("；".join(faults[:FAULTS_SHOWN_MAX]) + "。", "days")
    last = pen.session.scalar(
        select(func.max(WorkCalendarTable.revision)).filter_by(scope=values["scope"], year=values["year"])
    )
    row = WorkCalendarTable(
        **values,
        revision=(last or 0) + 1,
        days_off={one.on.isoformat(): one.name for one in days if one.kind is DayKind.OFF},
        workdays={one.on.isoformat(): one.name for one in days if one.kind is DayKind.WORKED},
        drafted_by=pen.by.person_id,
        drafted_on_behalf_of=pen.by.on_behalf_of,
        drafted_at=pen.at,
    )
    pen.session.add(row)
    pen.session.flush()
    new = kept(values | {"revision": row.revision, "days_off": row.days_off, "workdays": row.workdays})
    pen.note(AuditAction.CALENDAR_DRAFTED, "work_calendar", row.id, stream=_BOOKS, new=new)
    return {"calendar_id": row.id, "revision": row.revision}


def publish_calendar(pen: Pen, calendar_id: str) -> dict[str, Any]:
    """Put a draft in force. What it moves is counted afresh by an act sent to each consultation.

    Raises Refused: NOT_FOUND, NOT_PERMITTED when the drafter publishes, STATE_FORBIDS when it is in force already
    or a later revision is.
    """
    row = row_of(pen, WorkCalendarTable, calendar_id, "工作日历")
    if pen.session.scalar(select(WorkCalendarPublication).filter_by(calendar_id=row.id)) is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该工作日历已发布，不能重复发布。")
    if pen.by.people & {row.drafted_by, row.drafted_on_behalf_of}:
        raise refuse(RefusalCode.NOT_PERMITTED, "工作日历的拟订人与发布人不得为同一人。")
    later = (
        select(WorkCalendarTable.id)
        .join(WorkCalendarPublication, WorkCalendarPublication.calendar_id == WorkCalendarTable.id)
        .where(
            WorkCalendarTable.scope == row.scope,
            WorkCalendarTable.year == row.year,
            WorkCalendarTable.revision > row.revision,
        )
    )
    if pen.session.scalar(later.limit(1)) is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "同一范围、同一年份已发布更新的修订，不能再发布本稿。")
    number = (pen.session.scalar(select(func.max(WorkCalendarPublication.number))) or 0) + 1
    pen.session.add(
        WorkCalendarPublication(
            number=number,
            calendar_id=row.id,
            published_by=pen.by.person_id,
            published_on_behalf_of=pen.by.on_behalf_of,
            published_at=pen.at,
        )
    )
    pen.session.flush()
    new = {"number": number, "scope": row.scope, "year": row.year, "revision": row.revision}
    pen.note(AuditAction.CALENDAR_PUBLISHED, "work_calendar", row.id, stream=_BOOKS, new=new)
    return {"calendar_id": row.id, "number": number}


def faults_in(days: Sequence[CalendarDay], year: int, scope: str) -> list[str]:
    """What is wrong with the rows, each with its number and the rule."""
    faults: list[str] = []
    if not days or (scope == NATION and not any(one.kind is DayKind.OFF for one in days)):
        faults.append("没有任何放假日期：全国工作日历至少应有一个放假日")
    if len(days) > DAYS_MAX:
        faults.append(f"共 {len(days)} 行，一年不得超过 {DAYS_MAX} 行")
    seen: dict[date, CalendarDay] = {}
    for one in days[: DAYS_MAX + 1]:
        where = f"第 {one.row} 行（{one.on}）"
        if one.on.year != year:
            faults.append(f"{where}：日期不在 {year} 年内")
        if one.kind is DayKind.WORKED and one.on.weekday() < _SATURDAY:
            faults.append(f"{where}：不是周末，无须列为调休上班")
        if not one.name.strip() or len(one.name) > 50:
            faults.append(f"{where}：名称应为 1 至 50 个字")
        first = seen.setdefault(one.on, one)
        if first is not one:
            same = first.kind is one.kind
            what = f"重复列为{one.kind.label}" if same else "既列为放假又列为上班"
            faults.append(f"{where}：与第 {first.row} 行{'' if same else '矛盾，'}{what}")
    return faults


def _require_scope(pen: Pen, scope: str) -> None:
    if scope == NATION:
        return
    if scope.startswith(UNIT_MARK):
        known = pen.session.get(Organisation, scope.removeprefix(UNIT_MARK)) is not None
    else:
        inside = f"{scope}/%"
        known = _AREA.fullmatch(scope) is not None and any(
            pen.session.scalar(
                select(table.id).where((table.area == scope) | table.area.like(inside)).limit(1)
            )
            for table in (Organisation, Room)
        )
    if not known:
        raise invalid("“适用范围”应为全国（留空）、已登记的区域或者单位。", "scope")
