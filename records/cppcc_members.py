"""Who is a 政协 member, and who leads a 政协: asked of memberships and conveners, by papers, deeds and pages alike."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.bodies import BodyKind, Role
from domain.policy import is_within
from records.tables.people import Membership, Organisation, Person
from records.tables.rooms import Convener, Room

LEADING_KINDS = (BodyKind.CHAIRPERSONS_MEETING, BodyKind.LEADING_PARTY_GROUP, BodyKind.CPPCC_COMMITTEE)
"""Where the leaders of a 政协 sit who stay in touch with an area each (挂钩联系, SZ-35)."""


def member_areas(session: Session, on: date, person_id: str = "") -> dict[str, list[str]]:
    """By the id of each member on that day, the areas in which they are one.

    A member holds a membership as one, or is a convener of whom the register says so.
    """
    by_membership = _where(
        select(Membership.person_id, Organisation.area)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == Role.MEMBER, Person.is_active.is_(True)),
        Membership.person_id,
        person_id,
        _in_force(Membership.since_on, Membership.until_on, on),
    )
    by_post = _where(
        select(Convener.person_id, Room.area)
        .join(Room, Room.id == Convener.room_id)
        .join(Person, Person.id == Convener.person_id)
        .where(Convener.is_cppcc_member.is_(True), Person.is_active.is_(True)),
        Convener.person_id,
        person_id,
        _in_force(Convener.since_on, Convener.until_on, on),
    )
    areas: dict[str, list[str]] = {}
    for query in (by_membership, by_post):
        for one, area in session.execute(query):
            if area not in areas.setdefault(one, []):
                areas[one].append(area)
    return areas


def is_member_for(session: Session, person_id: str, area: str, on: date) -> bool:
    """True for a member of this area, of one above it, or of one within it."""
    return _is_near(member_areas(session, on, person_id).get(person_id, ()), area)


def members_for(session: Session, area: str, on: date) -> list[Person]:
    """The members of an area, of those above and of those within it, in the order of their names."""
    near = [one for one, areas in member_areas(session, on).items() if _is_near(areas, area)]
    return _people(session, near)


def leaders_for(session: Session, area: str, kinds: Iterable[BodyKind], on: date) -> list[Person]:
    """The people of bodies of these kinds whose own area contains this one, in the order of their names."""
    found = session.execute(
        select(Membership.person_id, Organisation.area)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Organisation.kind.in_(tuple(kinds)),
            Person.is_active.is_(True),
            _in_force(Membership.since_on, Membership.until_on, on),
        )
    )
    return _people(session, [person_id for person_id, scope in found if is_within(area, scope)])


def _people(session: Session, ids: Iterable[str]) -> list[Person]:
    query = select(Person).where(Person.id.in_(tuple(set(ids)))).order_by(Person.name, Person.id)
    return list(session.scalars(query))


def _is_near(areas: Iterable[str], area: str) -> bool:
    return any(is_within(area, one) or is_within(one, area) for one in areas)


def _in_force(
    since_on: InstrumentedAttribute[date | None], until_on: InstrumentedAttribute[date | None], on: date
) -> ColumnElement[bool]:
    return or_(since_on.is_(None), since_on <= on) & or_(until_on.is_(None), until_on >= on)


def _where(
    query: Select[str, str],
    column: InstrumentedAttribute[str],
    person_id: str,
    in_force: ColumnElement[bool],
) -> Select[str, str]:
    query = query.where(in_force)
    return query.where(column == person_id) if person_id else query
