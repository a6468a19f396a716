"""规则集: the books as people read them: what binds, how it is enforced, where it is tested, what was gone past."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import Query, Response

from api.fields import PathId
from api.pages.local_rules import rules_for
from api.pages.routing import page_router
from api.pages.visits import AVisit
from api.rule_sets import rule_set_of, severity_counts
from api.rule_usage import YEAR_MAX, YEAR_MIN
from domain.refusals import Severity
from domain.rule_words import ShownAt
from domain.stages import GatePoint
from domain.waivers import competence_label
from records.queries.areas import area_names
from records.queries.passed_rules import rule_usage
from records.queries.people import county_versions
from regulations.parameter_words import parameter_word, value_words
from regulations.parameters import DEFAULT_SOURCE
from regulations.rule_effects import by_stage, cited, effect_words
from regulations.rule_sets import Rule, RuleSet
from regulations.where_tested import where_tested

router = page_router()


@dataclass(frozen=True)
class RuleLine:
    """One rule with what the page says about it. ``waived_by`` names who may waive it."""

    rule: Rule
    effect: str
    tested: tuple[str, ...]
    waived_by: str


@dataclass(frozen=True)
class Compared:
    """One parameter in one region: ``mark`` says whose it is where no document has set it."""

    words: str
    mark: str
    source: str


@router.get("/rule-sets")
def list_page(visit: AVisit) -> Response:
    """The rule sets side by side."""
    books = tuple(visit.counter.books.rule_sets.values())
    return visit.page(
        "rule_sets.html",
        rule_sets=[(one, severity_counts(one)) for one in books],
        severities=tuple(Severity),
    )


@router.get("/rule-sets/compare")
def compare_page(visit: AVisit) -> Response:
    """Every parameter in every region: what a document sets, what is ours, what nobody sets."""
    books = tuple(visit.counter.books.rule_sets.values())
    keys = dict.fromkeys(key for one in books for key in one.parameters)
    rows = [(key, parameter_word(key), [_compared(one, key) for one in books]) for key in keys]
    spoken = [row for row in rows if any(not cell.mark for cell in row[2])]
    silent = [row for row in rows if all(cell.mark for cell in row[2])]
    return visit.page("rule_sets_compared.html", rule_sets=books, spoken=spoken, silent=silent)


def _compared(rule_set: RuleSet, key: str) -> Compared:
    parameter = rule_set.parameters.get(key)
    if parameter is None:
        return Compared("未规定", "未规定", "")
    if not parameter.is_set:
        return Compared("未设定", "由县级设定", cited(rule_set, parameter.source))
    words = value_words(parameter.value)
    if parameter.is_default:
        return Compared(words, "未规定" if words == "未规定" else "系统默认", "")
    return Compared(words, "", cited(rule_set, parameter.source))


@router.get("/rule-sets/{rule_set_id}")
def rule_set_page(
    visit: AVisit,
    rule_set_id: PathId,
    stage: Annotated[str, Query(max_length=40)] = "",
    severity: Annotated[str, Query(max_length=40)] = "",
    year: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """One rule set: where it comes from, its rules stage by stage, its parameters, and what was gone past."""
    rule_set = rule_set_of(visit.counter, rule_set_id)
    wanted_year = _year_of(year, visit.today.year)
    with visit.counter.register.reading() as session:
        versions = list(county_versions(session, rule_set_id))
        places = area_names(session, [one.area for one in versions])
        usage = rule_usage(session, visit.actor, rule_set_id, wanted_year, visit.today)
    return visit.page(
        "rule_set.html",
        rule_set=rule_set,
        counts=severity_counts(rule_set),
        groups=_narrowed(rule_set, stage, severity),
        points=tuple(point for point, _ in by_stage(rule_set)),
        stage=stage,
        severity=severity,
        severities=tuple(Severity),
        parameters=[
            (one, parameter_word(one.key), value_words(one.value)) for one in rule_set.parameters.values()
        ],
        versions=versions,
        places=places,
        usage=usage,
        year=wanted_year,
        default_source=DEFAULT_SOURCE,
        cite=partial(cited, rule_set),
    )


@router.get("/rule-sets/{rule_set_id}/card")
def card_page(visit: AVisit, rule_set_id: PathId) -> Response:
    """The rules of conduct of a session, on one sheet to print and lay on the table."""
    rule_set = rule_set_of(visit.counter, rule_set_id)
    return visit.page(
        "rule_card.html",
        rule_set=rule_set,
        texts=[(text.label, words) for text, words in rule_set.texts.items()],
        rules=rules_for(rule_set, (ShownAt.RULE_CARD,)),
    )


def _narrowed(rule_set: RuleSet, stage: str, severity: str) -> list[tuple[GatePoint, list[RuleLine]]]:
    """The rules stage by stage; words that are no stage and no severity narrow nothing."""
    points = {point for point in GatePoint if point.value == stage} or set(GatePoint)
    severities = {one for one in Severity if one.value == severity} or set(Severity)
    tested = where_tested()
    groups = [
        (point, [_line(rule, tested) for rule in rules if rule.severity in severities])
        for point, rules in by_stage(rule_set)
        if point in points
    ]
    return [(point, lines) for point, lines in groups if lines]


def _line(rule: Rule, tested: Mapping[str, tuple[str, ...]]) -> RuleLine:
    return RuleLine(rule, effect_words(rule), tested.get(rule.id, ()), competence_label(rule.waivable_by))


def _year_of(text: str, present: int) -> int:
    year = int(text) if text.isascii() and text.isdecimal() else present
    return year if YEAR_MIN <= year <= YEAR_MAX else present
