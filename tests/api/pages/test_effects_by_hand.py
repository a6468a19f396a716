"""What a consultation led to, recorded by forms and shown on its page and among the 督查事项."""

from domain.effects import ConversionKind
from domain.stages import ConsultationState
from records.tables.consultations import Topic
from records.tables.outcomes import DecisionRecord, OutcomeDocument, SupervisionItem
from records.tables.work_log import Publication
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_ids, form_on
from tests.stories import REPORTED_ON


def call_key(pages: Pages) -> None:
    with pages.story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).is_key = True


def test_conversion_link_decision_and_publication_by_hand(pages: Pages) -> None:
    pages.story.reach(ConsultationState.EVALUATION)
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/outcomes"
    item = pages.story.suggestions[0]
    sent = staff.send(path, f"conversions-{item.id}", conversion="institution", conversion_note="楼道公约")
    assert sent.status_code == 303
    assert pages.story.suggestions[0].conversion is ConversionKind.INSTITUTION
    assert staff.send(path, "outcome-links", kind="proposal", number="提-15").status_code == 303
    deciding = {
        "organisation_id": cast.STREET_PARTY.id,
        "title": "实施方案",
        "document_number": "云委〔2026〕3号",
    }
    assert staff.send(path, "decisions", **deciding).status_code == 303
    sent = staff.send(
        path, "publications", channel="wechat", text="六幢同意加装", address="https://example.org/1"
    )
    assert sent.status_code == 303
    text = staff.get(path).text
    for words in (
        "转化为制度规范：楼道公约",
        "提-15",
        "云委〔2026〕3号",
        "微信公众号",
        'href="https://example.org/1"',
    ):
        assert words in text
    assert pages.story.one(DecisionRecord).organisation_id == cast.STREET_PARTY.id


def test_a_publication_with_words_out_of_use_keeps_what_was_typed_and_quotes_the_clause(pages: Pages) -> None:
    pages.story.reach(ConsultationState.EVALUATION)
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/outcomes"
    answer = staff.send(path, "publications", channel="website", text="推进三位一体建设")
    assert answer.status_code == 422
    assert "发布内容含有“三位一体”" in answer.text
    assert "不再使用全市统一的" in answer.text
    form = form_on(answer.text, "publications")
    assert form is not None
    assert form.values["text"] == "推进三位一体建设"
    assert not pages.story.every(Publication)


def test_forms_of_effects_stand_only_where_they_can_be_used(pages: Pages) -> None:
    pages.story.reach(ConsultationState.RESEARCH)
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/outcomes"
    assert not {"publications", "outcome-links"} & form_ids(staff.get(path).text)


def test_forms_of_effects_stand_from_implementation_on(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/outcomes"
    ids = form_ids(staff.get(path).text)
    assert {"publications", "outcome-links", "decisions"} <= ids
    assert not {one for one in ids if one.startswith("conversions")}
    assert "decisions" in form_ids(pages.by(cast.STREET_PARTY_PLAYER).get(path).text)


def test_an_interim_report_is_marked(pages: Pages) -> None:
    pages.story.reach(ConsultationState.DELIBERATION)
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/outcomes"
    sent = staff.send(path, "outcome-documents", kind="report", title="进度报告", is_interim="yes")
    assert sent.status_code == 303
    assert pages.story.one(OutcomeDocument).is_interim
    assert "进度情况报送</span>" in staff.get(path).text


def test_items_under_supervision_show_state_units_and_link_and_are_closed(pages: Pages) -> None:
    supervisor = pages.by(cast.SUPERVISOR_PLAYER)
    assert "没有督查事项" in supervisor.get("/supervision").text
    call_key(pages)
    pages.story.reach(ConsultationState.EVALUATION)
    item = pages.story.one(SupervisionItem)
    assert item.opened_on == REPORTED_ON
    text = supervisor.get("/supervision").text
    for words in ("督查中", "评估质效", cast.HOUSING.name, f'href="{pages.case}"'):
        assert words in text
    assert form_ids(pages.by(cast.STAFF_PLAYER).get("/supervision").text) == set()
    missing = supervisor.send("/supervision", f"closures-{item.id}", conclusion="")
    assert missing.status_code == 422
    closed = supervisor.send("/supervision", f"closures-{item.id}", conclusion="三项均已落实")
    assert closed.status_code == 303
    text = supervisor.get("/supervision").text
    assert "已销号" in text
    assert "三项均已落实" in text


def test_a_topic_called_key_later_is_listed_by_its_owner(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    owner, path = pages.by(cast.OWNER_PLAYER), f"{pages.case}/outcomes"
    assert "supervision-items" not in form_ids(owner.get(path).text)
    call_key(pages)
    assert owner.send(path, "supervision-items").status_code == 303
    assert "supervision-items" not in form_ids(owner.get(path).text)
    assert pages.story.one(SupervisionItem).closed_on is None
