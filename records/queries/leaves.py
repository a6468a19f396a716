"""Leaves as people read them: their own, those in which they stand in for somebody, and who could be named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from domain.bodies import Role
from domain.leave import STANDS_IN_FOR, LeaveState, leave_state
from records.leaves import Absent, Deputy, Deputyship, deputyships_on, held_on
from records.tables.people import Leave, Membership, Organisation, Person

LEAVES_MAX = 200


@dataclass(frozen=True)
class LeaveLine:
    """One leave. ``reason`` is for the absent person and administrators only, not for the deputy."""

    id: str
    absent_id: str
    absent_name: str
    deputy_id: str
    deputy_name: str
    organisation_name: str
    role: Role
    since_on: date
    until_on: date
    reason: str
    state: LeaveState
    entered_by_name: str
    entered_at: datetime
    ended_at: datetime | None

    @property
    def can_end(self) -> bool:
        """Whether there is still something to end."""
        return self.state in (LeaveState.COMING, LeaveState.RUNNING)


@dataclass(frozen=True)
class Candidate:
    """Somebody who could stand in for a membership: by which membership of theirs."""

    membership_id: str
    deputy_membership_id: str
    person_name: str
    role: Role


def leaves_of(session: Session, person_id: str, today: date) -> list[LeaveLine]:
    """The leaves of a person and those in which they stand in, the latest first; at most 200."""
    absent, deputy, clerk = aliased(Person), aliased(Person), aliased(Person)
    found = session.execute(
        select(
            Leave, Absent.role, absent.id, absent.name, deputy.id, deputy.name, Organisation.name, clerk.name
        )
        .join(Absent, Absent.id == Leave.membership_id)
        .join(Deputy, Deputy.id == Leave.deputy_membership_id)
        .join(Organisation, Organisation.id == Absent.organisation_id)
        .join(absent, absent.id == Absent.person_id)
        .join(deputy, deputy.id == Deputy.person_id)
        .outerjoin(clerk, clerk.id == Leave.entered_by_person_id)
        .where(or_(Absent.person_id == person_id, Deputy.person_id == person_id))
        .order_by(Leave.since_on.desc(), Leave.id.desc())
        .limit(LEAVES_MAX)
    )
    return [_line(row, today) for row in found]


def candidates_for(session: Session, person_id: str, today: date) -> list[Candidate]:
    """Who could stand in for each membership that the person holds today: same organisation, a fitting role."""
    found = session.execute(
        select(Absent.id, Absent.role, Deputy.id, Deputy.role, Person.name)
        .join(Deputy, Deputy.organisation_id == Absent.organisation_id)
        .join(Person, Person.id == Deputy.person_id)
        .where(
            Absent.person_id == person_id,
            Deputy.person_id != person_id,
            Person.is_active,
            *held_on(today, Absent),
            *held_on(today, Deputy),
        )
        .order_by(Person.name, Deputy.id)
    )
    return [
        Candidate(membership_id, deputy_membership_id, name, deputy_role)
        for membership_id, role, deputy_membership_id, deputy_role, name in found
        if deputy_role in STANDS_IN_FOR.get(role, frozenset())
    ]


def held_by(session: Session, person_id: str, today: date) -> list[tuple[str, str, Role]]:
    """The memberships that a person holds today: id, name of the organisation, role."""
    found = session.execute(
        select(Membership.id, Organisation.name, Membership.role)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id, *held_on(today, Membership))
        .order_by(Membership.id)
    )
    return [(row[0], row[1], row[2]) for row in found]


def away_today(session: Session, person_ids: Iterable[str], today: date) -> dict[str, list[Deputyship]]:
    """Of these people those who are away today, with who stands in for them."""
    away: dict[str, list[Deputyship]] = {}
    for one in deputyships_on(session, today, absent_ids=person_ids):
        away.setdefault(one.absent_id, []).append(one)
    return away


def _line(row: Any, today: date) -> LeaveLine:
    leave, role, absent_id, absent_name, deputy_id, deputy_name, organisation_name, clerk_name = row
    return LeaveLine(
        id=leave.id,
        absent_id=absent_id,
        absent_name=absent_name,
        deputy_id=deputy_id,
        deputy_name=deputy_name,
        organisation_name=organisation_name,
        role=role,
        since_on=leave.since_on,
        until_on=leave.until_on,
        reason=leave.reason,
        state=leave_state(leave.since_on, leave.until_on, today, has_ended=leave.ended_at is not None),
        entered_by_name=clerk_name or "—",
        entered_at=leave.entered_at,
        ended_at=leave.ended_at,
    )
