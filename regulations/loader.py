"""Loads the books at start: `defaults.toml` for what is ours everywhere, then one file per region on top."""

import tomllib
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from domain.bodies import RoomLevel
from domain.evaluation import WEIGHTS
from domain.matters import ConsultationKind, ObligationKind
from domain.rule_words import RuleText
from regulations.checks import CHECKS
from regulations.entries import Entry
from regulations.parameters import Parameter, RuleSetError
from regulations.reading import read_chain, read_parameter
from regulations.reading_ladders import read_ladders
from regulations.reading_rules import read_rule
from regulations.rule_sets import ApprovalChain, Rule, RuleSet

DEFAULTS = "defaults.toml"
TEXT_CHARACTERS_MAX = 400
"""A text of the rule card is read at the door, not studied."""

_TABLES = frozenset({"rule_set", "documents", "texts", "parameters", "approval_chain", "ladder", "rule"})


def load_rule_sets(directory: Path | None = None) -> Mapping[str, RuleSet]:
    """Every rule set of the directory (the built-in books without one), by id, wholly validated.

    Raises RuleSetError naming file, entry and field on the first fault.
    """
    folder: Traversable = directory if directory is not None else resources.files("regulations")
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )
    defaults = next((file for file in files if file.name == DEFAULTS), None)
    if defaults is None:
        raise RuleSetError(DEFAULTS, "-", "-", "缺少系统默认规则文件")
    common = _read(defaults)
    rule_sets: dict[str, RuleSet] = {}
    for file in files:
        if file.name == DEFAULTS:
            continue
        rule_set = _rule_set(file.name, _read(file), common)
        if rule_set.id in rule_sets:
            raise RuleSetError(file.name, "rule_set", "id", f"“{rule_set.id}”重复")
        rule_sets[rule_set.id] = rule_set
    return MappingProxyType(rule_sets)


def _read(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise RuleSetError(file.name, "-", "-", f"不是有效的 TOML：{problem}") from problem


def _rule_set(file: str, own: dict[str, Any], common: dict[str, Any]) -> RuleSet:
    for table in own:
        if table not in _TABLES:
            raise RuleSetError(file, table, "-", "未知的表")
    about = Entry(file, "rule_set", own.get("rule_set"))
    without: tuple[str, ...] = about.take("without_default_rules", tuple[str, ...], ())
    documents = _documents(file, own)
    parameters = _parameters(file, own, common)
    own_ladders = read_ladders(file, own.get("ladder", {}))
    rule_set = RuleSet(
        id=about.take("id", str),
        version=about.take("version", str),
        region=about.take("region", str),
        platform_name=about.take("platform_name", str),
        title=about.take("title", str),
        document=_words(about, "document"),
        number=about.take("number", str),
        adopted_by=_words(about, "adopted_by"),
        effective_on=_words(about, "effective_on"),
        interpreter=_words(about, "interpreter"),
        parameters=parameters,
        approval_chains=_chains(file, own),
        ladders=MappingProxyType({**read_ladders(DEFAULTS, common.get("ladder", {})), **own_ladders}),
        rules=_rules(file, own, common, without, documents, parameters),
        texts=_texts(file, own),
        document_ladders=frozenset(own_ladders),
    )
    about.end()
    _verify_whole(file, rule_set)
    return rule_set


def _words(about: Entry, field: str) -> str:
    """A field of [rule_set] that must say something: who adopted the rules, from when, who explains them (LF-27)."""
    value: str = about.take(field, str)
    if not value.strip():
        raise about.fault(field, "不能为空")
    return value


def _texts(file: str, own: dict[str, Any]) -> Mapping[RuleText, str]:
    """The four texts of [texts], none of which may be missing (NT-08)."""
    entry = Entry(file, "texts", own.get("texts"))
    texts = {text: _words(entry, text.value) for text in RuleText}
    for text, words in texts.items():
        if len(words) > TEXT_CHARACTERS_MAX:
            raise entry.fault(text.value, f"{text.label}不超过 {TEXT_CHARACTERS_MAX} 字")
    entry.end()
    return MappingProxyType(texts)


def _documents(file: str, own: dict[str, Any]) -> dict[str, str]:
    documents = own.get("documents", {})
    for key, title in documents.items():
        if not isinstance(title, str) or not title:
            raise RuleSetError(file, "documents", key, "须为文件标题")
    return dict(documents)


def _parameters(file: str, own: dict[str, Any], common: dict[str, Any]) -> Mapping[str, Parameter]:
    known = {key: read_parameter(DEFAULTS, key, row) for key, row in common.get("parameters", {}).items()}
    for key, row in own.get("parameters", {}).items():
        known[key] = read_parameter(file, key, row)
    return MappingProxyType(known)


def _chains(file: str, own: dict[str, Any]) -> tuple[ApprovalChain, ...]:
    chains = tuple(
        read_chain(file, number, table) for number, table in enumerate(own.get("approval_chain", []), 1)
    )
    seen: set[tuple[RoomLevel, ConsultationKind]] = set()
    for number, chain in enumerate(chains, 1):
        for level in chain.levels:
            for kind in chain.kinds:
                if (level, kind) in seen:
                    raise RuleSetError(
                        file, f"approval_chain #{number}", "levels", f"{level.label}{kind.label}重复"
                    )
                seen.add((level, kind))
    return chains


def _rules(
    file: str,
    own: dict[str, Any],
    common: dict[str, Any],
    without: tuple[str, ...],
    documents: Mapping[str, str],
    parameters: Mapping[str, Parameter],
) -> tuple[Rule, ...]:
    ours = [read_rule(DEFAULTS, table, {}, parameters) for table in common.get("rule", [])]
    unknown = sorted(set(without) - {rule.id for rule in ours})
    if unknown:
        raise RuleSetError(file, "rule_set", "without_default_rules", f"没有默认规则 {'、'.join(unknown)}")
    rules = [read_rule(file, table, documents, parameters) for table in own.get("rule", [])]
    rules += [rule for rule in ours if rule.id not in without]
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RuleSetError(file, f"rule {rule.id}", "id", "编号重复")
        seen.add(rule.id)
    return tuple(rules)


def _verify_whole(file: str, rule_set: RuleSet) -> None:
    """What only the whole can show: no obligation without a ladder, weights that are a whole, chains asked for."""
    for kind in ObligationKind:
        if kind not in rule_set.ladders:
            raise RuleSetError(file, "ladder", kind.value, "缺少此类事项的阶梯")
    weights = rule_set.parameters.get("evaluation_weights")
    if weights is not None:
        value = weights.value
        if not isinstance(value, Mapping) or set(value) != set(WEIGHTS) or sum(value.values()) != 100:
            raise RuleSetError(file, "parameters.evaluation_weights", "value", "四方权重之和须为 100")
    if not rule_set.approval_chains and any(
        rule.check and CHECKS[rule.check].asks_chain for rule in rule_set.rules
    ):
        raise RuleSetError(file, "approval_chain", "-", "规则要求审定程序，但未设定")
