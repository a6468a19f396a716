"""How often each rule of a rule set was gone past in a year, within what the reader may read."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.counter import TheCounter
from api.fields import PathId, Shown
from api.identity import Visitor
from api.rule_sets import rule_set_of
from records.queries.passed_rules import rule_usage

router = APIRouter(prefix="/rule-sets", tags=["规则集"])

YEAR_MIN, YEAR_MAX = 2000, 2200


class PassedInShown(Shown):
    """A consultation in which a rule was gone past."""

    consultation_id: str
    number: str
    title: str


class RuleUseShown(Shown):
    """One rule: how often its warning was passed with a reason, how often it was waived, and where."""

    rule_id: str
    warned_count: int
    waived_count: int
    warned: list[PassedInShown]
    waived: list[PassedInShown]


class RuleUsageShown(Shown):
    """The rules of one rule set that were gone past in one year. Refusals leave no record and are not counted."""

    rule_set_id: str
    year: int
    rules: list[RuleUseShown]


@router.get("/{rule_set_id}/usage", response_model=RuleUsageShown)
def read_rule_usage(
    rule_set_id: PathId,
    counter: TheCounter,
    visitor: Visitor,
    year: Annotated[int | None, Query(ge=YEAR_MIN, le=YEAR_MAX)] = None,
) -> RuleUsageShown:
    """Per rule: passed warnings and waivers of that year (the present one when none is named)."""
    rule_set = rule_set_of(counter, rule_set_id)
    wanted = year or counter.today.year
    with counter.register.reading() as session:
        found = rule_usage(session, visitor.actor, rule_set.id, wanted, counter.today)
    return RuleUsageShown(
        rule_set_id=rule_set.id,
        year=wanted,
        rules=[
            RuleUseShown(
                rule_id=one.rule_id,
                warned_count=len(one.warned),
                waived_count=len(one.waived),
                warned=[PassedInShown.model_validate(case) for case in one.warned],
                waived=[PassedInShown.model_validate(case) for case in one.waived],
            )
            for one in found
        ],
    )
