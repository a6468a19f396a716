"""本地规定: a rule that only informs is shown on the form it names, with its clause and where it comes from."""

from html import escape, unescape

import pytest

from api.pages.folders import LOCAL_RULES, TABS
from domain.bodies import RoomLevel
from domain.rule_words import RuleBinding, RuleText, ShownAt
from domain.stages import ConsultationState
from records.tables.rooms import Room
from regulations.rule_sets import Rule
from tests import cast
from tests.api.pages.conftest import Pages
from tests.stories import BOOKS

PLACES = {
    ShownAt.ROOM_FORM: f"/rooms/{cast.ROOM_ID}",
    ShownAt.TOPIC_FORM: "/topics/new",
    ShownAt.CONSULTATION_FORM: f"/topics/{cast.OTHER_TOPIC_ID}",
    ShownAt.RULE_CARD: "/rule-sets/{region}/card",
    **{place: f"{{case}}/{tab}" for tab, places in LOCAL_RULES.items() for place in places[:1]},
    ShownAt.PUBLICATION_FORM: "{case}/outcomes",
}


def local_rules_of(region: str) -> list[Rule]:
    """The rules of a region that are shown on forms."""
    return [rule for rule in BOOKS.rule_sets[region].rules if rule.binding is RuleBinding.SHOWN_AT]


def live_under(pages: Pages, region: str, level: RoomLevel = RoomLevel.STREET) -> None:
    """Give the street's room another rule set and level before anything is opened in it."""
    with pages.story.register.writing() as session:
        room = session.get_one(Room, cast.ROOM_ID)
        room.rule_set_id, room.level = region, level


def test_every_place_on_which_a_rule_may_be_shown_is_a_page_that_shows_them() -> None:
    assert set(PLACES) == set(ShownAt)
    assert set(LOCAL_RULES) <= {tab for tab, _ in TABS}


@pytest.mark.parametrize("region", sorted(BOOKS.rule_sets))
def test_every_local_rule_is_shown_on_the_form_it_names(pages: Pages, region: str) -> None:
    live_under(pages, region)
    pages.story.open()
    staff = pages.by(cast.STAFF_PLAYER)
    for rule in local_rules_of(region):
        if rule.levels:
            live_under(pages, region, next(iter(rule.levels)))
        for place in rule.shown_at:
            path = PLACES[place].format(region=region, case=pages.case)
            text = staff.get(path).text
            inner = rule.clause.replace("“", "‘").replace("”", "’")
            assert f"“{escape(inner)}”" in text, (rule.id, path)
            assert f"{rule.source} {rule.article}" in text, (rule.id, path)


def test_a_local_rule_is_shown_folded_and_counted(pages: Pages) -> None:
    pages.story.open()
    text = pages.by(cast.STAFF_PLAYER).get(f"{pages.case}/participants").text
    of_suzhou = [rule for rule in local_rules_of("suzhou") if ShownAt.PARTICIPANTS_FORM in rule.shown_at]
    assert of_suzhou
    assert f"<summary>本地规定（{len(of_suzhou)} 条）</summary>" in text


def test_a_page_without_local_rules_says_nothing_of_them(pages: Pages) -> None:
    pages.story.open()
    assert "本地规定" not in pages.by(cast.STAFF_PLAYER).get(f"{pages.case}/timeline").text


def test_rules_of_another_region_are_not_shown(pages: Pages) -> None:
    pages.story.open()
    text = pages.by(cast.STAFF_PLAYER).get(f"{pages.case}/sessions").text
    assert not [rule.id for rule in local_rules_of("sichuan") if f"{rule.id} ·" in text]


def test_a_session_leads_to_the_rule_card_of_its_rule_set(pages: Pages) -> None:
    pages.story.reach(ConsultationState.REPORTING)
    text = pages.by(cast.STAFF_PLAYER).get(f"{pages.case}/sessions").text
    assert 'href="/rule-sets/suzhou/card"' in text


@pytest.mark.parametrize("region", sorted(BOOKS.rule_sets))
def test_the_rule_card_says_who_may_take_part_and_how_it_goes(pages: Pages, region: str) -> None:
    text = unescape(pages.by(cast.STAFF_PLAYER).get(f"/rule-sets/{region}/card").text)
    texts = BOOKS.rule_sets[region].texts
    assert set(texts) == set(RuleText)
    for name, words in texts.items():
        assert f"<dt>{name.label}</dt>" in text
        assert words in text
