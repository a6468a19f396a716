"""The supervisor's page: every stream with its length and last hash, and the verification of all of them."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Response

from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.foresight import require
from api.pages.consultations import tab_page
from api.pages.routing import page_router
from api.pages.submissions import attempt, errand_of, write_once
from api.pages.visits import APosting, AVisit, Posting
from domain.policy import Matter, may
from records.audit import consultation_of
from records.pen import Pen
from records.queries.audit_entries import heads
from records.queries.papers import named_consultations
from records.stream_checks import verify_consultation_stream

router = page_router()
_AREAS = {
    "administration/accounts": "登录与账号",
    "administration/books": "规则集与工作日历",
    "administration/organisations": "单位、人员与任职",
    "administration/personal_data": "个人信息查看",
    "administration/rooms": "协商议事室",
    "administration/topics": "议题",
}
LINES_PER_PAGE = 50
FAULTS_MAX = 100


@router.get("/audit")
def audit_page(
    visit: AVisit,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    verify: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """The streams; with ``verify`` every entry is recomputed first, which takes as long as there are entries."""
    require(may(visit.actor, "verify_audit", Matter()))
    key = key_of(cursor, str)
    with visit.counter.register.reading() as session:
        rows = heads(session, after=key[0] if key else "", limit=LINES_PER_PAGE)
        cases = named_consultations(
            session, [consultation_of(one.stream) for one in rows], visit.actor, visit.today
        )
        faults = []
        if verify:
            for fault in visit.counter.trail.verify(session):
                faults.append(fault)
                if len(faults) == FAULTS_MAX:
                    break
    return visit.page(
        "audit.html",
        heads=[(one, _AREAS.get(one.stream, ""), cases.get(consultation_of(one.stream))) for one in rows],
        is_verified=bool(verify),
        faults=faults,
        verified_at=visit.counter.now(),
        following=cursor_of(rows[-1].stream) if len(rows) == LINES_PER_PAGE else None,
    )


@router.post("/consultations/{consultation_id}/verifications")
async def verify_stream(posting: APosting, consultation_id: PathId) -> Response:
    """Recompute the stream of one consultation now. What was found stands on its timeline."""
    return await attempt(
        posting,
        lambda: _verify(posting, consultation_id),
        lambda tried: tab_page(posting, consultation_id, "timeline", tried),
    )


async def _verify(posting: Posting, consultation_id: str) -> Response:
    check = errand_of(posting).bound_to(consultation_id, "read_audit")

    def write(pen: Pen) -> Mapping[str, Any]:
        check(pen)
        return verify_consultation_stream(pen, consultation_id)

    found = await write_once(posting, "verify_stream", write)
    message = f"已逐条核验第 1 至第 {found['count']} 条留痕，编号连续，未发现改动。本次核验已留痕。"
    return posting.go(f"/consultations/{consultation_id}/timeline", message)
