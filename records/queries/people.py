"""Organisations, people, rooms, topics and the books: what administration reads."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.policy import Matter
from records.queries.scopes import within
from records.recipients import conveners_of
from records.tables.consultations import Topic
from records.tables.people import Membership, Organisation, Person
from records.tables.rooms import Convener, Room, RuleSetVersion
from records.together import Wanted, fetch_together


def organisations(
    session: Session, *, area: str = "", text: str = "", after: str | None = None, limit: int = 50
) -> Sequence[Organisation]:
    """Organisations in the order of their ids, those after the id of the page before."""
    query = select(Organisation).order_by(Organisation.id).limit(limit)
    if area:
        query = query.where(within(Organisation.area, area))
    if text:
        query = query.where(Organisation.name.contains(text, autoescape=True))
    if after is not None:
        query = query.where(Organisation.id > after)
    return session.scalars(query).all()


def organisation(session: Session, organisation_id: str) -> Organisation | None:
    """The organisation of this id."""
    return session.get(Organisation, organisation_id) if organisation_id.isprintable() else None


def organisation_names(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    """Names of organisations by id."""
    wanted = {one for one in ids if one is not None}
    known = {one: row.name for one, row in _known(session, Organisation).items() if one in wanted}
    missing = wanted - known.keys()
    if not missing:
        return known
    found = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(missing)))
    return known | {row[0]: row[1] for row in found}


def person_names(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    """Names of people by id."""
    wanted = {one for one in ids if one}
    known = {one: row.name for one, row in _known(session, Person).items() if one in wanted}
    missing = wanted - known.keys()
    if not missing:
        return known
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(missing)))
    return known | {row[0]: row[1] for row in found}


def named_hand(
    names: Mapping[str, str], person_id: str | None, absent_id: str | None = None, *, unknown: str = "—"
) -> str:
    """Who did it, as people read it: the name, or “X 代 Y” where a deputy acted for somebody on leave."""
    name = names.get(person_id or "", "") or unknown
    return f"{name} 代 {names.get(absent_id) or unknown}" if absent_id else name


def get_to_know(
    session: Session, organisation_ids: Iterable[str | None], person_ids: Iterable[str | None]
) -> None:
    """Look up at once whoever will be named here and there while this transaction is open."""
    bodies, persons = fetch_together(
        session,
        [
            Wanted(Organisation, Organisation.id.in_({one for one in organisation_ids if one})),
            Wanted(Person, Person.id.in_({one for one in person_ids if one})),
        ],
    )
    _known(session, Organisation).update((one.id, one) for one in bodies)
    _known(session, Person).update((one.id, one) for one in persons)


def keep_in_mind(session: Session, bodies: Iterable[Organisation | None]) -> None:
    """Remember organisations that came with something else, so that nobody asks for their names again."""
    _known(session, Organisation).update((one.id, one) for one in bodies if one is not None)


def _known(session: Session, table: type[Any]) -> dict[str, Any]:
    known: dict[str, Any] = session.info.setdefault(table, {})
    return known


def members_counted(session: Session, on: date) -> dict[str, int]:
    """How many people with an open account act for each organisation on that day."""
    found = session.execute(
        select(Membership.organisation_id, func.count(Membership.person_id.distinct()))
        .join(Person, Person.id == Membership.person_id)
        .where(
            Person.is_active,
            or_(Membership.since_on.is_(None), Membership.since_on <= on),
            or_(Membership.until_on.is_(None), Membership.until_on >= on),
        )
        .group_by(Membership.organisation_id)
    )
    return {row[0]: row[1] for row in found}


def person_of(session: Session, person_id: str) -> Person | None:
    """The person of this id."""
    return session.get(Person, person_id) if person_id.isprintable() else None


def people(
    session: Session, *, organisation_id: str = "", text: str = "", after: str | None = None, limit: int = 50
) -> Sequence[Person]:
    """People in the order of their ids, of one organisation or of all; ``text`` is part of a name."""
    query = select(Person).order_by(Person.id).limit(limit)
    if text:
        query = query.where(
            or_(
                Person.name.contains(text, autoescape=True),
                Person.sign_in_name.contains(text, autoescape=True),
            )
        )
    if organisation_id:
        members = select(Membership.person_id).where(Membership.organisation_id == organisation_id)
        query = query.where(Person.id.in_(members))
    if after is not None:
        query = query.where(Person.id > after)
    return session.scalars(query).all()


def memberships_of(session: Session, person_ids: Iterable[str]) -> Sequence[Membership]:
    """Every membership of these people, ended ones too."""
    return session.scalars(
        select(Membership).where(Membership.person_id.in_(tuple(person_ids))).order_by(Membership.id)
    ).all()


def rooms(
    session: Session, *, area: str = "", text: str = "", after: str | None = None, limit: int = 50
) -> Sequence[Room]:
    """Rooms in the order of their ids."""
    query = select(Room).order_by(Room.id).limit(limit)
    if area:
        query = query.where(within(Room.area, area))
    if text:
        query = query.where(Room.name.contains(text, autoescape=True))
    if after is not None:
        query = query.where(Room.id > after)
    return session.scalars(query).all()


def room(session: Session, room_id: str) -> Room | None:
    """The room of this id."""
    return session.get(Room, room_id) if room_id.isprintable() else None


def conveners(session: Session, room_id: str, on: date) -> list[tuple[Convener, str]]:
    """Those who are conveners of a room on that day, with their names."""
    found = session.execute(
        select(Convener, Person.name)
        .join(Person, Person.id == Convener.person_id)
        .where(
            Convener.room_id == room_id,
            or_(Convener.since_on.is_(None), Convener.since_on <= on),
            or_(Convener.until_on.is_(None), Convener.until_on >= on),
        )
        .order_by(Convener.id)
    )
    return [(convener, name) for convener, name in found]


def matter_of_room(session: Session, row: Room, on: date) -> Matter:
    """Who is bound to a consultation that would be opened in this room."""
    return Matter(
        area=row.area,
        operator_id=row.operator_id,
        owner_id=row.owner_id,
        leading_party_id=row.leading_party_id,
        convener_ids=frozenset(conveners_of(session, row.id, on)),
    )


def topics(
    session: Session, scope: str, *, text: str = "", after: str | None = None, limit: int = 50
) -> Sequence[Topic]:
    """The newest topics of an area first."""
    query = select(Topic).where(within(Topic.area, scope)).order_by(Topic.id.desc()).limit(limit)
    if text:
        query = query.where(Topic.title.contains(text, autoescape=True))
    if after is not None:
        query = query.where(Topic.id < after)
    return session.scalars(query).all()


def county_versions(session: Session, rule_set_id: str) -> Sequence[RuleSetVersion]:
    """What counties have published on top of a rule set, first to last."""
    return session.scalars(
        select(RuleSetVersion)
        .where(RuleSetVersion.rule_set_id == rule_set_id)
        .order_by(RuleSetVersion.effective_on, RuleSetVersion.published_at)
    ).all()
