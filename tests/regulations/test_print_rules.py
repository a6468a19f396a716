"""The page of rules and the list of where they are tested say what the books, the cases and the tests say."""

import re
from pathlib import Path

import pytest

from domain.refusals import Severity
from domain.rule_words import RuleBinding
from regulations import print_rules
from regulations.loader import load_rule_sets
from regulations.print_rules import rules_page
from regulations.rule_effects import effect_words, quoted
from regulations.rule_sets import Rule
from regulations.where_tested import where_tested
from tests import where_rules_are_tested
from tests.where_rules_are_tested import places_of_rules

ROOT = Path(__file__).parent.parent.parent
RULES = [rule for rule_set in load_rule_sets().values() for rule in rule_set.rules]
LINES = rules_page().splitlines()
BY_ID = {rule.id: rule for rule in RULES}
LATIN = re.compile(r"[A-Za-z]{3,}")
BINDING = frozenset({Severity.HARD, Severity.WARN, Severity.QUOTA})


def test_the_page_in_the_documents_is_fresh() -> None:
    assert print_rules.main(["--check"]) == 0


def test_the_list_of_tested_rules_is_fresh() -> None:
    assert where_rules_are_tested.main(["--check"]) == 0


@pytest.mark.parametrize("printer", [print_rules.main, where_rules_are_tested.main])
def test_a_stale_copy_is_noticed_and_left_alone_and_printing_makes_it_fresh(
    printer: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(printer)
    copy = tmp_path / "there" / "copy"
    assert printer(["--check"], copy) == 1
    assert not copy.exists()
    assert "stale" in capsys.readouterr().err
    assert printer([], copy) == 0
    assert printer(["--check"], copy) == 0
    copy.write_text("旧", encoding="utf-8")
    assert printer(["--check"], copy) == 1
    assert copy.read_text(encoding="utf-8") == "旧"


@pytest.mark.parametrize("rule_id", sorted(BY_ID))
def test_the_effect_of_every_rule_is_told_in_chinese_before_anything_was_measured(rule_id: str) -> None:
    rule = BY_ID[rule_id]
    words = effect_words(rule)
    assert words.endswith("。")
    assert words.count("。。") == 0
    said_by_the_document = f"{rule.clause}{rule.arguments}"
    assert not [one for one in LATIN.findall(words) if one not in said_by_the_document]
    if rule.check:
        assert "无此要求" not in words
        assert "＝" not in words
        assert "口径" not in words


@pytest.mark.parametrize("rule_id", sorted(BY_ID))
def test_every_rule_stands_on_the_page_with_its_clause_its_binding_and_its_effect(rule_id: str) -> None:
    rule = BY_ID[rule_id]
    lines = [line for line in LINES if line.startswith(f"| `{rule_id}` |")]
    assert lines
    for line in lines:
        assert rule.severity.label in line
        assert rule.article in line
        if not rule.is_default:
            assert quoted(rule.clause).replace("|", "\\|") in line
    assert any(
        effect_words(one).replace("|", "\\|") in line for one in RULES if one.id == rule_id for line in lines
    )


def test_a_rule_of_two_stages_stands_in_both() -> None:
    twice = next(rule for rule in RULES if len(rule.stages) > 1)
    lines = [line for line in LINES if line.startswith(f"| `{twice.id}` |")]
    assert len(lines) >= 2


def test_the_counts_at_the_top_add_up() -> None:
    for rule_set in load_rule_sets().values():
        (line,) = [one for one in LINES if one.startswith(f"| {rule_set.region}（")]
        total, *counts = [int(cell) for cell in line.strip("| ").split(" | ")[1:]]
        assert total == len(rule_set.rules)
        assert sum(counts[: len(Severity)]) == total
        assert sum(counts[len(Severity) :]) == total


@pytest.mark.parametrize("rule_id", sorted({rule.id for rule in RULES if rule.severity in BINDING}))
def test_every_rule_that_binds_or_counts_is_tested_somewhere(rule_id: str) -> None:
    assert where_tested().get(rule_id), rule_id


def test_every_place_that_is_named_is_there() -> None:
    named = {place for places in places_of_rules().values() for place in places if "::" in place}
    assert named
    for place in sorted(named):
        file, _, test = place.partition("::")
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), place


def test_only_what_is_in_the_books_is_listed() -> None:
    assert set(where_tested()) <= set(BY_ID)
    assert not any(_only_recorded(BY_ID[one]) and where_tested()[one] for one in where_tested())


def _only_recorded(rule: Rule) -> bool:
    return rule.binding is RuleBinding.REASON
