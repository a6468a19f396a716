"""Members with their rooms, the members of one room, and who is in touch with which area."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from records.cppcc_members import members_for
from records.queries.plans import near
from records.tables.people import Person
from records.tables.rooms import Room
from records.tables.work_log import Liaison, MemberAssignment


@dataclass(frozen=True)
class MemberLine:
    """One member and the rooms that they belong to."""

    person_id: str
    name: str
    rooms: tuple[tuple[MemberAssignment, Room], ...]

    @property
    def key(self) -> tuple[bool, str, str]:
        """What the list is sorted by: who has no room yet, then by name."""
        return bool(self.rooms), self.name, self.person_id


def members_near(
    session: Session,
    scope: str,
    on: date,
    *,
    after: tuple[bool, str, str] | None = None,
    limit: int = 50,
) -> Sequence[MemberLine]:
    """The members of an area, of those above and within, the unassigned first."""
    people = members_for(session, scope, on)
    rooms: dict[str, list[tuple[MemberAssignment, Room]]] = {}
    query = (
        select(MemberAssignment, Room)
        .join(Room, Room.id == MemberAssignment.room_id)
        .where(_lasting(on))
        .order_by(MemberAssignment.since_on, MemberAssignment.id)
    )
    for assignment, room in session.execute(query):
        rooms.setdefault(assignment.person_id, []).append((assignment, room))
    lines = (MemberLine(one.id, one.name, tuple(rooms.get(one.id, ()))) for one in people)
    ordered = sorted(lines, key=lambda line: line.key)
    return [line for line in ordered if after is None or line.key > after][:limit]


def members_of_room(session: Session, room_id: str, on: date) -> list[tuple[MemberAssignment, str]]:
    """Who belongs to a room, or will from a day to come, with their names."""
    found = session.execute(
        select(MemberAssignment, Person.name)
        .join(Person, Person.id == MemberAssignment.person_id)
        .where(MemberAssignment.room_id == room_id, _lasting(on))
        .order_by(Person.name, MemberAssignment.id)
    )
    return [(assignment, name) for assignment, name in found]


def liaisons_near(session: Session, scope: str, on: date, limit: int = 500) -> list[tuple[Liaison, str]]:
    """Who is in touch with the areas within this one and above it, with their names."""
    found = session.execute(
        select(Liaison, Person.name)
        .join(Person, Person.id == Liaison.person_id)
        .where(near(Liaison.area, scope), or_(Liaison.until_on.is_(None), Liaison.until_on >= on))
        .order_by(Liaison.area, Person.name, Liaison.id)
        .limit(limit)
    )
    return [(liaison, name) for liaison, name in found]


def liaison(session: Session, liaison_id: str) -> Liaison | None:
    """The liaison of this id."""
    return session.get(Liaison, liaison_id) if liaison_id.isprintable() else None


def _lasting(on: date) -> ColumnElement[bool]:
    return or_(MemberAssignment.until_on.is_(None), MemberAssignment.until_on >= on)
