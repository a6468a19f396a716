"""请假代办: who may be named a deputy, for whom, and what both are told."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.bodies import Actor, BodyKind, Role
from domain.calendar import end_of_day
from domain.leave import LEAVE_DAYS_MAX, STANDS_IN_FOR, LeaveState
from domain.matters import ResearchKind
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, Refused
from records.accounts import issue_token
from records.capacities import SignedIn, signed_in_as
from records.leaves import deputyships_on
from records.papers.calendars import CalendarDay, CalendarPaper, DayKind, draft_calendar, publish_calendar
from records.papers.leaves import LeavePaper, end_leave, enter_leave
from records.papers.organisations import Deactivation, deactivate_person
from records.papers.research import ResearchPaper, accept_research, record_research
from records.queries.leaves import candidates_for, leaves_of
from records.queries.scopes import consultation_for
from records.tables.audit import AuditEntry
from records.tables.letters import NoticeRow
from records.tables.people import Leave, Membership, Organisation, Person
from tests.records.papers.people_and_places import NOW, TODAY, Scene

LATER = TODAY + timedelta(days=9)
RETURN_AT = end_of_day(LATER)


@pytest.fixture
def house(scene: Scene) -> Scene:
    """The county with a second clerk, a second member, and administrators."""
    with scene.register.writing() as session:
        session.add(
            Organisation(id="org-operations", name="运行中心", kind=BodyKind.OPERATIONS, area="suzhou/fengxi")
        )
        session.flush()
        for name, body, role in (
            ("deputy", "org-operator", Role.STAFF),
            ("member-two", "org-operator", Role.MEMBER),
            ("head", "org-roads", Role.DEPARTMENT_HEAD),
            ("system-one", "org-operations", Role.SYSTEM_ADMIN),
            ("system-two", "org-operations", Role.SYSTEM_ADMIN),
            ("system-three", "org-operations", Role.SYSTEM_ADMIN),
            ("security", "org-operations", Role.SECURITY_ADMIN),
            ("security-two", "org-operations", Role.SECURITY_ADMIN),
        ):
            session.add(Person(id=name, name=name, sign_in_name=name, password_hash="$argon2id$none"))
            session.flush()
            session.add(Membership(person_id=name, organisation_id=body, role=role))
    return scene


SECURITY = Actor("security", "org-operations", Role.SECURITY_ADMIN, "suzhou/fengxi")


def held(scene: Scene, person_id: str) -> str:
    """The membership of a person of the scene, each of whom has one."""
    with scene.register.reading() as session:
        return session.scalars(select(Membership.id).filter_by(person_id=person_id)).one()


def leave_of(scene: Scene, absent: str = "staff", deputy: str = "deputy", **values: Any) -> LeavePaper:
    """Ten days from today."""
    given: dict[str, Any] = {
        "membership_id": held(scene, absent),
        "deputy_membership_id": held(scene, deputy),
        "since_on": TODAY,
        "until_on": LATER,
        "reason": "体检住院",
    }
    return LeavePaper(**(given | values))


def enter(scene: Scene, by: Actor | None = None, **values: Any) -> str:
    """A leave that is entered; its id."""
    paper = leave_of(scene, **values)
    return str(scene.write(lambda pen: enter_leave(pen, paper), by=by)["leave_id"])


def refused(scene: Scene, by: Actor | None = None, **values: Any) -> tuple[str, str]:
    """Why a leave is refused: the field and the message."""
    with pytest.raises(Refused) as caught:
        enter(scene, by, **values)
    return caught.value.refusal.field, caught.value.refusal.message


def acting(scene: Scene, person_id: str, absent: str, on: date = TODAY) -> SignedIn | None:
    """Somebody in the membership of an absent person."""
    membership_id = held(scene, absent)
    with scene.register.reading() as session:
        return signed_in_as(session, person_id, membership_id, on)


def stand_in(scene: Scene, person_id: str, absent: str) -> Actor:
    """The actor of a deputyship in force."""
    found = acting(scene, person_id, absent)
    assert found is not None
    return found.actor


def test_a_deputy_is_of_the_same_organisation_and_a_fitting_role_with_an_open_account(house: Scene) -> None:
    assert refused(house, deputy="staff") == ("deputy_membership_id", "代办人员不得是请假人员本人。")
    assert refused(house, deputy="clerk") == ("deputy_membership_id", "代办人员应在同一单位任职。")
    assert refused(house, deputy="member") == (
        "deputy_membership_id",
        "“工作人员”只能由本单位的工作人员、召集人代办。",
    )
    house.write(lambda pen: deactivate_person(pen, "deputy", Deactivation(reason="调离")), by=SECURITY)
    assert refused(house) == ("deputy_membership_id", "代办人员的账号已停用。")


def test_an_administrator_is_replaced_by_one_of_the_same_kind_only() -> None:
    administrators = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
    assert all(STANDS_IN_FOR[role] == {role} for role in administrators)
    business = [roles for role, roles in STANDS_IN_FOR.items() if role not in administrators]
    assert not any(roles & administrators for roles in business)
    assert set(STANDS_IN_FOR) == set(Role) - {Role.PUBLIC, Role.CLOCK}


@pytest.mark.parametrize(
    ("since_on", "until_on", "field"),
    [
        (TODAY - timedelta(days=1), LATER, "since_on"),
        (LATER, TODAY, "until_on"),
        (TODAY, TODAY + timedelta(days=LEAVE_DAYS_MAX), "until_on"),
    ],
)
def test_a_span_lies_ahead_and_has_an_end(house: Scene, since_on: date, until_on: date, field: str) -> None:
    assert refused(house, since_on=since_on, until_on=until_on)[0] == field


def test_both_memberships_cover_the_whole_span(house: Scene) -> None:
    with house.register.writing() as session:
        session.get_one(Membership, held(house, "deputy")).until_on = TODAY + timedelta(days=3)
    assert refused(house) == ("deputy_membership_id", "代办人员的任职不覆盖整个请假期间。")


def test_there_is_one_deputy_at_a_time_and_no_chain(house: Scene) -> None:
    enter(house, since_on=TODAY + timedelta(days=2))
    assert refused(house, deputy="convener") == (
        "since_on",
        "该任职在此期间已有代办人员；需要更换的，请先提前结束原代办。",
    )
    of_the_deputy = replace(house.staff, person_id="deputy")
    assert refused(house, of_the_deputy, absent="deputy", deputy="convener")[0] == "membership_id"
    assert refused(house, house.convener, absent="convener", deputy="staff") == (
        "deputy_membership_id",
        "代办人员在此期间本人请假，不能转由其代办。",
    )
    before = {"since_on": TODAY, "until_on": TODAY + timedelta(days=1)}
    assert enter(house, of_the_deputy, absent="deputy", deputy="convener", **before)


def test_only_the_bearer_or_a_security_administrator_enters_a_leave(house: Scene) -> None:
    assert refused(house, house.convener)[0] == "membership_id"
    system = Actor("system-one", "org-operations", Role.SYSTEM_ADMIN, "suzhou/fengxi")
    assert refused(house, system)[0] == "membership_id"
    own = refused(house, SECURITY, absent="security-two", deputy="security")
    assert own == ("deputy_membership_id", "安全管理员不能为自己登记代办，请由另一名安全管理员办理。")
    enter(house, SECURITY)
    deputy = stand_in(house, "deputy", "staff")
    assert refused(house, deputy, absent="deputy", deputy="convener")[1].startswith("您正在代他人办理")


def test_within_the_span_and_no_day_longer_the_deputy_acts_in_the_membership(house: Scene) -> None:
    assert acting(house, "deputy", "staff") is None
    enter(house, since_on=TODAY + timedelta(days=1))
    assert acting(house, "deputy", "staff") is None
    assert acting(house, "convener", "staff", LATER) is None
    found = acting(house, "deputy", "staff", LATER)
    assert found is not None
    assert (found.person_name, found.absent_name) == ("deputy", "staff")
    assert found.actor == replace(house.staff, person_id="deputy", on_behalf_of="staff")
    assert [one.absent_name for one in found.memberships] == ["", "staff"]
    assert acting(house, "deputy", "staff", LATER + timedelta(days=1)) is None


def test_a_deputyship_rests_while_either_account_is_shut_or_the_deputys_own_membership_is_over(
    house: Scene,
) -> None:
    enter(house)
    with house.register.writing() as session:
        session.get_one(Membership, held(house, "deputy")).until_on = TODAY - timedelta(days=1)
    assert acting(house, "deputy", "staff") is None
    with house.register.writing() as session:
        session.get_one(Membership, held(house, "deputy")).until_on = None
        session.get_one(Person, "staff").is_active = False
    assert acting(house, "deputy", "staff") is None
    with house.register.writing() as session:
        session.get_one(Person, "staff").is_active = True
        session.get_one(Person, "deputy").is_active = False
    assert acting(house, "deputy", "staff") is None
    with house.register.reading() as session:
        assert deputyships_on(session, TODAY) == []


def test_a_deputy_gets_no_token_for_the_membership(house: Scene) -> None:
    enter(house)
    by = stand_in(house, "deputy", "staff")
    with pytest.raises(Refused) as caught:
        house.write(lambda pen: issue_token(pen, held(house, "staff"), "对接"), by=by)
    assert caught.value.refusal.code is RefusalCode.NOT_PERMITTED


RESEARCH = ResearchPaper(kind=ResearchKind.RESEARCH, held_on=TODAY, place="云塘小区")


def researched(scene: Scene, by: Actor) -> str:
    """A record of research that somebody wrote down."""
    found = scene.write(lambda pen: record_research(pen, scene.consultation_id, RESEARCH), by=by)
    return str(found["research_record_id"])


def accept(scene: Scene, record_id: str, by: Actor) -> None:
    """Accept it today."""
    scene.write(lambda pen: accept_research(pen, scene.consultation_id, record_id, TODAY), by=by)


def test_a_conveners_deputy_convenes_what_the_convener_convenes(house: Scene) -> None:
    enter(house, house.convener, absent="convener", deputy="deputy")
    deputy = stand_in(house, "deputy", "convener")
    with house.register.reading() as session:
        assert consultation_for(session, deputy, house.consultation_id, TODAY) is not None
    accept(house, researched(house, house.staff), deputy)
    with house.register.reading() as session:
        entry = session.scalars(select(AuditEntry).filter_by(action=AuditAction.RESEARCH_ACCEPTED)).one()
        assert (entry.person_id, entry.on_behalf_of, entry.role) == ("deputy", "convener", "convener")


def test_nobody_does_both_sides_as_himself_and_as_a_deputy(house: Scene) -> None:
    enter(house, house.convener, absent="convener", deputy="deputy")
    record_id = researched(house, replace(house.staff, person_id="deputy"))
    with pytest.raises(Refused) as caught:
        accept(house, record_id, stand_in(house, "deputy", "convener"))
    assert caught.value.refusal.code is RefusalCode.SAME_PERSON
    assert "“审核调研报告”与“登记调研”不得由同一人办理" in caught.value.refusal.message
    accept(house, record_id, house.convener)


def test_nobody_does_both_sides_for_two_absentees(house: Scene) -> None:
    enter(house, house.convener, absent="convener", deputy="deputy")
    enter(house, absent="staff", deputy="deputy")
    record_id = researched(house, stand_in(house, "deputy", "staff"))
    with pytest.raises(Refused) as caught:
        accept(house, record_id, stand_in(house, "deputy", "convener"))
    assert caught.value.refusal.code is RefusalCode.SAME_PERSON


def test_nobody_judges_after_their_return_what_was_done_in_their_name(house: Scene) -> None:
    def system(name: str) -> Actor:
        return Actor(name, "org-operations", Role.SYSTEM_ADMIN, "suzhou/fengxi")

    enter(house, system("system-one"), absent="system-one", deputy="system-two")
    enter(house, system("system-three"), absent="system-three", deputy="system-two")
    days = [CalendarDay(1, date(2030, 1, 1), DayKind.OFF, "元旦")]
    paper = CalendarPaper(year=2030, source="通知")
    deputy = stand_in(house, "system-two", "system-one")
    drafted = house.write(lambda pen: draft_calendar(pen, paper, days), by=deputy)["calendar_id"]
    for by in (
        system("system-one"),
        system("system-two"),
        deputy,
        stand_in(house, "system-two", "system-three"),
    ):
        with pytest.raises(Refused):
            house.write(lambda pen: publish_calendar(pen, drafted), by=by)
    house.write(lambda pen: publish_calendar(pen, drafted), by=system("system-three"))


def letters(scene: Scene, kind: NoticeKind) -> dict[str, Any]:
    """The letters of a kind by reader: when they may go out."""
    with scene.register.reading() as session:
        rows = session.scalars(select(NoticeRow).filter_by(kind=kind)).all()
        return {row.person_id: row.send_after_at for row in rows}


def test_both_are_told_of_the_deputyship_of_each_act_and_of_its_end(house: Scene) -> None:
    leave_id = enter(house, SECURITY)
    assert letters(house, NoticeKind.DEPUTY_NAMED) == {"staff": NOW, "deputy": NOW}
    researched(house, stand_in(house, "deputy", "staff"))
    assert letters(house, NoticeKind.DONE_BY_DEPUTY) == {"deputy": NOW, "staff": RETURN_AT}
    with pytest.raises(Refused) as caught:
        house.write(lambda pen: end_leave(pen, leave_id), by=house.convener)
    assert caught.value.refusal.code is RefusalCode.NOT_FOUND
    back = NOW + timedelta(days=2)
    house.write(lambda pen: end_leave(pen, leave_id), at=back)
    assert letters(house, NoticeKind.DEPUTY_ENDED) == {"staff": back, "deputy": back}
    assert letters(house, NoticeKind.DONE_BY_DEPUTY)["staff"] == back
    assert acting(house, "deputy", "staff") is None
    with pytest.raises(Refused) as caught:
        house.write(lambda pen: end_leave(pen, leave_id))
    assert caught.value.refusal.code is RefusalCode.STATE_FORBIDS


def test_what_somebody_does_for_himself_is_told_to_nobody(house: Scene) -> None:
    enter(house)
    researched(house, replace(house.staff, person_id="deputy"))
    assert letters(house, NoticeKind.DONE_BY_DEPUTY) == {}


def test_letters_to_the_absent_also_reach_the_deputy_who_may_know_of_the_matter(house: Scene) -> None:
    enter(house)

    def write(pen: Any) -> dict[str, Any]:
        pen.post(NoticeKind.COMPLETED, ["staff"], {}, consultation_id=house.consultation_id)
        pen.post(NoticeKind.REJECTED, ["staff"], {})
        pen.note(AuditAction.RESEARCH_RECORDED, "research_record", "x", consultation_id=house.consultation_id)
        return {}

    house.write(write, by=house.convener)
    with house.register.reading() as session:
        copies = session.scalars(select(NoticeRow).where(NoticeRow.on_behalf_of_id.is_not(None))).all()
        assert {(row.kind, row.person_id, row.on_behalf_of_id) for row in copies} == {
            (NoticeKind.COMPLETED, "deputy", "staff"),
            (NoticeKind.REJECTED, "deputy", "staff"),
        }


def test_a_letter_that_may_concern_another_membership_is_not_copied(house: Scene) -> None:
    enter(house, house.unit, absent="clerk", deputy="head")
    with house.register.writing() as session:
        session.add(Membership(person_id="clerk", organisation_id="org-parks", role=Role.DEPARTMENT))

    def write(pen: Any) -> dict[str, Any]:
        pen.post(NoticeKind.COMPLETED, ["clerk"], {}, consultation_id=house.consultation_id)
        pen.post(NoticeKind.REJECTED, ["clerk"], {})
        pen.note(AuditAction.RESEARCH_RECORDED, "research_record", "x", consultation_id=house.consultation_id)
        return {}

    house.write(write, by=house.convener)
    with house.register.reading() as session:
        assert session.scalars(select(NoticeRow.person_id).filter_by(person_id="head")).all() == ["head"]
        assert session.scalars(select(NoticeRow.kind).filter_by(person_id="head")).all() == [
            NoticeKind.DEPUTY_NAMED
        ]


def test_the_reason_stands_in_no_letter_and_no_audit_entry(house: Scene) -> None:
    leave_id = enter(house)
    with house.register.reading() as session:
        assert session.get_one(Leave, leave_id).reason == "体检住院"
        entry = session.scalars(select(AuditEntry).filter_by(action=AuditAction.LEAVE_ENTERED)).one()
        told = session.scalars(select(NoticeRow)).all()
        assert "住院" not in f"{entry.new}{entry.note}{[row.payload for row in told]}"
        assert entry.new["until_on"] == LATER.isoformat()


def test_people_read_their_own_leaves_and_whom_they_could_name(house: Scene) -> None:
    enter(house)
    with house.register.reading() as session:
        named = {one.person_name for one in candidates_for(session, "staff", TODAY)}
        assert named == {"deputy", "convener"}
        assert [one.person_name for one in candidates_for(session, "member", TODAY)] == ["member-two"]
        (mine,) = leaves_of(session, "staff", TODAY)
        assert (mine.state, mine.deputy_name) == (LeaveState.RUNNING, "deputy")
        assert [one.id for one in leaves_of(session, "deputy", TODAY)] == [mine.id]
        assert leaves_of(session, "convener", TODAY) == []
