"""规则集: the books as people read them, every rule with its clause."""

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from api.fields import PathId
from api.pages.parameter_words import PARAMETER_WORDS, parameter_word, value_word
from api.pages.routing import page_router
from api.pages.visits import AVisit
from domain.refusals import RefusalCode, refuse
from domain.stages import GatePoint
from records.queries.people import county_versions
from regulations.rule_sets import DEFAULT_SOURCE, Rule, RuleSet

router = page_router()


@router.get("/rule-sets")
def list_page(visit: AVisit) -> Response:
    """The rule sets side by side."""
    return visit.page("rule_sets.html", rule_sets=tuple(visit.counter.books.rule_sets.values()))


@router.get("/rule-sets/{rule_set_id}")
def rule_set_page(visit: AVisit, rule_set_id: PathId) -> Response:
    """One rule set: where it comes from, its parameters, its approval chains, and its rules stage by stage."""
    rule_set = visit.counter.books.rule_sets.get(rule_set_id)
    if rule_set is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该规则集。")
    with visit.counter.register.reading() as session:
        versions = list(county_versions(session, rule_set_id))
    return visit.page(
        "rule_set.html",
        rule_set=rule_set,
        rules=_by_stage(rule_set),
        parameters=[
            (one, parameter_word(one.key), value_words(one.value)) for one in rule_set.parameters.values()
        ],
        versions=[(one, value_words(one.parameters)) for one in versions],
        default_source=DEFAULT_SOURCE,
    )


def _by_stage(rule_set: RuleSet) -> list[tuple[GatePoint, list[Rule]]]:
    groups = [(point, [rule for rule in rule_set.rules if point in rule.stages]) for point in GatePoint]
    return [(point, rules) for point, rules in groups if rules]


def value_words(value: Any) -> str:
    """The value of a parameter as people read it."""
    match value:
        case None:
            return "未设定"
        case bool():
            return "是" if value else "否"
        case Mapping():
            return "；".join(
                f"{PARAMETER_WORDS.get(str(name)) or value_word(str(name))}：{value_words(one)}"
                for name, one in value.items()
            )
        case list() | tuple():
            return "、".join(value_word(str(one)) for one in value)
    return value_word(str(value))
