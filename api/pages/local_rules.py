"""本地规定: the rules that only inform, shown on the form that each of them names."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from api.pages.visits import Visit
from domain.bodies import RoomLevel
from domain.matters import ConsultationKind
from domain.rule_words import ShownAt
from records.queries.rule_sets import rule_set_ids_around
from regulations.rule_sets import Rule, RuleSet


def rules_for(
    rule_set: RuleSet | None,
    places: Collection[ShownAt],
    level: RoomLevel | None = None,
    kind: ConsultationKind | None = None,
) -> list[Rule]:
    """The rules of a rule set that name one of these places; None where no rule set is known yet.

    Without a level or a kind, rules for some levels or kinds are shown too: they say themselves for which.
    """
    if rule_set is None:
        return []
    return [
        rule
        for rule in rule_set.rules
        if any(place in rule.shown_at for place in places)
        and (level is None or not rule.levels or level in rule.levels)
        and (kind is None or not rule.kinds or kind in rule.kinds)
    ]


def rules_around(visit: Visit, session: Session, area: str, places: Collection[ShownAt]) -> list[Rule]:
    """The rules for these places of every rule set that rooms in or around this area live under."""
    books = visit.counter.books.rule_sets
    found = [rules_for(books.get(one), places) for one in rule_set_ids_around(session, area)]
    return [rule for rules in found for rule in rules]
