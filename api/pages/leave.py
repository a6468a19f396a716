"""请假代办: the visitor's own leaves, whom they stand in for, and the form that names a deputy."""

from collections.abc import Sequence
from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from api.fields import PathId
from api.foresight import require
from api.pages.fields import fields_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Posting, Visit
from api.problems import STATUSES
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.papers.leaves import LeavePaper, end_leave, enter_leave
from records.queries.leaves import LeaveLine, candidates_for, held_by, leaves_of
from records.queries.people import person_of

router = page_router()
LEAVE_FIELDS = fields_of(LeavePaper)
_HINT = "代办人员应为本单位可以办理同类事项的人员；代办的每一步记为“某某 代 某某”并告知双方，互相制约的步骤不得由同一人办理。"


@router.get("/leave")
def leave_page(visit: AVisit) -> Response:
    """The visitor's own leaves."""
    return _show_leave(visit, NO_ATTEMPT)


def _show_leave(visit: Visit, tried: Attempt) -> Response:
    person_id = visit.actor.person_id
    with visit.counter.register.reading() as session:
        lines = leaves_of(session, person_id, visit.today)
        form = None
        if visit.actor.on_behalf_of is None:
            form = naming_form(session, visit, person_id, tried, address="/leave", is_primary=True)
    return visit.page(
        "leave.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        own=with_ends([one for one in lines if one.absent_id == person_id], tried, "/leave"),
        standing_in=[one for one in lines if one.deputy_id == person_id],
        form=form,
        is_acting=visit.actor.on_behalf_of is not None,
        attempt=tried,
    )


def naming_form(
    session: Session, visit: Visit, person_id: str, tried: Attempt, *, address: str, is_primary: bool
) -> ShownForm | None:
    """The form that names a deputy for one of a person's memberships; None where nobody could be named."""
    candidates = candidates_for(session, person_id, visit.today)
    if not candidates:
        return None
    fitting = {one.membership_id for one in candidates}
    held = [(one, f"{name} · {role.label}") for one, name, role in held_by(session, person_id, visit.today)]
    deputies = {one.deputy_membership_id: f"{one.person_name}（{one.role.label}）" for one in candidates}
    memberships = tuple(option for option in held if option[0] in fitting)
    return show_form(
        "leaves",
        LEAVE_FIELDS,
        tried,
        address=address,
        title="登记请假代办",
        button="登记请假代办",
        options={"membership_id": memberships, "deputy_membership_id": tuple(deputies.items())},
        initial={"membership_id": memberships[0][0], "since_on": visit.today},
        hint=_HINT,
        is_primary=is_primary,
    )


def with_ends(
    lines: Sequence[LeaveLine], tried: Attempt, onward: str
) -> list[tuple[LeaveLine, ShownForm | None]]:
    """Each leave with the button that ends it, where there is something to end."""
    return [(one, _ending(one, tried, onward) if one.can_end else None) for one in lines]


def _ending(one: LeaveLine, tried: Attempt, onward: str) -> ShownForm:
    return show_form(
        f"leave-ends-{one.id}",
        (),
        tried,
        address=f"/leaves/{one.id}/end",
        title="提前结束",
        button="提前结束",
        hidden={"onward": onward},
        is_grave=True,
    )


@router.post("/leave")
async def enter(posting: APosting) -> Response:
    """Name a deputy for oneself."""

    async def do() -> Response:
        await _enter(posting)
        return posting.go("/leave", "请假代办已登记，双方均已告知。")

    return await attempt(posting, do, lambda tried: _show_leave(posting, tried))


@router.post("/people/{person_id}/leaves")
async def enter_for(posting: APosting, person_id: PathId) -> Response:
    """Name a deputy for somebody who cannot."""
    from_here = f"/people/{person_id}/leaves"

    async def do() -> Response:
        require(may(posting.actor, "enter_leave", Matter()))
        await _enter(posting)
        return posting.go(from_here, "请假代办已登记，双方均已告知。")

    return await attempt(posting, do, lambda tried: _show_leaves_of(posting, person_id, tried))


async def _enter(posting: Posting) -> dict[str, Any]:
    paper = LeavePaper(**read_values(LEAVE_FIELDS, posting.form))
    return dict(await write_once(posting, "enter_leave", lambda pen: enter_leave(pen, paper)))


@router.get("/people/{person_id}/leaves")
def leaves_page(visit: AVisit, person_id: PathId) -> Response:
    """The leaves of one person, for the security administrator."""
    return _show_leaves_of(visit, person_id, NO_ATTEMPT)


def _show_leaves_of(visit: Visit, person_id: str, tried: Attempt) -> Response:
    require(may(visit.actor, "enter_leave", Matter()))
    here = f"/people/{person_id}/leaves"
    with visit.counter.register.reading() as session:
        person = person_of(session, person_id)
        if person is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该人员。")
        lines = leaves_of(session, person.id, visit.today)
        form = naming_form(session, visit, person.id, tried, address=here, is_primary=True)
    return visit.page(
        "person_leaves.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        row=person,
        own=with_ends([one for one in lines if one.absent_id == person_id], tried, here),
        standing_in=[one for one in lines if one.deputy_id == person_id],
        form=form,
        attempt=tried,
    )


@router.post("/leaves/{leave_id}/end")
async def end(posting: APosting, leave_id: PathId) -> Response:
    """End a leave before its last day."""
    onward = posting.form.get("onward", "")
    person_id = onward.removeprefix("/people/").removesuffix("/leaves") if isinstance(onward, str) else ""
    is_of_others = may(posting.actor, "enter_leave", Matter()) and onward == f"/people/{person_id}/leaves"

    async def do() -> Response:
        await write_once(posting, "end_leave", lambda pen: end_leave(pen, leave_id))
        return posting.go(str(onward) if is_of_others else "/leave", "代办已结束，双方均已告知。")

    def again(tried: Attempt) -> Response:
        return _show_leaves_of(posting, person_id, tried) if is_of_others else _show_leave(posting, tried)

    return await attempt(posting, do, again)
