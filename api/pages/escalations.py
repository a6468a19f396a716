"""The desk of the party committee: 专报 with the facts on one screen, and 批示 in one form."""

from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.concurrency import run_in_threadpool

from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.pages.act_forms import INSTRUCTION
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, send_act, typed_act
from api.pages.visits import APosting, AVisit, Posting, Visit
from api.problems import STATUSES
from domain.policy import may
from domain.refusals import RefusalCode, refuse
from records.matters import matter_of
from records.queries.escalation_desk import DeskPaper, desk_paper, desk_papers
from records.queries.escalations import escalation_for
from records.queries.ladder_papers import reminders_of
from statemachines.consultation import open_events

router = page_router()
LINES_PER_PAGE = 30
KINDS = {"escalation": "专报", "talk": "约谈建议"}
CONSEQUENCE = (
    "设定新期限的，自批示之日起按新期限办理；新期限届满仍未反馈的，将提出约谈建议；没有党委批示，不再有第三个期限。"
    "未设新期限的，专报留待反馈，批示期限重新起算。"
)


@router.get("/escalations")
def desk_page(visit: AVisit, cursor: Annotated[str | None, Query(max_length=400)] = None) -> Response:
    """What lies on the desk, and what became of the rest, the newest first."""
    key = key_of(cursor, bool, str)
    with visit.counter.register.reading() as session:
        found = desk_papers(
            session,
            visit.counter.books,
            visit.actor,
            visit.today,
            after=(key[0], key[1]) if key else None,
            limit=LINES_PER_PAGE,
        )
    last = found[-1].escalation if len(found) == LINES_PER_PAGE else None
    return visit.page(
        "escalations.html",
        waiting=[one for one in found if one.escalation.is_open],
        done=[one for one in found if not one.escalation.is_open],
        is_first=key is None,
        kinds=KINDS,
        following=cursor_of(last.is_open, last.id) if last else None,
    )


@router.get("/escalations/{escalation_id}")
def escalation_page(visit: AVisit, escalation_id: PathId) -> Response:
    """One 专报."""
    return show_escalation(visit, escalation_id, NO_ATTEMPT)


def show_escalation(visit: Visit, escalation_id: str, tried: Attempt) -> Response:
    """One 专报 with its facts, the task behind it, and its instructions. Raises Refused (NOT_FOUND)."""
    books = visit.counter.books
    with visit.counter.register.reading() as session:
        paper = desk_paper(session, books, visit.actor, escalation_id, visit.today)
        if paper is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该专报。")
        return visit.page(
            "escalation.html",
            status=STATUSES[tried.refusal.code] if tried.refusal else 200,
            attempt=tried,
            paper=paper,
            row=paper.row,
            kinds=KINDS,
            reminders=reminders_of(session, books, paper.row, paper.task) if paper.task else [],
            form=_instruction_form(session, paper, tried, visit),
        )


def _instruction_form(session: Any, paper: DeskPaper, tried: Attempt, visit: Visit) -> ShownForm | None:
    row, escalation = paper.row, paper.escalation
    if not escalation.is_open or "instruct" not in open_events(row.state, is_suspended=row.is_suspended):
        return None
    if not may(
        visit.actor, INSTRUCTION.permit, matter_of(session, row, visit.today, desk_id=escalation.target_id)
    ):
        return None
    return show_form(
        INSTRUCTION.noun,
        INSTRUCTION.fields,
        tried,
        address=f"/escalations/{escalation.id}/instructions",
        title=INSTRUCTION.title,
        button=INSTRUCTION.button,
        initial={"occurred_on": visit.today},
        is_primary=True,
        hint=CONSEQUENCE,
    )


@router.post("/escalations/{escalation_id}/instructions")
async def instruct(posting: APosting, escalation_id: PathId) -> Response:
    """Record a 批示."""
    return await attempt(
        posting,
        lambda: _instruct(posting, escalation_id),
        lambda tried: show_escalation(posting, escalation_id, tried),
    )


async def _instruct(posting: Posting, escalation_id: str) -> Response:
    consultation_id = await run_in_threadpool(_consultation_of, posting, escalation_id)
    act = typed_act(posting, INSTRUCTION, escalation_id=escalation_id)
    done = await send_act(posting, consultation_id, act, INSTRUCTION.done)
    return posting.go(f"/escalations/{escalation_id}", done)


def _consultation_of(visit: Visit, escalation_id: str) -> str:
    with visit.counter.register.reading() as session:
        found = escalation_for(session, visit.actor, escalation_id, visit.today)
        if found is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该专报。")
        return found.consultation_id
