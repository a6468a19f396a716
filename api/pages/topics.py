"""议题: propose, amend, refuse, and open a consultation on one."""

from typing import Annotated, Any
from uuid import uuid5

from fastapi import Query, Response
from fastapi.concurrency import run_in_threadpool

from api.consultations import CONSULTATIONS
from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.foresight import require
from api.pages.fields import Options, fields_of, options_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.local_rules import rules_around
from api.pages.openings import opening_form, opening_of
from api.pages.plans import item_words
from api.pages.routing import page_router
from api.pages.submissions import attempt, send_act, write_once
from api.pages.topic_returns import (
    kept_topic,
    resubmission_form,
    resubmit,
    return_form,
    send_back,
    version_of,
)
from api.pages.visits import APosting, AVisit, Visit
from api.problems import STATUSES
from domain.plans import TopicFit
from domain.policy import Matter, is_within, may
from domain.refusals import RefusalCode, refuse
from domain.rule_words import ShownAt
from records.cppcc_members import members_for
from records.papers.topic_returns import is_awaited
from records.papers.topics import TopicPaper, TopicRejection, amend_topic, propose_topic, reject_topic
from records.queries.papers import consultations_on, topic_of
from records.queries.people import person_names, topics
from records.queries.plans import item_with_plan, items_to_choose
from records.queries.topic_reviews import review_due_on

router = page_router()
TOPIC_FIELDS = fields_of(TopicPaper)
REJECTION_FIELDS = fields_of(TopicRejection, ("link",))
LINES_PER_PAGE = 30
_FITS = dict(options_of(TopicFit))


@router.get("/topics")
def list_page(
    visit: AVisit,
    text: Annotated[str, Query(max_length=100)] = "",
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """The topics of the visitor's area, the newest first."""
    key = key_of(cursor, str)
    with visit.counter.register.reading() as session:
        rows = topics(
            session,
            visit.actor.area,
            text=text.replace("\x00", "").strip(),
            after=key[0] if key else None,
            limit=LINES_PER_PAGE,
        )
        opened = consultations_on(session, [row.id for row in rows], visit.actor, visit.today)
    following = cursor_of(rows[-1].id) if len(rows) == LINES_PER_PAGE else None
    may_propose = may(visit.actor, "propose_topic", Matter(area=visit.actor.area))
    return visit.page(
        "topics.html", rows=rows, opened=opened, text=text, following=following, may_propose=may_propose
    )


@router.get("/topics/new")
def new_page(visit: AVisit) -> Response:
    """The form that proposes a topic."""
    return _show_new(visit, NO_ATTEMPT)


def _show_new(visit: Visit, tried: Attempt) -> Response:
    require(may(visit.actor, "propose_topic", Matter(area=visit.actor.area)))
    with visit.counter.register.reading() as session:
        options = _options(visit, session, visit.actor.area)
        local = rules_around(visit, session, visit.actor.area, (ShownAt.TOPIC_FORM,))
    form = show_form(
        "topics",
        TOPIC_FIELDS,
        tried,
        address="/topics",
        title="提出议题",
        button="提出议题",
        initial={
            "area": visit.actor.area,
            "proposed_on": visit.today,
            "proposer": visit.visitor.organisation_name,
        },
        options=options,
        is_primary=True,
    )
    status = STATUSES[tried.refusal.code] if tried.refusal else 200
    return visit.page("topic_new.html", status=status, form=form, attempt=tried, local=local)


@router.post("/topics")
async def propose(posting: APosting) -> Response:
    """Propose a topic."""

    async def do() -> Response:
        paper = TopicPaper(**read_values(TOPIC_FIELDS, posting.form))
        require(may(posting.actor, "propose_topic", Matter(area=paper.area)))
        written = await write_once(posting, "propose_topic", lambda pen: propose_topic(pen, paper))
        return posting.go(f"/topics/{written['topic_id']}", "议题已提出，可据此发起协商。")

    return await attempt(posting, do, lambda tried: _show_new(posting, tried))


@router.get("/topics/{topic_id}")
def topic_page(visit: AVisit, topic_id: PathId) -> Response:
    """One topic."""
    return show_topic(visit, topic_id, NO_ATTEMPT)


def show_topic(visit: Visit, topic_id: str, tried: Attempt) -> Response:
    """One topic with the forms that the visitor may use. Raises Refused (NOT_FOUND)."""
    with visit.counter.register.reading() as session:
        row = _known(visit, session, topic_id)
        matter = Matter(area=row.area)
        is_open = row.rejected_on is None
        opened = consultations_on(session, [row.id], visit.actor, visit.today).get(row.id, [])
        is_free = is_open and all(one.state.is_final for one in opened)
        may_refuse = is_open and not opened and may(visit.actor, "reject_proposal", matter)
        again = resubmission_form(visit, row, tried, TOPIC_FIELDS, _options(visit, session, row.area))
        forms = [
            _amending(visit, session, row, tried)
            if is_open and again is None and may(visit.actor, "amend_topic", matter)
            else None,
            return_form(visit, row, tried) if may_refuse else None,
            _rejecting(visit, row, tried) if may_refuse else None,
        ]
        opening = opening_form(visit, session, row, tried) if is_free and not is_awaited(row) else None
        status = STATUSES[tried.refusal.code] if tried.refusal else 200
        return visit.page(
            "topic.html",
            review_due_on=review_due_on(session, visit.counter.books, row),
            status=status,
            row=row,
            specs=TOPIC_FIELDS,
            told=_told(session, row),
            plan=item_with_plan(session, row.plan_item_id),
            forms=[form for form in forms if form],
            opening=opening,
            again=again if is_open else None,
            opened=opened,
            attempt=tried,
            local=rules_around(visit, session, row.area, (ShownAt.TOPIC_FORM, ShownAt.CONSULTATION_FORM)),
        )


def _amending(visit: Visit, session: Any, row: Any, tried: Attempt) -> ShownForm:
    return show_form(
        "amendments",
        TOPIC_FIELDS,
        tried,
        address=f"/topics/{row.id}/amendments",
        title="修改议题",
        button="保存修改",
        initial=kept_topic(row, TOPIC_FIELDS),
        options=_options(visit, session, row.area),
        hidden={"row_version": str(row.row_version)},
    )


def _rejecting(visit: Visit, row: Any, tried: Attempt) -> ShownForm:
    return show_form(
        "rejections",
        REJECTION_FIELDS,
        tried,
        address=f"/topics/{row.id}/rejections",
        title="不予受理",
        button="作出不予受理决定",
        initial={"rejected_on": visit.today},
        is_grave=True,
    )


def _options(visit: Visit, session: Any, area: str) -> dict[str, Options]:
    """Items of the plan and members to choose from, around an area."""
    return {
        "plan_item_id": tuple(
            (item.id, item_words(item, plan)) for item, plan in items_to_choose(session, area)
        ),
        "recommended_by_id": tuple((one.id, one.name) for one in members_for(session, area, visit.today)),
    }


def _told(session: Any, row: Any) -> dict[str, str]:
    """What a topic holds by ids and words, as people read it."""
    found = item_with_plan(session, row.plan_item_id)
    return {
        "plan_item_id": item_words(*found) if found else "—",
        "recommended_by_id": person_names(session, [row.recommended_by_id]).get(
            row.recommended_by_id or "", "—"
        ),
        "fits": "、".join(_FITS.get(one, one) for one in row.fits) or "—",
    }


@router.post("/topics/{topic_id}/amendments")
async def amend(posting: APosting, topic_id: PathId) -> Response:
    """Amend the topic as it was read."""

    async def do() -> Response:
        paper = TopicPaper(**read_values(TOPIC_FIELDS, posting.form))
        seen = version_of(posting)

        def write(pen: Any) -> Any:
            for area in (_known(posting, pen.session, topic_id).area, paper.area):
                require(may(posting.actor, "amend_topic", Matter(area=area)))
            return amend_topic(pen, topic_id, seen, paper)

        await write_once(posting, "amend_topic", write)
        return posting.go(f"/topics/{topic_id}", "议题已修改。")

    return await attempt(posting, do, lambda tried: show_topic(posting, topic_id, tried))


@router.post("/topics/{topic_id}/rejections")
async def reject(posting: APosting, topic_id: PathId) -> Response:
    """不予受理 of a topic that never became a consultation."""

    async def do() -> Response:
        link = f"{posting.counter.base_url.rstrip('/')}/topics/{topic_id}"
        paper = TopicRejection(**read_values(REJECTION_FIELDS, posting.form), link=link)

        def write(pen: Any) -> Any:
            area = _known(posting, pen.session, topic_id).area
            require(may(posting.actor, "reject_proposal", Matter(area=area)))
            return reject_topic(pen, topic_id, paper)

        await write_once(posting, "reject_topic", write)
        return posting.go(f"/topics/{topic_id}", "已作不予受理处理，并告知提出单位。")

    return await attempt(posting, do, lambda tried: show_topic(posting, topic_id, tried))


@router.post("/topics/{topic_id}/returns")
async def return_topic(posting: APosting, topic_id: PathId) -> Response:
    """Send the topic back to its proposer for what is missing."""
    return await attempt(
        posting,
        lambda: send_back(posting, topic_id, lambda session: _known(posting, session, topic_id)),
        lambda tried: show_topic(posting, topic_id, tried),
    )


@router.post("/topics/{topic_id}/resubmissions")
async def bring_again(posting: APosting, topic_id: PathId) -> Response:
    """Bring the completed topic again."""
    return await attempt(
        posting,
        lambda: resubmit(posting, topic_id, lambda session: _known(posting, session, topic_id), TOPIC_FIELDS),
        lambda tried: show_topic(posting, topic_id, tried),
    )


@router.post("/topics/{topic_id}/consultations")
async def open_on(posting: APosting, topic_id: PathId) -> Response:
    """Open a consultation on the topic; the same form opens the same one, however often it is sent."""

    async def do() -> Response:
        await run_in_threadpool(_require_known, posting, topic_id)
        consultation_id = str(uuid5(CONSULTATIONS, f"{posting.actor.person_id}\n{posting.key}"))
        act = opening_of(posting, topic_id, consultation_id)
        done = "协商已发起，现处“搭建平台”环节；请核对协商议事室的条件。"
        return posting.go(
            f"/consultations/{consultation_id}", await send_act(posting, consultation_id, act, done)
        )

    return await attempt(posting, do, lambda tried: show_topic(posting, topic_id, tried))


def _require_known(visit: Visit, topic_id: str) -> None:
    with visit.counter.register.reading() as session:
        _known(visit, session, topic_id)


def _known(visit: Visit, session: Any, topic_id: str) -> Any:
    row = topic_of(session, topic_id)
    if row is None or not is_within(row.area, visit.actor.area):
        raise refuse(RefusalCode.NOT_FOUND, "未找到该议题。")
    return row
