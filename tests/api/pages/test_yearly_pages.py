"""The yearly plan, members and liaisons by hand: who sees which form, and what a refusal says."""

import re
from typing import Any

from domain.bodies import BodyKind, Role
from domain.plans import PlanSide
from domain.stages import ConsultationState
from records.tables.consultations import Consultation, Topic
from records.tables.people import Membership, Organisation, Person
from records.tables.plans import PlanItem, PlanSignOff
from records.tables.rooms import Convener, Room
from records.tables.work_log import Liaison, MemberAssignment
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_ids, form_on

ROOM = f"/rooms/{cast.ROOM_ID}"


def drawn_up(pages: Pages, *titles: str) -> str:
    """The address of a plan with these items."""
    owner = pages.by(cast.OWNER_PLAYER)
    made = owner.send("/plans", "plans", year="2027")
    assert made.status_code == 303, made.text
    path = str(made.headers["location"])
    for title in titles:
        assert owner.send(path, "items", title=title).status_code == 303
    return path


def item_id(pages: Pages, title: str) -> str:
    return pages.story.one(PlanItem, title=title).id


def seat_a_leader(pages: Pages) -> None:
    with pages.story.register.writing() as session:
        session.add(
            Organisation(id="top", name="主席会议", kind=BodyKind.CHAIRPERSONS_MEETING, area=cast.DISTRICT)
        )
        session.add(Person(id="leader", name="陶主席", sign_in_name="leader", password_hash="!"))
        session.flush()
        session.add(Membership(person_id="leader", organisation_id="top", role=Role.APPROVER))


def test_a_plan_shows_each_visitor_the_forms_that_are_theirs(pages: Pages) -> None:
    path = drawn_up(pages, "小区停车")
    item = item_id(pages, "小区停车")
    seen = {
        player.id: form_ids(pages.by(player).get(path).text)
        for player in (cast.OWNER_PLAYER, cast.DISTRICT_PARTY_PLAYER, cast.STAFF_PLAYER, cast.HOUSING_PLAYER)
    }
    assert seen == {
        cast.OWNER_PLAYER.id: {"items", "sign-offs", f"withdrawals-{item}"},
        cast.DISTRICT_PARTY_PLAYER.id: {"sign-offs"},
        cast.STAFF_PLAYER.id: set(),
        cast.HOUSING_PLAYER.id: set(),
    }
    assert pages.by(cast.OUTSIDER_PLAYER).get(path).status_code == 404
    assert "plans" not in form_ids(pages.by(cast.DISTRICT_PARTY_PLAYER).get("/plans").text)


def test_several_items_are_signed_at_once_and_the_page_says_who_has_not(pages: Pages) -> None:
    path = drawn_up(pages, "小区停车", "加装电梯")
    ids = [item_id(pages, one) for one in ("小区停车", "加装电梯")]
    party = pages.by(cast.DISTRICT_PARTY_PLAYER)
    none = party.send(path, "sign-offs")
    assert none.status_code == 422
    assert "请至少选择一项计划议题" in none.text
    forged = form_on(party.get(path).text, "sign-offs")
    assert forged is not None
    wrong = party.post(forged.address, **{**forged.values, "side": "cppcc", "item_ids": ids})
    assert wrong.status_code == 403
    assert "本单位不能代表政协一方签署" in wrong.text
    assert party.send(path, "sign-offs", item_ids=ids).status_code == 303
    assert {one.item_id for one in pages.story.every(PlanSignOff, side=PlanSide.PARTY)} == set(ids)
    text = party.get(path).text
    assert text.count("已签署</span>") == 2
    assert text.count("未签署</span>") == 4
    assert cast.DISTRICT_PARTY.name in text
    assert "sign-offs" not in form_ids(text)


def test_an_item_is_withdrawn_by_hand_and_stays_to_be_read(pages: Pages) -> None:
    path = drawn_up(pages, "小区停车")
    owner, form = pages.by(cast.OWNER_PLAYER), f"withdrawals-{item_id(pages, '小区停车')}"
    assert owner.send(path, form).status_code == 422
    assert owner.send(path, form, reason="上级已统一部署").status_code == 303
    text = owner.get(path).text
    assert "已撤出" in text
    assert not {form, "sign-offs"} & form_ids(text)


def test_a_topic_is_built_on_an_item_by_hand(pages: Pages) -> None:
    plan = drawn_up(pages, "小区停车")
    staff, item = pages.by(cast.STAFF_PLAYER), item_id(pages, "小区停车")
    said: dict[str, Any] = {
        "title": "停车",
        "plan_item_id": item,
        "timing": "before_decision",
        "fits": ["party_needs", "public_hopes"],
        "recommended_by_id": cast.MEMBER_PLAYER.id,
        "has_heard_sectors": "yes",
    }
    form = form_on(staff.get("/topics/new").text, "topics")
    assert form is not None
    assert form.values["is_planned"] == ""
    refused = staff.post(form.address, **{**form.values, **said, "is_planned": "no"})
    assert refused.status_code == 422
    assert "应为“已列入年度协商计划”" in refused.text
    path = staff.send("/topics/new", "topics", **said).headers["location"]
    text = staff.get(path).text
    assert re.search(rf'<a href="{plan}">[^<]* 第 1 项：小区停车</a>', text)
    assert "契合党政所需、契合群众所盼" in text
    assert cast.MEMBER_PLAYER.name in text
    kept = form_on(text, "amendments")
    assert kept is not None
    assert kept.values["plan_item_id"] == item
    topic = pages.story.one(Topic, title="停车")
    assert topic.has_heard_sectors is True
    assert topic.is_planned is True
    assert kept.values["is_planned"] == ""


def test_a_topic_without_an_item_is_outside_the_plan_unless_it_says_otherwise(pages: Pages) -> None:
    staff = pages.by(cast.STAFF_PLAYER)
    staff.send("/topics/new", "topics", title="路灯")
    path = staff.send("/topics/new", "topics", title="公厕", is_planned="yes").headers["location"]
    assert pages.story.one(Topic, title="路灯").is_planned is False
    assert pages.story.one(Topic, title="公厕").is_planned is True
    kept = form_on(staff.get(path).text, "amendments")
    assert kept is not None
    assert kept.values["is_planned"] == "yes"


def test_a_field_says_in_a_sentence_what_it_wants(pages: Pages) -> None:
    text = pages.by(cast.STAFF_PLAYER).get("/topics/new").text
    assert 'aria-describedby="topics-timing-hint"' in text
    assert re.search(r'id="topics-timing-hint">协商在决策作出之前', text)


def test_members_are_assigned_and_released_on_the_page_of_their_room(pages: Pages) -> None:
    staff = pages.by(cast.STAFF_PLAYER)
    assert "尚未编入" in staff.get("/members").text
    assert staff.send(ROOM, "members").status_code == 422
    assert staff.send(ROOM, "members", person_id=cast.MEMBER_PLAYER.id).status_code == 303
    assignment = pages.story.one(MemberAssignment)
    text = staff.get(ROOM).text
    assert cast.MEMBER_PLAYER.name in text
    assert f'href="{ROOM}"' in staff.get("/members").text
    form = f"member-ends-{assignment.id}"
    early = staff.send(ROOM, form, until_on="2026-01-01")
    assert early.status_code == 422
    assert "不得早于起始日期" in early.text
    assert staff.send(ROOM, form).status_code == 303
    assert pages.story.one(MemberAssignment).until_on == pages.story.today
    reader = pages.by(cast.MEMBER_PLAYER)
    assert not form_ids(reader.get(ROOM).text)
    assert not form_ids(reader.get("/members").text)


def test_a_term_ends_on_the_page_of_the_room(pages: Pages) -> None:
    owner, convener = pages.by(cast.OWNER_PLAYER), pages.story.one(Convener)
    assert owner.send(ROOM, f"convener-ends-{convener.id}").status_code == 303
    assert pages.story.one(Convener).until_on == pages.story.today
    assert "任期至" in owner.get(ROOM).text
    again = owner.send(ROOM, f"convener-ends-{convener.id}")
    assert again.status_code == 409
    assert form_ids(pages.by(cast.OUTSIDER_PLAYER).get(ROOM).text) == set()


def test_a_room_keeps_its_older_name_by_hand(pages: Pages) -> None:
    staff = pages.by(cast.STAFF_PLAYER)
    sent = staff.send(ROOM, "amendments", sub_brand="板凳会", is_demonstration="yes")
    assert sent.status_code == 303
    assert pages.story.one(Room).is_demonstration
    assert "板凳会" in staff.get(ROOM).text


def test_a_liaison_is_set_and_ended_by_hand(pages: Pages) -> None:
    seat_a_leader(pages)
    owner = pages.by(cast.OWNER_PLAYER)
    outside = owner.send("/members", "liaisons", person_id="leader", area=cast.ELSEWHERE)
    assert outside.status_code == 403
    assert owner.send("/members", "liaisons", person_id="leader", area=cast.STREET).status_code == 303
    row = pages.story.one(Liaison)
    assert "陶主席" in pages.by(cast.STAFF_PLAYER).get("/members").text
    assert owner.send("/members", f"liaison-ends-{row.id}").status_code == 303
    assert pages.story.one(Liaison).until_on == pages.story.today


def test_a_consultation_is_led_and_co_organised_by_hand(pages: Pages) -> None:
    seat_a_leader(pages)
    staff, path = pages.by(cast.STAFF_PLAYER), f"/topics/{cast.OTHER_TOPIC_ID}"
    wrong = staff.send(path, "consultations", room_id=cast.ROOM_ID, lead_person_id=cast.MEMBER_PLAYER.id)
    assert wrong.status_code == 422
    assert "牵头领导应为本地区政协主席会议成员" in wrong.text
    made = staff.send(
        path, "consultations", room_id=cast.ROOM_ID, lead_person_id="leader", co_organiser_ids=["top"]
    )
    assert made.status_code == 303
    assert pages.story.one(Consultation).lead_person_id == "leader"
    text = staff.get(made.headers["location"]).text
    assert "<dt>牵头领导</dt><dd>陶主席</dd>" in text
    assert "<dt>联合主办</dt><dd>主席会议</dd>" in text
    trail = staff.get(f"{made.headers['location']}/timeline").text
    assert "联合主办单位：主席会议" in re.sub(r"<[^>]*>", "", trail).replace("\n", "")


def test_what_the_gate_misses_in_the_topic_is_mended_on_the_topics_page(pages: Pages) -> None:
    pages.story.reach(ConsultationState.TOPIC)
    with pages.story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).plan_item_id = None
    text = pages.by(cast.STAFF_PLAYER).get(pages.case).text
    line = next(one for one in text.split("</li>") if "SZ-34-plan" in one)
    assert f'href="/topics/{cast.TOPIC_ID}"' in line
