"""单位和人员: what the administrators register and grant, each in their own hands (三员分立)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.concurrency import run_in_threadpool

from api.cursors import cursor_of, key_of
from api.foresight import require
from api.pages.fields import FieldSpec, fields_of, options_of, read_values
from api.pages.folders import organisation_options
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.organisation_tree import tree_of
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Visit
from api.problems import STATUSES
from domain.bodies import Role
from domain.policy import Matter, may
from records.accounts import PASSWORD_CHARACTERS_MAX, hash_password
from records.papers.organisations import (
    MembershipPaper,
    OrganisationPaper,
    PersonPaper,
    grant_membership,
    register_organisation,
    register_person,
)
from records.queries.leaves import away_today
from records.queries.people import members_counted, memberships_of, organisation_names, organisations, people

router = page_router()
LINES_PER_PAGE = 50
PEOPLE_MAX = 500
ORGANISATIONS_MAX = 2_000
ORGANISATION_FIELDS = fields_of(OrganisationPaper)
PERSON_FIELDS = (
    *fields_of(PersonPaper, ("password_hash",)),
    FieldSpec("password", "初始密码", "secret", is_required=True, characters_max=PASSWORD_CHARACTERS_MAX),
)
_GRANTED = tuple(option for option in options_of(Role) if option[0] not in {"clock", "public"})
MEMBERSHIP_FIELDS = tuple(
    replace(spec, options=_GRANTED) if spec.name == "role" else spec for spec in fields_of(MembershipPaper)
)


@router.get("/organisations")
def organisations_page(visit: AVisit, text: Annotated[str, Query(max_length=100)] = "") -> Response:
    """The organisations as a tree, or those whose name holds a word; and the form that registers one."""
    return _show_organisations(visit, NO_ATTEMPT, text)


def _show_organisations(visit: Visit, tried: Attempt, text: str = "") -> Response:
    wanted = text.replace("\x00", "").strip()
    with visit.counter.register.reading() as session:
        rows = organisations(session, text=wanted, limit=ORGANISATIONS_MAX)
        people_by_body = members_counted(session, visit.today)
        form = _form(
            visit,
            "organisations",
            "register_organisation",
            ORGANISATION_FIELDS,
            tried,
            "登记单位",
            {"parent_id": organisation_options(session)},
        )
        return visit.page(
            "organisations.html",
            status=_status(tried),
            rows=rows if wanted else [],
            tree=[] if wanted else tree_of(rows, people_by_body),
            count=len(rows),
            people_by_body=people_by_body,
            text=wanted,
            parents=organisation_names(session, [one.parent_id for one in rows]) if wanted else {},
            form=form,
            attempt=tried,
        )


@router.post("/organisations")
async def register(posting: APosting) -> Response:
    """Register an organisation."""

    async def do() -> Response:
        require(may(posting.actor, "register_organisation", Matter()))
        paper = OrganisationPaper(**read_values(ORGANISATION_FIELDS, posting.form))
        await write_once(posting, "register_organisation", lambda pen: register_organisation(pen, paper))
        return posting.go("/organisations", f"单位“{paper.name}”已登记。")

    return await attempt(posting, do, lambda tried: _show_organisations(posting, tried))


@router.get("/people")
def people_page(
    visit: AVisit,
    text: Annotated[str, Query(max_length=100)] = "",
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """The people with an account and what they may act as."""
    return _show_people(visit, NO_ATTEMPT, cursor, text)


def _show_people(visit: Visit, tried: Attempt, cursor: str | None = None, text: str = "") -> Response:
    require(any(may(visit.actor, one, Matter()) for one in ("register_person", "grant_membership")))
    key = key_of(cursor, str)
    with visit.counter.register.reading() as session:
        wanted = text.replace("\x00", "").strip()
        rows = people(session, text=wanted, after=key[0] if key else None, limit=LINES_PER_PAGE)
        held: dict[str, list[Any]] = {}
        memberships = memberships_of(session, [one.id for one in rows])
        for membership in memberships:
            held.setdefault(membership.person_id, []).append(membership)
        everybody = tuple(
            (one.id, f"{one.name}（{one.sign_in_name}）") for one in people(session, limit=PEOPLE_MAX)
        )
        options = {"person_id": everybody, "organisation_id": organisation_options(session)}
        forms = [
            _form(visit, "people", "register_person", PERSON_FIELDS, tried, "登记人员", {}),
            _form(visit, "memberships", "grant_membership", MEMBERSHIP_FIELDS, tried, "授予任职", options),
        ]
        return visit.page(
            "people.html",
            status=_status(tried),
            rows=rows,
            held=held,
            text=wanted,
            away=away_today(session, [one.id for one in rows], visit.today),
            names=organisation_names(session, [one.organisation_id for one in memberships]),
            forms=[form for form in forms if form],
            attempt=tried,
            following=_following(rows),
        )


@router.post("/people")
async def register_somebody(posting: APosting) -> Response:
    """Register a person with an account."""

    async def do() -> Response:
        require(may(posting.actor, "register_person", Matter()))
        values = read_values(PERSON_FIELDS, posting.form)
        hashed = await run_in_threadpool(hash_password, values.pop("password"))
        paper = PersonPaper(**values, password_hash=hashed)
        await write_once(posting, "register_person", lambda pen: register_person(pen, paper))
        return posting.go("/people", f"“{paper.name}”已登记；授予任职之后方可办理业务。")

    return await attempt(posting, do, lambda tried: _show_people(posting, tried))


@router.post("/memberships")
async def grant(posting: APosting) -> Response:
    """Grant a membership."""

    async def do() -> Response:
        require(may(posting.actor, "grant_membership", Matter()))
        paper = MembershipPaper(**read_values(MEMBERSHIP_FIELDS, posting.form))
        await write_once(posting, "grant_membership", lambda pen: grant_membership(pen, paper))
        return posting.go("/people", "任职已授予。")

    return await attempt(posting, do, lambda tried: _show_people(posting, tried))


def _form(
    visit: Visit,
    noun: str,
    permit: str,
    fields: Sequence[FieldSpec],
    tried: Attempt,
    title: str,
    options: dict[str, Any],
) -> ShownForm | None:
    if not may(visit.actor, permit, Matter()):
        return None
    return show_form(
        noun, fields, tried, address=f"/{noun}", title=title, button=title, options=options, is_primary=False
    )


def _following(rows: Sequence[Any]) -> str | None:
    return cursor_of(rows[-1].id) if len(rows) == LINES_PER_PAGE else None


def _status(tried: Attempt) -> int:
    return STATUSES[tried.refusal.code] if tried.refusal else 200
