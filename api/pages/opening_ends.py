"""The ends of the new-consultation wizard: the topic is written and its consultation opened, or it is refused."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid5

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.consultations import CONSULTATIONS
from api.pages.fields import Options
from api.pages.forms import Attempt
from api.pages.opening_steps import Ground, exclusion_of, opening_values, rejection_paper, topic_paper
from api.pages.openings import ROOMS_MAX
from api.pages.plans import item_words
from api.pages.submissions import send_act, write_once
from api.pages.topics import show_topic
from api.pages.visits import Posting, Visit, text_of
from domain.acts import OpenConsultation
from domain.matters import ConsultationKind
from domain.policy import Matter, is_within, may
from domain.refusals import RefusalCode, Refused, refuse
from records.papers.topics import propose_topic, reject_topic
from records.queries.people import rooms
from records.queries.plans import items_to_choose
from records.vacancies import require_convened


@dataclass(frozen=True)
class Desk:
    """What the visitor may choose from now: their rooms, and around the chosen one its plan items."""

    rooms: list[Any]
    ground: Ground | None
    items: Options


def desk_of(visit: Visit, session: Any, form: FormData) -> Desk:
    """The rooms that are the visitor's, and the one they chose. Raises Refused (INVALID_INPUT) for another one."""
    mine = [
        one
        for one in rooms(session, limit=ROOMS_MAX)
        if is_within(one.area, visit.actor.area)
        and may(
            visit.actor,
            "open_consultation",
            Matter(area=one.area, operator_id=one.operator_id, owner_id=one.owner_id),
        )
    ]
    wanted, item_id = text_of(form, "room_id"), text_of(form, "plan_item_id")
    room = next((one for one in mine if one.id == wanted), None)
    if wanted and room is None:
        raise refuse(RefusalCode.INVALID_INPUT, "请选择本单位的协商议事室。", field="room_id")
    if room is None:
        return Desk(mine, None, ())
    found = items_to_choose(session, room.area)
    item = next((one for one, _ in found if one.id == item_id), None)
    rule_set = visit.counter.books.in_force(session, room.rule_set_id, room.area, visit.today)
    options = tuple((one.id, item_words(one, plan)) for one, plan in found)
    return Desk(mine, Ground(room, rule_set, item, has_items=bool(found)), options)


async def finish(posting: Posting) -> Response:
    """Write the topic and open the consultation, or write the topic and refuse it; each exactly once."""
    if exclusion_of(posting.form) is not None:
        return await _refuse_topic(posting)
    paper, opening = await run_in_threadpool(_read_all, posting)
    written = await write_once(posting, "propose_topic", lambda pen: propose_topic(pen, paper), "-topic")
    consultation_id = str(uuid5(CONSULTATIONS, f"{posting.actor.person_id}\n{posting.key}"))
    act = replace(opening, topic_id=written["topic_id"], consultation_id=consultation_id)
    done = "议题已登记，协商已发起，现处“搭建平台”环节；请核对协商议事室的条件。"
    try:
        told = await send_act(posting, consultation_id, act, done, "-opening")
    except Refused as refused:
        message = f"议题已登记，协商未能发起：{refused.refusal.message}"
        tried = Attempt("consultations", posting.form, replace(refused.refusal, message=message))
        return await run_in_threadpool(show_topic, posting, written["topic_id"], tried)
    return posting.go(f"/consultations/{consultation_id}", told)


def _read_all(posting: Posting) -> tuple[Any, OpenConsultation]:
    """The topic and the opening, checked as far as that can be done before anything is written. Raises Refused."""
    with posting.counter.register.reading() as session:
        ground = _ground(posting, session)
        paper = topic_paper(ground, posting.form)
        values = opening_values(ground, posting.form)
        ground.rule_set.approval_chain(ground.room.level, ConsultationKind(values["kind"]))
        require_convened(session, posting.counter.books, ground.room, values["occurred_on"])
        act = OpenConsultation(
            by=posting.actor, consultation_id="", topic_id="", room_id=ground.room.id, **values
        )
        return paper, act


async def _refuse_topic(posting: Posting) -> Response:
    def read() -> tuple[Any, Any]:
        with posting.counter.register.reading() as session:
            ground = _ground(posting, session)
            return topic_paper(ground, posting.form), rejection_paper(ground, posting.form, "")

    paper, rejection = await run_in_threadpool(read)
    base = posting.counter.base_url.rstrip("/")

    def write(pen: Any) -> Any:
        made = propose_topic(pen, paper)
        topic_id = made["topic_id"]
        return reject_topic(pen, topic_id, replace(rejection, link=f"{base}/topics/{topic_id}"))

    written = await write_once(posting, "reject_new_topic", write, "-topic")
    return posting.go(f"/topics/{written['topic_id']}", "议题已登记并作不予受理处理，已告知提出单位。")


def _ground(posting: Posting, session: Any) -> Ground:
    ground = desk_of(posting, session, posting.form).ground
    if ground is None:
        raise refuse(RefusalCode.INVALID_INPUT, "请选择协商议事室。", field="room_id")
    return ground
