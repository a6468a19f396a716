"""Working calendars: drafted by one administrator, looked at, and published by another."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import Field

from api.counter import TheCounter
from api.errands import AnErrand
from api.fields import Body, Line, PathId, Prose, Shown
from api.foresight import require
from api.identity import Visitor
from api.organisations import permitted
from api.recounts import recount_all
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.papers.calendar_rows import days_of_csv, days_of_rows, days_of_toml
from records.papers.calendars import CalendarDay, CalendarPaper, draft_calendar, publish_calendar
from records.pen import Pen
from records.queries.recounts import calendar_version, calendar_versions, moves_under

router = APIRouter(prefix="/work-calendars", tags=["工作日历"])


class WorkCalendarLine(Shown):
    """One imported table. ``scope`` is empty for the nation; ``number`` is null while it is a draft."""

    id: str
    scope: str
    year: int
    revision: int
    source: str
    drafted_by: str
    drafted_on_behalf_of: str | None
    drafted_at: datetime
    number: int | None
    published_by: str | None
    published_on_behalf_of: str | None
    published_at: datetime | None


class WorkCalendarShown(WorkCalendarLine):
    """One imported table with its days, by date."""

    days_off: dict[str, str]
    workdays: dict[str, str]


class DueDateMoveShown(Shown):
    """One open due date that publishing would move or make certain."""

    clock_id: str
    consultation_id: str
    consultation_number: str
    consultation_title: str
    title: str
    holder_name: str
    old_due_on: date
    was_provisional: bool
    due_on: date
    is_provisional: bool


class CalendarRow(Body):
    """One typed row."""

    on: Line
    kind: Literal["放假", "上班"]
    name: Line


class WorkCalendarBody(Body):
    """A year's table: as typed rows, or as the text of a file in CSV or TOML."""

    scope: Line = ""
    year: Annotated[int, Field(strict=True, ge=2000, le=2100)]
    source: Line
    days: Annotated[list[CalendarRow], Field(max_length=366)] = Field(default_factory=list)
    text: Prose = ""
    format: Literal["csv", "toml"] = "csv"


@router.get("", response_model=list[WorkCalendarLine])
def list_work_calendars(counter: TheCounter, _visitor: Visitor) -> list[WorkCalendarLine]:
    """Every imported table, the newest first."""
    with counter.register.reading() as session:
        return [WorkCalendarLine(**_line(*one)) for one in calendar_versions(session)]


@router.get("/{calendar_id}", response_model=WorkCalendarShown)
def read_work_calendar(calendar_id: PathId, counter: TheCounter, _visitor: Visitor) -> WorkCalendarShown:
    """One imported table with its days."""
    with counter.register.reading() as session:
        found = calendar_version(session, calendar_id)
        if found is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该工作日历。")
        table = found[0]
        return WorkCalendarShown(**_line(*found), days_off=table.days_off, workdays=table.workdays)


@router.get("/{calendar_id}/preview", response_model=list[DueDateMoveShown])
def preview_work_calendar(
    calendar_id: PathId, counter: TheCounter, visitor: Visitor
) -> list[DueDateMoveShown]:
    """Every open due date that publishing this draft today would move or make certain."""
    require(may(visitor.actor, "set_calendar", Matter()))
    with counter.register.reading() as session:
        found = calendar_version(session, calendar_id)
        if found is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该工作日历。")
        if found[1] is not None:
            return []
        moves = moves_under(session, counter.books, found[0], counter.today)
        return [DueDateMoveShown.model_validate(one) for one in moves]


@router.post("", status_code=201)
def create_work_calendar(errand: AnErrand, body: WorkCalendarBody) -> JSONResponse:
    """Import a year's table as a draft."""
    paper = CalendarPaper(scope=body.scope, year=body.year, source=body.source)
    checks = [permitted(errand, "set_calendar", "")]

    def write(pen: Pen) -> dict[str, Any]:
        return draft_calendar(pen, paper, _days(body))

    location = "/api/v1/work-calendars/{calendar_id}"
    return errand.write("draft_calendar", body, location, checks, write)


@router.post("/{calendar_id}/publications", status_code=201)
async def create_work_calendar_publication(calendar_id: PathId, errand: AnErrand) -> JSONResponse:
    """Publish a draft; every open due date that it concerns is counted afresh."""
    checks = [permitted(errand, "set_calendar", "")]
    answer = await run_in_threadpool(
        errand.write,
        "publish_calendar",
        {},
        f"/api/v1/work-calendars/{calendar_id}",
        checks,
        lambda pen: publish_calendar(pen, calendar_id),
    )
    counter = errand.counter
    await recount_all(counter.client, counter.register, counter.books, counter.today)
    return answer


def _days(body: WorkCalendarBody) -> list[CalendarDay]:
    if body.days:
        return days_of_rows([(one.on, one.kind, one.name) for one in body.days])
    return days_of_toml(body.text, body.year) if body.format == "toml" else days_of_csv(body.text)


def _line(table: Any, publication: Any) -> dict[str, Any]:
    return {
        "id": table.id,
        "scope": table.scope,
        "year": table.year,
        "revision": table.revision,
        "source": table.source,
        "drafted_by": table.drafted_by,
        "drafted_on_behalf_of": table.drafted_on_behalf_of,
        "drafted_at": table.drafted_at,
        "number": publication.number if publication else None,
        "published_by": publication.published_by if publication else None,
        "published_on_behalf_of": publication.published_on_behalf_of if publication else None,
        "published_at": publication.published_at if publication else None,
    }
