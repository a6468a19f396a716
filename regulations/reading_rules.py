"""Turns one [[rule]] of a rule-set file into a frozen rule, and says what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING
from types import MappingProxyType
from typing import Any, Protocol, get_origin

from domain.bodies import BodyKind, Role, RoomLevel
from domain.matters import ConsultationKind
from domain.refusals import Severity
from domain.rule_words import EnforcedAt, RuleBinding, ShownAt
from domain.stages import GatePoint
from regulations.checks import CHECKS
from regulations.counters import COUNTERS
from regulations.entries import Entry, converted
from regulations.parameters import DEFAULT_SOURCE, Parameter, referred
from regulations.rule_sets import Rule

WAIVERS = frozenset(kind.value for kind in BodyKind) | frozenset(role.value for role in Role)

BINDINGS: Mapping[Severity, frozenset[RuleBinding]] = {
    Severity.HARD: frozenset({RuleBinding.CHECK, RuleBinding.ENFORCED_AT}),
    Severity.WARN: frozenset({RuleBinding.CHECK, RuleBinding.ENFORCED_AT}),
    Severity.QUOTA: frozenset({RuleBinding.COUNTER}),
    Severity.INFO: frozenset({RuleBinding.SHOWN_AT, RuleBinding.REASON}),
}
"""In which ways a rule of each severity may take effect."""


class _Declared(Protocol):
    """What a check and a counter have in common: the arguments that a rule gives them."""

    @property
    def arguments(self) -> Mapping[str, Any]: ...

    @property
    def optional(self) -> frozenset[str]: ...


def read_rule(
    file: str, table: object, documents: Mapping[str, str], parameters: Mapping[str, Parameter]
) -> Rule:
    """One [[rule]]. `documents` gives the title for the prefix of an id that quotes a document.

    An argument "@key" stands for the parameter of that key, "@key.part" for one part of its value, so that a
    number is written down once. For a counter the parameter may be unset: the figure then prints 未设定.
    """
    entry = Entry(file, "rule", table)
    rule_id = entry.take("id", str)
    entry.name = f"rule {rule_id}"
    is_default = entry.take("is_default", bool, False)
    severity = entry.take("severity", Severity)
    waiver = entry.one_of("waivable_by", WAIVERS | {""}, "")
    check = entry.take("check", str, "")
    counter = entry.take("counter", str, "")
    given = entry.raw("arguments") or {}
    rule = Rule(
        id=rule_id,
        stages=_stages(entry),
        severity=severity,
        clause=entry.take("clause", str, DEFAULT_SOURCE if is_default else MISSING),
        article=entry.take("article", str, "" if is_default else MISSING),
        source=_source(entry, rule_id, documents, is_default),
        check=check,
        enforced_at=entry.take("enforced_at", EnforcedAt, None),
        counter=counter,
        shown_at=entry.take("shown_at", tuple[ShownAt, ...], ()),
        arguments=MappingProxyType(dict(_arguments(entry, check, counter, given, parameters))),
        argument_parameters=MappingProxyType(dict(_references(given))),
        waivable_by=waiver or None,
        levels=frozenset(entry.take("levels", tuple[RoomLevel, ...], ())),
        kinds=frozenset(entry.take("kinds", tuple[ConsultationKind, ...], ())),
        reading=entry.take("reading", str, ""),
        reason=entry.take("reason", str, ""),
        is_default=is_default,
    )
    entry.end()
    _verify_binding(entry, rule)
    return rule


def _verify_binding(entry: Entry, rule: Rule) -> None:
    """Exactly one binding, and one that fits the severity."""
    given = [way for way in RuleBinding if getattr(rule, way.value)]
    fitting = BINDINGS[rule.severity]
    wanted = "、".join(way.value for way in RuleBinding if way in fitting)
    if not given:
        first = next(way for way in RuleBinding if way in fitting)
        raise entry.fault(first.value, f"{rule.severity.label}须有且只有一种约束方式：{wanted}")
    if len(given) > 1:
        raise entry.fault(given[1].value, f"与 {given[0].value} 重复，只能有一种约束方式")
    if given[0] not in fitting:
        raise entry.fault(given[0].value, f"{rule.severity.label}不能这样约束，可用：{wanted}")
    if rule.binding is RuleBinding.CHECK and GatePoint.WHOLE in rule.stages:
        raise entry.fault("stage", "检查须在某一环节出口进行，不能写“whole”")


def _stages(entry: Entry) -> tuple[GatePoint, ...]:
    value = entry.raw("stage")
    if value is None:
        raise entry.fault("stage", "缺少此项")
    try:
        stages: tuple[GatePoint, ...] = converted(
            value if isinstance(value, list) else [value], tuple[GatePoint, ...]
        )
    except ValueError as problem:
        raise entry.fault("stage", str(problem)) from problem
    if not stages:
        raise entry.fault("stage", "不能为空")
    return stages


def _source(entry: Entry, rule_id: str, documents: Mapping[str, str], is_default: bool) -> str:
    if is_default:
        return DEFAULT_SOURCE
    prefix = rule_id.split("-", 1)[0]
    if prefix not in documents:
        raise entry.fault("id", f"[documents] 中没有“{prefix}”")
    return documents[prefix]


def _arguments(
    entry: Entry, check: str, counter: str, given: object, parameters: Mapping[str, Parameter]
) -> Iterator[tuple[str, object]]:
    if not isinstance(given, dict):
        raise entry.fault("arguments", "须为表（table）")
    name = check or counter
    if not name:
        if given:
            raise entry.fault("arguments", "没有检查或统计，不能有参数")
        return
    what = f"检查“{name}”" if check else f"统计“{name}”"
    known: _Declared | None = CHECKS.get(check) if check else COUNTERS.get(counter)
    if known is None:
        raise entry.fault("check" if check else "counter", f"没有{what}")
    for argument in sorted(set(given) - set(known.arguments)):
        raise entry.fault(f"arguments.{argument}", f"{what}没有此参数")
    for argument, kind in known.arguments.items():
        if argument in given:
            value = given[argument]
            if _is_reference(value):
                value = _resolved(entry, argument, value, parameters, may_be_unset=not check)
            yield argument, value if value is None else _argument(entry, argument, value, kind)
        elif argument not in known.optional:
            raise entry.fault(f"arguments.{argument}", f"{what}缺少此参数")
    for low, high in (("numerator", "denominator"), ("minimum", "maximum")):
        if low in given and high in given and _numbers(given, parameters, low, high):
            raise entry.fault(f"arguments.{low}", f"不能大于 {high}")


def _argument(entry: Entry, name: str, raw: object, kind: Any) -> object:
    try:
        value: object = converted(raw, kind)
    except ValueError as problem:
        raise entry.fault(f"arguments.{name}", str(problem)) from problem
    if isinstance(value, int) and not isinstance(value, bool) and value < 1:
        raise entry.fault(f"arguments.{name}", f"须为正整数，而不是 {value!r}")
    if get_origin(kind) in (tuple, Mapping) and not value:
        raise entry.fault(f"arguments.{name}", "不能为空")
    return value


def _numbers(given: Mapping[str, Any], parameters: Mapping[str, Parameter], low: str, high: str) -> bool:
    """Whether the lower bound stands above the upper one."""
    least, most = (
        referred(parameters, value.removeprefix("@")) if _is_reference(value) else value
        for value in (given[low], given[high])
    )
    return isinstance(least, int) and isinstance(most, int) and least > most


def _is_reference(value: object) -> bool:
    return isinstance(value, str) and value.startswith("@")


def _references(given: object) -> Iterator[tuple[str, str]]:
    if isinstance(given, dict):
        for name, value in given.items():
            if _is_reference(value):
                yield name, value.removeprefix("@")


def _resolved(
    entry: Entry, name: str, value: str, parameters: Mapping[str, Parameter], *, may_be_unset: bool
) -> object:
    try:
        found = referred(parameters, value.removeprefix("@"))
    except KeyError:
        raise entry.fault(f"arguments.{name}", f"没有参数“{value}”") from None
    if found is None and not may_be_unset:
        raise entry.fault(f"arguments.{name}", f"参数“{value}”尚未设定")
    return list(found) if isinstance(found, tuple) else found
