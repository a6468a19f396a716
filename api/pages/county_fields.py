"""The fields of a county's draft: one group for each parameter that is left to it, level by level where it may differ."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import FormData

from api.pages.fields import FieldSpec, fields_of, read_values
from api.pages.shown_differences import basis_words
from domain.bodies import RoomLevel
from domain.matters import EvaluationParty
from domain.refusals import RefusalCode, refuse
from records.papers.rule_set_drafts import RuleSetDraftPaper
from regulations.county import rules_of
from regulations.parameter_words import parameter_word, value_words
from regulations.parameters import PERIOD_MAX, SHARE, WEIGHTS_TOTAL, Parameter, ValueKind
from regulations.rule_sets import RuleSet

ABOUT = fields_of(RuleSetDraftPaper, ("rule_set_id", "area", "parameters", "ladders"))
NEW = tuple(
    replace(spec, kind="choice") if spec.name == "area" else spec
    for spec in fields_of(RuleSetDraftPaper, ("rule_set_id", "parameters", "ladders"))
)
_SHARE_WORDS = {"numerator": "分子", "denominator": "分母"}


@dataclass(frozen=True)
class ParameterGroup:
    """One parameter with its fields, what its parent says, and the bounds of what may be said."""

    parameter: Parameter
    title: str
    hint: str
    specs: tuple[FieldSpec, ...]


@dataclass(frozen=True)
class ClosedParameter:
    """One parameter that a document has settled: its value, the rules that take it, and the clause."""

    title: str
    value: str
    rules: str
    basis: str


def groups_of(rule_set: RuleSet, area: str) -> tuple[ParameterGroup, ...]:
    """The parameters that the rule set leaves to a county."""
    return tuple(_group(rule_set, one, area) for one in rule_set.parameters.values() if one.is_county_set)


def closed_parameters(rule_set: RuleSet) -> tuple[ClosedParameter, ...]:
    """The parameters that a document settles for every county."""
    return tuple(
        ClosedParameter(
            title=parameter_word(one.key),
            value=value_words(one.value),
            rules="、".join(rule.id for rule in rules_of(rule_set, one.key)),
            basis=basis_words(rule_set, one),
        )
        for one in rule_set.parameters.values()
        if not one.is_county_set and not one.is_default
    )


def specs_of(groups: Iterable[ParameterGroup]) -> tuple[FieldSpec, ...]:
    """All fields of the groups."""
    return tuple(spec for group in groups for spec in group.specs)


def initial_of(groups: Iterable[ParameterGroup], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft says, field by field."""
    initial: dict[str, Any] = {}
    for group in groups:
        key, value = group.parameter.key, parameters.get(group.parameter.key)
        if isinstance(value, Mapping):
            initial |= {f"{key}-{part}": number for part, number in value.items()}
        elif group.parameter.is_by_level and value is not None:
            initial |= {spec.name: value for spec in group.specs}
        else:
            initial[key] = value
    return initial


def read_parameters(groups: Iterable[ParameterGroup], form: FormData) -> dict[str, Any]:
    """What was typed, as a draft keeps it; a group left empty is not set. Raises Refused (INVALID_INPUT)."""
    parameters: dict[str, Any] = {}
    for group in groups:
        typed = read_values(group.specs, form)
        given = {name: value for name, value in typed.items() if value not in (None, ())}
        if not given:
            continue
        key = group.parameter.key
        if key in given:
            value = given[key]
            parameters[key] = list(value) if isinstance(value, tuple) else value
        elif group.parameter.kind is not ValueKind.NUMBERS and len(given) < len(typed):
            raise refuse(RefusalCode.INVALID_INPUT, f"“{group.title}”须填写完整，或者全部留空。", field=key)
        else:
            parameters[key] = {name.removeprefix(f"{key}-"): value for name, value in given.items()}
    return parameters


def _group(rule_set: RuleSet, one: Parameter, area: str) -> ParameterGroup:
    return ParameterGroup(
        parameter=one,
        title=parameter_word(one.key),
        hint=f"上级：{value_words(one.value)}。依据：{basis_words(rule_set, one)}。{_BOUNDS[one.kind]}",
        specs=tuple(_specs(one, area)),
    )


_BOUNDS: Mapping[ValueKind, str] = {
    ValueKind.NUMBERS: f"填 1 至 {PERIOD_MAX} 的整数，不填即沿用上级。",
    ValueKind.SHARE: "填分子、分母，不填即沿用上级。",
    ValueKind.WEIGHTS: f"四方合计 {WEIGHTS_TOTAL}，不填即沿用上级。",
    ValueKind.WORDS: "在上级词语之外增加，不能减少。",
}


def _specs(one: Parameter, area: str) -> Iterable[FieldSpec]:
    match one.kind:
        case ValueKind.WORDS:
            yield FieldSpec(one.key, "增加的词语", "lines", is_required=False)
        case ValueKind.SHARE:
            yield from (_part(one, part, _SHARE_WORDS[part]) for part in SHARE)
        case ValueKind.WEIGHTS:
            yield from (_part(one, party.value, party.label) for party in EvaluationParty)
        case ValueKind.NUMBERS if one.is_by_level:
            levels = (level for level in RoomLevel if level is not RoomLevel.CITY or "/" not in area)
            yield from (_part(one, level.value, level.label) for level in levels)
        case ValueKind.NUMBERS:
            yield FieldSpec(one.key, "数值", "number", is_required=False, characters_max=9)


def _part(one: Parameter, part: str, label: str) -> FieldSpec:
    parent = one.value.get(part) if isinstance(one.value, Mapping) else one.value
    return FieldSpec(
        f"{one.key}-{part}",
        label,
        "number",
        is_required=False,
        characters_max=9,
        hint=f"上级：{value_words(parent)}",
    )
