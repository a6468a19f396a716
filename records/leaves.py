"""Leaves in force: who is away today, and who may act for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

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
    query = _deputyships().where(
        *in_force(today),
        *held_on(today, Absent),
        *held_on(today, Deputy),
        _AbsentPerson.is_active,
        _DeputyPerson.is_active,
    )
    if absent_ids is not None:
        query = query.where(Absent.person_id.in_(tuple(absent_ids)))
    return [_deputyship(row) for row in session.execute(query)]


def deputyship_of(session: Session, actor: Actor, today: date) -> Deputyship | None:
    """The leave by which the actor acts for somebody else, None where they act for themselves or no longer may."""
    if actor.on_behalf_of is None:
        return None
    running = deputyships_on(session, today, absent_ids=[actor.on_behalf_of])
    return next((one for one in running if one.actor == actor), None)


def deputyship_between(session: Session, leave: Leave) -> Deputyship:
    """Who stands in for whom by this leave, whether it is in force or not."""
    return _deputyship(session.execute(_deputyships().where(Leave.id == leave.id)).one())


def _deputyships() -> "Select[*tuple[Any, ...]]":
    return (
        select(
            Leave.id.label("leave_id"),
            Leave.membership_id,
            Leave.until_on,
            Deputy.person_id.label("deputy_id"),
            Absent.person_id.label("absent_id"),
            Absent.organisation_id,
            Absent.role,
            Organisation.area,
            _DeputyPerson.name.label("deputy_name"),
            _AbsentPerson.name.label("absent_name"),
            Organisation.name.label("organisation_name"),
        )
        .join(Absent, Absent.id == Leave.membership_id)
        .join(Deputy, Deputy.id == Leave.deputy_membership_id)
        .join(Organisation, Organisation.id == Absent.organisation_id)
        .join(_AbsentPerson, _AbsentPerson.id == Absent.person_id)
        .join(_DeputyPerson, _DeputyPerson.id == Deputy.person_id)
        .order_by(Leave.id)
    )


def _deputyship(row: Any) -> Deputyship:
    return Deputyship(
        leave_id=row.leave_id,
        membership_id=row.membership_id,
        until_on=row.until_on,
        actor=Actor(row.deputy_id, row.organisation_id, row.role, row.area, on_behalf_of=row.absent_id),
        deputy_name=row.deputy_name,
        absent_name=row.absent_name,
        organisation_name=row.organisation_name,
    )
