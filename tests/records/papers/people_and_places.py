"""A small county for the tests of papers: bodies, people, a room, a topic and an open consultation."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from domain.bodies import Actor, BodyKind, Role, RoomLevel
from domain.matters import ConsultationKind
from domain.stages import ConsultationState
from records.audit import AuditTrail
from records.books import Books
from records.papers.desk import PaperDesk, Writing
from records.personal_data import PersonalDataVault
from records.sessions import Register
from records.tables.consultations import Consultation, Topic
from records.tables.people import Membership, Organisation, Person
from records.tables.rooms import Convener, Room
from regulations.calendars import load_calendar
from regulations.loader import load_rule_sets

NOW = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)
TODAY = date(2026, 6, 10)
AREA = "suzhou/fengxi/yuntang"
BOOKS = Books(load_rule_sets(), load_calendar())
_keys = count(1)


@dataclass
class Scene:
    """Everything a test of papers needs."""

    register: Register
    trail: AuditTrail
    desk: PaperDesk
    vault: PersonalDataVault
    pokes: list[str]
    consultation_id: str
    topic_id: str
    room_id: str
    staff: Actor
    convener: Actor
    unit: Actor
    other_unit: Actor
    client_id: str
    party: Actor
    government: Actor

    def write(self, writing: Writing, by: Actor | None = None, at: datetime = NOW) -> Any:
        """Write a paper under a fresh key."""
        key = f"key-{next(_keys)}"
        return self.desk.once(by or self.staff, at, key=key, act="paper", body={}, write=writing)

    def set_state(self, state: ConsultationState) -> None:
        """Move the consultation by hand."""
        with self.register.writing() as session:
            consultation = session.get(Consultation, self.consultation_id)
            assert consultation is not None
            consultation.state = state


def furnish(register: Register) -> Scene:
    """Fill an empty register."""
    pokes: list[str] = []
    trail = AuditTrail(b"k" * 32)
    with register.writing() as session:
        organisations = {
            name: Organisation(id=f"org-{name}", name=label, kind=kind, area=AREA)
            for name, label, kind in (
                ("operator", "云塘街道政协工委", BodyKind.WORK_COMMITTEE),
                ("roads", "枫溪区住房和城乡建设局", BodyKind.HANDLING_UNIT),
                ("parks", "枫溪区园林局", BodyKind.HANDLING_UNIT),
                ("client", "枫溪区人民政府", BodyKind.GOVERNMENT),
                ("party", "云塘街道党工委", BodyKind.PARTY_WORK_COMMITTEE),
            )
        }
        session.add_all(organisations.values())
        session.flush()
        session.add(Room(id="room", name="室", level=RoomLevel.STREET, rule_set_id="suzhou", area=AREA))
        session.flush()
        for name, organisation, role in (
            ("staff", "operator", Role.STAFF),
            ("convener", "operator", Role.CONVENER),
            ("clerk", "roads", Role.DEPARTMENT),
            ("gardener", "parks", Role.DEPARTMENT),
            ("member", "operator", Role.MEMBER),
            ("secretary", "party", Role.PARTY_OFFICE),
            ("mayor", "client", Role.APPROVER),
        ):
            session.add(Person(id=name, name=name, sign_in_name=name, password_hash="$argon2id$none"))
            session.flush()
            session.add(Membership(person_id=name, organisation_id=f"org-{organisation}", role=role))
        session.add(Convener(room_id="room", person_id="convener"))
        session.add(Topic(id="topic", title="停车难", area=AREA, proposed_on=TODAY))
        session.flush()
        session.add(_consultation())
    return Scene(
        register=register,
        trail=trail,
        desk=PaperDesk(register, trail, lambda: pokes.append("poke")),
        vault=PersonalDataVault(b"v" * 32),
        pokes=pokes,
        consultation_id="consultation",
        topic_id="topic",
        room_id="room",
        staff=Actor("staff", "org-operator", Role.STAFF, AREA),
        convener=Actor("convener", "org-operator", Role.CONVENER, AREA),
        unit=Actor("clerk", "org-roads", Role.DEPARTMENT, AREA),
        other_unit=Actor("gardener", "org-parks", Role.DEPARTMENT, AREA),
        client_id="org-client",
        party=Actor("secretary", "org-party", Role.PARTY_OFFICE, AREA),
        government=Actor("mayor", "org-client", Role.APPROVER, AREA),
    )


def _consultation() -> Consultation:
    return Consultation(
        id="consultation",
        number="苏-枫溪-2026-0001",
        title="老旧小区停车难",
        kind=ConsultationKind.ROOM,
        room_id="room",
        topic_id="topic",
        area=AREA,
        rule_set_id="suzhou",
        rule_set_version=BOOKS.rule_sets["suzhou"].version,
        calendar_version="cn-2026.1",
        operator_id="org-operator",
        state=ConsultationState.DELIBERATION,
        opened_on=TODAY,
        opened_at=NOW,
        entered_state_on=TODAY,
    )
