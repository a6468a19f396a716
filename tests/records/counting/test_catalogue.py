"""What the books may name is what the register answers."""

import inspect
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import ColumnElement, event, false
from sqlalchemy.orm import Session

from domain.bodies import RoomLevel
from domain.effects import ConversionKind, OutcomeLinkKind
from domain.figures import Figure, Standing
from domain.matters import ConsultationKind
from domain.refusals import Severity
from domain.work_log import PublicationChannel, WorkKind
from records.queries.counting import COUNTED, figure_of
from records.queries.counting.count import Count
from regulations.counters import COUNTERS
from regulations.loader import load_rule_sets
from regulations.rule_sets import RuleSet
from tests.figures_books import quota
from tests.records.counting.county import COUNTY, TODAY, YEAR, County


def figures_of(
    session: Session, rule_set: RuleSet, area: str, year: int, today: date, scope: ColumnElement[bool]
) -> tuple[Figure, ...]:
    """Every quota rule of a rule set, counted."""
    count = Count(session, rule_set.id, area, year, today, scope)
    return tuple(figure_of(count, rule) for rule in rule_set.rules if rule.counter)


@pytest.fixture(scope="module")
def suzhou() -> RuleSet:
    """The book of 苏州."""
    return load_rule_sets()["suzhou"]


def test_every_counter_of_the_books_is_answered_by_the_register() -> None:
    assert set(COUNTERS) == set(COUNTED)


@pytest.mark.parametrize("name", sorted(COUNTERS))
def test_a_counter_takes_the_arguments_that_its_catalogue_names(name: str) -> None:
    keywords = {
        one.name: one.default is not inspect.Parameter.empty
        for one in inspect.signature(COUNTED[name]).parameters.values()
        if one.kind is inspect.Parameter.KEYWORD_ONLY
    }
    spec = COUNTERS[name]
    assert set(keywords) == set(spec.arguments)
    assert {one for one, is_optional in keywords.items() if is_optional} == spec.optional


@pytest.mark.parametrize("name", sorted(COUNTERS))
def test_every_counter_says_what_it_counts(name: str) -> None:
    spec = COUNTERS[name]
    assert spec.name == name
    assert spec.title
    assert spec.unit in {"%", "次", "人", "人次", "件", "条", "篇", "分", "项"}
    assert spec.formula.endswith("。")


def test_every_quota_rule_of_a_rule_set_becomes_a_figure(county: County, suzhou: RuleSet) -> None:
    county.case()
    rules = (
        quota("LF-18", "consultations_held", kinds=tuple(ConsultationKind), minimum=4),
        replace(quota("LF-19", ""), severity=Severity.WARN, check="session_is_held"),
        quota("LF-20", "activities_per_room", minimum=None),
        quota("SZ-17b", "substantive_share"),
    )
    with county.register.reading() as session:
        figures = figures_of(session, replace(suzhou, rules=rules), COUNTY, YEAR, TODAY, county.scope)
    assert [(one.rule_id, one.value, one.standing) for one in figures] == [
        ("LF-18", 1, Standing.MISSED),
        ("LF-20", 1, Standing.UNSET),
        ("SZ-17b", Fraction(1), Standing.COUNTED),
    ]
    first = figures[0]
    assert (first.title, first.unit, first.formula) == (
        COUNTERS["consultations_held"].title,
        "次",
        COUNTERS["consultations_held"].formula,
    )


def test_what_a_reader_may_not_see_is_not_counted(county: County, suzhou: RuleSet) -> None:
    county.case()
    rules = (quota("SZ-12", "activities_per_room", minimum=2),)
    with county.register.reading() as session:
        (figure,) = figures_of(session, replace(suzhou, rules=rules), COUNTY, YEAR, TODAY, false())
    assert (figure.value, figure.consultation_ids) == (0, ())


EVERYTHING: Mapping[str, Mapping[str, object]] = {
    "room_coverage": {"levels": tuple(RoomLevel)},
    "activities_per_room": {"minimum": 2},
    "work_log": {"kinds": tuple(WorkKind), "minimum": 1},
    "work_log_each": {"minimums": {"training": 1}},
    "outcome_links": {"kinds": tuple(OutcomeLinkKind)},
    "conversions": {"kinds": tuple(ConversionKind)},
    "publications": {"channels": tuple(PublicationChannel)},
    "member_participation": {"points": {"attend": 5}},
    "consultations_held": {"kinds": tuple(ConsultationKind), "minimum": 4, "leader_only": True},
    "leader_attended_share": {"minimum_percent": 30},
}


def test_thirty_consultations_need_as_many_queries_as_one(county: County, suzhou: RuleSet) -> None:
    rules = tuple(quota(f"Q-{name}", name, **EVERYTHING.get(name, {})) for name in COUNTERS)
    everything = replace(suzhou, rules=rules)
    asked: list[str] = []
    event.listen(county.register.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    numbers = []
    for more in (1, 29):
        for _ in range(more):
            county.case()
        with county.register.reading() as session:
            asked.clear()
            figures = figures_of(session, everything, COUNTY, YEAR, TODAY, county.scope)
            numbers.append(len(asked))
        assert [one.counter for one in figures] == list(COUNTERS)
    assert numbers[0] == numbers[1]
    assert len(COUNTERS) <= numbers[0] <= 3 * len(COUNTERS)
