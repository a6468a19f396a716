"""A county's own parameters on a form: drafted by one person, published by another, within the bounds of the books."""

from typing import Any

from records.tables.rooms import RuleSetVersion
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_on

PAGE = "/rule-sets/linfen/county"
SAID: dict[str, Any] = {
    "version": "枫溪 2026-1",
    "effective_on": "2026-06-01",
    "drafted_by_person_id": cast.STAFF_PLAYER.id,
    "feedback_days": "45",
}


def send(pages: Pages, **said: Any) -> Any:
    """Fill in the form as the owner's staff."""
    return pages.by(cast.OWNER_PLAYER).send(PAGE, "county-parameters", **{**SAID, **said})


def test_a_county_publishes_what_the_rule_set_leaves_to_it(pages: Pages) -> None:
    text = pages.by(cast.OWNER_PLAYER).get(PAGE).text
    assert "在一定期限内向县(市、区)政协书面反馈" in text
    assert "1 至 366 的整数" in text
    assert send(pages, forbidden_words="旧提法\n老提法").status_code == 303
    row = pages.story.one(RuleSetVersion, version="枫溪 2026-1")
    assert row.parameters == {"feedback_days": 45, "forbidden_words": ["旧提法", "老提法"]}
    assert row.published_by == cast.OWNER_PLAYER.id


def test_the_drafter_does_not_publish(pages: Pages) -> None:
    form = form_on(pages.by(cast.OWNER_PLAYER).get(PAGE).text, "county-parameters")
    assert form is not None
    answer = send(pages, drafted_by_person_id=cast.OWNER_PLAYER.id)
    assert "拟订人与发布人不得为同一人" in answer.text
    assert pages.story.every(RuleSetVersion) == []


def test_a_number_outside_the_bounds_stands_at_its_field(pages: Pages) -> None:
    answer = send(pages, feedback_days="400")
    assert answer.status_code == 422
    assert 'id="county-parameters-feedback_days-error"' in answer.text
    assert send(pages, feedback_days="").status_code == 422
    assert pages.story.every(RuleSetVersion) == []


def test_who_may_not_set_parameters_sees_no_form(pages: Pages) -> None:
    for player in (cast.HOUSING_PLAYER, cast.SECURITY_ADMIN_PLAYER, cast.SUPERVISOR_PLAYER):
        assert pages.by(player).get(PAGE).status_code == 403
