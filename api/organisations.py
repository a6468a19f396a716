"""Organisations, people and memberships: administration by three separate hands (三员分立)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.errands import AnErrand, Errand
from api.fields import AsPaper, Body, Line, PathId, Secret, Shown, Yes
from api.foresight import require
from api.identity import Visitor
from domain.bodies import BodyKind, Role
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.accounts import hash_password
from records.papers.organisations import (
    Deactivation,
    MembershipEnd,
    MembershipPaper,
    OrganisationPaper,
    PersonPaper,
    deactivate_person,
    end_membership,
    grant_membership,
    register_organisation,
    register_person,
)
from records.pen import Pen
from records.queries import people as queries

router = APIRouter(tags=["单位和人员"])

AreaQuery = Annotated[str, Query(max_length=200, pattern=r"^[a-z0-9/-]*$")]
TextQuery = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]


class OrganisationShown(Shown):
    """One organisation."""

    id: str
    name: str
    kind: BodyKind
    area: str
    parent_id: str | None


class MembershipOfPerson(Shown):
    """One capacity of a person, its span included."""

    id: str
    person_id: str
    organisation_id: str
    role: Role
    since_on: date | None
    until_on: date | None


class PersonShown(Shown):
    """One person with an account, without address and password."""

    id: str
    name: str
    sign_in_name: str
    is_active: bool
    memberships: list[MembershipOfPerson]


class PersonBody(Body):
    """A person with an account."""

    name: Line
    sign_in_name: Line
    password: Secret
    email: Line = ""
    is_party_member: Yes | None = None


def permitted(errand: Errand, action: str, area: str = "") -> Callable[[Pen], None]:
    """A check that the visitor may do this in the area."""
    return lambda _pen: require(may(errand.by, action, Matter(area=area)))


@router.post("/organisations", status_code=201)
def create_organisation(errand: AnErrand, paper: Annotated[OrganisationPaper, AsPaper()]) -> JSONResponse:
    """Register an organisation."""
    checks = [permitted(errand, "register_organisation", paper.area)]
    location = "/api/v1/organisations/{organisation_id}"
    return errand.write(
        "register_organisation", paper, location, checks, lambda pen: register_organisation(pen, paper)
    )


@router.get("/organisations", response_model=Page[OrganisationShown])
def list_organisations(
    counter: TheCounter,
    _visitor: Visitor,
    area: AreaQuery = "",
    q: TextQuery = "",
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[OrganisationShown]:
    """Organisations: whoever is signed in chooses from these."""
    key = key_of(cursor, str)
    with counter.register.reading() as session:
        rows = queries.organisations(
            session, area=area, text=q.strip(), after=key[0] if key else None, limit=limit
        )
        items = [OrganisationShown.model_validate(row) for row in rows]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.id,)))


@router.get("/organisations/{organisation_id}", response_model=OrganisationShown)
def read_organisation(organisation_id: PathId, counter: TheCounter, _visitor: Visitor) -> OrganisationShown:
    """One organisation."""
    with counter.register.reading() as session:
        row = queries.organisation(session, organisation_id)
        if row is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该单位。")
        return OrganisationShown.model_validate(row)


@router.post("/people", status_code=201)
def create_person(errand: AnErrand, body: PersonBody) -> JSONResponse:
    """Register a person with an account. What they may do, a membership says."""
    require(may(errand.by, "register_person", Matter()))
    paper = PersonPaper(
        name=body.name,
        sign_in_name=body.sign_in_name,
        email=body.email,
        is_party_member=body.is_party_member,
        password_hash=hash_password(body.password),
    )
    # The digest of a request must be the same every time, and a hash of a password never is.
    said = replace(paper, password_hash=body.password)
    checks = [permitted(errand, "register_person")]
    location = "/api/v1/people/{person_id}"
    return errand.write("register_person", said, location, checks, lambda pen: register_person(pen, paper))


@router.get("/people", response_model=Page[PersonShown])
def list_people(
    counter: TheCounter,
    visitor: Visitor,
    organisation_id: Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9_.:-]*$")] = "",
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[PersonShown]:
    """People with their memberships, for those who administer them; everyone else sees their own organisation."""
    administers = visitor.actor.role in {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
    require(administers or organisation_id == visitor.actor.organisation_id)
    key = key_of(cursor, str)
    with counter.register.reading() as session:
        rows = queries.people(
            session, organisation_id=organisation_id, after=key[0] if key else None, limit=limit
        )
        held: dict[str, list[MembershipOfPerson]] = {}
        for membership in queries.memberships_of(session, [row.id for row in rows]):
            held.setdefault(membership.person_id, []).append(MembershipOfPerson.model_validate(membership))
        items = [
            PersonShown(
                id=row.id,
                name=row.name,
                sign_in_name=row.sign_in_name,
                is_active=row.is_active,
                memberships=held.get(row.id, []),
            )
            for row in rows
        ]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.id,)))


@router.post("/memberships", status_code=201)
def create_membership(errand: AnErrand, paper: Annotated[MembershipPaper, AsPaper()]) -> JSONResponse:
    """Grant a membership."""
    checks = [permitted(errand, "grant_membership")]
    location = "/api/v1/people"
    return errand.write("grant_membership", paper, location, checks, lambda pen: grant_membership(pen, paper))


@router.post("/memberships/{membership_id}/end", status_code=201)
def create_membership_end(
    membership_id: PathId, errand: AnErrand, paper: Annotated[MembershipEnd, AsPaper()]
) -> JSONResponse:
    """End a membership with its last day: whoever grants ends."""
    checks = [permitted(errand, "grant_membership")]
    return errand.write(
        "end_membership",
        paper,
        "/api/v1/people",
        checks,
        lambda pen: end_membership(pen, membership_id, paper),
    )


@router.post("/people/{person_id}/deactivations", status_code=201)
def create_deactivation(
    person_id: PathId, errand: AnErrand, paper: Annotated[Deactivation, AsPaper()]
) -> JSONResponse:
    """Shut an account at once, its sessions and tokens included."""
    checks = [permitted(errand, "grant_membership")]
    return errand.write(
        "deactivate_person",
        paper,
        "/api/v1/people",
        checks,
        lambda pen: deactivate_person(pen, person_id, paper),
    )
