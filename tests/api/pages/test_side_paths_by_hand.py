"""Side paths by forms: what is offered, what it says, and what stands on the page afterwards."""

from datetime import date

from domain.matters import SessionState
from domain.stages import ConsultationState
from records.tables.consultations import Consultation, Topic
from records.tables.deliberations import ConsultationSession, Participant, ResearchRecord
from records.tables.rooms import Convener
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_ids, form_on
from tests.stories import DELIBERATED_ON, RESEARCHED_ON

SESSION = {
    "starts_at": "2026-03-24T09:00",
    "place": "云塘议事室",
    "format": "meeting",
    "chair_name": "周启明",
    "notice_sent_on": "2026-03-17",
}


def planned(pages: Pages, **changes: str) -> str:
    """The id of the newest session."""
    path = f"{pages.case}/sessions"
    answer = pages.by(cast.STAFF_PLAYER).send(path, "sessions", **{**SESSION, **changes})
    assert answer.status_code == 303, answer.text
    return max(pages.story.every(ConsultationSession), key=lambda one: one.number).id


def test_a_session_is_moved_by_hand_and_the_page_tells_from_when_to_when(pages: Pages) -> None:
    pages.story.reach(ConsultationState.DELIBERATION, until=DELIBERATED_ON)
    one = planned(pages, starts_at="2026-04-02T09:00", notice_sent_on="")
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/sessions"
    same = staff.send(path, f"session-reschedules-{one}", reason="防汛值班")
    assert same.status_code == 422
    assert "与原定时间相同" in same.text
    moved = staff.send(path, f"session-reschedules-{one}", starts_at="2026-04-08T14:30", reason="防汛值班")
    assert moved.status_code == 303
    text = staff.get(path).text
    assert "防汛值班" in text
    assert "2026年4月2日" in text
    assert pages.story.one(ConsultationSession).planned_on == date(2026, 4, 8)


def test_an_adjourned_session_offers_its_continuation(pages: Pages) -> None:
    pages.story.reach(ConsultationState.DELIBERATION, until=DELIBERATED_ON)
    one = planned(pages)
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/sessions"
    assert f"session-continuations-{one}" not in form_ids(staff.get(path).text)
    staff.send(path, f"session-outcomes-{one}", state="adjourned", held_on="2026-03-24")
    text = staff.get(path).text
    assert f"session-outcomes-{one}" not in form_ids(text)
    done = staff.send(path, f"session-continuations-{one}", state="held", held_on="2026-03-26")
    assert done.status_code == 303
    assert "2026年3月24日休会，2026年3月26日续会" in staff.get(path).text.replace("（周二）", "").replace(
        "（周四）", ""
    )


def test_a_sign_in_below_the_ratio_offers_to_invalidate_and_to_supplement(pages: Pages) -> None:
    pages.story.reach(ConsultationState.DELIBERATION, until=DELIBERATED_ON)
    one = planned(pages)
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/sessions"
    people = [each.id for each in pages.story.every(Participant)][3:]
    staff.send(path, f"sign-ins-{one}", participant_ids=people)
    staff.send(path, f"session-outcomes-{one}", state="held", held_on="2026-03-24")
    text = staff.get(path).text
    assert "可认定为无效场次" in text
    assert "SZ-21-S5" in text
    offered = form_on(text, f"session-invalidations-{one}")
    assert offered is not None
    assert "不少于50%" in offered.values["reason"]
    assert "supplements_id" not in (form_on(text, "sessions") or offered).values
    assert staff.send(path, f"session-invalidations-{one}").status_code == 303
    assert pages.story.one(ConsultationSession).state is SessionState.INVALID
    further = planned(pages, starts_at="2026-04-02T09:00", notice_sent_on="", supplements_id=one)
    assert pages.story.one(ConsultationSession, id=further).supplements_id == one
    assert "补充第 1 场（无效场次）" in staff.get(path).text


def test_after_three_sessions_the_page_says_what_remains_and_offers_none(pages: Pages) -> None:
    pages.story.reach(ConsultationState.DELIBERATION, until=DELIBERATED_ON)
    for day in (24, 25, 26):
        planned(pages, starts_at=f"2026-03-{day}T09:00")
    text = pages.by(cast.STAFF_PLAYER).get(f"{pages.case}/sessions").text
    assert "sessions" not in form_ids(text)
    assert "不能再安排协商活动" in text
    assert "移交村（居）民会议" in text


def test_the_convener_sends_research_back_by_hand(pages: Pages) -> None:
    pages.story.reach(ConsultationState.RESEARCH, until=RESEARCHED_ON)
    path = f"{pages.case}/research"
    pages.by(cast.STAFF_PLAYER).send(path, "research-records", kind="research", policy="办法")
    one = pages.story.one(ResearchRecord).id
    assert f"research-returns-{one}" not in form_ids(pages.by(cast.STAFF_PLAYER).get(path).text)
    convener = pages.by(cast.CONVENER_PLAYER)
    assert convener.send(path, f"research-returns-{one}", reason="缺少商户意见").status_code == 303
    text = convener.get(path).text
    assert "已退回补充" in text
    assert "缺少商户意见" in text
    assert f"research-acceptances-{one}" not in form_ids(text)


def test_a_topic_is_sent_back_and_brought_again_by_hand(pages: Pages) -> None:
    staff, path = pages.by(cast.STAFF_PLAYER), f"/topics/{cast.TOPIC_ID}"
    assert staff.send(path, "returns", reason="请写明涉及哪几幢").status_code == 303
    text = staff.get(path).text
    assert "请写明涉及哪几幢" in text
    assert not {"returns", "consultations", "amendments"} & set(form_ids(text))
    unchanged = staff.send(path, "resubmissions")
    assert unchanged.status_code == 422
    assert "请先按退回意见补充议题内容" in unchanged.text
    assert staff.send(path, "resubmissions", scope_statement="三至五幢").status_code == 303
    assert pages.story.one(Topic, id=cast.TOPIC_ID).resubmitted_on == pages.story.today
    assert {"returns", "consultations", "amendments"} <= set(form_ids(staff.get(path).text))


def test_a_consultation_is_merged_by_hand_and_its_topic_is_shown_where_it_went(pages: Pages) -> None:
    pages.story.reach(ConsultationState.TOPIC)
    staff = pages.by(cast.STAFF_PLAYER)
    assert "merges" not in form_ids(staff.get(pages.case).text)
    second = pages.story.another()
    second.open()
    with pages.story.register.writing() as session:
        session.get_one(Topic, cast.OTHER_TOPIC_ID).description = "夜间占用消防通道"
    other = f"/consultations/{second.consultation_id}"
    into = {"into_consultation_id": pages.story.consultation_id, "reason": "同一小区"}
    assert staff.send(other, "merges", **into).status_code == 303
    assert "已并入" in staff.get(other).text
    assert "夜间占用消防通道" in staff.get(pages.case).text


def test_both_pages_name_the_other_level(pages: Pages) -> None:
    pages.story.open()
    above = pages.story.another()
    above.open()
    with pages.story.register.writing() as session:
        session.get_one(Consultation, above.consultation_id).area = cast.DISTRICT
    owner = pages.by(cast.OWNER_PLAYER)
    linked = owner.send(pages.case, "parent-links", parent_id=above.consultation_id)
    assert linked.status_code == 303
    assert "上级协商" in owner.get(pages.case).text
    assert "下级协商" in owner.get(f"/consultations/{above.consultation_id}").text
    assert "parent-links" not in form_ids(owner.get(pages.case).text)


def test_the_page_of_a_room_that_rests_says_so(pages: Pages) -> None:
    with pages.story.register.writing() as session:
        session.query(Convener).one().until_on = date(2026, 3, 2)
    pages.story.go_to(date(2026, 4, 20))
    staff = pages.by(cast.STAFF_PLAYER)
    assert "召集人空缺已超过 30 个工作日，暂停使用" in staff.get(f"/rooms/{cast.ROOM_ID}").text
    refused = staff.send(f"/topics/{cast.TOPIC_ID}", "consultations", room_id=cast.ROOM_ID)
    assert refused.status_code == 409
    assert "暂停使用" in refused.text
