"""What every member took part in during a year, for an export: by name, never by number.

Consultations are counted, each once; neither clicks nor hours are. There is no order of merit, and none can be read off.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from domain.bodies import Role
from records.queries.counting.count import Count
from records.queries.counting.members import DEEDS, done_by_members
from records.queries.scopes import within
from records.tables.people import Membership, Organisation, Person
from records.tables.rooms import Room
from records.tables.work_log import MemberAssignment

FORMULA = (
    "当年完成“开展协商”的协商中，委员签到出席、参加调研、所提议题被采用、在会上发言，以及当年参加跟踪问效（回头看）的件数，"
    "每件协商每项各计一次；终止、不予受理和并案的协商以及无效场次不计。按姓名排列，不排名次，不计点击和时长。"
)
HEADINGS = tuple(DEEDS.values())


@dataclass(frozen=True)
class Participation:
    """One member's year. ``numbers`` follow the headings."""

    person_id: str
    name: str
    bodies: tuple[str, ...]
    rooms: tuple[str, ...]
    numbers: tuple[int, ...]


def participation(
    session: Session, area: str, year: int, today: date, scope: ColumnElement[bool]
) -> tuple[Participation, ...]:
    """The members of an area, by name."""
    first_on, last_on = date(year, 1, 1), date(year, 12, 31)
    people = _members(session, area, first_on, last_on)
    rooms = _rooms(session, area, min(today, last_on))
    done = _done(session, area, year, today, scope)
    found = (
        Participation(
            person_id,
            name,
            tuple(sorted(bodies)),
            tuple(sorted(rooms.get(person_id, ()))),
            tuple(len(done[deed].get(person_id, ())) for deed in DEEDS),
        )
        for (person_id, name), bodies in people.items()
    )
    return tuple(sorted(found, key=lambda one: (one.name, one.person_id)))


def _members(
    session: Session, area: str, first_on: date, last_on: date
) -> Mapping[tuple[str, str], set[str]]:
    """Who was a member at some time of the year, and of what."""
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    for person_id, name, body in session.execute(
        select(Person.id, Person.name, Organisation.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.role == Role.MEMBER,
            Person.is_active,
            within(Organisation.area, area),
            or_(Membership.since_on.is_(None), Membership.since_on <= last_on),
            or_(Membership.until_on.is_(None), Membership.until_on >= first_on),
        )
    ):
        people[person_id, name].add(body)
    return people


def _rooms(session: Session, area: str, on: date) -> Mapping[str, set[str]]:
    """The rooms that members belong to on a day."""
    rooms: dict[str, set[str]] = defaultdict(set)
    for person_id, name in session.execute(
        select(MemberAssignment.person_id, Room.name)
        .join(Room, Room.id == MemberAssignment.room_id)
        .where(
            within(Room.area, area),
            MemberAssignment.since_on <= on,
            or_(MemberAssignment.until_on.is_(None), MemberAssignment.until_on >= on),
        )
    ):
        rooms[person_id].add(name)
    return rooms


def _done(
    session: Session, area: str, year: int, today: date, scope: ColumnElement[bool]
) -> Mapping[str, Mapping[str, set[str]]]:
    """The consultations by deed and person, under whatever rule sets the rooms follow."""
    merged: dict[str, dict[str, set[str]]] = {deed: defaultdict(set) for deed in DEEDS}
    followed = session.scalars(select(Room.rule_set_id).where(within(Room.area, area)).distinct())
    for rule_set_id in sorted(followed):
        count = Count(session, rule_set_id, area, year, today, scope)
        for deed, by_person in done_by_members(count).items():
            for person_id, cases in by_person.items():
                merged[deed][person_id] |= cases
    return merged
