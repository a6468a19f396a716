"""Process events by forms: what happens, what is said, and what is kept when it is refused."""

import re
from datetime import date

from domain.matters import FeedbackTaskState
from domain.stages import ConsultationState
from records.tables.obligations import Answer, Escalation, ExtensionRequest
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_ids, form_on
from tests.stories import ASSIGNED_ON

HOSTILE = '<script>alert("1")</script>&\u201c\'>'


def assigned(pages: Pages) -> str:
    """The page of a task that 住建局 has since 2026-04-08."""
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON)
    (task,) = pages.story.assign(cast.HOUSING.id)
    return f"/feedback-tasks/{task.id}"


def test_going_on_is_answered_with_the_next_page_and_what_happened(pages: Pages) -> None:
    pages.story.open()
    staff = pages.by(cast.STAFF_PLAYER)
    answer = staff.send(pages.case, "stage-advances", reason_for_warnings="网格长名单另行补报")
    assert (answer.status_code, answer.headers["location"]) == (303, pages.case)
    assert pages.story.row.state is ConsultationState.TOPIC
    assert "shangliang_flash" in answer.headers["set-cookie"]


def test_a_flash_message_is_shown_once(pages: Pages) -> None:
    pages.story.open()
    staff = pages.by(cast.STAFF_PLAYER)
    sent = staff.send(pages.case, "stage-advances", reason_for_warnings="另行补报")
    flash = re.search(r"shangliang_flash=([^;]+)", sent.headers["set-cookie"])
    assert flash
    cookies = f"{staff._headers()['Cookie']}; shangliang_flash={flash[1]}"
    shown = pages.client.get(pages.case, headers={"Cookie": cookies})
    assert "环节已推进。" in shown.text
    assert 'shangliang_flash=""' in shown.headers["set-cookie"]


def test_a_refused_advance_shows_the_unmet_rules_and_keeps_what_was_typed(pages: Pages) -> None:
    pages.story.reach(ConsultationState.PARTICIPANTS)
    answer = pages.by(cast.STAFF_PLAYER).send(pages.case, "stage-advances", note=HOSTILE)
    assert answer.status_code == 422
    assert "项规则要求未满足" in answer.text
    form = form_on(answer.text, "stage-advances")
    assert form is not None
    assert form.values["note"] == HOSTILE
    assert "<script>alert" not in answer.text
    assert pages.story.row.state is ConsultationState.PARTICIPANTS


def test_a_stale_form_is_refused_and_the_page_shows_the_new_state(pages: Pages) -> None:
    pages.story.open()
    staff = pages.by(cast.STAFF_PLAYER)
    form = form_on(staff.get(pages.case).text, "stage-advances")
    assert form is not None
    pages.story.advance()
    answer = staff.post(form.address, **{**form.values, "reason_for_warnings": "另行补报"})
    assert answer.status_code == 409
    assert "请刷新后再操作" in answer.text
    again = form_on(answer.text, "stage-advances")
    assert again is not None
    assert again.values["expected_state"] == "topic"


def test_the_same_form_sent_twice_counts_once(pages: Pages) -> None:
    pages.story.open()
    staff = pages.by(cast.STAFF_PLAYER)
    form = form_on(staff.get(pages.case).text, "stage-advances")
    assert form is not None
    values = {**form.values, "reason_for_warnings": "另行补报"}
    answers = [staff.post(form.address, **values) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert pages.story.row.state is ConsultationState.TOPIC


def test_the_same_key_with_another_content_is_asked_about_again(pages: Pages) -> None:
    pages.story.reach(ConsultationState.RESEARCH)
    staff = pages.by(cast.STAFF_PLAYER)
    form = form_on(staff.get(f"{pages.case}/research").text, "research-records")
    assert form is not None
    values = {**form.values, "kind": "research", "place": "云塘小区"}
    assert staff.post(form.address, **values).status_code == 303
    again = staff.post(form.address, **{**values, "place": "云塘二村"})
    assert again.status_code == 409
    assert "该表单已经提交过一次" in again.text
    kept = form_on(again.text, "research-records")
    assert kept is not None
    assert kept.values["place"] == "云塘二村"
    assert kept.values["key"] != form.values["key"]


def test_a_form_that_is_not_the_visitors_is_refused(pages: Pages) -> None:
    pages.story.open()
    form = form_on(pages.by(cast.STAFF_PLAYER).get(pages.case).text, "stage-advances")
    assert form is not None
    values = {**form.values, "reason_for_warnings": "另行补报"}
    assert pages.by(cast.SUPERVISOR_PLAYER).post(form.address, **values).status_code == 403
    assert pages.by(cast.OUTSIDER_PLAYER).post(form.address, **values).status_code == 404
    assert pages.by(None).post(form.address, **values).status_code == 401
    assert pages.story.row.state is ConsultationState.PLATFORM


def test_the_body_of_a_step_decides_it_by_hand(pages: Pages) -> None:
    pages.story.reach(ConsultationState.TOPIC)
    office = pages.by(cast.STREET_PARTY_PLAYER)
    (form_id,) = [one for one in form_ids(office.get(pages.case).text) if one.startswith("approvals-")]
    answer = office.send(pages.case, form_id, decision="approved", note="同意")
    assert answer.status_code == 303
    text = office.get(pages.case).text
    assert "同意</span>" in text
    assert not [one for one in form_ids(text) if one.startswith("approvals-")]


def test_staff_hands_out_suggestions_by_hand(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON)
    first, second, *_ = pages.story.suggestions
    chosen = {"suggestion_ids": first.id, f"lead-{first.id}": ""}
    path = f"{pages.case}/tasks"
    refused = pages.by(cast.STAFF_PLAYER).send(path, "feedback-tasks", **chosen)
    assert refused.status_code == 422
    assert "请为勾选的每项建议选择主办单位" in refused.text
    chosen[f"lead-{first.id}"] = cast.HOUSING.id
    assert pages.by(cast.STAFF_PLAYER).send(path, "feedback-tasks", **chosen).status_code == 303
    (task,) = pages.story.tasks
    assert (task.suggestion_id, task.unit_id) == (first.id, cast.HOUSING.id)
    assert second.id in pages.by(cast.STAFF_PLAYER).get(path).text


def test_a_department_acknowledges_drafts_and_answers_and_the_organiser_verifies(pages: Pages) -> None:
    path = assigned(pages)
    unit = pages.by(cast.HOUSING_PLAYER)
    assert unit.send(path, "acknowledgements").status_code == 303
    said = {"text": f"已列入计划。{HOSTILE}", "intent": "draft"}
    assert unit.send(path, "answers", **said).status_code == 303
    kept = form_on(unit.get(path).text, "answers")
    assert kept is not None
    assert kept.values["text"] == said["text"]
    missing = unit.send(path, "answers", intent="answer", adoption="adopted")
    assert missing.status_code == 422
    assert "请填写“办理结果”" in missing.text
    done = unit.send(path, "answers", intent="answer", adoption="adopted", result="A")
    assert done.status_code == 303
    staff = pages.by(cast.STAFF_PLAYER)
    text = staff.get(path).text
    assert "<script>alert" not in text
    assert "A 类" in text
    assert staff.send(path, "verifications", verdict="verified").status_code == 303
    assert pages.story.tasks[0].state is FeedbackTaskState.VERIFIED


def test_a_draft_is_the_units_own_until_it_is_handed_in(pages: Pages) -> None:
    path = assigned(pages)
    pages.by(cast.HOUSING_PLAYER).send(path, "answers", text="内部草稿内容", intent="draft")
    assert pages.story.one(Answer).text == "内部草稿内容"
    assert "内部草稿内容" not in pages.by(cast.STAFF_PLAYER).get(path).text


def test_another_unit_sees_no_form_of_a_task(pages: Pages) -> None:
    path = assigned(pages)
    assert form_ids(pages.by(cast.SUPERVISOR_PLAYER).get(path).text) == set()
    assert pages.by(cast.POLICE_PLAYER).get(path).status_code == 404


def test_handing_back_is_offered_only_while_its_window_is_open(pages: Pages) -> None:
    path = assigned(pages)
    unit = pages.by(cast.HOUSING_PLAYER)
    pages.story.go_to(date(2026, 4, 15))
    assert "return-requests" in form_ids(unit.get(path).text)
    pages.story.go_to(date(2026, 4, 16))
    assert "return-requests" not in form_ids(unit.get(path).text)


def test_more_time_is_offered_only_up_to_its_last_day(pages: Pages) -> None:
    path = assigned(pages)
    unit = pages.by(cast.HOUSING_PLAYER)
    pages.story.go_to(date(2026, 5, 19))
    assert "延期申请最迟应于2026年5月19日（周二）提出" in unit.get(path).text
    pages.story.go_to(date(2026, 5, 20))
    assert "extension-requests" not in form_ids(unit.get(path).text)


def test_an_extension_is_asked_and_granted_by_hand(pages: Pages) -> None:
    path = assigned(pages)
    unit, staff = pages.by(cast.HOUSING_PLAYER), pages.by(cast.STAFF_PLAYER)
    assert unit.send(path, "extension-requests", workdays="5", reason="招标未完成").status_code == 303
    assert "extension-requests" not in form_ids(unit.get(path).text)
    assert staff.send(path, "extension-decisions", is_granted="yes", workdays="5").status_code == 303
    assert pages.story.one(ExtensionRequest).granted_workdays == 5
    assert "2026年5月29日（周五）" in unit.get(path).text


def test_the_party_committee_instructs_by_hand(pages: Pages) -> None:
    assigned(pages)
    pages.story.follow_the_clock(date(2026, 6, 5))
    pages.story.go_to(date(2026, 6, 8))
    escalation = pages.story.one(Escalation)
    office = pages.by(cast.DISTRICT_PARTY_PLAYER)
    path = f"/escalations/{escalation.id}"
    assert path in office.get("/escalations").text
    empty = office.send(path, "instructions", text="", new_due_on="2026-06-19")
    assert empty.status_code == 422
    assert "请填写“批示内容”" in empty.text
    assert 'value="2026-06-19"' in empty.text
    sent = office.send(path, "instructions", text="请住建局限期办复", new_due_on="2026-06-22")
    assert sent.status_code == 303
    assert "新的办理期限：2026年6月22日（周一）" in office.get(path).text
