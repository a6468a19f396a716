"""The books: every rule set with its parameters, its rules and their clauses, and what counties published."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter

from api.counter import Counter, TheCounter
from api.fields import PathId, Shown
from domain.refusals import RefusalCode, Severity, refuse
from domain.rule_words import RuleBinding, ShownAt
from domain.stages import GatePoint
from records.queries.people import county_versions
from regulations.rule_effects import by_stage, effect_words
from regulations.rule_sets import RuleSet
from regulations.where_tested import where_tested

router = APIRouter(prefix="/rule-sets", tags=["规则集"])


class RuleSetLine(Shown):
    """What a rule set is."""

    id: str
    version: str
    region: str
    platform_name: str
    title: str
    document: str
    number: str
    adopted_by: str
    effective_on: str
    interpreter: str


class RuleShown(Shown):
    """One rule with its clause, what gives it its effect (``binding``, ``effect``), and where it is tested."""

    id: str
    stages: list[GatePoint]
    severity: Severity
    severity_label: str
    clause: str
    article: str
    source: str
    waivable_by: str | None
    levels: list[str]
    kinds: list[str]
    reading: str
    reason: str
    binding: RuleBinding
    binding_label: str
    effect: str
    shown_at: list[ShownAt]
    tested_at: list[str]
    is_default: bool


class StageRulesShown(Shown):
    """The rules of one stage, by id; a rule of two stages stands in both."""

    stage: GatePoint
    stage_label: str
    rule_ids: list[str]


class ParameterShown(Shown):
    """One parameter; a value of null has not been set."""

    key: str
    value: Any
    source: str
    clause: str
    is_default: bool
    is_county_set: bool


class CountyVersionShown(Shown):
    """What one county set, from a day on."""

    id: str
    area: str
    version: str
    parameters: dict[str, Any]
    ladders: dict[str, Any] | None
    effective_on: date
    basis: str
    drafted_by: str | None
    published_by: str | None
    published_at: datetime


class RuleSetShown(RuleSetLine):
    """A rule set with everything in it. ``counts`` says how many rules bind in each severity."""

    parameters: list[ParameterShown]
    counts: dict[str, int]
    stages: list[StageRulesShown]
    rules: list[RuleShown]
    county_versions: list[CountyVersionShown]


@router.get("", response_model=list[RuleSetLine])
def list_rule_sets(counter: TheCounter) -> list[RuleSetLine]:
    """The rule sets. They are public."""
    return [RuleSetLine.model_validate(one) for one in counter.books.rule_sets.values()]


@router.get("/{rule_set_id}", response_model=RuleSetShown)
def read_rule_set(rule_set_id: PathId, counter: TheCounter) -> RuleSetShown:
    """One rule set with every rule, its clause and its severity."""
    rule_set = rule_set_of(counter, rule_set_id)
    with counter.register.reading() as session:
        versions = [CountyVersionShown.model_validate(row) for row in county_versions(session, rule_set_id)]
    return RuleSetShown(
        **RuleSetLine.model_validate(rule_set).model_dump(),
        parameters=_parameters(rule_set),
        counts={severity.value: number for severity, number in severity_counts(rule_set).items()},
        stages=[
            StageRulesShown(stage=point, stage_label=point.label, rule_ids=[rule.id for rule in rules])
            for point, rules in by_stage(rule_set)
        ],
        rules=_rules(rule_set),
        county_versions=versions,
    )


def rule_set_of(counter: Counter, rule_set_id: str) -> RuleSet:
    """The rule set of this id. Raises Refused (NOT_FOUND)."""
    rule_set = counter.books.rule_sets.get(rule_set_id)
    if rule_set is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该规则集。")
    return rule_set


def _parameters(rule_set: RuleSet) -> list[ParameterShown]:
    return [
        ParameterShown(
            key=one.key,
            value=dict(one.value) if isinstance(one.value, Mapping) else one.value,
            source=one.source,
            clause=one.clause,
            is_default=one.is_default,
            is_county_set=one.is_county_set,
        )
        for one in rule_set.parameters.values()
    ]


def severity_counts(rule_set: RuleSet) -> dict[Severity, int]:
    """How many rules there are of each severity."""
    return {severity: sum(rule.severity is severity for rule in rule_set.rules) for severity in Severity}


def _rules(rule_set: RuleSet) -> list[RuleShown]:
    tested = where_tested()
    return [
        RuleShown(
            id=rule.id,
            stages=list(rule.stages),
            severity=rule.severity,
            severity_label=rule.severity.label,
            clause=rule.clause,
            article=rule.article,
            source=rule.source,
            waivable_by=rule.waivable_by,
            levels=sorted(rule.levels),
            kinds=sorted(rule.kinds),
            reading=rule.reading,
            reason=rule.reason,
            binding=rule.binding,
            binding_label=rule.binding.label,
            effect=effect_words(rule),
            shown_at=list(rule.shown_at),
            tested_at=list(tested.get(rule.id, ())),
            is_default=rule.is_default,
        )
        for rule in rule_set.rules
    ]
