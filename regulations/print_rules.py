"""Print the rules into ``docs/rules.md``: ``python -m regulations.print_rules [--check]``.

Everything comes from the books, the checks and the counters themselves, and from the list of where rules are tested.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from domain.refusals import Severity
from domain.rule_words import RuleBinding
from regulations.loader import load_rule_sets
from regulations.rule_effects import by_stage, effect_words, quoted
from regulations.rule_sets import Rule, RuleSet
from regulations.where_tested import where_tested

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"

PREFACE = """# 规则与执行

本页由程序从规则集直接生成，请勿手工修改。更新：先 `python -m tests.where_rules_are_tested`，再 `python -m regulations.print_rules`。
每条规则列出原文、出处、约束程度，如何执行，以及在何处验证：“案例”指 `service/cases/` 中的步骤，其余为测试。
"""

HEAD = ("规则", "原文与出处", "约束", "如何执行", "在何处验证")


def rules_page() -> str:
    """The whole page."""
    rule_sets = load_rule_sets()
    tested = where_tested()
    chapters = (_chapter(rule_set, tested) for rule_set in rule_sets.values())
    return f"{PREFACE}\n{_overview(rule_sets)}\n{''.join(chapters)}"


def _overview(rule_sets: Mapping[str, RuleSet]) -> str:
    head = ["规则集", "规则", *(severity.label for severity in Severity)]
    head += [binding.label for binding in RuleBinding]
    rows = [
        [
            f"{rule_set.region}（{rule_set.version}）",
            str(len(rule_set.rules)),
            *(str(sum(rule.severity is one for rule in rule_set.rules)) for one in Severity),
            *(str(sum(rule.binding is one for rule in rule_set.rules)) for one in RuleBinding),
        ]
        for rule_set in rule_sets.values()
    ]
    return _table(head, rows)


def _chapter(rule_set: RuleSet, tested: Mapping[str, tuple[str, ...]]) -> str:
    parts = [
        f"\n## {rule_set.region}：{rule_set.title}\n\n依据：{rule_set.document}（{rule_set.number}）。\n"
    ]
    for point, rules in by_stage(rule_set):
        rows = [_row(rule, tested.get(rule.id, ())) for rule in rules]
        parts.append(f"\n### {rule_set.region} · {point.label}\n\n{_table(HEAD, rows)}")
    return "".join(parts)


def _document(rule_set: RuleSet) -> str:
    return f"{rule_set.document}（{rule_set.number}）" if rule_set.number else rule_set.document


def _row(rule: Rule, places: Sequence[str]) -> list[str]:
    clause = f"{quoted(rule.clause)}<br>" if rule.clause != rule.source else ""
    levels = f"（仅限{'、'.join(sorted(level.label for level in rule.levels))}）" if rule.levels else ""
    effect = effect_words(rule) + (f"<br>口径：{rule.reading}" if rule.reading else "")
    return [
        f"`{rule.id}`",
        f"{clause}{rule.source} {rule.article}".strip(),
        f"{rule.severity.label}{levels}",
        effect,
        "<br>".join(places) or "—",
    ]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(_cell(one) for one in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main(arguments: Sequence[str] | None = None, page: Path = PAGE) -> int:
    """Write the page; with ``--check`` only compare. Returns 1 when the page is stale."""
    parser = argparse.ArgumentParser(prog="python -m regulations.print_rules", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is stale")
    is_check = parser.parse_args(arguments).check
    current = rules_page()
    if not is_check:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(current, encoding="utf-8")
        return 0
    if page.exists() and page.read_text(encoding="utf-8") == current:
        return 0
    print(f"{page.name} is stale: run python -m regulations.print_rules", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
