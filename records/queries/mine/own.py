"""Whose a consultation is: the convener's of its room, theirs who are listed, and theirs who are assigned to its room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_, select, union_all
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.words import Word
from records.queries.scopes import readable
from records.tables.consultations import Consultation
from records.tables.deliberations import Participant
from records.tables.rooms import Convener, Room
from records.tables.work_log import MemberAssignment


class Part(Word):
    """In what way a consultation is somebody's own."""

    CONVENER = "convener", "召集"
    LISTED = "listed", "参会"
    ASSIGNED = "assigned", "编入本室"


@dataclass(frozen=True)
class OwnCase:
    """The consultation that a line is about, and what the reader is in it."""

    consultation_id: str
    consultation_number: str
    consultation_title: str
    part: Part


@dataclass(frozen=True)
class OwnRoom:
    """A room that the reader convenes, or is assigned to as a member."""

    part: Part
    id: str
    name: str


def is_own(actor: Actor, today: date) -> ColumnElement[bool]:
    """Readable, and theirs in one of the three ways."""
    theirs = or_(convened(actor, today), _is_listed(actor), _assigned(actor, today))
    return and_(readable(actor, today), theirs)


def _part(actor: Actor, today: date) -> ColumnElement[str]:
    return case(
        (convened(actor, today), Part.CONVENER.value),
        (_is_listed(actor), Part.LISTED.value),
        else_=Part.ASSIGNED.value,
    )


def convened(actor: Actor, today: date) -> ColumnElement[bool]:
    """Held in a room of which they are convener today."""
    return Consultation.room_id.in_(_rooms_convened(actor, today))


def _is_listed(actor: Actor) -> ColumnElement[bool]:
    return Consultation.id.in_(
        select(Participant.consultation_id).where(
            Participant.person_id == actor.principal_id, Participant.removed_on.is_(None)
        )
    )


def _assigned(actor: Actor, today: date) -> ColumnElement[bool]:
    return Consultation.room_id.in_(_rooms_assigned_to(actor, today))


def case_columns(actor: Actor, today: date) -> tuple[Any, ...]:
    """What ``case_of`` is made of, to be selected last."""
    return Consultation.id, Consultation.number, Consultation.title, _part(actor, today)


def case_of(values: Sequence[Any]) -> OwnCase:
    """The consultation of a line."""
    return OwnCase(values[0], values[1], values[2], Part(values[3]))


def rooms_of(session: Session, actor: Actor, today: date) -> tuple[OwnRoom, ...]:
    """The rooms they convene, then those they are assigned to."""
    parts = (
        (Part.CONVENER, _rooms_convened(actor, today)),
        (Part.ASSIGNED, _rooms_assigned_to(actor, today)),
    )
    found = union_all(
        *(select(literal(part.value), Room.id, Room.name).where(Room.id.in_(rooms)) for part, rooms in parts)
    )
    rows = [OwnRoom(Part(part), room_id, name) for part, room_id, name in session.execute(found)]
    return tuple(sorted(rows, key=lambda one: (one.part is not Part.CONVENER, one.name, one.id)))


def _rooms_convened(actor: Actor, today: date) -> Any:
    return select(Convener.room_id).where(
        Convener.person_id == actor.principal_id,
        or_(Convener.since_on.is_(None), Convener.since_on <= today),
        or_(Convener.until_on.is_(None), Convener.until_on >= today),
    )


def _rooms_assigned_to(actor: Actor, today: date) -> Any:
    return select(MemberAssignment.room_id).where(
        MemberAssignment.person_id == actor.principal_id,
        MemberAssignment.since_on <= today,
        or_(MemberAssignment.until_on.is_(None), MemberAssignment.until_on >= today),
    )
