"""What a county sets in its own version of a rule set, where the documents and the region leave it open."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from domain.bodies import RoomLevel
from domain.evaluation import WEIGHTS
from domain.ladder import Ladder
from domain.matters import ObligationKind
from domain.refusals import RefusalCode, Refused, Severity, refuse
from regulations.parameter_words import parameter_word
from regulations.parameters import (
    PERIOD_MAX,
    SHARE,
    WEIGHTS_TOTAL,
    Parameter,
    ParameterValue,
    RuleSetError,
    ValueKind,
    referred,
)
from regulations.reading_ladders import read_ladder
from regulations.rule_effects import cited
from regulations.rule_sets import Rule, RuleSet

CountyValue = int | Mapping[str, int] | Sequence[object]
"""What a county may say of a parameter: a number, a number a level, a share, weights, or words to add."""

PERIOD_PARAMETERS: Mapping[ObligationKind, tuple[str, ...]] = MappingProxyType(
    {
        ObligationKind.FEEDBACK_TASK: ("feedback_days", "rework_days", "sent_back_days"),
        ObligationKind.CO_HANDLING: ("co_handling_days", "feedback_days"),
        ObligationKind.ACKNOWLEDGEMENT: ("acknowledgement_days",),
        ObligationKind.REPORTING: ("report_days",),
        ObligationKind.EVALUATION: ("evaluation_days",),
        ObligationKind.ESCALATION: ("escalation_days",),
        ObligationKind.FOLLOW_UP_REVIEW: ("follow_up_days", "follow_up_again_days"),
        ObligationKind.SUSPENSION: ("suspension_days",),
    }
)
"""From which parameters the period of an obligation is taken. The steps of an approval chain name their own."""


def with_county(
    rule_set: RuleSet,
    overrides: Mapping[str, CountyValue],
    version: str,
    ladders: Mapping[str, object] | None = None,
) -> RuleSet:
    """The rule set as the county's version has it: what it overrides, and whole ladders in place of the region's.

    A number counts for every level, a mapping for the levels it names; words are added to the region's.
    Raises Refused: PARENT_RULE_HARD naming rule and clause where a document has spoken, INVALID_INPUT naming the
    field for what is not the county's to set or is no possible value.
    """
    parameters = dict(rule_set.parameters)
    for key, value in overrides.items():
        parameter = _open_parameter(rule_set, key)
        parameters[key] = replace(parameter, value=_value(parameter, value), is_default=False)
    changed = MappingProxyType(parameters)
    return replace(
        rule_set,
        version=version,
        parameters=changed,
        rules=tuple(_rule_with(rule, changed, overrides) for rule in rule_set.rules),
        ladders=MappingProxyType({**rule_set.ladders, **_ladders(rule_set, ladders or {})}),
    )


def rules_of(rule_set: RuleSet, key: str) -> tuple[Rule, ...]:
    """The rules that take a number, a share or words from the parameter of this key."""
    return tuple(
        rule
        for rule in rule_set.rules
        if any(reference.partition(".")[0] == key for reference in rule.argument_parameters.values())
    )


def _open_parameter(rule_set: RuleSet, key: str) -> Parameter:
    parameter = rule_set.parameters.get(key)
    if parameter is None or (parameter.is_default and not parameter.is_county_set):
        raise _invalid(key, f"参数“{parameter_word(key)}”不由县（市、区）设定。")
    if not parameter.is_county_set:
        raise _closed(rule_set, parameter)
    return parameter


def _closed(rule_set: RuleSet, parameter: Parameter) -> Refused:
    hard = [rule.id for rule in rules_of(rule_set, parameter.key) if rule.severity is Severity.HARD]
    named = f"规则 {'、'.join(hard)}，" if hard else ""
    clause = f"“{parameter.clause}”" if parameter.clause else ""
    message = (
        f"“{parameter_word(parameter.key)}”已由上级文件规定，县（市、区）不能变更："
        f"{named}{cited(rule_set, parameter.source)}{clause}。"
    )
    return refuse(RefusalCode.PARENT_RULE_HARD, message, field=parameter.key)


def _rule_with(rule: Rule, parameters: Mapping[str, Parameter], changed: Collection[str]) -> Rule:
    """The rule with its "@key" arguments taken again from the parameters that the county has changed."""
    renewed = {
        name: referred(parameters, reference)
        for name, reference in rule.argument_parameters.items()
        if reference.partition(".")[0] in changed
    }
    return replace(rule, arguments=MappingProxyType({**rule.arguments, **renewed})) if renewed else rule


def _value(parameter: Parameter, value: CountyValue) -> ParameterValue:
    match parameter.kind:
        case ValueKind.WORDS:
            return _words(parameter, value)
        case ValueKind.SHARE:
            return _share(parameter, value)
        case ValueKind.WEIGHTS:
            return _weights(parameter, value)
        case ValueKind.NUMBERS:
            return _numbers(parameter, value)


def _numbers(parameter: Parameter, value: CountyValue) -> ParameterValue:
    key = parameter.key
    most = 100 if key.endswith("_percent") else PERIOD_MAX
    bounds = f"参数“{parameter_word(key)}”须为 1 至 {most} 的整数。"
    if not isinstance(value, int | Mapping):
        raise _invalid(key, bounds)
    by_level = {"": value} if isinstance(value, int) else dict(value)
    if not by_level or (not parameter.is_by_level and "" not in by_level):
        raise _invalid(key, bounds)
    levels = {level.value for level in RoomLevel} | {""}
    for level, days in by_level.items():
        if level not in levels:
            raise _invalid(key, f"参数“{parameter_word(key)}”中没有“{level}”这一层级。")
        if type(days) is not int or not 1 <= days <= most:
            raise _invalid(key, bounds)
    if isinstance(value, int):
        return value
    # A level that the county does not name keeps the region's number, where there is one.
    inherited = dict(parameter.value) if isinstance(parameter.value, Mapping) else {}
    if isinstance(parameter.value, int) and not isinstance(parameter.value, bool):
        inherited = {level.value: parameter.value for level in RoomLevel}
    return MappingProxyType({**inherited, **by_level})


def _share(parameter: Parameter, value: CountyValue) -> ParameterValue:
    message = f"参数“{parameter_word(parameter.key)}”须为分数，分子、分母为正整数，分子不大于分母。"
    if not isinstance(value, Mapping) or set(value) != set(SHARE):
        raise _invalid(parameter.key, message)
    part, whole = value["numerator"], value["denominator"]
    if type(part) is not int or type(whole) is not int or not 1 <= part <= whole <= 1_000:
        raise _invalid(parameter.key, message)
    return MappingProxyType(dict(value))


def _weights(parameter: Parameter, value: CountyValue) -> ParameterValue:
    message = f"参数“{parameter_word(parameter.key)}”须分别写明四方，均为非负整数，合计 {WEIGHTS_TOTAL}。"
    if not isinstance(value, Mapping) or set(value) != {party.value for party in WEIGHTS}:
        raise _invalid(parameter.key, message)
    shares = list(value.values())
    if any(type(one) is not int or one < 0 for one in shares) or sum(shares) != WEIGHTS_TOTAL:
        raise _invalid(parameter.key, message)
    return MappingProxyType(dict(value))


def _words(parameter: Parameter, value: CountyValue) -> tuple[str, ...]:
    """The region's words and the county's after them: a county may forbid more, never less."""
    words = () if isinstance(value, int | str | Mapping) else tuple(value)
    added = tuple(word for word in words if isinstance(word, str) and word.strip())
    if not words or added != words:
        raise _invalid(parameter.key, f"参数“{parameter_word(parameter.key)}”须为词语的列表。")
    ours = parameter.value if isinstance(parameter.value, tuple) else ()
    kept = tuple(str(word) for word in ours)
    return kept + tuple(word for word in dict.fromkeys(added) if word not in kept)


def _ladders(rule_set: RuleSet, tables: Mapping[str, object]) -> Mapping[ObligationKind, Ladder]:
    ladders = {}
    for name, rungs in tables.items():
        try:
            kind, ladder = read_ladder(rule_set.region, name, rungs)
        except RuleSetError as error:
            raise _invalid(
                f"{error.entry}.{error.field}", f"阶梯有误（{error.entry}）：{error.problem}。"
            ) from error
        if kind in rule_set.document_ladders:
            message = f"“{kind.label}”的阶梯已由{rule_set.document}规定，县（市、区）不能变更。"
            raise refuse(RefusalCode.PARENT_RULE_HARD, message, field=f"ladder.{name}")
        ladders[kind] = ladder
    return ladders


def _invalid(field: str, message: str) -> Refused:
    return refuse(RefusalCode.INVALID_INPUT, message, field=field)
