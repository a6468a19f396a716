"""工作台账: what was done around consultations, recorded, withdrawn and read."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.counter import Counter, TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.errands import AnErrand
from api.fields import AsPaper, Body, PathId, Reason
from api.foresight import require
from api.identity import Visitor
from api.shown.work_log import WorkRecordShown
from domain.bodies import Actor
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from domain.work_log import WorkKind
from records.papers.work_log import WorkPaper, record_work, withdraw_work
from records.pen import Pen
from records.queries.work_log import WorkFilter, work_record, work_records

router = APIRouter(prefix="/work-records", tags=["工作台账"])


class WorkWithdrawalBody(Body):
    """Why an entry is withdrawn."""

    reason: Reason


@router.post("", status_code=201)
def create_work_record(errand: AnErrand, paper: Annotated[WorkPaper, AsPaper()]) -> JSONResponse:
    """Record an entry for one's own organisation. An announced inspection is told to its unit by letter."""
    by = errand.by
    return errand.write(
        "record_work",
        paper,
        "/api/v1/work-records/{work_record_id}",
        [lambda _pen: require_keeper(by, by.organisation_id)],
        lambda pen: record_work(pen, paper, log_address(errand.counter)),
    )


@router.get("", response_model=Page[WorkRecordShown])
def list_work_records(
    counter: TheCounter,
    visitor: Visitor,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    kind: WorkKind | None = None,
    area: Annotated[str, Query(max_length=200)] = "",
    consultation_id: Annotated[str, Query(max_length=64)] = "",
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[WorkRecordShown]:
    """The latest entries first, of the reader's own area; withdrawn ones are marked."""
    narrowed = WorkFilter(
        year=year,
        kind=kind,
        area=area.replace("\x00", ""),
        consultation_id=consultation_id.replace("\x00", ""),
    )
    with counter.register.reading() as session:
        rows = work_records(session, visitor.actor, narrowed, after=place_of(cursor), limit=limit)
        items = [WorkRecordShown.model_validate(row) for row in rows]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.happened_on.isoformat(), one.id)))


@router.get("/{work_record_id}", response_model=WorkRecordShown)
def read_work_record(work_record_id: PathId, counter: TheCounter, visitor: Visitor) -> WorkRecordShown:
    """One entry."""
    with counter.register.reading() as session:
        row = work_record(session, visitor.actor, work_record_id)
        if row is None:
            raise _not_found()
        return WorkRecordShown.model_validate(row)


@router.post("/{work_record_id}/withdrawals", status_code=201)
def create_work_withdrawal(
    work_record_id: PathId, errand: AnErrand, body: WorkWithdrawalBody
) -> JSONResponse:
    """Withdraw a wrong entry with the reason; it stays in the log, marked, and is not counted."""
    return errand.write(
        "withdraw_work",
        body,
        f"/api/v1/work-records/{work_record_id}",
        [lambda pen: require_own_record(pen, errand.by, work_record_id)],
        lambda pen: withdraw_work(pen, work_record_id, body.reason, log_address(errand.counter)),
    )


def require_own_record(pen: Pen, by: Actor, record_id: str) -> None:
    """Raise Refused unless the entry is one that the actor's organisation keeps."""
    row = work_record(pen.session, by, record_id)
    if row is None:
        raise _not_found()
    require_keeper(by, row.organisation_id)


def require_keeper(by: Actor, organisation_id: str) -> None:
    """Raise Refused unless the actor may keep the work log of this organisation."""
    require(may(by, "keep_work_log", Matter(body_id=organisation_id)))


def log_address(counter: Counter) -> str:
    """Where the work log is read."""
    return f"{counter.base_url.rstrip('/')}/work-log"


def place_of(cursor: str | None) -> tuple[date, str] | None:
    """The day and id in a cursor of the work log. Raises Refused (INVALID_INPUT)."""
    key = key_of(cursor, str, str)
    if key is None:
        return None
    try:
        return date.fromisoformat(key[0]), key[1]
    except ValueError:
        message = "翻页位置（cursor）无效，请从第一页重新查询。"
        raise refuse(RefusalCode.INVALID_INPUT, message, field="cursor") from None


def _not_found() -> Exception:
    return refuse(RefusalCode.NOT_FOUND, "未找到该台账记录。")
