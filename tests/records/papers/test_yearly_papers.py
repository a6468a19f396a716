"""The yearly plan, the topics built on it, members of rooms, liaisons, and ended terms: refusals first."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from domain.bodies import Actor, BodyKind, Role
from domain.plans import PlanSide, TopicFit, TopicTiming
from domain.refusals import RefusalCode, Refused
from records.papers import members, organisations, plans, rooms, topics
from records.tables.audit import AuditEntry
from records.tables.consultations import Topic
from records.tables.people import Membership, Organisation, Person
from records.tables.plans import AnnualPlan, PlanItem, PlanSignOff
from records.tables.rooms import Convener
from records.tables.work_log import Liaison, MemberAssignment
from tests.records.papers.people_and_places import AREA, TODAY, Scene
from tests.records.papers.samples import (
    HASH,
    PLAN_ITEM,
    PLAN_OF_THE_YEAR,
    ROOM,
    TOPIC,
    planned,
    signature,
)

TOMORROW = TODAY + timedelta(days=1)
YESTERDAY = TODAY - timedelta(days=1)
GONE = plans.PlanItemWithdrawal(reason="上级已统一部署", withdrawn_on=TODAY)
BELONGS = members.MemberAssignmentPaper(person_id="member", since_on=TODAY)
GUIDES = members.LiaisonPaper(person_id="leader", area=AREA, since_on=TODAY)


def refused(scene: Scene, write: Any, by: Actor | None = None) -> tuple[RefusalCode, str]:
    with pytest.raises(Refused) as caught:
        scene.write(write, by=by)
    return caught.value.refusal.code, caught.value.refusal.field


def signed(scene: Scene) -> dict[str, set[PlanSide]]:
    found: dict[str, set[PlanSide]] = {}
    with scene.register.reading() as session:
        for one in session.scalars(select(PlanSignOff)):
            found.setdefault(one.item_id, set()).add(one.side)
    return found


def sign(scene: Scene, plan_id: str, paper: plans.PlanSignOffPaper, by: Actor) -> None:
    scene.write(lambda pen: plans.sign_off_plan_items(pen, plan_id, paper), by=by)


def lead_the_county(scene: Scene, area: str = "suzhou/fengxi") -> None:
    """A leader of the 政协 of an area, by the name of leader."""
    with scene.register.writing() as session:
        session.add(Organisation(id="org-top", name="政协", kind=BodyKind.CHAIRPERSONS_MEETING, area=area))
        session.add(Person(id="leader", name="主席", sign_in_name="leader", password_hash=HASH))
        session.flush()
        session.add(Membership(person_id="leader", organisation_id="org-top", role=Role.APPROVER))


def test_only_a_cppcc_draws_up_a_plan(any_scene: Scene) -> None:
    for other in ("org-client", "org-party", "org-roads", "nobody"):
        paper = replace(PLAN_OF_THE_YEAR, organisation_id=other)
        found = refused(any_scene, lambda pen, paper=paper: plans.draw_up_plan(pen, paper))
        assert found == (RefusalCode.INVALID_INPUT, "organisation_id")


def test_a_cppcc_draws_up_one_plan_a_year(any_scene: Scene) -> None:
    any_scene.write(lambda pen: plans.draw_up_plan(pen, PLAN_OF_THE_YEAR))
    found = refused(any_scene, lambda pen: plans.draw_up_plan(pen, PLAN_OF_THE_YEAR))
    assert found == (RefusalCode.INVALID_INPUT, "year")
    any_scene.write(lambda pen: plans.draw_up_plan(pen, replace(PLAN_OF_THE_YEAR, year=2027)))
    with any_scene.register.reading() as session:
        assert {(one.year, one.area) for one in session.scalars(select(AnnualPlan))} == {
            (2026, AREA),
            (2027, AREA),
        }


@pytest.mark.parametrize("year", [0, 1999, 2101, 10**10, True])
def test_the_year_of_a_plan_is_a_year(scene: Scene, year: int) -> None:
    found = refused(scene, lambda pen: plans.draw_up_plan(pen, replace(PLAN_OF_THE_YEAR, year=year)))
    assert found == (RefusalCode.INVALID_INPUT, "year")


def test_items_are_numbered_on_and_a_number_is_never_given_again(any_scene: Scene) -> None:
    plan, first = planned(any_scene)
    any_scene.write(lambda pen: plans.withdraw_plan_item(pen, plan, first, GONE))
    planned(any_scene)
    planned(any_scene, title="加装电梯", is_key=True)
    with any_scene.register.reading() as session:
        items = session.scalars(select(PlanItem).order_by(PlanItem.number)).all()
    assert [(one.number, one.title, one.is_key) for one in items] == [
        (1, "小区停车", False),
        (2, "小区停车", False),
        (3, "加装电梯", True),
    ]
    assert [one.withdrawn_on for one in items] == [TODAY, None, None]


def test_an_item_stands_once_in_a_plan_that_exists(scene: Scene) -> None:
    plan, _ = planned(scene)
    again = refused(scene, lambda pen: plans.add_plan_item(pen, plan, PLAN_ITEM))
    assert again == (RefusalCode.INVALID_INPUT, "title")
    nowhere = refused(scene, lambda pen: plans.add_plan_item(pen, "none", PLAN_ITEM))
    assert nowhere[0] is RefusalCode.NOT_FOUND


def test_an_item_is_withdrawn_once_with_a_reason_and_from_its_own_plan(scene: Scene) -> None:
    plan, item = planned(scene)
    without = replace(GONE, reason=" ")
    later = replace(GONE, withdrawn_on=TOMORROW)
    assert refused(scene, lambda pen: plans.withdraw_plan_item(pen, plan, item, without))[1] == "reason"
    assert refused(scene, lambda pen: plans.withdraw_plan_item(pen, plan, item, later))[1] == "withdrawn_on"
    for plan_id, item_id in (("other", item), (plan, "other"), (plan, "\x00")):
        found = refused(scene, lambda pen, a=plan_id, b=item_id: plans.withdraw_plan_item(pen, a, b, GONE))
        assert found[0] is RefusalCode.NOT_FOUND
    scene.write(lambda pen: plans.withdraw_plan_item(pen, plan, item, GONE))
    again = refused(scene, lambda pen: plans.withdraw_plan_item(pen, plan, item, GONE))
    assert again[0] is RefusalCode.STATE_FORBIDS


def test_an_item_on_which_a_topic_is_built_stays_in_the_plan(scene: Scene) -> None:
    plan, item = planned(scene)
    scene.write(lambda pen: topics.propose_topic(pen, replace(TOPIC, plan_item_id=item)))
    found = refused(scene, lambda pen: plans.withdraw_plan_item(pen, plan, item, GONE))
    assert found[0] is RefusalCode.STATE_FORBIDS


@pytest.mark.parametrize("side", [PlanSide.PARTY, PlanSide.GOVERNMENT])
def test_a_cppcc_never_signs_for_another_side(scene: Scene, side: PlanSide) -> None:
    plan, item = planned(scene)
    paper = signature(item, side=side)
    found = refused(scene, lambda pen: plans.sign_off_plan_items(pen, plan, paper))
    assert found == (RefusalCode.NOT_PERMITTED, "side")
    assert not signed(scene)


def test_each_side_signs_for_itself_alone(any_scene: Scene) -> None:
    plan, item = planned(any_scene)
    signers = {
        PlanSide.PARTY: any_scene.party,
        PlanSide.GOVERNMENT: any_scene.government,
        PlanSide.CPPCC: any_scene.staff,
    }
    for own, signer in signers.items():
        for side in PlanSide:
            paper = signature(item, side=side)
            if side is own:
                continue
            found = refused(
                any_scene, lambda pen, paper=paper: plans.sign_off_plan_items(pen, plan, paper), by=signer
            )
            assert found == (RefusalCode.NOT_PERMITTED, "side")
    for own, signer in signers.items():
        sign(any_scene, plan, signature(item, side=own), signer)
    assert signed(any_scene) == {item: set(PlanSide)}


def test_a_unit_that_handles_items_signs_for_nobody(scene: Scene) -> None:
    plan, item = planned(scene)
    for side in PlanSide:
        paper = signature(item, side=side)
        found = refused(
            scene, lambda pen, paper=paper: plans.sign_off_plan_items(pen, plan, paper), by=scene.unit
        )
        assert found == (RefusalCode.NOT_PERMITTED, "side")


def test_several_items_are_signed_at_once_or_none_of_them(any_scene: Scene) -> None:
    plan, first = planned(any_scene)
    _, second = planned(any_scene, title="加装电梯")
    _, third = planned(any_scene, title="河道整治")
    any_scene.write(lambda pen: plans.withdraw_plan_item(pen, plan, third, GONE))
    bad = (signature(first, third), signature(first, "none"), signature(), signature(first, "\x00"))
    for paper in bad:
        found = refused(any_scene, lambda pen, paper=paper: plans.sign_off_plan_items(pen, plan, paper))
        assert found == (RefusalCode.INVALID_INPUT, "item_ids")
    assert not signed(any_scene)
    paper = signature(first, second, first)
    any_scene.write(lambda pen: plans.sign_off_plan_items(pen, plan, paper))
    assert signed(any_scene) == {first: {PlanSide.CPPCC}, second: {PlanSide.CPPCC}}


def test_a_side_signs_an_item_exactly_once(any_scene: Scene) -> None:
    plan, item = planned(any_scene)
    any_scene.write(lambda pen: plans.sign_off_plan_items(pen, plan, signature(item)))
    found = refused(any_scene, lambda pen: plans.sign_off_plan_items(pen, plan, signature(item)))
    assert found == (RefusalCode.INVALID_INPUT, "item_ids")


def test_an_item_is_signed_in_its_own_plan_and_not_in_the_future(scene: Scene) -> None:
    plan, item = planned(scene)
    next_year = replace(PLAN_OF_THE_YEAR, year=2027)
    other = scene.write(lambda pen: plans.draw_up_plan(pen, next_year))["plan_id"]
    elsewhere = refused(scene, lambda pen: plans.sign_off_plan_items(pen, other, signature(item)))
    assert elsewhere == (RefusalCode.INVALID_INPUT, "item_ids")
    early = signature(item, signed_on=TOMORROW)
    assert refused(scene, lambda pen: plans.sign_off_plan_items(pen, plan, early))[1] == "signed_on"


def test_a_topic_names_an_item_of_its_own_area_that_still_stands(any_scene: Scene) -> None:
    plan, item = planned(any_scene)
    named = replace(TOPIC, plan_item_id=item)
    for wrong in (replace(named, area="suzhou/linhu"), replace(named, plan_item_id="none")):
        found = refused(any_scene, lambda pen, wrong=wrong: topics.propose_topic(pen, wrong))
        assert found == (RefusalCode.INVALID_INPUT, "plan_item_id")
    above = refused(any_scene, lambda pen: topics.propose_topic(pen, replace(named, area="suzhou/fengxi")))
    assert above == (RefusalCode.INVALID_INPUT, "plan_item_id")
    any_scene.write(lambda pen: plans.withdraw_plan_item(pen, plan, item, GONE))
    withdrawn = refused(any_scene, lambda pen: topics.propose_topic(pen, named))
    assert withdrawn == (RefusalCode.INVALID_INPUT, "plan_item_id")


def test_a_topic_with_an_item_of_the_plan_is_a_planned_one(scene: Scene) -> None:
    _, item = planned(scene)
    unplanned = replace(TOPIC, plan_item_id=item, is_planned=False)
    found = refused(scene, lambda pen: topics.propose_topic(pen, unplanned))
    assert found == (RefusalCode.INVALID_INPUT, "is_planned")
    made = scene.write(lambda pen: topics.propose_topic(pen, replace(unplanned, plan_item_id=None)))
    amended = refused(scene, lambda pen: topics.amend_topic(pen, made["topic_id"], 1, unplanned))
    assert amended == (RefusalCode.INVALID_INPUT, "is_planned")


def test_a_topic_is_planned_when_it_names_an_item_and_else_only_when_it_says_so(scene: Scene) -> None:
    _, item = planned(scene)
    for said, expected in (
        (replace(TOPIC, plan_item_id=item), True),
        (replace(TOPIC, plan_item_id=None), False),
        (replace(TOPIC, plan_item_id=None, is_planned=True), True),
    ):
        made = scene.write(partial(topics.propose_topic, paper=said))
        with scene.register.reading() as session:
            assert session.get_one(Topic, made["topic_id"]).is_planned is expected


@pytest.mark.parametrize("person_id", ["staff", "clerk", "nobody"])
def test_a_topic_is_recommended_by_a_member(scene: Scene, person_id: str) -> None:
    paper = replace(TOPIC, recommended_by_id=person_id)
    found = refused(scene, lambda pen: topics.propose_topic(pen, paper))
    assert found == (RefusalCode.INVALID_INPUT, "recommended_by_id")


def test_a_member_of_another_place_recommends_nothing_here(scene: Scene) -> None:
    paper = replace(TOPIC, area="suzhou/linhu", recommended_by_id="member")
    found = refused(scene, lambda pen: topics.propose_topic(pen, paper))
    assert found == (RefusalCode.INVALID_INPUT, "recommended_by_id")


def test_a_topic_keeps_what_it_says_about_its_choice(any_scene: Scene) -> None:
    _, item = planned(any_scene)
    paper = replace(
        TOPIC,
        plan_item_id=item,
        timing=TopicTiming.BEFORE_DECISION,
        fits=(TopicFit.CPPCC_CAPACITY, TopicFit.PARTY_NEEDS),
        is_beyond_grassroots=True,
        has_heard_sectors=False,
        recommended_by_id="member",
    )
    made = any_scene.write(lambda pen: topics.propose_topic(pen, paper))
    with any_scene.register.reading() as session:
        topic = session.get_one(Topic, made["topic_id"])
    assert (topic.plan_item_id, topic.timing, topic.fits) == (
        item,
        TopicTiming.BEFORE_DECISION,
        ["party_needs", "cppcc_capacity"],
    )
    assert (topic.is_beyond_grassroots, topic.has_heard_sectors) == (True, False)
    assert topic.recommended_by_id == "member"
    wrong = replace(paper, fits=("everything",))
    assert refused(any_scene, lambda pen: topics.propose_topic(pen, wrong))[1] == "fits"


def test_a_room_keeps_its_older_name_and_whether_others_learn_from_it(scene: Scene) -> None:
    paper = replace(ROOM, sub_brand="板凳会", is_demonstration=True)
    room = scene.write(lambda pen: rooms.register_room(pen, paper))
    with scene.register.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert room["row_version"] == 1
    assert (entry.new or {})["sub_brand"] == "板凳会"
    assert (entry.new or {})["is_demonstration"] is True


def term(scene: Scene, **values: Any) -> str:
    paper = rooms.ConvenerPaper(person_id="member", since_on=YESTERDAY, **values)
    return str(scene.write(lambda pen: rooms.appoint_convener(pen, "room", paper))["convener_id"])


def end(on: date) -> members.EndPaper:
    return members.EndPaper(until_on=on)


def test_a_term_never_ends_before_it_began(scene: Scene) -> None:
    one = term(scene)
    before = end(YESTERDAY - timedelta(days=1))
    found = refused(scene, lambda pen: rooms.end_convener_term(pen, "room", one, before))
    assert found == (RefusalCode.INVALID_INPUT, "until_on")


def test_a_term_ends_once_and_in_its_own_room(any_scene: Scene) -> None:
    one = term(any_scene)
    for room_id, convener_id in (("other", one), ("room", "none")):
        found = refused(
            any_scene, lambda pen, a=room_id, b=convener_id: rooms.end_convener_term(pen, a, b, end(TODAY))
        )
        assert found[0] is RefusalCode.NOT_FOUND
    any_scene.write(lambda pen: rooms.end_convener_term(pen, "room", one, end(TODAY)))
    again = refused(any_scene, lambda pen: rooms.end_convener_term(pen, "room", one, end(TODAY)))
    assert again[0] is RefusalCode.STATE_FORBIDS
    with any_scene.register.reading() as session:
        assert session.get_one(Convener, one).until_on == TODAY


def test_a_term_may_end_sooner_than_it_was_to_but_not_later(scene: Scene) -> None:
    one = term(scene, until_on=TOMORROW)
    later = end(TOMORROW + timedelta(days=1))
    found = refused(scene, lambda pen: rooms.end_convener_term(pen, "room", one, later))
    assert found[0] is RefusalCode.STATE_FORBIDS
    scene.write(lambda pen: rooms.end_convener_term(pen, "room", one, end(TODAY)))
    with scene.register.reading() as session:
        assert session.get_one(Convener, one).until_on == TODAY


@pytest.mark.parametrize("person_id", ["staff", "clerk", "nobody"])
def test_only_a_member_is_assigned_to_a_room(scene: Scene, person_id: str) -> None:
    found = refused(
        scene, lambda pen: members.assign_member(pen, "room", replace(BELONGS, person_id=person_id))
    )
    assert found == (RefusalCode.INVALID_INPUT, "person_id")


def test_who_is_no_member_any_more_is_not_assigned(scene: Scene) -> None:
    with scene.register.writing() as session:
        held = session.scalars(select(Membership).filter_by(person_id="member")).one()
        held.until_on = YESTERDAY
    found = refused(scene, lambda pen: members.assign_member(pen, "room", BELONGS))
    assert found == (RefusalCode.INVALID_INPUT, "person_id")


def test_a_convener_who_is_a_member_may_be_assigned(scene: Scene) -> None:
    with scene.register.writing() as session:
        session.scalars(select(Convener).filter_by(person_id="convener")).one().is_cppcc_member = True
    scene.write(lambda pen: members.assign_member(pen, "room", replace(BELONGS, person_id="convener")))
    with scene.register.reading() as session:
        assert session.scalars(select(MemberAssignment.person_id)).all() == ["convener"]


def test_a_member_is_assigned_to_a_room_once_at_a_time(any_scene: Scene) -> None:
    one = any_scene.write(lambda pen: members.assign_member(pen, "room", BELONGS))["assignment_id"]
    found = refused(any_scene, lambda pen: members.assign_member(pen, "room", BELONGS))
    assert found == (RefusalCode.INVALID_INPUT, "person_id")
    assert (
        refused(any_scene, lambda pen: members.assign_member(pen, "x", BELONGS))[0] is RefusalCode.NOT_FOUND
    )
    any_scene.write(lambda pen: members.end_assignment(pen, "room", one, end(TODAY)))
    again = replace(BELONGS, since_on=TOMORROW)
    any_scene.write(lambda pen: members.assign_member(pen, "room", again))


def test_an_assignment_ends_once_after_it_began_and_in_its_own_room(scene: Scene) -> None:
    one = scene.write(lambda pen: members.assign_member(pen, "room", BELONGS))["assignment_id"]
    early = refused(scene, lambda pen: members.end_assignment(pen, "room", one, end(YESTERDAY)))
    assert early == (RefusalCode.INVALID_INPUT, "until_on")
    other = refused(scene, lambda pen: members.end_assignment(pen, "other", one, end(TODAY)))
    assert other[0] is RefusalCode.NOT_FOUND
    scene.write(lambda pen: members.end_assignment(pen, "room", one, end(TODAY)))
    again = refused(scene, lambda pen: members.end_assignment(pen, "room", one, end(TODAY)))
    assert again[0] is RefusalCode.STATE_FORBIDS


def test_only_a_leader_of_a_cppcc_above_stays_in_touch_with_an_area(any_scene: Scene) -> None:
    lead_the_county(any_scene)
    for wrong in (
        replace(GUIDES, person_id="staff"),
        replace(GUIDES, person_id="secretary"),
        replace(GUIDES, person_id="nobody"),
        replace(GUIDES, area="suzhou/linhu"),
    ):
        found = refused(any_scene, lambda pen, wrong=wrong: members.set_liaison(pen, wrong))
        assert found == (RefusalCode.INVALID_INPUT, "person_id")
    assert refused(any_scene, lambda pen: members.set_liaison(pen, replace(GUIDES, area="苏州")))[1] == "area"
    any_scene.write(lambda pen: members.set_liaison(pen, GUIDES))
    again = refused(any_scene, lambda pen: members.set_liaison(pen, GUIDES))
    assert again == (RefusalCode.INVALID_INPUT, "person_id")


def test_a_liaison_ends_once_after_it_began(scene: Scene) -> None:
    lead_the_county(scene)
    one = scene.write(lambda pen: members.set_liaison(pen, GUIDES))["liaison_id"]
    early = refused(scene, lambda pen: members.end_liaison(pen, one, end(YESTERDAY)))
    assert early == (RefusalCode.INVALID_INPUT, "until_on")
    scene.write(lambda pen: members.end_liaison(pen, one, end(TODAY)))
    again = refused(scene, lambda pen: members.end_liaison(pen, one, end(TODAY)))
    assert again[0] is RefusalCode.STATE_FORBIDS
    assert (
        refused(scene, lambda pen: members.end_liaison(pen, "none", end(TODAY)))[0] is RefusalCode.NOT_FOUND
    )
    with scene.register.reading() as session:
        assert session.get_one(Liaison, one).until_on == TODAY


def test_whether_somebody_is_in_the_party_is_kept_apart_from_the_audit(scene: Scene) -> None:
    paper = organisations.PersonPaper(
        name="赵六", sign_in_name="zhaoliu", password_hash=HASH, is_party_member=True
    )
    made = scene.write(lambda pen: organisations.register_person(pen, paper))
    with scene.register.reading() as session:
        assert session.get_one(Person, made["person_id"]).is_party_member is True
        entry = session.scalars(select(AuditEntry)).one()
    assert "is_party_member" not in (entry.new or {})
    assert "is_party_member" not in repr(paper)
