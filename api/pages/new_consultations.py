"""发起协商 step by step: room, topic, exclusions, who decides, check. Nothing is written before the last step.

What was typed travels along in hidden fields, so that every step is a plain form, going back loses nothing, and nothing
lies half done in the register.
"""

import re
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.foresight import require
from api.pages.fields import Options
from api.pages.forms import NO_ATTEMPT, Attempt, ShownField, ShownForm, show_form
from api.pages.opening_ends import Desk, desk_of, finish
from api.pages.opening_steps import (
    Ground,
    Step,
    cited_briefly,
    exclusion_of,
    first_values,
    read_step,
    specs_of,
    step_with,
    way_of,
)
from api.pages.openings import opening_options
from api.pages.routing import page_router
from api.pages.shown import day
from api.pages.submissions import attempt
from api.pages.visits import APosting, AVisit, Posting, Visit, text_of
from api.problems import STATUSES
from domain.matters import ConsultationKind
from domain.policy import Matter, may
from domain.refusals import RefusalCode, Refused
from records.chain_bodies import bodies_for
from records.cppcc_members import members_for

router = page_router()
ADDRESS = "/consultations/new"
FORM_ID = "new-consultation"
_CONTROLS = frozenset({"key", "form_id", "step", "seen", "go"})
_EMPTY = FormData()
_ISO_DAY = re.compile(r"\d{4}-[01]\d-[0-3]\d")
_FROM_LISTS = {
    Step.TOPIC: ("plan_item_id", "recommended_by_id"),
    Step.DECIDERS: ("commissioned_by", "lead_person_id", "co_organiser_ids", "parent_id"),
}
Chain = tuple[tuple[ConsultationKind, ...], list[tuple[Any, Any]]]


@router.get(ADDRESS)
def first_page(visit: AVisit, room_id: Annotated[str, Query(max_length=64)] = "") -> Response:
    """The first step; who comes from the page of a room finds it chosen."""
    chosen = FormData({"room_id": room_id, "seen": Step.ROOM.value}) if room_id else _EMPTY
    return _show(visit, Step.ROOM, chosen, NO_ATTEMPT)


@router.post(ADDRESS)
async def go_on(posting: APosting) -> Response:
    """On to the next step, back to an earlier one, or the end: everything is written once."""
    _require_staff(posting)
    here, go = _step_of(text_of(posting.form, "step")), text_of(posting.form, "go")
    if go.startswith("to-"):
        there = _step_of(go.removeprefix("to-"))
        return await run_in_threadpool(_show, posting, there, posting.form, NO_ATTEMPT)

    async def do() -> Response:
        if go == "finish":
            return await finish(posting)
        return await run_in_threadpool(_show_next, posting, here)

    return await attempt(posting, do, lambda tried: _show(posting, here, posting.form, tried))


def _require_staff(visit: Visit) -> None:
    area = Matter(area=visit.actor.area)
    # Who opens here must be able to refuse here too: an excluded topic ends with 不予受理.
    require(may(visit.actor, "propose_topic", area) and may(visit.actor, "reject_proposal", area))


def _step_of(word: str) -> Step:
    return next((step for step in Step if step.value == word), Step.ROOM)


def _show_next(posting: Posting, here: Step) -> Response:
    with posting.counter.register.reading() as session:
        ground = desk_of(posting, session, posting.form).ground
    read_step(here, ground, posting.form)
    way = way_of(posting.form)
    there = way[min(way.index(here) + 1, len(way) - 1)] if here in way else Step.EXCLUSIONS
    return _show(posting, there, posting.form, NO_ATTEMPT)


def _show(visit: Visit, step: Step, form: FormData, tried: Attempt) -> Response:
    """One step with what was typed. A refusal is shown in the step that asks for the field at fault."""
    _require_staff(visit)
    with visit.counter.register.reading() as session:
        try:
            desk = desk_of(visit, session, form)
        except Refused:
            step, desk = Step.ROOM, desk_of(visit, session, _EMPTY)
        ground, way = desk.ground, way_of(form)
        if ground is None:
            step = Step.ROOM
        if tried.refusal is not None:
            step = step_with(tried.refusal.field, ground, way)
        shown = _form(visit, session, step, desk, form, tried)
        is_last = step in (Step.CHECK, Step.DIVERSION)
        told = [
            (one, _said(_form(visit, session, one, desk, form, NO_ATTEMPT, recalled=True)))
            for one in way[:-1]
            if is_last
        ]
        rule = ground.rule_with("topic_is_not_excluded") if ground else None
        return visit.page(
            "new_consultation.html",
            status=STATUSES[tried.refusal.code] if tried.refusal else 200,
            form=shown,
            step=step,
            way=way,
            at=way.index(step) if step in way else 0,
            kept=_kept(form, shown),
            seen=" ".join(sorted({*text_of(form, "seen").split(), step.value})),
            ground=ground,
            has_rooms=bool(desk.rooms),
            clause=cited_briefly(rule) if rule else "",
            chains=_chains(session, ground) if ground and step in (Step.DECIDERS, Step.CHECK) else [],
            summary=told,
            excluded=exclusion_of(form),
        )


def _form(
    visit: Visit, session: Any, step: Step, desk: Desk, form: FormData, tried: Attempt, recalled: bool = False
) -> ShownForm:
    was_seen = step.value in text_of(form, "seen").split()
    reused = tried.refusal is not None and tried.refusal.code is RefusalCode.KEY_REUSED
    shown = show_form(
        FORM_ID,
        specs_of(step, desk.ground),
        Attempt(FORM_ID, form, tried.refusal) if was_seen or tried.refusal else NO_ATTEMPT,
        address=ADDRESS,
        title=step.label,
        button="",
        initial=first_values(step, desk.ground, visit.today, visit.visitor.organisation_name),
        options=_options(visit, session, step, desk, form, recalled=recalled),
    )
    key = text_of(form, "key")
    # One key from the first step to the last, whatever is gone back and forth.
    return shown if reused or not key else replace(shown, key=key)


def _options(
    visit: Visit, session: Any, step: Step, desk: Desk, form: FormData, *, recalled: bool
) -> dict[str, Options]:
    ground = desk.ground
    if step is Step.ROOM:
        return {"room_id": tuple((one.id, one.name) for one in desk.rooms)}
    if ground is None:
        return {}
    # Where nothing was chosen, an answered step needs no names: the last page recalls every step at once.
    wanted = _FROM_LISTS.get(step, ())
    if recalled and not any(text_of(form, name) for name in wanted):
        return {}
    if step is Step.TOPIC:
        members = members_for(session, ground.room.area, visit.today)
        return {"plan_item_id": desk.items, "recommended_by_id": tuple((one.id, one.name) for one in members)}
    return opening_options(visit, session, ground.room.area) if step is Step.DECIDERS else {}


def _kept(form: FormData, shown: ShownForm) -> list[tuple[str, str]]:
    """What was typed in the other steps."""
    asked = {one.spec.name for one in shown.fields} | _CONTROLS
    return [
        (name, value) for name, value in form.multi_items() if isinstance(value, str) and name not in asked
    ]


def _chains(session: Any, ground: Ground) -> list[Chain]:
    """Who decides on each kind of consultation in this room; kinds with the same steps stand together."""
    room, kinds = ground.room, (ground.item.kind,) if ground.item else ground.kinds
    by_steps: dict[Any, list[ConsultationKind]] = {}
    for kind in kinds:
        by_steps.setdefault(ground.rule_set.approval_chain(room.level, kind), []).append(kind)
    own = (room.leading_party_id, room.owner_id, room.operator_id)
    return [
        (tuple(same), bodies_for(session, room.area, own, steps) if steps else [])
        for steps, same in by_steps.items()
    ]


def _said(form: ShownForm) -> list[tuple[str, str]]:
    """What was typed in a step, as people read it; what was left open is left out."""
    told = [(one.spec.label, _words(one)) for one in form.fields]
    return [(label, words) for label, words in told if words]


def _words(one: ShownField) -> str:
    chosen = dict(one.options)
    match one.spec.kind:
        case "tick":
            return "是" if "yes" in one.ticked else ""
        case "ticks":
            return "、".join(words for value, words in one.options if value in one.ticked)
        case "choice" | "yes_no":
            return chosen.get(one.value, "")
        case "day":
            return day(date.fromisoformat(one.value)) if _ISO_DAY.fullmatch(one.value) else one.value
    return one.value
