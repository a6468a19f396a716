"""议题: propose, amend, refuse, and open a consultation on one."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import uuid5

from fastapi import Query, Response
from fastapi.concurrency import run_in_threadpool

from api.consultations import CONSULTATIONS
from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.foresight import require
from api.pages.fields import fields_of, options_of, read_values
from api.pages.folders import organisation_options
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.local_rules import rules_around
from api.pages.routing import page_router
from api.pages.submissions import attempt, send_act, write_once
from api.pages.visits import APosting, AVisit, Visit, text_of
from api.problems import STATUSES
from domain.acts import OpenConsultation
from domain.matters import ConsultationKind
from domain.policy import Matter, is_within, may
from domain.refusals import RefusalCode, refuse
from domain.rule_words import ShownAt
from records.papers.topics import TopicPaper, TopicRejection, amend_topic, propose_topic, reject_topic
from records.queries.papers import consultations_on, topic_of
from records.queries.people import matter_of_room, rooms, topics

router = page_router()
TOPIC_FIELDS = fields_of(TopicPaper)
REJECTION_FIELDS = fields_of(TopicRejection, ("link",))
OPENING_FIELDS = tuple(
    replace(spec, kind="choice", options=options_of(ConsultationKind), of_kind=ConsultationKind)
    if spec.name == "kind"
    else replace(spec, kind="choice")
    if spec.name in {"room_id", "commissioned_by"}
    else spec
    for spec in fields_of(OpenConsultation, ("by", "consultation_id", "topic_id"))
)
LINES_PER_PAGE = 30
ROOMS_MAX = 500


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
        is_primary=True,
    )
    with visit.counter.register.reading() as session:
        local = rules_around(visit, session, visit.actor.area, (ShownAt.TOPIC_FORM,))
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
        forms = [
            _amending(row, tried) if is_open and may(visit.actor, "amend_topic", matter) else None,
            _rejecting(visit, row, tried)
            if is_open and not opened and may(visit.actor, "reject_proposal", matter)
            else None,
        ]
        opening = _opening(visit, session, row, tried) if is_free else None
        status = STATUSES[tried.refusal.code] if tried.refusal else 200
        return visit.page(
            "topic.html",
            status=status,
            row=row,
            specs=TOPIC_FIELDS,
            forms=[form for form in forms if form],
            opening=opening,
            opened=opened,
            attempt=tried,
            local=rules_around(visit, session, row.area, (ShownAt.TOPIC_FORM, ShownAt.CONSULTATION_FORM)),
        )


def _amending(row: Any, tried: Attempt) -> ShownForm:
    return show_form(
        "amendments",
        TOPIC_FIELDS,
        tried,
        address=f"/topics/{row.id}/amendments",
        title="修改议题",
        button="保存修改",
        initial={spec.name: getattr(row, spec.name) for spec in TOPIC_FIELDS},
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


def _opening(visit: Visit, session: Any, row: Any, tried: Attempt) -> ShownForm | None:
    """The form that opens a consultation, where the visitor may open one in some room."""
    places = tuple(
        (one.id, one.name)
        for one in rooms(session, limit=ROOMS_MAX)
        if is_within(one.area, row.area) or is_within(row.area, one.area)
        if may(visit.actor, "open_consultation", matter_of_room(session, one, visit.today))
    )
    if not places:
        return None
    return show_form(
        "consultations",
        OPENING_FIELDS,
        tried,
        address=f"/topics/{row.id}/consultations",
        title="发起协商",
        button="发起协商",
        initial={"occurred_on": visit.today, "kind": ConsultationKind.ROOM},
        options={"room_id": places, "commissioned_by": organisation_options(session)},
        is_primary=True,
    )


@router.post("/topics/{topic_id}/amendments")
async def amend(posting: APosting, topic_id: PathId) -> Response:
    """Amend the topic as it was read."""

    async def do() -> Response:
        paper = TopicPaper(**read_values(TOPIC_FIELDS, posting.form))
        version = text_of(posting.form, "row_version")
        seen = int(version) if version.isdecimal() and len(version) < 10 else 0

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


@router.post("/topics/{topic_id}/consultations")
async def open_on(posting: APosting, topic_id: PathId) -> Response:
    """Open a consultation on the topic; the same form opens the same one, however often it is sent."""

    async def do() -> Response:
        await run_in_threadpool(_require_known, posting, topic_id)
        consultation_id = str(uuid5(CONSULTATIONS, f"{posting.actor.person_id}\n{posting.key}"))
        values = read_values(OPENING_FIELDS, posting.form)
        act = OpenConsultation(
            by=posting.actor,
            consultation_id=consultation_id,
            topic_id=topic_id,
            **{**values, "kind": ConsultationKind(values["kind"]).value},
        )
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
