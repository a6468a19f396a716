"""Who takes part: in each region one county with its bodies, one person for each role, and one room."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from domain.bodies import Actor, BodyKind, Role, RoomLevel
from domain.calendar import at_local
from domain.matters import ConsultationKind, TopicCategory, TopicSource
from domain.stages import ConsultationState
from records.base import new_id
from records.tables.consultations import Consultation, Topic
from records.tables.outcomes import Suggestion
from records.tables.people import Membership, Organisation, Person
from records.tables.rooms import Room

UNITS_PER_COUNTY = 4
_BODIES = {
    "cppcc": (BodyKind.CPPCC_COMMITTEE, Role.STAFF),
    "work": (BodyKind.WORK_COMMITTEE, Role.STAFF),
    "party": (BodyKind.PARTY_COMMITTEE, Role.PARTY_OFFICE),
    "inspection": (BodyKind.INSPECTION_OFFICE, Role.SUPERVISOR),
}


@dataclass(frozen=True)
class County:
    """One county of a region; ``feedback_workdays`` is the period of its level (domain.md §1.5)."""

    region: str
    level: RoomLevel
    feedback_workdays: int
    co_handling_workdays: int

    @property
    def area(self) -> str:
        """Its place in the tree of areas."""
        return f"{self.region}/county"

    def body_id(self, body: str) -> str:
        """The id of one of its bodies: cppcc, work, party, inspection, unit0 and on."""
        return f"{self.region}-{body}"

    def actor(self, body: str, role: Role) -> Actor:
        """Whoever acts for a body in that role."""
        return Actor(f"{self.body_id(body)}-{role.value}", self.body_id(body), role, self.area)

    @property
    def staff(self) -> Actor:
        """The organiser's staff."""
        return self.actor("work", Role.STAFF)

    @property
    def party_office(self) -> Actor:
        """Whoever records a 批示."""
        return self.actor("party", Role.PARTY_OFFICE)

    def clerk(self, unit: int) -> Actor:
        """Whoever answers for a unit."""
        return self.actor(f"unit{unit}", Role.DEPARTMENT)


COUNTIES = (
    County("suzhou", RoomLevel.STREET, 30, 15),
    County("nantong", RoomLevel.VILLAGE, 20, 10),
    County("sichuan", RoomLevel.COUNTY, 60, 20),
    # 临汾 gives no period: the county names one with each 交办 (LF-16).
    County("linfen", RoomLevel.COUNTY, 60, 20),
)


def furnish(session: Session) -> None:
    """Write the bodies, the people and the rooms of every county."""
    for county in COUNTIES:
        roles: dict[str, tuple[BodyKind, tuple[Role, ...]]] = {
            body: (kind, (role,)) for body, (kind, role) in _BODIES.items()
        }
        for unit in range(UNITS_PER_COUNTY):
            roles[f"unit{unit}"] = (BodyKind.HANDLING_UNIT, (Role.DEPARTMENT, Role.DEPARTMENT_HEAD))
        for body, (kind, held) in roles.items():
            _write_body(session, county, body, kind, held)
        session.flush()
        session.add(_room(county))
        session.add(_topic(county))
    session.flush()


def open_at_implementation(
    session: Session,
    county: County,
    consultation_id: str,
    title: str,
    items: int,
    on: date,
    versions: dict[str, str],
) -> list[str]:
    """A consultation as it stands when its list of suggestions has been received; returns the suggestions' ids.

    Its first seven months are not lived through: what is under trial begins with the 交办.
    """
    session.add(
        Consultation(
            id=consultation_id,
            number=f"试-{title}",
            title=title,
            kind=ConsultationKind.ROOM,
            room_id=county.body_id("room"),
            topic_id=county.body_id("topic"),
            area=county.area,
            rule_set_id=county.region,
            leading_party_id=county.body_id("party"),
            owner_id=county.body_id("cppcc"),
            operator_id=county.body_id("work"),
            state=ConsultationState.IMPLEMENTATION,
            version=1,
            opened_on=on,
            opened_at=at_local(on, 9),
            entered_state_on=on,
            **versions,
        )
    )
    session.flush()
    ids = [new_id() for _ in range(items)]
    session.add_all(
        Suggestion(
            id=one,
            consultation_id=consultation_id,
            item_number=number,
            text=f"{title}第 {number} 项",
            is_accepted_on_list=True,
        )
        for number, one in enumerate(ids, start=1)
    )
    return ids


def _write_body(session: Session, county: County, body: str, kind: BodyKind, roles: tuple[Role, ...]) -> None:
    body_id = county.body_id(body)
    session.add(Organisation(id=body_id, name=f"{county.region} {body}", kind=kind, area=county.area))
    session.flush()
    for role in roles:
        person_id = county.actor(body, role).person_id
        email = f"{person_id}@example.org".replace("_", "-")
        session.add(
            Person(id=person_id, name=person_id, sign_in_name=person_id, password_hash="!", email=email)
        )
        session.flush()
        session.add(Membership(person_id=person_id, organisation_id=body_id, role=role))


def _room(county: County) -> Room:
    return Room(
        id=county.body_id("room"),
        name=f"{county.region} 协商议事室",
        level=county.level,
        rule_set_id=county.region,
        area=county.area,
        leading_party_id=county.body_id("party"),
        owner_id=county.body_id("cppcc"),
        operator_id=county.body_id("work"),
        functions=[],
        fixed_member_kinds=[],
        responsibility_slots=[],
    )


def _topic(county: County) -> Topic:
    return Topic(
        id=county.body_id("topic"),
        title="试验议题",
        area=county.area,
        proposed_on=date(2026, 1, 1),
        source=TopicSource.PUBLIC_PROPOSED,
        category=TopicCategory.LIVELIHOOD,
    )
