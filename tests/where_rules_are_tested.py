"""Collect where each rule is tested into ``regulations/proofs/tested.toml``, which the rule pages read.

``python -m tests.where_rules_are_tested [--check]``. A rule is tested where a step of a sample case expects it to be
met, to refuse or to warn; where a test of the books names it, itself or in the table it is parametrized by; where a
test of the register names the figure that the rule asks for; in ``test_every_rule`` both ways, if a check judges it;
and where that test says that it is enforced elsewhere.
"""

import argparse
import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from domain.rule_words import RuleBinding
from regulations.loader import load_rule_sets
from service.case_files import CaseFile, read_case
from tests.regulations.test_every_rule import (
    ENFORCED_ELSEWHERE,
    JUDGED,
    test_a_judged_rule_is_met_where_everything_is_done,
    test_a_judged_rule_is_unmet_where_it_is_broken_and_nothing_else_is,
)

ROOT = Path(__file__).parent.parent
LIST = ROOT / "regulations" / "proofs" / "tested.toml"
OF_RULES = ("tests/regulations",)
OF_FIGURES = ("tests/records/counting",)
SHOWN = "tests/api/pages/test_local_rules.py::test_every_local_rule_is_shown_on_the_form_it_names"
BOTH_WAYS = (
    f"tests/regulations/test_every_rule.py::{test_a_judged_rule_is_unmet_where_it_is_broken_and_nothing_else_is.__name__}",
    f"tests/regulations/test_every_rule.py::{test_a_judged_rule_is_met_where_everything_is_done.__name__}",
)

HEADER = "# Printed by `python -m tests.where_rules_are_tested`: where each rule of the books is tested.\n"


def places_of_rules() -> dict[str, list[str]]:
    """The places of every rule that has one, by rule id; sample cases first."""
    rules = {rule.id: rule for rule_set in load_rule_sets().values() for rule in rule_set.rules}
    judged = {rule_id for _, rule_id in JUDGED}
    counted: dict[str, list[str]] = defaultdict(list)
    for rule in rules.values():
        if rule.counter:
            counted[rule.counter].append(rule.id)
    found: dict[str, list[str]] = defaultdict(list)
    for rule_id, place in _in_cases():
        found[rule_id].append(place)
    for node, words in _tests_in(OF_RULES):
        for rule_id in sorted(words & rules.keys()):
            found[rule_id].append(node)
    for node, words in _tests_in(OF_FIGURES):
        for counter in sorted(words & counted.keys()):
            for rule_id in counted[counter]:
                found[rule_id].append(node)
    for rule in rules.values():
        if rule.id in judged:
            found[rule.id] += BOTH_WAYS
        if rule.id in ENFORCED_ELSEWHERE:
            found[rule.id].append(ENFORCED_ELSEWHERE[rule.id])
        if rule.binding is RuleBinding.SHOWN_AT:
            found[rule.id].append(SHOWN)
    return {rule_id: list(dict.fromkeys(found[rule_id])) for rule_id in rules if found[rule_id]}


def _in_cases() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "service" / "cases").glob("*.toml")):
        if file.stem == "people":
            continue
        yield from _in_case(read_case(file.stem))


def _in_case(case: CaseFile) -> Iterator[tuple[str, str]]:
    for number, step in enumerate(case.step, 1):
        expected = step.expect
        where = f"案例 {case.id} 第 {number} 步（{step.on.isoformat()}）"
        refusing = {*expected.rules, *(expected.blocked_by or ()), *expected.measured, *expected.cites}
        for what, rule_ids in (
            ("不予通过", refusing),
            ("提醒", set(expected.warns)),
            ("通过", set(expected.gates)),
        ):
            for rule_id in sorted(rule_ids):
                yield rule_id, f"{where}：{what}"


def _tests_in(folders: Iterable[str]) -> Iterator[tuple[str, set[str]]]:
    """Every test of the folders with the words it names."""
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("test_*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            tables = {
                name: _words(statement)
                for statement in tree.body
                if isinstance(statement, ast.Assign | ast.AnnAssign)
                for name in _assigned(statement)
            }
            for test in tree.body:
                if isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef) and test.name.startswith("test_"):
                    yield f"{file.relative_to(ROOT).as_posix()}::{test.name}", _named_by(test, tables)


def _named_by(test: ast.FunctionDef | ast.AsyncFunctionDef, tables: Mapping[str, set[str]]) -> set[str]:
    names = {node.id for each in test.decorator_list for node in ast.walk(each) if isinstance(node, ast.Name)}
    return _words(test).union(*(tables[name] for name in names if name in tables))


def _words(tree: ast.AST) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _assigned(statement: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def printed() -> str:
    """The list as it is kept."""
    lines = [HEADER]
    for rule_id, places in sorted(places_of_rules().items()):
        lines.append(f'\n"{rule_id}" = [\n' + "".join(f'  "{place}",\n' for place in places) + "]\n")
    return "".join(lines)


def main(arguments: Sequence[str] | None = None, path: Path = LIST) -> int:
    """Write the list; with ``--check`` only compare. Returns 1 when it is stale."""
    parser = argparse.ArgumentParser(prog="python -m tests.where_rules_are_tested", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the list is stale")
    is_check = parser.parse_args(arguments).check
    current = printed()
    if not is_check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(current, encoding="utf-8")
        return 0
    if path.exists() and path.read_text(encoding="utf-8") == current:
        return 0
    print(f"{path.name} is stale: run python -m tests.where_rules_are_tested", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
