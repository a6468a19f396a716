"""Papers by forms, administration, ballots, signing in, and pages that say no."""

import re

import pytest

from api.pages.sign_in import own_address
from domain.matters import ParticipantKind
from domain.stages import ConsultationState
from records.accounts import hash_password
from records.tables.audit import AuditEntry
from records.tables.consultations import Attachment, Topic
from records.tables.deliberations import Participant
from records.tables.outcomes import Ballot
from records.tables.people import Organisation, Person
from records.tables.rooms import Room
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_on
from tests.stories import PHONES, TRAIL
from tests.tampering import take_down_guards

HOSTILE = "<img src=x onerror=alert(1)>"
PASTED = "张三\t利益相关方\t\t是\t否\t三幢业主\t13800138000\n李四，群众代表，云塘社区，否，是，居民推选，"


def test_several_participants_are_listed_at_once_by_rows_and_by_paste(pages: Pages) -> None:
    pages.story.reach(ConsultationState.PARTICIPANTS)
    row = {"rows-0-name": HOSTILE, "rows-0-kind": "expert", "pasted": PASTED}
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/participants"
    assert staff.send(path, "participants", **row).status_code == 303
    kinds = {one.name: one.kind for one in pages.story.every(Participant)}
    assert kinds == {
        HOSTILE: ParticipantKind.EXPERT,
        "张三": ParticipantKind.STAKEHOLDER,
        "李四": ParticipantKind.MASS_REPRESENTATIVE,
    }
    text = staff.get(path).text
    assert HOSTILE not in text
    assert "13800138000" not in text


def test_a_wrong_row_keeps_every_row_and_says_which(pages: Pages) -> None:
    pages.story.reach(ConsultationState.PARTICIPANTS)
    rows = {
        "rows-0-name": "张三",
        "rows-0-kind": "stakeholder",
        "rows-1-name": "李四",
        "rows-1-kind": "expert",
        "rows-1-phone": "12",
        "pasted": PASTED,
    }
    answer = pages.by(cast.STAFF_PLAYER).send(f"{pages.case}/participants", "participants", **rows)
    assert answer.status_code == 422
    assert "联系电话" in answer.text
    form = form_on(answer.text, "participants")
    assert form is not None
    typed = {name: value for name, value in rows.items() if name != "pasted"}
    assert {name: form.values[name] for name in typed} == typed
    assert (form.values["rows-2-name"], form.values["rows-3-name"]) == ("张三", "李四")
    assert not pages.story.every(Participant)


def test_a_phone_number_is_shown_once_for_a_stated_purpose(pages: Pages) -> None:
    pages.story.reach(ConsultationState.RESEARCH)
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/participants"
    person = pages.story.every(Participant)[0]
    answer = staff.send(path, f"contact-views-{person.id}", purpose="通知参会")
    assert answer.status_code == 200
    assert any(phone in answer.text for phone in PHONES)
    assert not any(phone in staff.get(path).text for phone in PHONES)


def test_tokens_are_shown_once_and_each_is_good_for_one_ballot(pages: Pages) -> None:
    pages.story.reach(ConsultationState.EVALUATION)
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/evaluation"
    before = len(pages.story.every(Ballot))
    answer = staff.send(path, "ballot-tokens", count="1")
    token = answer.text.split("?token=")[1].split("<")[0]
    assert token not in staff.get(path).text
    public, ballot = pages.by(None), f"/ballots/{pages.story.consultation_id}"
    assert public.get(f"{ballot}?token={token}").status_code == 200
    assert public.post(ballot, token=token).status_code == 422
    assert public.post(ballot, token=token, choice="satisfied").status_code == 200
    again = public.post(ballot, token=token, choice="satisfied")
    assert again.status_code == 409
    assert "每个凭证只能评价一次" in again.text
    assert len(pages.story.every(Ballot)) == before + 1
    assert public.get("/ballots/nowhere").status_code == 404


def test_a_file_is_attached_and_a_wrong_one_keeps_its_description(pages: Pages) -> None:
    pages.story.reach(ConsultationState.RESEARCH)
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/outcomes"
    form = form_on(staff.get(path).text, "attachments-form")
    assert form is not None
    values = {name: value for name, value in form.values.items() if name != "content"} | {"subject": "签到表"}
    wrong = staff.post(
        form.address, **values, files={"content": ("a.exe", b"MZ", "application/x-msdownload")}
    )
    assert wrong.status_code == 422
    assert 'value="签到表"' in wrong.text
    right = staff.post(form.address, **values, files={"content": ("a.pdf", b"%PDF-1.7", "application/pdf")})
    assert right.status_code == 303
    assert pages.story.one(Attachment).filename == "a.pdf"


def test_a_topic_is_proposed_amended_and_opened_by_hand(pages: Pages) -> None:
    staff = pages.by(cast.STAFF_PLAYER)
    missing = staff.send("/topics/new", "topics", title="", matter="停车")
    assert missing.status_code == 422
    assert "请填写“议题名称”" in missing.text
    kept = form_on(missing.text, "topics")
    assert kept is not None
    assert kept.values["matter"] == "停车"
    made = staff.send("/topics/new", "topics", title="小区停车", source="public_proposed", is_solvable="yes")
    path = made.headers["location"]
    stale = form_on(staff.get(path).text, "amendments")
    assert stale is not None
    assert staff.send(path, "amendments", title="云塘小区停车").status_code == 303
    refused = staff.post(stale.address, **{**stale.values, "title": "另一名称"})
    assert refused.status_code == 409
    assert 'value="另一名称"' in refused.text
    opened = staff.send(path, "consultations", room_id=cast.ROOM_ID)
    assert opened.status_code == 303
    assert opened.headers["location"].startswith("/consultations/")
    assert "云塘小区停车" in staff.get(opened.headers["location"]).text


def test_a_topic_is_refused_by_hand(pages: Pages) -> None:
    staff = pages.by(cast.STAFF_PLAYER)
    why = {"exclusion": "individual_dispute", "diversion": "peoples_mediation", "reason": "邻里纠纷"}
    assert staff.send(f"/topics/{cast.OTHER_TOPIC_ID}", "rejections", **why).status_code == 303
    assert pages.story.one(Topic, id=cast.OTHER_TOPIC_ID).rejected_on == pages.story.today
    assert "人民调解" in staff.get(f"/topics/{cast.OTHER_TOPIC_ID}").text


def test_a_room_is_registered_and_amended_by_hand(pages: Pages) -> None:
    staff = pages.by(cast.STAFF_PLAYER)
    room = {"name": "“有事好商量”协商议事室", "level": "village", "rule_set_id": "suzhou"}
    made = staff.send("/rooms", "rooms", **room)
    assert made.status_code == 303
    path = made.headers["location"]
    assert staff.send(path, "conveners", person_id=cast.CONVENER.person_id).status_code == 303
    assert staff.send(path, "amendments", short_name="一村").status_code == 303
    assert pages.story.one(Room, short_name="一村").name == room["name"]
    assert cast.CONVENER_PLAYER.name in staff.get(path).text


def test_administrators_register_and_grant_each_their_own(pages: Pages) -> None:
    system, security = pages.by(cast.SYSTEM_ADMIN_PLAYER), pages.by(cast.SECURITY_ADMIN_PLAYER)
    place = {"name": "枫溪区水务局", "kind": "handling_unit", "area": cast.DISTRICT}
    assert system.send("/organisations", "organisations", **place).status_code == 303
    organisation = pages.story.one(Organisation, name="枫溪区水务局")
    short = system.send("/people", "people", name="何水", sign_in_name="heshui", password="短")
    assert short.status_code == 422
    assert "短" not in (form_on(short.text, "people") or pytest.fail("no form")).values["password"]
    person = {"name": "何水", "sign_in_name": "heshui", "password": "一个足够长的密码"}
    assert system.send("/people", "people", **person).status_code == 303
    who = pages.story.one(Person, sign_in_name="heshui")
    held = {"person_id": who.id, "organisation_id": organisation.id, "role": "department"}
    assert form_on(system.get("/people").text, "memberships") is None
    assert security.send("/people", "memberships", **held).status_code == 303
    assert "枫溪区水务局 · 承办单位经办" in security.get("/people").text


def test_signing_in_leads_back_to_where_one_was_going(pages: Pages) -> None:
    with pages.story.register.writing() as session:
        session.get_one(Person, cast.STAFF.person_id).password_hash = hash_password("correct horse")
    browser = pages.by(None)
    wrong = browser.post("/sign-in", sign_in_name="lin", password="wrong one", next="/topics")
    assert wrong.status_code == 403
    assert 'value="lin"' in wrong.text
    assert "wrong one" not in wrong.text
    right = browser.post("/sign-in", sign_in_name="lin", password="correct horse", next="/topics")
    assert (right.status_code, right.headers["location"]) == (303, "/topics")
    assert "httponly" in right.headers["set-cookie"].lower()


@pytest.mark.parametrize("address", ["https://evil.example", "//evil.example", "/\\evil", "", "javascript:1"])
def test_a_link_to_us_leads_nowhere_else(address: str) -> None:
    assert own_address(address) == "/"


def test_what_is_not_there_is_a_page_for_people_and_a_problem_for_programs(pages: Pages) -> None:
    page = pages.by(cast.STAFF_PLAYER).get("/nowhere/at/all")
    assert page.status_code == 404
    assert "未找到该页面" in page.text
    problem = pages.client.get("/api/v1/nowhere")
    assert problem.status_code == 404
    assert problem.headers["content-type"].startswith("application/problem+json")


def test_a_fault_of_ours_is_a_page_that_tells_nothing_of_it(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the cellar")

    monkeypatch.setattr("api.pages.worklist.waiting_for", broken)
    answer = pages.by(cast.STAFF_PLAYER).get("/")
    assert answer.status_code == 500
    assert "服务出现意外错误" in answer.text
    assert "cellar" not in answer.text


def test_pages_load_nothing_from_elsewhere_and_hold_no_script(pages: Pages) -> None:
    answer = pages.by(cast.STAFF_PLAYER).get("/")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert " style=" not in answer.text
    assert "<style" not in answer.text
    scripts = re.findall(r"<script\b[^>]*>[^<]*", answer.text)
    assert scripts
    assert all(re.fullmatch(r'<script src="/static/[\w.?=-]+" defer>', one) for one in scripts), scripts


def test_a_verification_names_the_entry_that_was_changed(pages: Pages) -> None:
    pages.story.reach(ConsultationState.TOPIC)
    auditor = pages.by(cast.AUDIT_ADMIN_PLAYER)
    assert "未发现改动" in auditor.get("/audit?verify=yes").text
    with pages.story.register.writing() as session:
        take_down_guards(session)
        stream = f"consultation/{pages.story.consultation_id}"
        session.get_one(AuditEntry, (stream, 2)).note = "改过"
    with pages.story.look() as session:
        assert [fault.sequence for fault in TRAIL.verify(session)] == [2]
    assert "第 2 条" in auditor.get("/audit?verify=yes").text
