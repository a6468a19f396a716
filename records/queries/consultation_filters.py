"""What a list of consultations is narrowed to, as conditions of a query."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select, union

from domain.bodies import Role
from domain.matters import ConsultationKind
from domain.stages import ConsultationState
from records.queries.scopes import within
from records.tables.consultations import Consultation
from records.tables.deliberations import Participant
from records.tables.obligations import ClockRow, FeedbackTask
from records.tables.people import Membership, Organisation, Person
from records.tables.rooms import Convener, Room


@dataclass(frozen=True)
class ConsultationFilter:
    """What a list is narrowed to; every empty field lets everything through.

    ``text`` is looked for in number, title, and the names of room, units, conveners and staff; a participant is
    found by the whole name. ``year`` is the year of opening.
    """

    states: tuple[ConsultationState, ...] = ()
    area: str = ""
    room_id: str = ""
    text: str = ""
    rule_set_id: str = ""
    kind: ConsultationKind | None = None
    year: int | None = None
    is_suspended: bool = False
    is_overdue: bool = False


def narrowed_to(narrowed: ConsultationFilter, today: date) -> Iterator[ColumnElement[bool]]:
    """The conditions of a filter."""
    if narrowed.states:
        yield Consultation.state.in_(narrowed.states)
    if narrowed.area:
        yield within(Consultation.area, narrowed.area)
    if narrowed.room_id:
        yield Consultation.room_id == narrowed.room_id
    if narrowed.rule_set_id:
        yield Consultation.rule_set_id == narrowed.rule_set_id
    if narrowed.kind is not None:
        yield Consultation.kind == narrowed.kind
    if narrowed.year is not None:
        yield Consultation.opened_on.between(date(narrowed.year, 1, 1), date(narrowed.year, 12, 31))
    if narrowed.is_suspended:
        yield Consultation.is_suspended.is_(True)
    if narrowed.is_overdue:
        yield _has_overdue_clock(today)
    if narrowed.text:
        yield _speaks_of(narrowed.text)


def _has_overdue_clock(today: date) -> ColumnElement[bool]:
    # Clocks of a suspended consultation stand still.
    late = select(ClockRow.consultation_id).where(ClockRow.is_open, ClockRow.due_on < today)
    return Consultation.id.in_(late) & ~Consultation.is_suspended


def _speaks_of(text: str) -> ColumnElement[bool]:
    """Each name is looked up once, not once for every consultation."""
    rooms = select(Room.id).where(Room.name.contains(text, autoescape=True))
    units = select(Organisation.id).where(Organisation.name.contains(text, autoescape=True))
    people = select(Person.id).where(Person.name.contains(text, autoescape=True))
    convened = select(Convener.room_id).where(Convener.person_id.in_(people))
    staffed = select(Membership.organisation_id).where(
        Membership.person_id.in_(people), Membership.role == Role.STAFF
    )
    found = union(
        select(Consultation.id).where(
            or_(
                Consultation.title.contains(text, autoescape=True),
                Consultation.number.contains(text, autoescape=True),
                Consultation.room_id.in_(rooms),
                Consultation.room_id.in_(convened),
                Consultation.operator_id.in_(units),
                Consultation.owner_id.in_(units),
                Consultation.operator_id.in_(staffed),
            )
        ),
        select(FeedbackTask.consultation_id).where(FeedbackTask.unit_id.in_(units)),
        select(Participant.consultation_id).where(Participant.name == text, Participant.removed_on.is_(None)),
    )
    return Consultation.id.in_(found)
