"""A city's figures where counties set numbers of their own: every county is counted by its own version.

A number that only one county has set must not be asked of the others, and must not vanish behind the city's “未设定”.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from domain.figures import Figure, FigurePart, Standing, Tally, share_of, standing_of_all
from records.books import Books, county_version
from records.queries.counting import figure_from, figure_of, tally_of
from records.queries.counting.committees import committees_of
from records.queries.counting.count import Count, depth_of
from records.queries.counting.measures import ids_of
from records.queries.counting.rooms import COUNTY_DEPTH
from records.queries.scopes import within
from records.tables.rooms import RuleSetVersion
from regulations.rule_sets import Rule, RuleSet

BY_COUNTY = "按各县（市、区）设定"
OWN_LEVEL = "own-level"


@dataclass(frozen=True)
class County:
    """A county of the area, with the version that it follows."""

    area: str
    name: str
    rule_set: RuleSet


def figures_by_county(
    session: Session,
    books: Books,
    rule_set: RuleSet,
    area: str,
    year: int,
    today: date,
    scope: ColumnElement[bool],
    chosen: Callable[[Rule], bool] = lambda _: True,
) -> tuple[Figure, ...]:
    """The chosen quota rules over an area; where its counties ask for different numbers, county by county."""
    count = Count(session, rule_set.id, area, year, today, scope)
    counties = _counties(count, books, rule_set) if depth_of(area) < COUNTY_DEPTH else ()
    return tuple(_figure(count, rule, counties) for rule in rule_set.rules if rule.counter and chosen(rule))


def _counties(count: Count, books: Books, rule_set: RuleSet) -> tuple[County, ...]:
    """The counties of the area, if any of them has published a version of its own."""
    versions = _versions(count, books, rule_set)
    if not versions:
        return ()
    names = {one.area: one.name for one in committees_of(count) if depth_of(one.area) == COUNTY_DEPTH}
    areas = sorted({*names, *versions})
    return tuple(County(one, names.get(one, one), versions.get(one, rule_set)) for one in areas)


def _versions(count: Count, books: Books, rule_set: RuleSet) -> Mapping[str, RuleSet]:
    """The newest version in force of every county that has one."""
    published = count.session.scalars(
        select(RuleSetVersion)
        .where(
            RuleSetVersion.rule_set_id == rule_set.id,
            RuleSetVersion.effective_on <= count.today,
            within(RuleSetVersion.area, count.area),
        )
        .order_by(RuleSetVersion.effective_on, RuleSetVersion.published_at)
    )
    newest = {one.area: one for one in published if depth_of(one.area) == COUNTY_DEPTH}
    region = books.rule_sets[rule_set.id]
    return {area: county_version(region, version) for area, version in newest.items()}


def _figure(count: Count, rule: Rule, counties: tuple[County, ...]) -> Figure:
    if all(one.rule_set.rule(rule.id).arguments == rule.arguments for one in counties):
        return figure_of(count, rule)
    whole = tally_of(count, rule)
    parts = tuple(_part(count, one, rule) for one in counties)
    beyond = _beyond(whole, parts)
    divided = replace(
        whole,
        value=sum(one.value for one in parts if isinstance(one.value, int))
        if whole.value is None
        else whole.value,
        standing=standing_of_all(parts),
        required=None,
        required_words=BY_COUNTY,
        parts=(*parts, beyond) if beyond else parts,
        consultation_ids=ids_of((whole, *parts)),
    )
    return figure_from(count, rule, divided)


def _part(count: Count, county: County, rule: Rule) -> FigurePart:
    """What one county has reached of what it has set itself."""
    own = tally_of(count.narrowed(county.area), county.rule_set.rule(rule.id))
    return FigurePart(
        key=county.area,
        label=county.name,
        value=own.value,
        standing=own.standing,
        required=own.required,
        required_words=own.required_words,
        numerator=own.numerator,
        denominator=own.denominator,
        details=own.details,
        consultation_ids=own.consultation_ids,
    )


def _beyond(whole: Tally, parts: tuple[FigurePart, ...]) -> FigurePart | None:
    """What the city counts that lies in no county, so that the parts add up; nothing is asked of it here."""
    ids = [one for one in whole.consultation_ids if one not in set(ids_of(parts))]
    if whole.denominator is not None:
        below = sum(one.numerator or 0 for one in parts), sum(one.denominator or 0 for one in parts)
        numerator, denominator = (whole.numerator or 0) - below[0], whole.denominator - below[1]
        if not denominator:
            return None
        return FigurePart(
            key=OWN_LEVEL,
            label="市本级",
            value=share_of(numerator, denominator),
            standing=Standing.COUNTED,
            numerator=numerator,
            denominator=denominator,
            consultation_ids=tuple(ids),
        )
    number = int(whole.value or 0) - sum(int(one.value or 0) for one in parts)
    if number <= 0:
        return None
    return FigurePart(key=OWN_LEVEL, label="市本级", value=number, consultation_ids=tuple(ids))
