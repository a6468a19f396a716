"""Organisations, people, rooms, topics."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.bodies import BodyKind, Role
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, Refused
from notifications.notices import Rejected
from notifications.payloads import from_payload
from records.papers import organisations, rooms, topics
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation, Topic
from records.tables.letters import NoticeRow
from records.tables.people import Membership
from records.tables.rooms import Room
from tests.records.papers.people_and_places import AREA, TODAY, Scene
from tests.records.papers.samples import HASH, ROOM, TOPIC, rejection

BODY = organisations.OrganisationPaper(name="枫溪区交通局", kind=BodyKind.HANDLING_UNIT, area=AREA)
PERSON = organisations.PersonPaper(name="赵六", sign_in_name="zhaoliu", password_hash=HASH)
ADMINS = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN]


def refused(scene: Scene, write: Any, **who: Any) -> tuple[RefusalCode, str]:
    with pytest.raises(Refused) as caught:
        scene.write(write, **who)
    return caught.value.refusal.code, caught.value.refusal.field


def grant(scene: Scene, person_id: str, role: Role, **values: Any) -> None:
    paper = organisations.MembershipPaper(
        person_id=person_id, organisation_id="org-operator", role=role, **values
    )
    scene.write(lambda pen: organisations.grant_membership(pen, paper))


def newcomer(scene: Scene) -> str:
    return str(scene.write(lambda pen: organisations.register_person(pen, PERSON))["person_id"])


def test_a_name_is_used_once_in_an_area(scene: Scene) -> None:
    scene.write(lambda pen: organisations.register_organisation(pen, BODY))
    found = refused(scene, lambda pen: organisations.register_organisation(pen, BODY))
    assert found == (RefusalCode.INVALID_INPUT, "name")
    elsewhere = replace(BODY, area="suzhou/other")
    scene.write(lambda pen: organisations.register_organisation(pen, elsewhere))


@pytest.mark.parametrize("area", ["/suzhou", "suzhou/", "Suzhou", "苏州", "a//b", "a/../b", "a b"])
def test_an_area_is_a_plain_path(scene: Scene, area: str) -> None:
    for write in (
        lambda pen: organisations.register_organisation(pen, replace(BODY, area=area)),
        lambda pen: rooms.register_room(pen, replace(ROOM, area=area)),
        lambda pen: topics.propose_topic(pen, replace(TOPIC, area=area)),
    ):
        assert refused(scene, write) == (RefusalCode.INVALID_INPUT, "area")


@pytest.mark.parametrize("name", ["A", "赵六", "a b", "-a", "a" * 65, "Upper"])
def test_a_sign_in_name_is_plain(scene: Scene, name: str) -> None:
    found = refused(scene, lambda pen: organisations.register_person(pen, replace(PERSON, sign_in_name=name)))
    assert found == (RefusalCode.INVALID_INPUT, "sign_in_name")


@pytest.mark.parametrize("email", ["x", "a@b@c", "a b@c.cn", "a@c.cn\nBcc: x@y", "<a@c.cn>", "a@c.cn,b@c.cn"])
def test_an_email_address_is_one_address(scene: Scene, email: str) -> None:
    found = refused(scene, lambda pen: organisations.register_person(pen, replace(PERSON, email=email)))
    assert found == (RefusalCode.INVALID_INPUT, "email")


def test_a_sign_in_name_is_used_once(scene: Scene) -> None:
    newcomer(scene)
    found = refused(scene, lambda pen: organisations.register_person(pen, PERSON))
    assert found == (RefusalCode.INVALID_INPUT, "sign_in_name")


def test_neither_password_nor_email_stand_in_the_audit(scene: Scene) -> None:
    paper = replace(PERSON, email="zhao@example.invalid")
    scene.write(lambda pen: organisations.register_person(pen, paper))
    with scene.register.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert "argon2" not in str(entry.new)
    assert "zhao@" not in str(entry.new)
    assert "argon2" not in repr(paper)


def test_a_password_that_was_not_hashed_is_never_stored(scene: Scene) -> None:
    with pytest.raises(ValueError, match="argon2"):
        scene.write(lambda pen: organisations.register_person(pen, replace(PERSON, password_hash="secret")))


@pytest.mark.parametrize("first", ADMINS)
@pytest.mark.parametrize("second", [*ADMINS, Role.STAFF, Role.DEPARTMENT])
def test_administrators_hold_one_role_alone(scene: Scene, first: Role, second: Role) -> None:
    if first is second:
        return
    person_id = newcomer(scene)
    grant(scene, person_id, first)
    with pytest.raises(Refused) as caught:
        grant(scene, person_id, second)
    assert caught.value.refusal.code is RefusalCode.NOT_PERMITTED


@pytest.mark.parametrize("role", ADMINS)
def test_who_does_business_becomes_no_administrator(scene: Scene, role: Role) -> None:
    with pytest.raises(Refused) as caught:
        grant(scene, "staff", role)
    assert caught.value.refusal.code is RefusalCode.NOT_PERMITTED


def test_who_once_did_business_may_become_an_administrator_afterwards(scene: Scene) -> None:
    with scene.register.writing() as session:
        session.execute(update(Membership).where(Membership.person_id == "staff").values(until_on=TODAY))
    with pytest.raises(Refused):
        grant(scene, "staff", Role.AUDIT_ADMIN, since_on=TODAY)
    grant(scene, "staff", Role.AUDIT_ADMIN, since_on=TODAY + timedelta(days=1))


@pytest.mark.parametrize("role", [Role.CLOCK, Role.PUBLIC])
def test_nobody_becomes_the_clock_or_the_public(scene: Scene, role: Role) -> None:
    with pytest.raises(Refused) as caught:
        grant(scene, "staff", role)
    assert caught.value.refusal.field == "role"


def test_a_membership_is_granted_once_and_ends_after_it_begins(scene: Scene) -> None:
    with pytest.raises(Refused):
        grant(scene, "staff", Role.STAFF)
    with pytest.raises(Refused) as caught:
        grant(scene, "staff", Role.MEMBER, since_on=TODAY, until_on=TODAY - timedelta(days=1))
    assert caught.value.refusal.field == "until_on"


def test_a_room_is_amended_as_it_was_read(any_scene: Scene) -> None:
    made = any_scene.write(lambda pen: rooms.register_room(pen, ROOM))
    room_id, version = made["room_id"], made["row_version"]
    renamed = replace(ROOM, short_name="云塘室")
    after = any_scene.write(lambda pen: rooms.amend_room(pen, room_id, version, renamed))
    assert after["row_version"] == version + 1
    found = refused(any_scene, lambda pen: rooms.amend_room(pen, room_id, version, ROOM))
    assert found == (RefusalCode.STALE_FORM, "row_version")
    with any_scene.register.reading() as session:
        room = session.get(Room, room_id)
        assert room is not None
        assert (room.short_name, room.functions) == ("云塘室", ["member_home"])
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)).all()
        assert (entries[-1].old, entries[-1].new) == ({"short_name": ""}, {"short_name": "云塘室"})


def test_a_convener_is_appointed_once_and_must_exist(scene: Scene) -> None:
    paper = rooms.ConvenerPaper(person_id="convener", since_on=TODAY)
    scene.write(lambda pen: rooms.appoint_convener(pen, "room", paper))
    for wrong in (paper, replace(paper, person_id="nobody")):
        found = refused(scene, lambda pen, wrong=wrong: rooms.appoint_convener(pen, "room", wrong))
        assert found == (RefusalCode.INVALID_INPUT, "person_id")
    assert refused(scene, lambda pen: rooms.appoint_convener(pen, "none", paper))[0] is RefusalCode.NOT_FOUND


def test_a_topic_is_amended_as_it_was_read(any_scene: Scene) -> None:
    made = any_scene.write(lambda pen: topics.propose_topic(pen, TOPIC))
    topic_id, version = made["topic_id"], made["row_version"]
    answered = replace(TOPIC, is_settled_by_law=False)
    any_scene.write(lambda pen: topics.amend_topic(pen, topic_id, version, answered))
    found = refused(any_scene, lambda pen: topics.amend_topic(pen, topic_id, version, TOPIC))
    assert found == (RefusalCode.STALE_FORM, "row_version")


def test_a_topic_of_a_finished_consultation_is_left_alone(scene: Scene) -> None:
    with scene.register.writing() as session:
        session.execute(update(Consultation).values(state="archived"))
    found = refused(scene, lambda pen: topics.amend_topic(pen, "topic", 1, TOPIC))
    assert found[0] is RefusalCode.STATE_FORBIDS


def test_a_rejected_topic_tells_its_proposer_and_stays_rejected(scene: Scene) -> None:
    made = scene.write(lambda pen: topics.propose_topic(pen, TOPIC))
    topic_id, version = made["topic_id"], made["row_version"]
    answer = scene.write(lambda pen: topics.reject_topic(pen, topic_id, rejection()))
    assert scene.pokes == ["poke"]
    with scene.register.reading() as session:
        topic = session.get(Topic, topic_id)
        assert topic is not None
        assert (topic.rejected_on, topic.rejection_reason) == (TODAY, "属于邻里纠纷")
        letter = session.scalars(select(NoticeRow)).one()
    assert (letter.person_id, letter.kind) == ("gardener", NoticeKind.REJECTED)
    notice = from_payload(letter.kind, letter.payload)
    assert isinstance(notice, Rejected)
    assert (notice.decided_by, notice.diverted_to) == ("云塘街道政协工委", ("人民调解",))
    for write in (
        lambda pen: topics.reject_topic(pen, topic_id, rejection()),
        lambda pen: topics.amend_topic(pen, topic_id, answer["row_version"], TOPIC),
    ):
        assert refused(scene, write)[0] is RefusalCode.STATE_FORBIDS
    assert answer["row_version"] > version


def test_a_topic_under_consultation_is_not_rejected_as_a_paper(scene: Scene) -> None:
    found = refused(scene, lambda pen: topics.reject_topic(pen, "topic", rejection()))
    assert found[0] is RefusalCode.STATE_FORBIDS


def test_a_rejection_needs_its_reason(scene: Scene) -> None:
    topic_id = scene.write(lambda pen: topics.propose_topic(pen, TOPIC))["topic_id"]
    found = refused(scene, lambda pen: topics.reject_topic(pen, topic_id, rejection(reason=" ")))
    assert found == (RefusalCode.INVALID_INPUT, "reason")
