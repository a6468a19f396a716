"""The desk of the party committee: 专报 with the facts on one screen, and 批示 in one form."""

from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.concurrency import run_in_threadpool

from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.pages.act_forms import INSTRUCTION
from api.pages.forms import NO_ATTEMPT, Attempt, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, send_act, typed_act
from api.pages.visits import APosting, AVisit, Posting, Visit
from api.problems import STATUSES
from domain.policy import may
from domain.refusals import RefusalCode, refuse
from records.matters import matter_of
from records.queries.clocks import explained_clock
from records.queries.consultations import consultation
from records.queries.escalations import escalation_for, escalations_visible_to, instructions_of
from records.queries.feedback_tasks import feedback_task, task_line
from records.queries.people import organisation_names, person_names
from statemachines.consultation import open_events

router = page_router()
LINES_PER_PAGE = 30
KINDS = {"escalation": "专报", "talk": "约谈建议"}


@router.get("/escalations")
def desk_page(visit: AVisit, cursor: Annotated[str | None, Query(max_length=400)] = None) -> Response:
    """What lies on the desk, the newest first, and what became of the rest."""
    key = key_of(cursor, str)
    with visit.counter.register.reading() as session:
        found = escalations_visible_to(
            session,
            visit.actor,
            visit.today,
            is_open=None,
            after=key[0] if key else None,
            limit=LINES_PER_PAGE,
        )
        names = organisation_names(session, [one.target_id for one, _ in found])
        clocks = {
            one.id: explained_clock(session, visit.counter.books, one.clock_id, visit.today).standing
            for one, _ in found
            if one.clock_id and one.is_open
        }
    following = cursor_of(found[-1][0].id) if len(found) == LINES_PER_PAGE else None
    return visit.page(
        "escalations.html", found=found, names=names, clocks=clocks, kinds=KINDS, following=following
    )


@router.get("/escalations/{escalation_id}")
def escalation_page(visit: AVisit, escalation_id: PathId) -> Response:
    """One 专报."""
    return show_escalation(visit, escalation_id, NO_ATTEMPT)


def show_escalation(visit: Visit, escalation_id: str, tried: Attempt) -> Response:
    """One 专报 with its facts, the task behind it, and its instructions. Raises Refused (NOT_FOUND)."""
    books, today = visit.counter.books, visit.today
    with visit.counter.register.reading() as session:
        escalation = _known(visit, session, escalation_id)
        row = consultation(session, escalation.consultation_id)
        task = feedback_task(session, escalation.task_id or "")
        instructions = instructions_of(session, escalation_id)
        matter = matter_of(session, row, today, desk_id=escalation.target_id)
        is_open = escalation.is_open and "instruct" in open_events(row.state, is_suspended=row.is_suspended)
        form = show_form(
            INSTRUCTION.noun,
            INSTRUCTION.fields,
            tried,
            address=f"/escalations/{escalation_id}/instructions",
            title=INSTRUCTION.title,
            button=INSTRUCTION.button,
            initial={"occurred_on": today},
            is_primary=True,
        )
        return visit.page(
            "escalation.html",
            status=STATUSES[tried.refusal.code] if tried.refusal else 200,
            attempt=tried,
            escalation=escalation,
            row=row,
            kinds=KINDS,
            line=task_line(session, task) if task else None,
            clock=explained_clock(session, books, task.clock_id, today) if task else None,
            desk_clock=explained_clock(session, books, escalation.clock_id, today).standing
            if escalation.clock_id
            else None,
            names=organisation_names(session, [escalation.target_id]),
            instructions=instructions,
            people=person_names(session, [one.by_person_id for one in instructions]),
            form=form if is_open and may(visit.actor, INSTRUCTION.permit, matter) else None,
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
        consultation_id: str = _known(visit, session, escalation_id).consultation_id
        return consultation_id


def _known(visit: Visit, session: Any, escalation_id: str) -> Any:
    found = escalation_for(session, visit.actor, escalation_id, visit.today)
    if found is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该专报。")
    return found
