"""Who is told: from a role of the rule set's ladder, or a body, to the people with an account."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from domain.bodies import Role
from domain.policy import is_within
from records.tables.consultations import Consultation, Topic
from records.tables.people import Membership, Organisation, Person
from records.tables.rooms import Convener

DUTY_ROLES = (Role.DEPARTMENT, Role.APPROVER, Role.PARTY_OFFICE, Role.STAFF)
HEAD_ROLES = (Role.DEPARTMENT_HEAD,)
PROPOSING_ROLES = (Role.STAFF, Role.PARTY_OFFICE, Role.DEPARTMENT, Role.DEPARTMENT_HEAD)


def people_of(session: Session, organisation_id: str | None, roles: Iterable[Role], on: date) -> list[str]:
    """Ids of the active people who act for a body in one of these roles on that day."""
    if organisation_id is None:
        return []
    return list(
        session.scalars(
            select(Membership.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.organisation_id == organisation_id,
                Membership.role.in_(tuple(roles)),
                *_acting_on(on),
            )
            .order_by(Membership.person_id)
        )
    )


def conveners_of(session: Session, room_id: str, on: date) -> list[str]:
    """Ids of the people who are conveners of a room on that day."""
    return [
        convener.person_id
        for convener in session.scalars(select(Convener).where(Convener.room_id == room_id))
        if (convener.since_on is None or convener.since_on <= on)
        and (convener.until_on is None or on <= convener.until_on)
    ]


def supervisors_over(session: Session, area: str, on: date) -> list[str]:
    """Ids of the active supervisors on that day whose own area contains this one."""
    found = session.execute(
        select(Membership.person_id, Organisation.area)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == Role.SUPERVISOR, *_acting_on(on))
        .order_by(Membership.person_id)
    )
    return [person_id for person_id, scope in found if is_within(area, scope)]


def people_in_role(session: Session, role: Role, on: date) -> list[str]:
    """Ids of the active people who hold this role anywhere on that day."""
    found = session.scalars(
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == role, *_acting_on(on))
        .order_by(Membership.person_id)
    )
    return list(dict.fromkeys(found))


def told(
    session: Session, row: Consultation, role_names: Iterable[str], holder_id: str | None, on: date
) -> list[str]:
    """The people behind the names that a ladder's rung tells. Raises KeyError for a name no ladder may use."""
    people: list[str] = []
    for name in role_names:
        match name:
            case "duty_holder":
                people += people_of(session, holder_id, DUTY_ROLES, on)
            case "duty_head":
                heads = people_of(session, holder_id, HEAD_ROLES, on)
                people += heads or people_of(session, holder_id, DUTY_ROLES, on)
            case "organiser":
                people += organisers_of(session, row, on)
            case "owner":
                people += people_of(session, row.owner_id, (Role.STAFF,), on)
            case "inspection":
                people += supervisors_over(session, row.area, on)
            case "party_committee":
                people += people_of(session, row.leading_party_id, (Role.PARTY_OFFICE, Role.APPROVER), on)
            case unknown:
                raise KeyError(unknown)
    return list(dict.fromkeys(people))


def organisers_of(session: Session, row: Consultation, on: date) -> list[str]:
    """The staff who run the consultation: of the operator, or of the owner where the operator has none."""
    return people_of(session, row.operator_id, (Role.STAFF,), on) or people_of(
        session, row.owner_id, (Role.STAFF,), on
    )


def proposers_of(session: Session, topic: Topic, on: date) -> list[str]:
    """The people behind a topic: who acts for the body that proposed it, and the member who recommended it."""
    bodies = session.scalars(select(Organisation.id).where(Organisation.name == topic.proposer)).all()
    people = [person for each in bodies for person in people_of(session, each, PROPOSING_ROLES, on)]
    return [*people, topic.recommended_by_id] if topic.recommended_by_id else people


def _acting_on(on: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Person.is_active.is_(True),
        or_(Membership.since_on.is_(None), Membership.since_on <= on),
        or_(Membership.until_on.is_(None), Membership.until_on >= on),
    )
