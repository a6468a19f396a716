"""The registrar of the sample: whatever ``people.toml`` tells is registered, once.

Registering again registers only what is missing, so it is safe at every start.
"""

import hashlib
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bodies import Actor, Role
from records.accounts import hash_password
from records.papers.desk import PaperDesk
from records.papers.members import (
    LiaisonPaper,
    MemberAssignmentPaper,
    assign_member,
    set_liaison,
)
from records.papers.organisations import (
    MembershipPaper,
    OrganisationPaper,
    PersonPaper,
    grant_membership,
    register_organisation,
    register_person,
)
from records.papers.plans import (
    AnnualPlanPaper,
    PlanItemPaper,
    PlanSignOffPaper,
    add_plan_item,
    draw_up_plan,
    sign_off_plan_items,
)
from records.papers.rooms import (
    ConvenerPaper,
    RoomPaper,
    appoint_convener,
    register_room,
)
from records.papers.rule_set_drafts import RuleSetDraftPaper, draft_version, publish_draft
from records.pen import Pen
from records.tables.people import Membership, Organisation, Person
from records.tables.plans import AnnualPlan, PlanItem
from records.tables.rooms import Convener, Room, RuleSetVersion
from records.tables.work_log import Liaison, MemberAssignment
from service.composition import Parts
from service.people_file import (
    LiaisonEntry,
    OrganisationEntry,
    ParametersEntry,
    PeopleFile,
    PersonEntry,
    PlanEntry,
    RoomEntry,
)

INSTALLER = Actor(person_id="", organisation_id="", role=Role.SYSTEM_ADMIN)
"""Who registers the first people: nobody who could sign in is there yet."""


def register_people(parts: Parts, people: PeopleFile, at: datetime) -> None:
    """Register whatever of the file is missing. Blocks."""
    registrar = _Registrar(parts, people, at)
    for body in people.organisation:
        registrar.register_body(body)
    for room in people.room:
        registrar.register_room(room)
    for liaison in people.liaison:
        registrar.set_liaison(liaison)
    for parameters in people.parameters:
        registrar.set_parameters(parameters)
    for plan in people.annual_plan:
        registrar.draw_up(plan)


class _Registrar:
    def __init__(self, parts: Parts, people: PeopleFile, at: datetime) -> None:
        self._desk = PaperDesk(parts.register, parts.trail)
        self._people = people
        self._rule_sets = parts.books.rule_sets
        self._at = at
        self._hash: str | None = None
        with parts.register.reading() as session:
            self._bodies = {
                name: id_ for id_, name in session.execute(select(Organisation.id, Organisation.name))
            }
            self._persons = {
                name: id_ for id_, name in session.execute(select(Person.id, Person.sign_in_name))
            }
            self._rooms = {name: id_ for id_, name in session.execute(select(Room.id, Room.name))}
            self._there = _pairs(session)
            self._settled = _members_and_liaisons(session)

    def register_body(self, body: OrganisationEntry) -> None:
        if body.name not in self._bodies:
            parent_id = None if body.parent is None else self._bodies[body.parent]
            paper = OrganisationPaper(name=body.name, kind=body.kind, area=body.area, parent_id=parent_id)
            answer = self._write(f"body {body.name}", lambda pen: register_organisation(pen, paper))
            self._bodies[body.name] = answer["organisation_id"]
        for person in body.people:
            self._register_person(body, person)

    def _register_person(self, body: OrganisationEntry, person: PersonEntry) -> None:
        if person.sign_in_name not in self._persons:
            # One hash for all: they share the password, and hashing it for each of them takes seconds.
            self._hash = self._hash or hash_password(self._people.password)
            paper = PersonPaper(
                name=person.name,
                sign_in_name=person.sign_in_name,
                password_hash=self._hash,
                email=f"{person.sign_in_name}@{self._people.mail_domain}",
            )
            answer = self._write(f"person {person.sign_in_name}", lambda pen: register_person(pen, paper))
            self._persons[person.sign_in_name] = answer["person_id"]
        person_id, body_id = self._persons[person.sign_in_name], self._bodies[body.name]
        if (person_id, body_id) not in self._there:
            membership = MembershipPaper(person_id=person_id, organisation_id=body_id, role=person.role)
            self._write(f"membership {person.sign_in_name}", lambda pen: grant_membership(pen, membership))

    def register_room(self, room: RoomEntry) -> None:
        if room.name not in self._rooms:
            paper = RoomPaper(
                **{one.name: getattr(room, one.name) for one in fields(RoomPaper) if hasattr(room, one.name)},
                leading_party_id=self._bodies[room.leading_party],
                owner_id=self._bodies[room.owner],
                operator_id=self._bodies[room.operator],
            )
            answer = self._write(f"room {room.name}", lambda pen: register_room(pen, paper))
            self._rooms[room.name] = answer["room_id"]
        room_id = self._rooms[room.name]
        for convener in room.conveners:
            person_id = self._persons[convener.sign_in_name]
            if (room_id, person_id) not in self._there:
                posts = convener.model_dump(exclude={"sign_in_name"})
                post = ConvenerPaper(person_id=person_id, **posts)
                self._appoint(room_id, post, convener.sign_in_name)
        for member in room.members:
            person_id = self._persons[member.sign_in_name]
            if ("member", room_id, person_id) not in self._settled:
                self._assign(room_id, MemberAssignmentPaper(person_id=person_id, since_on=member.since_on))

    def _appoint(self, room_id: str, post: ConvenerPaper, sign_in_name: str) -> None:
        self._write(f"convener {sign_in_name}", lambda pen: appoint_convener(pen, room_id, post))

    def _assign(self, room_id: str, paper: MemberAssignmentPaper) -> None:
        self._write(f"member {room_id} {paper.person_id}", lambda pen: assign_member(pen, room_id, paper))

    def set_liaison(self, entry: LiaisonEntry) -> None:
        """Who guides an area, unless they do already."""
        person_id = self._persons[entry.sign_in_name]
        if ("liaison", entry.area, person_id) not in self._settled:
            paper = LiaisonPaper(person_id=person_id, area=entry.area, since_on=entry.since_on)
            self._write(f"liaison {entry.area} {person_id}", lambda pen: set_liaison(pen, paper))

    def set_parameters(self, entry: ParametersEntry) -> None:
        if (entry.area, entry.version) in self._there:
            return
        rule_set = self._rule_sets[entry.rule_set_id]
        paper = RuleSetDraftPaper(
            rule_set_id=entry.rule_set_id,
            area=entry.area,
            version=entry.version,
            effective_on=entry.effective_on,
            parameters=entry.parameters,
        )
        drafter, publisher = (
            Actor(self._persons[name], "", Role.SYSTEM_ADMIN)
            for name in (entry.drafted_by, entry.published_by)
        )
        what = f"parameters {entry.area} {entry.version}"
        drafted = self._write(f"draft of {what}", lambda pen: draft_version(pen, rule_set, paper), drafter)
        self._write(what, lambda pen: publish_draft(pen, rule_set, drafted["draft_id"]), publisher)

    def draw_up(self, entry: PlanEntry) -> None:
        """The plan with the items that it lacks, and the three signatures under these."""
        what = f"plan {entry.organisation} {entry.year} {'、'.join(item.title for item in entry.items)}"
        drawn = self._write(what, lambda pen: self._drawn_up(pen, entry), self._actor(entry.drawn_up_by))
        for side, sign_in_name in entry.signed_by.items():
            paper = PlanSignOffPaper(item_ids=tuple(drawn["item_ids"]), side=side, signed_on=entry.signed_on)
            sign = partial(sign_off_plan_items, plan_id=drawn["plan_id"], paper=paper)
            self._write(f"{what} {side.value}", sign, self._actor(sign_in_name))

    def _drawn_up(self, pen: Pen, entry: PlanEntry) -> dict[str, Any]:
        body_id = self._bodies[entry.organisation]
        same = select(AnnualPlan.id).filter_by(organisation_id=body_id, year=entry.year)
        plan_id = pen.session.scalar(same)
        if plan_id is None:
            plan = AnnualPlanPaper(organisation_id=body_id, year=entry.year, title=entry.title)
            plan_id = draw_up_plan(pen, plan)["plan_id"]
        there = set(pen.session.scalars(select(PlanItem.title).filter_by(plan_id=plan_id)))
        item_ids = [
            add_plan_item(pen, plan_id, PlanItemPaper(title=item.title, is_key=item.is_key))["item_id"]
            for item in entry.items
            if item.title not in there
        ]
        return {"plan_id": plan_id, "item_ids": item_ids}

    def _actor(self, sign_in_name: str) -> Actor:
        (body, person) = next(one for one in self._people.people if one[1].sign_in_name == sign_in_name)
        return Actor(self._persons[sign_in_name], self._bodies[body.name], person.role, body.area)

    def _write(self, what: str, write: Callable[[Pen], Any], by: Actor = INSTALLER) -> Any:
        # A key is ASCII, names are not; what stands already was looked up before, so nothing is written twice.
        key = f"sample/{hashlib.sha256(what.encode()).hexdigest()[:32]}"
        return self._desk.once(by, self._at, key=key, act="sample_people", body={"what": what}, write=write)


def _pairs(session: Session) -> set[tuple[str, str]]:
    """What stands already: memberships, conveners and published versions, each as a pair that names it."""
    questions = (
        select(Membership.person_id, Membership.organisation_id),
        select(Convener.room_id, Convener.person_id),
        select(RuleSetVersion.area, RuleSetVersion.version),
    )
    return {(one, other) for question in questions for one, other in session.execute(question)}


def _members_and_liaisons(session: Session) -> set[tuple[str, str, str]]:
    """Who belongs to which room, and who guides which area."""
    members = session.execute(select(MemberAssignment.room_id, MemberAssignment.person_id))
    liaisons = session.execute(select(Liaison.area, Liaison.person_id))
    return {("member", *row) for row in members} | {("liaison", *row) for row in liaisons}
