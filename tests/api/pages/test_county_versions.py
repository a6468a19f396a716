"""A county's own version by hand: drafted level by level, published by another, compared, and adopted after a dry run."""

import re
from typing import Any

import pytest

from domain.matters import ObligationKind
from domain.stages import ConsultationState
from records.tables.obligations import ClockRow
from records.tables.rooms import RuleSetVersion
from records.tables.rule_sets import RuleSetAdoption, RuleSetDraft
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_ids

COUNTY = "/rule-sets/suzhou/county"
DRAFTER, PUBLISHER = cast.OWNER_PLAYER, cast.SYSTEM_ADMIN_PLAYER
NEW = {"version": "枫溪-1", "effective_on": "2026-03-01", "basis": "枫政协〔2026〕3号"}


def draft(pages: Pages, county: str = COUNTY) -> str:
    """Begin a draft as the owner's staff; the address of its page."""
    answer = pages.by(DRAFTER).send(county, "county-drafts", **NEW)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def fill(pages: Pages, address: str, **said: str) -> Any:
    return pages.by(DRAFTER).send(address, "county-draft", **said)


def published(pages: Pages, **said: str) -> str:
    """The address of a version that was drafted and published by hand."""
    address = draft(pages)
    assert fill(pages, address, **said).status_code == 303
    answer = pages.by(PUBLISHER).send(address, "county-publications")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_every_field_stands_beside_its_parents_value_and_clause(pages: Pages) -> None:
    text = pages.by(DRAFTER).get(draft(pages)).text
    assert "街道级" in text
    assert "上级：30" in text
    assert "系统默认，可在规则集中修改" in text
    # What a document has settled has no field, but stands there with its rule and clause.
    assert 'name="direct_stakeholder_min-numerator"' not in text
    assert "SZ-21" in text
    assert "直接利益相关群众应不少于50%" in text


def test_a_draft_is_filled_level_by_level_and_published_by_another(pages: Pages) -> None:
    address = draft(pages)
    said = {"feedback_days-street": "25", "forbidden_words": "旧提法\n老提法", "report_days-street": "9"}
    assert fill(pages, address, **said).status_code == 303
    row = pages.story.one(RuleSetDraft)
    assert row.parameters == {
        "feedback_days": {"street": 25},
        "report_days": {"street": 9},
        "forbidden_words": ["旧提法", "老提法"],
    }
    own = pages.by(DRAFTER).get(address).text
    assert "county-publications" not in form_ids(own)
    assert "草稿由另一人发布" in own
    answer = pages.by(PUBLISHER).send(address, "county-publications")
    version = pages.story.one(RuleSetVersion)
    assert answer.headers["location"].startswith(f"/rule-sets/suzhou/versions/{version.id}")
    assert (version.drafted_by, version.published_by) == (DRAFTER.id, PUBLISHER.id)
    shown = pages.by(cast.STAFF_PLAYER).get(f"/rule-sets/suzhou/versions/{version.id}").text
    assert "办理反馈期限（工作日）" in shown
    assert "枫政协〔2026〕3号" in shown


def test_the_drafter_cannot_publish_even_by_sending_the_form(pages: Pages) -> None:
    address = draft(pages)
    fill(pages, address, **{"report_days-street": "9"})
    answer = pages.by(DRAFTER).post(
        f"{address}/publications", key="same-person", form_id="county-publications"
    )
    assert answer.status_code == 403
    assert pages.story.every(RuleSetVersion) == []


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"feedback_days-street": "400"}, "1 至 366 的整数"),
        ({"evaluation_weights-member_review": "25"}, "须填写完整"),
        ({"version": "2020-1"}, "该版本号已经使用"),
    ],
)
def test_a_fault_keeps_what_was_typed_and_stands_at_its_field(
    pages: Pages, said: dict[str, str], complaint: str
) -> None:
    answer = fill(pages, draft(pages), **{"report_days-street": "9", **said})
    assert answer.status_code == 422
    assert complaint in answer.text
    assert re.search(r'name="report_days-street"[^>]*value="9"', answer.text)
    assert pages.story.one(RuleSetDraft).parameters == {}


def test_a_ladder_is_written_rung_by_rung_checked_and_put_back(pages: Pages) -> None:
    address = draft(pages)
    ladder = f"{address}/ladders/reporting"
    # 报送成果: blue_2, yellow, red. The red one comes earlier than the yellow one: refused.
    wrong = pages.by(DRAFTER).send(ladder, "county-ladder", **{"2-workdays": "0"})
    assert wrong.status_code == 422
    assert "次序颠倒" in wrong.text
    kept = pages.by(DRAFTER).send(ladder, "county-ladder", **{"2-workdays": "8", "0-name": ""})
    assert kept.status_code == 303
    (rungs,) = pages.story.one(RuleSetDraft).ladders.values()
    assert [(rung["name"], rung["offset_workdays"]) for rung in rungs] == [("yellow", 1), ("red", 8)]
    assert "到期日后 8 个工作日" in pages.by(DRAFTER).get(address).text
    assert pages.by(DRAFTER).send(ladder, "county-ladder", do="reset").status_code == 303
    assert pages.story.one(RuleSetDraft).ladders == {}


def test_a_withdrawn_draft_says_why(pages: Pages) -> None:
    address = draft(pages)
    assert pages.by(PUBLISHER).send(address, "county-withdrawals", reason="另有安排").status_code == 303
    text = pages.by(DRAFTER).get(address).text
    assert "另有安排" in text
    assert form_ids(text).isdisjoint({"county-draft", "county-publications", "county-withdrawals"})


def test_who_may_not_set_parameters_learns_of_no_draft(pages: Pages) -> None:
    address = draft(pages)
    for player in (cast.HOUSING_PLAYER, cast.SUPERVISOR_PLAYER, cast.OUTSIDER_PLAYER, cast.STAFF_PLAYER):
        assert pages.by(player).get(address).status_code == 404
        assert pages.by(player).get(f"{address}/ladders/reporting").status_code == 404
        assert NEW["version"] not in pages.by(player).get(COUNTY).text


def test_a_consultation_is_tried_and_then_changed_over(pages: Pages) -> None:
    story = pages.story.reach(ConsultationState.REPORTING)
    address = published(pages, **{"report_days-street": "10"})
    owner = pages.by(cast.OWNER_PLAYER)
    assert story.consultation_id in owner.get(address).text
    trial = f"{address.partition('?')[0]}/adoptions?consultation={story.consultation_id}"
    text = owner.get(trial).text
    assert "可以改用" in text
    assert "报送协商成果" in text
    due_on = story.one(ClockRow, kind=ObligationKind.REPORTING).due_on
    empty = owner.send(trial, "adoptions", consultation=story.consultation_id, reason="")
    assert empty.status_code == 422
    answer = owner.send(trial, "adoptions", consultation=story.consultation_id, reason="区里研究同意")
    assert answer.status_code == 303, answer.text
    assert story.one(RuleSetAdoption).reason == "区里研究同意"
    assert story.one(ClockRow, kind=ObligationKind.REPORTING).due_on > due_on
    assert "1 件" in owner.get(COUNTY).text


def test_a_trial_shows_why_not_and_only_what_is_ones_own(pages: Pages) -> None:
    story = pages.story.reach(ConsultationState.REPORTING)
    address = published(pages, **{"report_days-street": "10"})
    story.follow_the_clock(story.one(ClockRow, kind=ObligationKind.REPORTING).due_on)
    trial = f"{address.partition('?')[0]}/adoptions?consultation={story.consultation_id}"
    text = pages.by(cast.OWNER_PLAYER).get(trial).text
    assert "不能改用" in text
    assert "不在环节交界" in text
    assert "adoptions" not in form_ids(text)
    assert story.row.number not in pages.by(cast.STAFF_PLAYER).get(trial).text
    outside = pages.by(cast.OUTSIDER_PLAYER).get(address).text
    assert story.row.number not in outside


def test_versions_are_compared_side_by_side(pages: Pages) -> None:
    published(pages, **{"feedback_days-street": "25"})
    version = pages.story.one(RuleSetVersion)
    page = f"/rule-sets/suzhou/differences?new={version.id}"
    text = pages.by(cast.HOUSING_PLAYER).get(page).text
    assert "办理反馈期限（工作日）" in text
    assert "街道级：25" in text
    same = pages.by(cast.HOUSING_PLAYER).get("/rule-sets/suzhou/differences").text
    assert "两个版本没有差别" in same


def test_the_trail_tells_the_change_in_chinese(pages: Pages) -> None:
    story = pages.story.reach(ConsultationState.REPORTING)
    address = published(pages, **{"report_days-street": "10"}).partition("?")[0]
    trial = f"{address}/adoptions?consultation={story.consultation_id}"
    owner = pages.by(cast.OWNER_PLAYER)
    owner.send(trial, "adoptions", consultation=story.consultation_id, reason="区里研究同意")
    text = owner.get(f"/consultations/{story.consultation_id}/timeline").text
    assert "改用规则集新版本" in text
    assert "区里研究同意" in text
    assert "原到期日" in text
    assert "old_due_on" not in text
