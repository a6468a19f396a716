"""Leaves in force: who is away today, and who may act for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from domain.bodies import Actor
from records.tables.people import Leave, Membership, Organisation, Person

Absent = aliased(Membership, name="absent")
Deputy = aliased(Membership, name="deputy")
_AbsentPerson = aliased(Person, name="absent_person")
_DeputyPerson = aliased(Person, name="deputy_person")


@dataclass(frozen=True)
class Deputyship:
    """A leave in force: ``actor`` is the deputy acting in the membership of the absent one."""

    leave_id: str
    membership_id: str
    until_on: date
    actor: Actor
    deputy_name: str
    absent_name: str
    organisation_name: str

    @property
    def absent_id(self) -> str:
        """The person who is away."""
        return self.actor.principal_id

    @property
    def capacity(self) -> str:
        """What the absent person acts as."""
        return f"{self.organisation_name} · {self.actor.role.label}"


def held_on(today: date, membership: type[Membership]) -> tuple[ColumnElement[bool], ...]:
    """The memberships that are in force on that day."""
    return (
        or_(membership.since_on.is_(None), membership.since_on <= today),
        or_(membership.until_on.is_(None), membership.until_on >= today),
    )


def in_force(today: date) -> tuple[ColumnElement[bool], ...]:
    """The leaves whose span holds the day and that nobody ended."""
    return (Leave.ended_at.is_(None), Leave.since_on <= today, Leave.until_on >= today)


def memberships_open_to(
    person_id: str | InstrumentedAttribute[str] | ColumnElement[str], today: date
) -> Select[str]:
    """The ids of the memberships in which the person stands in for somebody today."""
    return (
        select(Leave.membership_id)
        .join(Deputy, Deputy.id == Leave.deputy_membership_id)
        .where(Deputy.person_id == person_id, *in_force(today), *held_on(today, Deputy))
    )


def deputyships_on(
    session: Session, today: date, *, absent_ids: Iterable[str] | None = None
) -> list[Deputyship]:
    """The leaves in force today whose absent one and whose deputy may both still act; of these people, or all."""
    query = (
        select(
            Leave.id,
            Absent.id,
            Leave.until_on,
            Deputy.person_id,
            Absent.person_id,
            Absent.organisation_id,
            Absent.role,
            Organisation.area,
            _DeputyPerson.name,
            _AbsentPerson.name,
            Organisation.name,
        )
        .join(Absent, Absent.id == Leave.membership_id)
        .join(Deputy, Deputy.id == Leave.deputy_membership_id)
        .join(Organisation, Organisation.id == Absent.organisation_id)
        .join(_AbsentPerson, _AbsentPerson.id == Absent.person_id)
        .join(_DeputyPerson, _DeputyPerson.id == Deputy.person_id)
        .where(
            *in_force(today),
            *held_on(today, Absent),
            *held_on(today, Deputy),
            _AbsentPerson.is_active,
            _DeputyPerson.is_active,
        )
        .order_by(Leave.id)
    )
    if absent_ids is not None:
        query = query.where(Absent.person_id.in_(tuple(absent_ids)))
    return [
        Deputyship(
            leave_id=leave_id,
            membership_id=membership_id,
            until_on=until_on,
            actor=Actor(deputy_id, organisation_id, role, area, on_behalf_of=absent_id),
            deputy_name=deputy_name,
            absent_name=absent_name,
            organisation_name=organisation_name,
        )
        for (
            leave_id,
            membership_id,
            until_on,
            deputy_id,
            absent_id,
            organisation_id,
            role,
            area,
            deputy_name,
            absent_name,
            organisation_name,
        ) in session.execute(query)
    ]


def deputyship_of(session: Session, actor: Actor, today: date) -> Deputyship | None:
    """The leave by which the actor acts for somebody else, None where they act for themselves or no longer may."""
    if actor.on_behalf_of is None:
        return None
    running = deputyships_on(session, today, absent_ids=[actor.on_behalf_of])
    return next((one for one in running if one.actor == actor), None)
