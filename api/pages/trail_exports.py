"""导出留痕: the form that takes the trail of a consultation, of a unit or of a span away as a file."""

from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.concurrency import run_in_threadpool

from api.foresight import require
from api.pages.fields import FieldSpec, options_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, said
from api.pages.visits import APosting, AVisit, Posting, Visit
from api.problems import STATUSES
from api.trail_exports import export
from documents.trail_sheet import TRAIL_ROWS_MAX
from domain.policy import PERMITS
from domain.refusals import RefusalCode, refuse
from records.queries.people import organisations
from records.queries.trail_exports import TrailScope, consultation_numbered
from records.trail_exports import TrailFormat

router = page_router()
UNITS_MAX = 500
FIELDS = (
    FieldSpec("consultation_number", "协商编号", "line", False, 200, of_kind=str, default=""),
    FieldSpec("unit_id", "办理单位", "choice", False, 64, of_kind=str, default=""),
    FieldSpec("since", "起始日期", "day", False),
    FieldSpec("until", "截止日期", "day", False),
    FieldSpec("format", "文件格式", "choice", True, options=options_of(TrailFormat), of_kind=TrailFormat),
)


@router.get("/audit/exports")
def exports_page(visit: AVisit, consultation: Annotated[str, Query(max_length=200)] = "") -> Response:
    """What may be taken away, and how."""
    return show_exports(visit, NO_ATTEMPT, consultation)


def show_exports(visit: Visit, tried: Attempt, number: str = "") -> Response:
    """The form, with what was typed."""
    require(visit.actor.role in {role for role, _ in PERMITS["read_audit"]})
    with visit.counter.register.reading() as session:
        units = [(one.id, one.name) for one in organisations(session, area=visit.actor.area, limit=UNITS_MAX)]
    form = show_form(
        "audit-exports",
        FIELDS,
        tried,
        address="/audit/exports",
        title="导出留痕",
        button="导出",
        initial={"consultation_number": number, "format": TrailFormat.XLSX.value},
        options={"unit_id": units},
        is_primary=True,
        hint="协商、办理单位、起止日期至少填一项；填几项的，同时符合才导出。",
    )
    return visit.page(
        "trail_exports.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        attempt=tried,
        form=form,
        rows_max=TRAIL_ROWS_MAX,
    )


@router.post("/audit/exports")
async def export_trail(posting: APosting) -> Response:
    """The file; that it was taken away is left on record first."""

    async def do() -> Response:
        values = read_values(FIELDS, posting.form)
        return await run_in_threadpool(lambda: _file(posting, values))

    return await attempt(posting, do, lambda tried: show_exports(posting, tried))


def _file(posting: Posting, values: dict[str, Any]) -> Response:
    number, counter = str(values["consultation_number"] or ""), posting.counter
    case_id = ""
    if number:
        with counter.register.reading() as session:
            found = consultation_numbered(session, posting.actor, number, posting.today)
        if found is None:
            message = f"未找到编号为“{number}”的协商，或者不在您的查看范围内。"
            raise refuse(RefusalCode.INVALID_INPUT, message, field="consultation_number")
        case_id = found
    scope = TrailScope(case_id, str(values["unit_id"] or ""), values["since"], values["until"])
    body = {"path": posting.request.url.path, "said": said(posting)}
    return export(
        counter,
        posting.actor,
        scope,
        TrailFormat(values["format"]),
        lambda write: counter.desk.once(
            posting.actor, counter.now(), key=posting.key, act="export_trail", body=body, write=write
        ),
    )
