"""A small county whose year can be counted by hand: two streets, one room each, and rows as they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, true

from domain.bodies import BodyKind, Role, RoomLevel
from domain.figures import Tally
from domain.matters import ConsultationKind, ParticipantKind, SessionFormat, SessionState
from domain.stages import ConsultationState
from records.base import Base
from records.queries.counting import COUNTED
from records.queries.counting.count import Count
from records.sessions import Register
from records.tables.consultations import Consultation, Topic
from records.tables.deliberations import ConsultationSession, Participant, SignIn, Statement
from records.tables.outcomes import Suggestion
from records.tables.people import Membership, Organisation, Person
from records.tables.rooms import Room

COUNTY = "suzhou/fengxi"
YUNTANG = "suzhou/fengxi/yuntang"
BINHE = "suzhou/fengxi/binhe"
YEAR = 2026
TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@dataclass
class County:
    """The register, and short ways to put rows into it and to ask a counter."""

    register: Register
    scope: ColumnElement[bool] = field(default_factory=true)
    made: int = 0

    def add(self, *rows: Base) -> None:
        """Put rows into the register, one after the other."""
        with self.register.writing() as session:
            for row in rows:
                session.add(row)
                session.flush()

    def next_id(self, prefix: str) -> str:
        """A short id, so that a failing test can be read."""
        self.made += 1
        return f"{prefix}-{self.made}"

    def case(
        self,
        deliberated_on: date | None = date(2026, 5, 6),
        *,
        room: str = "yuntang",
        state: ConsultationState = ConsultationState.IMPLEMENTATION,
        kind: ConsultationKind = ConsultationKind.ROOM,
        sessions: tuple[SessionState, ...] = (SessionState.HELD,),
        is_substantive: bool = True,
        rule_set: str = "suzhou",
        **values: Any,
    ) -> str:
        """One consultation with its sessions; returns its id. The sessions are called ``<id>/1`` and so on."""
        case = self.next_id("case")
        on = deliberated_on or date(2026, 5, 6)
        self.add(Topic(id=f"{case}/topic", title="停车难", area=YUNTANG, proposed_on=on))
        given = {"topic_id": f"{case}/topic", "area": f"{COUNTY}/{room}"} | values
        self.add(
            Consultation(
                id=case,
                number=f"苏-{case}",
                title=case,
                kind=kind,
                room_id=room,
                rule_set_id=rule_set,
                rule_set_version="1",
                calendar_version="cn-2026.1",
                state=state,
                opened_on=on,
                opened_at=NOW,
                entered_state_on=on,
                deliberated_on=deliberated_on,
                **given,
            )
        )
        for number, session_state in enumerate(sessions, start=1):
            self.meeting(case, number, session_state, on, is_substantive=is_substantive)
        if is_substantive:
            self.add(Suggestion(id=f"{case}/s1", consultation_id=case, item_number=1, text="错时停车"))
        return case

    def meeting(
        self, case: str, number: int, state: SessionState, on: date, *, is_substantive: bool = True
    ) -> None:
        """One session; a substantive one has an opinion and a reply to it."""
        meeting = f"{case}/{number}"
        self.add(
            ConsultationSession(
                id=meeting,
                consultation_id=case,
                number=number,
                planned_on=on,
                held_on=on,
                format=SessionFormat.MEETING,
                state=state,
            )
        )
        if is_substantive:
            self.add(
                Statement(id=f"{meeting}/opinion", session_id=meeting, text="车位不够"),
                Statement(
                    id=f"{meeting}/reply", session_id=meeting, text="可错时", reply_to_id=f"{meeting}/opinion"
                ),
            )

    def guest(
        self, case: str, kind: ParticipantKind, *meetings: int, person: str | None = None, **values: Any
    ) -> str:
        """Somebody on the list, signed in at these sessions; returns the participant's id."""
        guest = self.next_id("guest")
        self.add(
            Participant(id=guest, consultation_id=case, name=guest, kind=kind, person_id=person, **values)
        )
        self.add(*(SignIn(session_id=f"{case}/{number}", participant_id=guest) for number in meetings))
        return guest

    def body(self, body: str, name: str, kind: BodyKind, area: str = COUNTY) -> str:
        """An organisation; returns its id."""
        self.add(Organisation(id=body, name=name, kind=kind, area=area))
        return body

    def person(self, name: str, body: str, role: Role, **values: Any) -> str:
        """Somebody with one membership; returns their id, which is their name."""
        span = {key: values.pop(key) for key in ("since_on", "until_on") if key in values}
        self.add(
            Person(id=name, name=name, sign_in_name=name, password_hash="!", **values),
            Membership(person_id=name, organisation_id=body, role=role, **span),
        )
        return name

    def room(self, room: str, level: RoomLevel, area: str) -> str:
        """A room; returns its id."""
        self.add(Room(id=room, name=f"{room}议事室", level=level, rule_set_id="suzhou", area=area))
        return room

    @contextmanager
    def counting(self, year: int = YEAR, area: str = COUNTY, today: date = TODAY) -> Iterator[Count]:
        """A count over one look at the register."""
        with self.register.reading() as session:
            yield Count(session, "suzhou", area, year, today, self.scope)

    def ask(
        self, counter: str, *, year: int = YEAR, area: str = COUNTY, today: date = TODAY, **arguments: Any
    ) -> Tally:
        """What a counter answers."""
        with self.counting(year, area, today) as count:
            return COUNTED[counter](count, **arguments)


def open_county(url: str) -> County:
    """The county before anything has happened: its 政协, two streets, two rooms."""
    county = County(Register(url))
    county.body("cppcc", "政协枫溪区委员会", BodyKind.CPPCC_COMMITTEE)
    county.room("yuntang", RoomLevel.STREET, YUNTANG)
    county.room("binhe", RoomLevel.PARK, BINHE)
    return county
