"""The books on pages: counts, filters without script, effects, proofs, comparison, and what was gone past."""

import re
from html import unescape

import pytest

from domain.bodies import BodyKind
from domain.refusals import Severity
from domain.rule_words import ShownAt
from domain.stages import ConsultationState, GatePoint
from records.tables.consultations import Topic
from records.tables.people import Organisation
from regulations.rule_effects import by_stage, effect_words
from regulations.where_tested import where_tested
from tests import cast
from tests.api.pages.conftest import Pages
from tests.stories import BOOKS

REGIONS = sorted(BOOKS.rule_sets)
ARTICLE = re.compile(r'<article class="rule" id="([^"]+)">.*?</article>', re.S)


def shown_rules(pages: Pages, region: str, query: str = "") -> dict[str, str]:
    """The rules on the page of a rule set, by rule and stage, each with its text."""
    answer = pages.by(cast.STAFF_PLAYER).get(f"/rule-sets/{region}{query}")
    assert answer.status_code == 200
    return {found[1]: unescape(found[0]) for found in ARTICLE.finditer(answer.text)}


@pytest.mark.parametrize("region", REGIONS)
def test_every_rule_stands_at_its_stages_with_clause_origin_effect_and_proofs(
    pages: Pages, region: str
) -> None:
    shown = shown_rules(pages, region)
    rule_set = BOOKS.rule_sets[region]
    wanted = {f"{rule.id}-{point.value}": rule for point, rules in by_stage(rule_set) for rule in rules}
    assert list(shown) == list(wanted)
    for key, rule in wanted.items():
        assert rule.severity.label in shown[key]
        assert effect_words(rule) in shown[key]
        assert f"{rule.source} {rule.article}".strip() in shown[key]
        assert (f"口径：</span>{rule.reading}" in shown[key]) is bool(rule.reading)
        assert ("系统默认</span>" in shown[key]) is rule.is_default
        for place in where_tested().get(rule.id, ()):
            assert f"<li>{place}</li>" in shown[key]
        if not rule.is_default:
            assert rule.clause.replace("“", "‘").replace("”", "’") in shown[key]


def test_the_counts_at_the_top_lead_to_the_rules_they_count(pages: Pages) -> None:
    text = pages.by(cast.STAFF_PLAYER).get("/rule-sets/suzhou").text
    for severity in Severity:
        number = sum(rule.severity is severity for rule in BOOKS.rule_sets["suzhou"].rules)
        assert f'href="?severity={severity.value}#rules"' in text
        assert f'<strong class="figures">{number}</strong>{severity.label}' in text


@pytest.mark.parametrize("severity", list(Severity))
def test_rules_are_narrowed_by_severity_with_a_link(pages: Pages, severity: Severity) -> None:
    shown = shown_rules(pages, "nantong", f"?severity={severity.value}")
    rules = {rule.id for rule in BOOKS.rule_sets["nantong"].rules if rule.severity is severity}
    assert {key.rpartition("-")[0] for key in shown} == rules


def test_rules_are_narrowed_by_stage_and_severity_together(pages: Pages) -> None:
    shown = shown_rules(pages, "sichuan", "?stage=topic&severity=hard")
    wanted = [
        rule.id
        for rule in BOOKS.rule_sets["sichuan"].rules
        if GatePoint.TOPIC in rule.stages and rule.severity is Severity.HARD
    ]
    assert wanted
    assert list(shown) == [f"{rule_id}-topic" for rule_id in wanted]


def test_words_that_are_no_stage_and_no_severity_narrow_nothing(pages: Pages) -> None:
    assert shown_rules(pages, "suzhou", "?stage=atlantis&severity=x") == shown_rules(pages, "suzhou")


def test_nothing_found_leads_back_to_all_rules(pages: Pages) -> None:
    rule_set = BOOKS.rule_sets["suzhou"]
    empty = next(
        (point, severity)
        for point, rules in by_stage(rule_set)
        for severity in Severity
        if all(rule.severity is not severity for rule in rules)
    )
    answer = pages.by(cast.STAFF_PLAYER).get(
        f"/rule-sets/suzhou?stage={empty[0].value}&severity={empty[1].value}"
    )
    assert "没有符合条件的规则" in answer.text


def test_regions_are_compared_and_silence_is_said(pages: Pages) -> None:
    answer = pages.by(cast.MEMBER_PLAYER).get("/rule-sets/compare")
    assert answer.status_code == 200
    rows = re.findall(r"<tr>(.*?)</tr>", unescape(answer.text), re.S)
    by_name = {found[1]: row for row in rows if (found := re.search(r"<strong>(.*?)</strong>", row))}
    assert by_name["平台名称"].count("系统默认") == 0
    assert "有事好商量" in by_name["平台名称"]
    assert "有事来商量" in by_name["平台名称"]
    assert "由县级设定" in by_name["办理反馈期限（工作日）"]
    assert by_name["办理反馈期限（工作日）"].count("系统默认") == 3
    assert by_name["签收期限（工作日）"].count("系统默认") == 4
    assert "未规定" in by_name["年度次数"]
    spoken, silent = answer.text.split('id="silent"')
    assert "平台名称" in spoken
    assert "签收期限" in silent
    keys = {key for rule_set in BOOKS.rule_sets.values() for key in rule_set.parameters}
    assert len(by_name) == len(keys)


@pytest.mark.parametrize("region", REGIONS)
def test_the_card_prints_the_rules_of_conduct_alone(pages: Pages, region: str) -> None:
    text = unescape(pages.by(cast.STAFF_PLAYER).get(f"/rule-sets/{region}/card").text)
    for rule in BOOKS.rule_sets[region].rules:
        clause = f"“{rule.clause.replace('“', '‘').replace('”', '’')}”"
        if ShownAt.RULE_CARD in rule.shown_at:
            assert clause in text
            assert f"{rule.source} {rule.article}" in text
        elif not rule.is_default:
            assert clause not in text


def test_an_unknown_rule_set_has_no_page_and_no_card(pages: Pages) -> None:
    staff = pages.by(cast.STAFF_PLAYER)
    assert staff.get("/rule-sets/atlantis").status_code == 404
    assert staff.get("/rule-sets/atlantis/card").status_code == 404


def warned(pages: Pages) -> None:
    """The topic is in no plan; the street's staff go on with a reason."""
    with pages.story.register.writing() as session:
        topic = session.get_one(Topic, cast.TOPIC_ID)
        topic.is_planned, topic.plan_item_id = False, None
    pages.story.reach(ConsultationState.PARTICIPANTS)


def test_a_passed_warning_is_counted_on_the_page_with_a_link_to_its_consultation(pages: Pages) -> None:
    warned(pages)
    usage = _usage(pages, cast.STAFF_PLAYER, "?year=2026")
    assert "SZ-34" in usage
    assert "1 次" in usage
    assert f'href="{pages.case}"' in usage


def test_usage_is_of_one_year_and_of_the_readers_scope(pages: Pages) -> None:
    warned(pages)
    assert "没有越过提醒事项" in _usage(pages, cast.STAFF_PLAYER, "?year=2025")
    assert "没有越过提醒事项" in _usage(pages, cast.OUTSIDER_PLAYER, "?year=2026")
    assert "SZ-34" in _usage(pages, cast.STAFF_PLAYER, "?year=nonsense")
    assert "SZ-34" in _usage(pages, cast.STAFF_PLAYER, "?year=9999")


def test_the_consultation_tells_which_warnings_were_passed_why_by_whom_and_when(pages: Pages) -> None:
    warned(pages)
    text = pages.by(cast.STAFF_PLAYER).get(pages.case).text
    told = text[text.index('id="passed"') : text.index("</section>", text.index('id="passed"'))]
    for fact in ("SZ-34", "按程序继续", "云塘街道政协工委", "林晓", "2026年3月12日", "确定议题 → 明确主体"):
        assert fact in told, fact
    timeline = pages.by(cast.STAFF_PLAYER).get(f"{pages.case}/timeline").text
    assert "未满足而说明理由后推进的提醒事项：SZ-34" in timeline


def test_a_waiver_is_offered_only_to_whom_the_rule_names(pages: Pages) -> None:
    with pages.story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).is_settled_by_law = True
    pages.story.reach(ConsultationState.TOPIC)
    owner = pages.by(cast.OWNER_PLAYER)
    assert 'id="waivers"' in owner.get(pages.case).text
    with pages.story.register.writing() as session:
        session.get_one(Organisation, cast.CPPCC.id).kind = BodyKind.SPECIAL_COMMITTEE
    assert 'id="waivers"' not in owner.get(pages.case).text


def _usage(pages: Pages, by: cast.Player, query: str) -> str:
    text = unescape(pages.by(by).get(f"/rule-sets/suzhou{query}").text)
    start = text.index('id="usage"')
    return text[start : text.index("</section>", start)]
