"""工作台账: what was done around consultations, by year and kind, with one short form."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api.cursors import cursor_of
from api.fields import PathId
from api.foresight import require
from api.pages.fields import Options, fields_of, options_of, read_values
from api.pages.folders import organisation_options
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.routing import page_router
from api.pages.small_papers import WorkWithdrawalForm
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Posting, Visit
from api.problems import STATUSES
from api.work_log import log_address, place_of, require_keeper, require_own_record
from domain.policy import PERMITS, Matter, may
from domain.work_log import WorkKind
from records.papers.work_log import WorkPaper, record_work, withdraw_work
from records.pen import Pen
from records.queries.consultations import ConsultationFilter, consultations_visible_to
from records.queries.papers import named_consultations
from records.queries.people import organisation_names, person_names, rooms
from records.queries.work_log import (
    WorkFilter,
    members_within,
    work_counts,
    work_records,
)

router = page_router()
WORK_FIELDS = fields_of(WorkPaper)
WITHDRAWAL_FIELDS = fields_of(WorkWithdrawalForm)
LINES_PER_PAGE = 30
CHOICES_MAX = 500
YEARS_SHOWN = 6
HINT = (
    "指导督查、“四不两直”督查调研须选择单位，委员联系群众须选择委员，典型案例推荐须选择已办结的协商。"
    "指导督查登记后即通知被督查单位，可以提前登记；“四不两直”督查调研不通知、不对被督查单位显示。"
)


@router.get("/work-log")
def list_page(
    visit: AVisit,
    year: Annotated[str, Query(max_length=4)] = "",
    kind: Annotated[str, Query(max_length=40)] = "",
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """The entries of the visitor's area, the latest first."""
    return show_log(visit, NO_ATTEMPT, year, kind, cursor)


def show_log(
    visit: Visit, tried: Attempt, year: str = "", kind: str = "", cursor: str | None = None
) -> Response:
    """The work log, narrowed by year and kind. Raises Refused (NOT_PERMITTED)."""
    actor = visit.actor
    require(any(role is actor.role for role, _ in PERMITS["read_work_log"]))
    years = [str(visit.today.year - back) for back in range(YEARS_SHOWN)]
    narrowed = WorkFilter(
        year=int(year) if year in years else None,
        kind=next((one for one in WorkKind if one.value == kind), None),
    )
    with visit.counter.register.reading() as session:
        rows = work_records(session, actor, narrowed, after=place_of(cursor), limit=LINES_PER_PAGE)
        bodies = organisation_names(
            session, [one for row in rows for one in (row.organisation_id, row.subject_organisation_id)]
        )
        context: dict[str, Any] = {
            "rows": rows,
            "bodies": bodies,
            "members": person_names(session, [row.person_id for row in rows]),
            "cases": named_consultations(
                session, [row.consultation_id for row in rows if row.consultation_id], actor, visit.today
            ),
            "counts": work_counts(session, actor, narrowed, visit.today),
            "recording": _recording(visit, session, tried),
            "withdrawing": _withdrawing(visit, rows, tried),
        }
    last = rows[-1] if len(rows) == LINES_PER_PAGE else None
    return visit.page(
        "work_log.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        attempt=tried,
        year=year if narrowed.year else "",
        years=years,
        kind=narrowed.kind.value if narrowed.kind else "",
        kinds=options_of(WorkKind),
        following=cursor_of(last.happened_on.isoformat(), last.id) if last else None,
        **context,
    )


def _recording(visit: Visit, session: Session, tried: Attempt) -> ShownForm | None:
    actor = visit.actor
    if not may(actor, "keep_work_log", Matter(body_id=actor.organisation_id)):
        return None
    cases = consultations_visible_to(session, actor, visit.today, ConsultationFilter(), limit=CHOICES_MAX)
    options: dict[str, Options] = {
        "subject_organisation_id": tuple(
            one for one in organisation_options(session) if one[0] != actor.organisation_id
        ),
        "person_id": tuple((one.id, one.name) for one in members_within(session, actor.area)),
        "consultation_id": tuple((one.id, f"{one.number} {one.title}") for one in cases),
        "room_id": tuple((one.id, one.name) for one in rooms(session, area=actor.area, limit=CHOICES_MAX)),
    }
    return show_form(
        "work-records",
        WORK_FIELDS,
        tried,
        address="/work-log",
        title="登记工作台账",
        button="登记台账",
        initial={"happened_on": visit.today},
        options=options,
        hint=HINT,
    )


def _withdrawing(visit: Visit, rows: Sequence[Any], tried: Attempt) -> dict[str, ShownForm]:
    """By entry, the form that withdraws it, where the visitor's own organisation keeps it."""
    return {
        row.id: show_form(
            f"withdrawals-{row.id}",
            WITHDRAWAL_FIELDS,
            tried,
            address=f"/work-log/{row.id}/withdrawals",
            title="撤销这条记录",
            button="撤销记录",
            is_grave=True,
        )
        for row in rows
        if row.withdrawn_on is None and may(visit.actor, "keep_work_log", Matter(body_id=row.organisation_id))
    }


@router.post("/work-log")
async def record(posting: APosting) -> Response:
    """Record an entry."""
    return await attempt(posting, lambda: _record(posting), lambda tried: show_log(posting, tried))


async def _record(posting: Posting) -> Response:
    paper = WorkPaper(**read_values(WORK_FIELDS, posting.form))
    require_keeper(posting.actor, posting.actor.organisation_id)
    written = await write_once(
        posting, "record_work", lambda pen: record_work(pen, paper, log_address(posting.counter))
    )
    told = "，已通知被督查单位" if written["letters"] else ""
    return posting.go("/work-log", f"工作台账已登记{told}。")


@router.post("/work-log/{work_record_id}/withdrawals")
async def withdraw(posting: APosting, work_record_id: PathId) -> Response:
    """Withdraw an entry with the reason."""

    async def do() -> Response:
        form = WorkWithdrawalForm(**read_values(WITHDRAWAL_FIELDS, posting.form))

        def write(pen: Pen) -> Any:
            require_own_record(pen, posting.actor, work_record_id)
            return withdraw_work(pen, work_record_id, form.reason, log_address(posting.counter))

        await write_once(posting, "withdraw_work", write)
        return posting.go("/work-log", "该条记录已撤销，仍留存备查，不再计入统计。")

    return await attempt(posting, do, lambda tried: show_log(posting, tried))
