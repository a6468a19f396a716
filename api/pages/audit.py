"""The supervisor's page: every stream with its length and last hash, and the verification of all of them."""

import asyncio
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from temporalio.service import RPCError

from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.foresight import require
from api.histories import held_against_history
from api.pages.consultations import tab_page
from api.pages.routing import page_router
from api.pages.submissions import attempt, errand_of, write_once
from api.pages.visits import APosting, AVisit, Posting
from domain.calendar import local_date
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.audit import consultation_of
from records.audit_checks import AuditCheck
from records.base import to_json
from records.matters import matter_of
from records.pen import Pen
from records.queries.audit_entries import heads
from records.queries.papers import named_consultations
from records.queries.reading import reading_consultation
from records.queries.seals import newest_seal
from records.queries.stream_names import area_name, names_of_streams
from records.seal_checks import SEALS
from records.sessions import Register
from records.stream_checks import verify_consultation_stream
from records.stream_walks import AuditFault

router = page_router()
LINES_PER_PAGE = 50
FAULTS_MAX = 100
HEADS_AT_ONCE = 1_000
UNITS = {SEALS: "号"}
"""What the sequence of a fault counts, where it is not entries."""


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
        faults: list[AuditFault] = []
        if verify:
            check = AuditCheck(visit.counter.trail, visit.counter.seal_keys)
            faults = list(islice(check.faults(session), FAULTS_MAX))
        names = names_of_streams(session, [fault.stream for fault in faults])
        sealed = newest_seal(session)
    return visit.page(
        "audit.html",
        heads=[(one, area_name(one.stream), cases.get(consultation_of(one.stream))) for one in rows],
        is_verified=bool(verify),
        faults=[(fault, names[fault.stream], UNITS.get(fault.stream, "条")) for fault in faults],
        sealed=sealed,
        verified_at=visit.counter.now(),
        following=cursor_of(rows[-1].stream) if len(rows) == LINES_PER_PAGE else None,
    )


@router.get("/audit/heads")
def download_heads(visit: AVisit) -> StreamingResponse:
    """Every head, one JSON object a line, to be kept outside and given to ``verify-audit --heads``."""
    require(may(visit.actor, "verify_audit", Matter()))
    name = f"heads-{visit.today:%Y-%m-%d}.jsonl"
    return StreamingResponse(
        _head_lines(visit.counter.register),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _head_lines(register: Register) -> Iterator[str]:
    after = ""
    while True:
        with register.reading() as session:
            rows = heads(session, after=after, limit=HEADS_AT_ONCE)
        for row in rows:
            yield to_json({"stream": row.stream, "length": row.length, "head": row.head}) + "\n"
        if len(rows) < HEADS_AT_ONCE:
            return
        after = rows[-1].stream


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

    await run_in_threadpool(_require_readable, posting, consultation_id)
    witnessed = await _witnessed(posting, consultation_id)
    found = await write_once(posting, "verify_stream", write)
    message = (
        f"已逐条核验第 1 至第 {found['count']} 条留痕，编号连续，未发现改动。{witnessed}本次核验已留痕。"
    )
    return posting.go(f"/consultations/{consultation_id}/timeline", message)


def _require_readable(posting: Posting, consultation_id: str) -> None:
    """Before the history is asked: nobody learns anything of a trail that is not theirs to read."""
    actor, today = posting.actor, posting.today
    with reading_consultation(posting.counter.register, actor, consultation_id, today) as (session, row):
        require(may(actor, "read_audit", matter_of(session, row, today)))


async def _witnessed(posting: Posting, consultation_id: str) -> str:
    """What the workflow's history says of the stream, in a sentence. Raises Refused where they differ."""
    counter = posting.counter
    try:
        async with asyncio.timeout(counter.patience_seconds):
            heard = await held_against_history(counter.register, counter.client, consultation_id)
    except (RPCError, TimeoutError):
        return "流程服务暂时无法应答，没有与流程历史核对。"
    if heard.fault is not None:
        where = f"第 {heard.fault.sequence} 条：{heard.fault.fault}"
        message = f"核验发现留痕与流程历史不符，{where}。请保留现场，并报告审计管理员。"
        raise refuse(RefusalCode.STATE_FORBIDS, message)
    if heard.unwitnessed is not None:
        since, until = (f"{local_date(at):%Y-%m-%d}" for at in heard.unwitnessed)
        return f"与流程历史核对 {heard.deeds} 次办理一致；{since} 至 {until} 的流程历史已不存在。"
    return f"与流程历史核对 {heard.deeds} 次办理一致。"
