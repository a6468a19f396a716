"""督查整改 and 督查意见 as the bodies that answer them and the supervisors who asked see them."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api.cursors import cursor_of, key_of
from api.demands import not_found, require_bound
from api.fields import PathId
from api.foresight import readable_matter, require
from api.pages.fields import fields_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Posting, Visit
from api.problems import STATUSES
from domain.inspections import DemandKind, DemandState
from domain.policy import PERMITS, Matter, may
from domain.refusals import RefusalCode, refuse
from records.matters import matter_of
from records.papers.demands import (
    CommentPaper,
    DemandAnswer,
    DemandVerdict,
    answer_demand,
    comment_on,
    judge_answer,
)
from records.pen import Pen
from records.queries.demands import (
    DemandFilter,
    DemandStanding,
    demand_for,
    demands_visible_to,
    matter_of_demand,
    standing_of,
)
from records.queries.people import person_names
from records.queries.scopes import consultation_for
from statemachines.demand import open_events

router = page_router()
COMMENT_FIELDS = fields_of(CommentPaper)
ANSWER_FIELDS = fields_of(DemandAnswer)
VERDICT_FIELDS = fields_of(DemandVerdict)
LINES_PER_PAGE = 50
Choice = Annotated[str, Query(max_length=40)]


@router.get("/demands")
def list_page(
    visit: AVisit,
    kind: Choice = "",
    state: Choice = "",
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """What was asked of the visitor's body, or by the supervisors of the area. An unknown choice narrows nothing."""
    if visit.actor.role not in {role for role, _ in PERMITS["read_demand"]}:
        raise not_found()
    key = key_of(cursor, str)
    narrowed = DemandFilter(
        kind=DemandKind(kind) if kind in set(DemandKind) else None,
        state=DemandState(state) if state in set(DemandState) else None,
    )
    with visit.counter.register.reading() as session:
        found = demands_visible_to(
            session,
            visit.counter.books,
            visit.actor,
            visit.today,
            narrowed,
            after=key[0] if key else None,
            limit=LINES_PER_PAGE,
        )
    return visit.page(
        "demands.html",
        found=found,
        narrowed=narrowed,
        kinds=tuple(DemandKind),
        states=tuple(DemandState),
        following=cursor_of(found[-1].row.id) if len(found) == LINES_PER_PAGE else None,
    )


@router.get("/demands/{demand_id}")
def demand_page(visit: AVisit, demand_id: PathId) -> Response:
    """One demand with its steps, and the form of whoever has to move."""
    return show_demand(visit, demand_id, NO_ATTEMPT)


def show_demand(visit: Visit, demand_id: str, tried: Attempt) -> Response:
    """One demand as it stands."""
    with visit.counter.register.reading() as session:
        row = demand_for(session, visit.actor, demand_id)
        if row is None:
            raise not_found()
        standing = standing_of(session, visit.counter.books, row, visit.today)
        people = person_names(
            session, [row.issued_by_person_id, *(step.by_person_id for step in standing.record.steps)]
        )
        form = _form(visit, session, standing, tried)
        case = (
            consultation_for(session, visit.actor, row.consultation_id, visit.today)
            if row.consultation_id
            else None
        )
    return visit.page(
        "demand.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        attempt=tried,
        one=standing,
        people=people,
        form=form,
        case=case,
        may_inspect=may(visit.actor, "inspect", Matter(area=row.area)),
    )


def _form(visit: Visit, session: Session, one: DemandStanding, tried: Attempt) -> ShownForm | None:
    row, address = one.row, f"/demands/{one.row.id}"
    matter = matter_of_demand(session, row)
    events = open_events(row.state)
    if "answer" in events and may(visit.actor, "answer_demand", matter):
        return show_form(
            "answers",
            ANSWER_FIELDS,
            tried,
            address=f"{address}/answers",
            title="书面答复",
            button="提交答复",
            initial={"answered_on": visit.today},
            is_primary=True,
        )
    may_judge = may(visit.actor, "verify_demand", matter) and row.holder_id != visit.actor.organisation_id
    if "verify" in events and may_judge:
        return show_form(
            "verdicts",
            VERDICT_FIELDS,
            tried,
            address=f"{address}/verdicts",
            title="核实答复",
            button="保存核实结论",
            initial={"decided_on": visit.today},
            is_grave=True,
            hint="退回重办的，写明哪些要求没有达到；新的期限不填的，与原期限相同。",
        )
    return None


@router.post("/demands/{demand_id}/answers")
async def answer(posting: APosting, demand_id: PathId) -> Response:
    """Answer for one's own body."""
    return await _step(
        posting,
        demand_id,
        "answer_demand",
        lambda: DemandAnswer(**read_values(ANSWER_FIELDS, posting.form)),
        lambda pen, paper: answer_demand(
            pen, posting.counter.books, demand_id, paper, posting.counter.base_url
        ),
        "答复已提交，等待督查单位核实。",
    )


@router.post("/demands/{demand_id}/verdicts")
async def judge(posting: APosting, demand_id: PathId) -> Response:
    """Verify the answer, or send it back."""
    return await _step(
        posting,
        demand_id,
        "verify_demand",
        lambda: DemandVerdict(**read_values(VERDICT_FIELDS, posting.form)),
        lambda pen, paper: judge_answer(
            pen, posting.counter.books, demand_id, paper, posting.counter.base_url
        ),
        "核实结论已保存，责任单位将收到通知。",
    )


async def _step(
    posting: Posting,
    demand_id: str,
    permit: str,
    read: Callable[[], Any],
    write: Callable[[Pen, Any], Any],
    done: str,
) -> Response:
    async def do() -> Response:
        paper = read()

        def permitted(pen: Pen) -> Any:
            require_bound(pen, posting.actor, permit, demand_id)
            return write(pen, paper)

        await write_once(posting, permit, permitted)
        return posting.go(f"/demands/{demand_id}", done)

    return await attempt(posting, do, lambda tried: show_demand(posting, demand_id, tried))


@router.get("/consultations/{consultation_id}/supervision")
def consultation_page(visit: AVisit, consultation_id: PathId) -> Response:
    """What supervisors have said of one consultation and found in it, as far as the visitor may read it."""
    return show_of_consultation(visit, consultation_id, NO_ATTEMPT)


def show_of_consultation(visit: Visit, consultation_id: str, tried: Attempt) -> Response:
    """The demands about one consultation and, for supervisors, the form of a comment."""
    with visit.counter.register.reading() as session:
        row = consultation_for(session, visit.actor, consultation_id, visit.today)
        if row is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该协商，或者您的任职身份不能查看。")
        found = demands_visible_to(
            session,
            visit.counter.books,
            visit.actor,
            visit.today,
            DemandFilter(consultation_id=consultation_id),
        )
        is_open = may(visit.actor, "comment_on_consultation", matter_of(session, row, visit.today))
    form = show_form(
        "supervisor-comments",
        COMMENT_FIELDS,
        tried,
        address=f"/consultations/{consultation_id}/supervisor-comments",
        title="提出督查意见",
        button="提出并通知承办机构",
        initial={"issued_on": visit.today, "period_workdays": DemandKind.COMMENT.usual_workdays},
        is_primary=True,
        hint="承办协商的机构须在期限内书面答复，提出和答复都记入过程留痕。期限的建议值为系统默认，可以改写。",
    )
    return visit.page(
        "consultation_supervision.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        attempt=tried,
        row=row,
        found=found,
        form=form if is_open else None,
    )


@router.post("/consultations/{consultation_id}/supervisor-comments")
async def comment(posting: APosting, consultation_id: PathId) -> Response:
    """Comment on a consultation."""

    async def do() -> Response:
        paper = CommentPaper(**read_values(COMMENT_FIELDS, posting.form))

        def write(pen: Pen) -> Any:
            matter = readable_matter(pen.session, posting.actor, consultation_id, pen.today)
            require(may(posting.actor, "comment_on_consultation", matter))
            return comment_on(pen, posting.counter.books, consultation_id, paper, posting.counter.base_url)

        made = await write_once(posting, "comment_on_consultation", write)
        return posting.go(f"/demands/{made['demand_id']}", "督查意见已提出，承办机构将收到通知。")

    return await attempt(posting, do, lambda tried: show_of_consultation(posting, consultation_id, tried))
