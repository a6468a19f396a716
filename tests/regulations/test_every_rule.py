"""Every rule of the four books: there exactly once, binding in a way that exists, and right in both directions."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from domain.matters import ObligationKind
from domain.notices import NoticeKind
from domain.refusals import RuleFinding, Severity
from domain.rule_words import RuleBinding
from domain.stages import GatePoint
from regulations.checks import CHECKS
from regulations.counters import COUNTERS
from regulations.gates import judge
from tests.regulations.judging import BOOKS
from tests.regulations.rule_ids import HANDBOOK_IDS
from tests.regulations.unmet import ALSO, lawful, spoilt

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = ROOT.parent / "shared" / "domain.md"

ALL_RULES = [(region, rule.id) for region, book in BOOKS.items() for rule in book.rules]
JUDGED = [(region, rule.id) for region, book in BOOKS.items() for rule in book.rules if rule.check]

# ---------------------------------------------------------------- every row of the handbook, once


@pytest.mark.parametrize("region", HANDBOOK_IDS)
def test_every_row_of_the_handbook_stands_under_its_own_id_exactly_once(region: str) -> None:
    ids = Counter(rule.id for rule in BOOKS[region].rules)
    assert {row: ids[row] for row in HANDBOOK_IDS[region]} == dict.fromkeys(HANDBOOK_IDS[region], 1)
    for other, rows in HANDBOOK_IDS.items():
        if other != region:
            assert not ids.keys() & set(rows)


@pytest.mark.parametrize("region", HANDBOOK_IDS)
def test_a_rule_that_is_no_row_is_a_part_of_one_or_ours(region: str) -> None:
    rows = set(HANDBOOK_IDS[region])
    for rule in BOOKS[region].rules:
        if not rule.is_default and rule.id not in rows:
            assert any(rule.id.startswith(f"{row}-") for row in rows), rule.id


def test_the_handbook_has_142_rows_and_these_are_they() -> None:
    ours = [row for rows in HANDBOOK_IDS.values() for row in rows]
    assert len(ours) == len(set(ours)) == 142
    if not HANDBOOK.is_file():
        pytest.skip(f"the handbook is not here: {HANDBOOK}")
    rows = re.findall(
        r"^\| ((?:SZ|NT|NA|SC|LF)-\d+b?) \|", HANDBOOK.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(rows) == sorted(ours)


# What domain.md §1 says of a row, against how its rule and the parts of it bind.
TYPES = {"H": Severity.HARD, "W": Severity.WARN, "Q": Severity.QUOTA, "I": Severity.INFO}


def test_a_row_binds_in_every_way_that_the_handbook_names() -> None:
    if not HANDBOOK.is_file():
        pytest.skip(f"the handbook is not here: {HANDBOOK}")
    lines = re.findall(
        r"^\| ((?:SZ|NT|NA|SC|LF)-\d+b?) \|.*\|([^|]+)\|$", HANDBOOK.read_text(encoding="utf-8"), re.MULTILINE
    )
    rules = [rule for book in BOOKS.values() for rule in book.rules if not rule.is_default]
    for row, words in lines:
        named = {TYPES[letter] for letter in re.findall(r"\b[HWQI]\b", re.sub(r"\(.*?\)", "", words))}
        standing = {rule.severity for rule in rules if rule.id == row or rule.id.startswith(f"{row}-")}
        assert named <= standing, (row, words)


# ---------------------------------------------------------------- both ways


@pytest.mark.parametrize(("region", "rule_id"), JUDGED)
def test_a_judged_rule_is_unmet_where_it_is_broken_and_nothing_else_is(region: str, rule_id: str) -> None:
    book = BOOKS[region]
    rule = book.rule(rule_id)
    facts = spoilt(rule, lawful(book, rule))
    expected = {rule_id} | (ALSO.get(rule_id, frozenset()) & {each.id for each in book.rules})
    for point in rule.stages:
        findings = judge(book, point, facts)
        unmet = {each.rule_id for each in findings if not each.is_satisfied}
        if rule.check == "session_is_held":
            # Without any session, whatever is asked of one is unmet as well.
            assert rule_id in unmet
        else:
            assert unmet == expected
        found = next(each for each in findings if each.rule_id == rule_id)
        assert found.blocks is (rule.severity is Severity.HARD)
        assert found.warns is (rule.severity is Severity.WARN)
        verify_words(found)


@pytest.mark.parametrize(("region", "rule_id"), JUDGED)
def test_a_judged_rule_is_met_where_everything_is_done(region: str, rule_id: str) -> None:
    book = BOOKS[region]
    rule = book.rule(rule_id)
    for point in rule.stages:
        findings = {each.rule_id: each for each in judge(book, point, lawful(book, rule))}
        assert findings[rule_id].is_satisfied
        assert [each.rule_id for each in findings.values() if not each.is_satisfied] == []
        verify_words(findings[rule_id])


def verify_words(found: RuleFinding) -> None:
    """Measured, required, clause, article and source are there, in Chinese, with nothing English left over."""
    for text in (found.measured, found.required, found.clause, found.source):
        assert re.search(r"[\u4e00-\u9fff]", text), (found.rule_id, text)
        assert not re.search(r"[A-Za-z_]{3,}", text.replace("Logo", "")), (found.rule_id, text)
        assert "None" not in text
    assert found.is_default or found.article


@pytest.mark.parametrize(("region", "rule_id"), ALL_RULES)
def test_readings_and_reasons_are_chinese(region: str, rule_id: str) -> None:
    rule = BOOKS[region].rule(rule_id)
    for text in filter(None, (rule.reading, rule.reason)):
        assert not re.search(r"[a-z_]{3,}", text), text


# ---------------------------------------------------------------- bindings


def test_every_rule_binds_to_something_that_exists() -> None:
    for book in BOOKS.values():
        for rule in book.rules:
            if rule.binding is RuleBinding.CHECK:
                assert rule.check in CHECKS
            if rule.binding is RuleBinding.COUNTER:
                assert rule.counter in COUNTERS


def test_every_check_and_every_counter_is_used_by_a_rule() -> None:
    rules = [rule for book in BOOKS.values() for rule in book.rules]
    assert {rule.check for rule in rules if rule.check} == set(CHECKS)
    assert {rule.counter for rule in rules if rule.counter} == set(COUNTERS)


def test_the_number_of_a_quota_agrees_with_the_parameter_that_shows_it() -> None:
    suzhou, sichuan = BOOKS["suzhou"], BOOKS["sichuan"]
    rule = suzhou.rule("SZ-12")
    levels = rule.arguments["levels"]
    assert isinstance(levels, tuple)
    assert suzhou.parameter("frequency").value == dict.fromkeys(levels, rule.arguments["minimum"])
    assert sichuan.parameter("frequency").value == {
        "plenary": 1,
        "standing_committee": 2,
        "thematic": sichuan.rule("SC-07").arguments["minimum"],
        "micro": sichuan.rule("SC-08").arguments["minimum"],
    }
    assert sichuan.rule("SC-06").arguments["minimums"] == {
        "plenary_session": 1,
        "thematic_standing_committee": 2,
    }


LOADER = "tests/regulations/test_loader.py"
MACHINE = "tests/statemachines/test_consultation.py"
EFFECTS = "tests/records/papers/test_effect_papers.py"

ENFORCED_ELSEWHERE: dict[str, str] = {
    "SZ-16": f"{LOADER}::test_a_fault_is_refused_and_named",
    "NT-08": f"{LOADER}::test_a_rule_set_without_its_four_texts_is_refused",
    "LF-27": f"{LOADER}::test_a_fault_is_refused_and_named",
    "NA-06": f"{MACHINE}::test_every_event_in_every_state_is_allowed_or_refused_as_the_table_says",
    "NT-11": f"{MACHINE}::test_every_event_in_every_state_is_allowed_or_refused_as_the_table_says",
    "NA-12": "tests/documents/test_list_sheets.py::test_the_three_lists_carry_the_same_item_numbers",
    "NA-17": (
        "tests/records/papers/test_work_log.py"
        "::test_an_unannounced_inspection_is_not_told_to_the_inspected_unit"
    ),
    "LF-16-period": (
        "tests/api/pages/test_ten_refusals.py"
        "::test_the_api_and_the_page_refuse_with_the_same_facts_in_chinese"
    ),
    "SZ-07-publication": f"{EFFECTS}::test_words_out_of_use_are_refused_at_publication_with_their_clause",
    "D-S6-publication": f"{EFFECTS}::test_a_publication_that_decides_is_refused_by_the_common_rule",
    "NT-05-decision": (
        f"{EFFECTS}::test_no_decision_is_recorded_before_a_matter_that_must_come_first_was_consulted_on"
    ),
    "D-S5-sessions": (
        "tests/records/papers/test_session_side_paths.py"
        "::test_a_fourth_session_is_refused_in_words_that_say_whose_number_it_is"
    ),
}
"""Where a rule that no gate judges is proved: the file and the test."""


@pytest.mark.parametrize(
    "rule_id",
    sorted({rule.id for book in BOOKS.values() for rule in book.rules if rule.enforced_at}),
)
def test_a_rule_enforced_elsewhere_is_proved_there(rule_id: str) -> None:
    path, _, name = ENFORCED_ELSEWHERE[rule_id].partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert name in names, f"{path} has no {name}"


def test_no_proof_is_listed_for_a_rule_that_is_judged_at_a_gate() -> None:
    elsewhere = {rule.id for book in BOOKS.values() for rule in book.rules if rule.enforced_at}
    assert set(ENFORCED_ELSEWHERE) == elsewhere


# ---------------------------------------------------------------- domain.md §1.6: readings chosen and shown


READINGS = {
    "1 分母": ("suzhou", "SZ-21", "分母为全部参会人员"),
    "2 名单和签到": ("suzhou", "SZ-21-S5", "无效场次"),
    "3 初审和审定": ("suzhou", "SZ-18", "初审"),
    "4 党组会议和主席会议": ("sichuan", "SC-11", "同日的按步骤次序"),
    "5 南通的审定程序": ("nantong", "D-S2-approval", "须由使用单位确认"),
    "6 两个比例": ("nantong", "NA-11", "群众代表"),
    "7 每年": ("suzhou", "SZ-12", "公历年"),
    "8 谁是群众代表": ("nantong", "NA-11", "“两委”成员、网格员"),
}


@pytest.mark.parametrize(("region", "rule_id", "words"), READINGS.values(), ids=READINGS)
def test_the_reading_that_was_chosen_is_written_into_the_rule(region: str, rule_id: str, words: str) -> None:
    assert words in BOOKS[region].rule(rule_id).reading


@pytest.mark.parametrize(
    ("region", "rule_id"),
    sorted((region, rule_id) for region, rule_id in JUDGED if BOOKS[region].rule(rule_id).reading),
)
def test_the_reading_of_a_judged_rule_is_shown_with_its_finding(region: str, rule_id: str) -> None:
    book = BOOKS[region]
    rule = book.rule(rule_id)
    for point in rule.stages:
        assert point is not GatePoint.WHOLE
        found = next(each for each in judge(book, point, lawful(book, rule)) if each.rule_id == rule_id)
        assert f"口径：{rule.reading}" in found.required


def test_an_escalation_is_called_a_report_and_a_talk_only_proposed() -> None:
    for book in BOOKS.values():
        rungs = book.ladder(ObligationKind.FEEDBACK_TASK).rungs
        (escalation,) = [NoticeKind(rung.notice) for rung in rungs if rung.opens == "escalation"]
        (talk,) = [NoticeKind(rung.notice) for rung in rungs if rung.opens == "talk"]
        assert "专报" in escalation.label
        assert "建议" in talk.label
    assert str(BOOKS["sichuan"].parameter("escalation").value).startswith("向同级党委请示和报告")


def test_a_number_that_a_county_has_not_set_is_no_nought() -> None:
    assert BOOKS["linfen"].rule("LF-20").arguments["minimum"] is None
    assert BOOKS["nantong"].rule("NT-23").arguments["minimum"] is None
