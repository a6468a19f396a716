"""The supervisor's page: every stream with its length and last hash, and the verification of all of them."""

from typing import Annotated

from fastapi import Query, Response

from api.cursors import cursor_of, key_of
from api.foresight import require
from api.pages.routing import page_router
from api.pages.visits import AVisit
from domain.policy import Matter, may
from records.audit import consultation_of
from records.queries.audit_entries import heads
from records.queries.papers import named_consultations

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
