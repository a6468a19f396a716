"""工作日历: the tables that were imported, a year at a glance, what a draft would move, and its publication."""

import calendar as months
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.foresight import require
from api.pages.fields import FieldSpec, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Posting, Visit, text_of
from api.problems import STATUSES
from api.recounts import recount_all
from documents.calendar_sheets import rows_of_sheet
from domain.calendar import WorkCalendar
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.calendars import year_table
from records.papers.calendar_rows import days_of_csv, days_of_rows, days_of_toml
from records.papers.calendars import CalendarDay, CalendarPaper, draft_calendar, publish_calendar
from records.queries.people import person_names
from records.queries.recounts import (
    calendar_version,
    calendar_versions,
    moves_under,
    provisional_due_dates,
)

router = page_router()

WARNING_FROM_MONTH = 12
TEXT_CHARACTERS_MAX = 20_000
UPLOAD_BYTES_MAX = 1024 * 1024
FIELDS = (
    FieldSpec("year", "年份", "number", is_required=True, of_kind=int, characters_max=4),
    FieldSpec(
        "scope",
        "适用范围",
        "line",
        is_required=False,
        default="",
        hint="全国留空；区域写区域代码；单位写 unit: 加单位编号。",
    ),
    FieldSpec("source", "依据文件", "line", is_required=True),
)


@dataclass(frozen=True)
class DayCell:
    """One day of the year view. ``sign`` is 休 or 班 where the day is not as its weekday would have it."""

    day: int
    sign: str
    name: str
    is_off: bool


@router.get("/calendars")
def calendars_page(visit: AVisit) -> Response:
    """The imported tables, and for administrators the form that imports one."""
    return _show_calendars(visit, NO_ATTEMPT)


def missing_year(nation: WorkCalendar, today: date) -> int | None:
    """Next year from 1 December on, as long as nobody has imported its table."""
    following = today.year + 1
    return following if today.month >= WARNING_FROM_MONTH and not nation.is_known(following) else None


def _show_calendars(visit: Visit, tried: Attempt) -> Response:
    books, today = visit.counter.books, visit.today
    with visit.counter.register.reading() as session:
        rows = calendar_versions(session)
        nation = books.calendar_in(session)
        following = missing_year(nation, today)
        may_set = may(visit.actor, "set_calendar", Matter())
        form = show_form(
            "calendars", FIELDS, tried, address="/calendars", title="导入工作日历", button="存为草稿"
        )
        return visit.page(
            "calendars.html",
            status=STATUSES[tried.refusal.code] if tried.refusal else 200,
            rows=rows,
            names=person_names(
                session, [id for table, _ in rows for id in (table.drafted_by, table.drafted_on_behalf_of)]
            ),
            years=sorted(nation.years),
            missing=following if may_set else None,
            provisional=provisional_due_dates(session, [following]) if following else 0,
            form=form if may_set else None,
            attempt=tried,
        )


@router.get("/calendars/years/{year}")
def year_page(year: int, visit: AVisit) -> Response:
    """The nation's year as it is in force."""
    with visit.counter.register.reading() as session:
        nation = visit.counter.books.calendar_in(session)
    if not nation.is_known(year):
        raise refuse(RefusalCode.NOT_FOUND, f"{year} 年工作日历尚未导入。")
    return visit.page(
        "calendar_year.html",
        title=f"{year} 年工作日历",
        source=nation.years[year].source,
        months=_months(nation, year),
        draft=None,
        moves=[],
        version=nation.version,
    )


@router.get("/calendars/{calendar_id}")
def calendar_page(calendar_id: str, visit: AVisit) -> Response:
    """One imported table: the year at a glance and, for a draft, every due date that publishing it would move."""
    may_set = may(visit.actor, "set_calendar", Matter())
    with visit.counter.register.reading() as session:
        found = calendar_version(session, calendar_id)
        if found is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该工作日历。")
        table, publication = found
        is_draft = publication is None
        year = year_table(table)
        return visit.page(
            "calendar_year.html",
            title=f"{table.year} 年工作日历（{table.scope or '全国'}，第 {table.revision} 版）",
            source=table.source,
            months=_months(WorkCalendar("", {table.year: year}), table.year),
            draft=table if is_draft and may_set else None,
            is_own=bool(visit.actor.people & {table.drafted_by, table.drafted_on_behalf_of}),
            moves=moves_under(session, visit.counter.books, table, visit.today)
            if is_draft and may_set
            else [],
            publish=show_form(
                "publications",
                (),
                NO_ATTEMPT,
                address=f"/calendars/{table.id}/publications",
                title="发布",
                button="发布并重新计算期限",
                is_grave=True,
            ),
            version=f"已发布，第 {publication.number} 号" if publication else "草稿，尚未施行",
        )


@router.post("/calendars")
async def import_calendar(posting: APosting) -> Response:
    """Keep a draft of what was uploaded or typed."""

    async def do() -> Response:
        require(may(posting.actor, "set_calendar", Matter()))
        paper = CalendarPaper(**read_values(FIELDS, posting.form))
        days = await _days(posting, paper.year)
        made = await write_once(posting, "draft_calendar", lambda pen: draft_calendar(pen, paper, days))
        return posting.go(f"/calendars/{made['calendar_id']}", "草稿已保存；请核对后由另一名系统管理员发布。")

    return await attempt(posting, do, lambda tried: _show_calendars(posting, tried))


@router.post("/calendars/{calendar_id}/publications")
async def publish(calendar_id: str, posting: APosting) -> Response:
    """Publish a draft and count afresh what it moves."""
    require(may(posting.actor, "set_calendar", Matter()))
    await write_once(posting, "publish_calendar", lambda pen: publish_calendar(pen, calendar_id))
    counter = posting.counter
    round_ = await recount_all(counter.client, counter.register, counter.books, counter.today)
    left = f"另有 {round_.left} 项协商稍后自动重新计算。" if round_.left else ""
    return posting.go(
        f"/calendars/{calendar_id}", f"工作日历已发布，{round_.done} 项协商的期限已重新计算。{left}"
    )


async def _days(posting: Posting, year: int) -> list[CalendarDay]:
    upload = posting.form.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        return days_of_csv(text_of(posting.form, "days")[:TEXT_CHARACTERS_MAX])
    content = await upload.read(UPLOAD_BYTES_MAX + 1)
    if len(content) > UPLOAD_BYTES_MAX:
        raise refuse(RefusalCode.INVALID_INPUT, "文件不得超过 1 MB。", field="file")
    try:
        if upload.filename.lower().endswith(".xlsx"):
            return days_of_rows(await run_in_threadpool(rows_of_sheet, content))
        text = content.decode("utf-8-sig")
    except ValueError as error:
        message = "文件应为 xlsx，或者 UTF-8 编码的 CSV、TOML。"
        raise refuse(RefusalCode.INVALID_INPUT, message, field="file") from error
    return days_of_toml(text, year) if upload.filename.lower().endswith(".toml") else days_of_csv(text)


def _months(calendar: WorkCalendar, year: int) -> list[tuple[int, list[list[DayCell | None]]]]:
    """Twelve months in weeks from Monday; None fills up the first and the last week."""
    weeks: Any = months.Calendar().monthdayscalendar
    return [
        (month, [[_cell(calendar, year, month, day) for day in week] for week in weeks(year, month)])
        for month in range(1, 13)
    ]


def _cell(calendar: WorkCalendar, year: int, month: int, day: int) -> DayCell | None:
    if day == 0:
        return None
    on = date(year, month, day)
    table = calendar.years[year]
    sign = "休" if on in table.days_off else "班" if on in table.workdays else ""
    return DayCell(day, sign, (calendar.name_of(on) or "") if sign else "", not calendar.is_workday(on))
