"""In what capacity somebody may act on a day: their own memberships, and those of people on leave they stand in for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union
from sqlalchemy.orm import Session

from domain.bodies import Actor, Role
from records.leaves import held_on, memberships_open_to
from records.tables.people import Membership, Organisation, Person, UserSession


@dataclass(frozen=True)
class HeldMembership:
    """One capacity in which the person may act today."""

    membership_id: str
    organisation_id: str
    organisation_name: str
    role: Role
    on_behalf_of: str | None = None
    absent_name: str = ""
    """Whose membership it is, where the person stands in for somebody on leave."""


@dataclass(frozen=True)
class SignedIn:
    """Who is asking: the actor they chose to be, and the other memberships they could choose."""

    actor: Actor
    person_name: str
    organisation_name: str
    membership_id: str
    memberships: tuple[HeldMembership, ...]
    absent_name: str = ""
    """For whom on leave they act, empty where they act for themselves."""


def first_membership(session: Session, person_id: str, today: date) -> str | None:
    """The first of the memberships that the person holds on that day."""
    own = _held(today).where(Membership.person_id == person_id).limit(1)
    found = session.execute(own).first()
    return None if found is None else found[0]


def in_own_right(session: Session, person_id: str, former_id: str, today: date) -> SignedIn | None:
    """The person in a membership of their own, where the former one was that of somebody they stood in for."""
    former = session.get(Membership, former_id)
    first = first_membership(session, person_id, today)
    if former is None or former.person_id == person_id or first is None:
        return None
    return signed_in_as(session, person_id, first, today)


def signed_in_as(session: Session, person_id: str, membership_id: str, today: date) -> SignedIn | None:
    """The membership and whatever else is open to the person, in one query."""
    found = session.execute(_open_to(person_id, today)).all()
    return _signed_in(found, person_id, membership_id)


def signed_in_by(
    session: Session, token_digest: str, today: date
) -> tuple[UserSession, SignedIn | None] | None:
    """The user session of a cookie and who it is, in one query: every request of a page asks for it.

    None where there is no such session, or its person may act in no capacity at all.
    """
    holder = select(UserSession.person_id).where(UserSession.token_digest == token_digest).scalar_subquery()
    opened = _open_to(holder, today).add_columns(UserSession)
    found = session.execute(opened.join(UserSession, UserSession.token_digest == token_digest)).all()
    if not found:
        return None
    row: UserSession = found[0].UserSession
    return row, _signed_in(found, row.person_id, row.membership_id)


def _open_to(person_id: str | ColumnElement[str], today: date) -> "Select[*tuple[Any, ...]]":
    own = select(Membership.id).where(Membership.person_id == person_id)
    is_open = Membership.id.in_(union(own, memberships_open_to(person_id, today)))
    return _held(today).where(is_open, Person.is_active)


def _signed_in(found: Sequence[Any], person_id: str, membership_id: str) -> SignedIn | None:
    names = [row.holder_name for row in found if row.holder_id == person_id]
    if not names:
        # Their account is shut, or nothing of their own is left by which they could stand in for anybody.
        return None
    ordered = sorted(found, key=lambda row: row.holder_id != person_id)
    held = tuple(_membership_of(row, person_id) for row in ordered)
    for each, row in zip(held, ordered, strict=True):
        if each.membership_id == membership_id:
            actor = Actor(person_id, each.organisation_id, each.role, row.area, each.on_behalf_of)
            return SignedIn(actor, names[0], each.organisation_name, membership_id, held, each.absent_name)
    return None


def _membership_of(row: Any, person_id: str) -> HeldMembership:
    is_own = row.holder_id == person_id
    return HeldMembership(
        membership_id=row.membership_id,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name,
        role=row.role,
        on_behalf_of=None if is_own else row.holder_id,
        absent_name="" if is_own else row.holder_name,
    )


def _held(today: date) -> "Select[*tuple[Any, ...]]":
    return (
        select(
            Membership.id.label("membership_id"),
            Organisation.id.label("organisation_id"),
            Organisation.name.label("organisation_name"),
            Membership.role,
            Organisation.area,
            Person.id.label("holder_id"),
            Person.name.label("holder_name"),
        )
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(*held_on(today, Membership))
        .order_by(Membership.id)
    )
