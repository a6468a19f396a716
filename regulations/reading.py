"""Turns the entries of a rule-set file into frozen parameters and chains."""

from collections.abc import Mapping
from dataclasses import MISSING
from types import MappingProxyType
from typing import Any

from domain.bodies import BodyKind, RoomLevel
from domain.matters import ConsultationKind
from regulations.entries import Entry
from regulations.parameters import DEFAULT_SOURCE, PERIOD_MAX, SHARE, Parameter
from regulations.rule_sets import ApprovalChain, ApprovalStep


def read_parameter(file: str, key: str, table: object) -> Parameter:
    """One row of [parameters]. A row without value must be one that the county sets."""
    entry = Entry(file, f"parameters.{key}", table)
    is_default = entry.take("is_default", bool, False)
    parameter = Parameter(
        key=key,
        value=_parameter_value(entry, key),
        source=entry.take("source", str, DEFAULT_SOURCE if is_default else MISSING),
        is_default=is_default,
        is_county_set=entry.take("county_sets", bool, False),
        clause=entry.take("clause", str, ""),
    )
    entry.end()
    if parameter.value is None and not parameter.is_county_set:
        raise entry.fault("value", "未设定的参数须注明 county_sets = true")
    return parameter


def _parameter_value(entry: Entry, key: str) -> Any:
    value = entry.raw("value")
    numbers = value.values() if isinstance(value, dict) else [value]
    if isinstance(value, dict):
        levels = {level.value for level in RoomLevel}
        if key.endswith("_days") and not set(value) <= levels:
            raise entry.fault("value", f"未知的层级：{'、'.join(sorted(set(value) - levels))}")
        if not value or not all(type(number) is int for number in numbers):
            raise entry.fault("value", "分级的值须为整数")
        if set(value) == set(SHARE) and not 1 <= value["numerator"] <= value["denominator"]:
            raise entry.fault("value", "比例的分子须为正整数，不大于分母")
        value = MappingProxyType(value)
    if key.endswith("_days") and value is not None:
        for number in numbers:
            if type(number) is not int or not 1 <= number <= PERIOD_MAX:
                raise entry.fault("value", f"期限须为 1 至 {PERIOD_MAX} 个工作日，而不是 {number!r}")
    if type(value) is int and value < 0:
        raise entry.fault("value", f"不能为负数：{value}")
    if isinstance(value, list):
        return tuple(value)
    if value is not None and not isinstance(value, bool | int | str | Mapping):
        raise entry.fault("value", f"不能使用此类值：{value!r}")
    return value


def read_chain(file: str, number: int, table: object) -> ApprovalChain:
    """One [[approval_chain]] with its ordered steps."""
    entry = Entry(file, f"approval_chain #{number}", table)
    is_default = entry.take("is_default", bool, False)
    steps = entry.raw("steps")
    chain = ApprovalChain(
        levels=frozenset(entry.take("levels", tuple[RoomLevel, ...])),
        kinds=frozenset(entry.take("kinds", tuple[ConsultationKind, ...], tuple(ConsultationKind))),
        steps=tuple(_read_step(file, number, place, step) for place, step in enumerate(steps or [], 1)),
        source=entry.take("source", str, DEFAULT_SOURCE if is_default else MISSING),
        is_default=is_default,
    )
    entry.end()
    if steps is None:
        raise entry.fault("steps", "缺少此项")
    return chain


def _read_step(file: str, number: int, place: int, table: object) -> ApprovalStep:
    entry = Entry(file, f"approval_chain #{number} step {place}", table)
    step = ApprovalStep(
        step=place,
        body_kinds=entry.take("body_kinds", tuple[BodyKind, ...]),
        label=entry.take("label", str),
        is_filing=entry.take("is_filing", bool, False),
        is_optional=entry.take("is_optional", bool, False),
        period_workdays=entry.take("period_workdays", int),
    )
    entry.end()
    if not step.body_kinds:
        raise entry.fault("body_kinds", "不能为空")
    if not 1 <= step.period_workdays <= PERIOD_MAX:
        raise entry.fault("period_workdays", f"期限须为 1 至 {PERIOD_MAX} 个工作日")
    return step
