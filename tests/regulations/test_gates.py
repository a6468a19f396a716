"""The gates as a whole: every rule both ways, reasons and waivers."""

from dataclasses import replace
from datetime import date

import pytest

from domain.refusals import RefusalCode, Refused
from domain.stages import GatePoint
from regulations.checks import CHECKS
from regulations.gates import judge, unmet
from tests.regulations.judging import BOOKS, people
from tests.regulations.passing import (
    REGIONS,
    broken,
    passing,
    session,
)

POINTS = [point for point in GatePoint if point is not GatePoint.WHOLE]


# ---------------------------------------------------------------- every rule, both ways


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("point", POINTS)
def test_a_consultation_with_everything_done_passes_every_gate(region: str, point: GatePoint) -> None:
    findings = judge(BOOKS[region], point, passing(region))
    assert findings
    assert [finding for finding in findings if not finding.is_satisfied] == []


@pytest.mark.parametrize(
    ("region", "rule_id"),
    [(region, rule.id) for region, book in BOOKS.items() for rule in book.rules if rule.check],
)
def test_every_judged_rule_refuses_a_consultation_with_nothing_done(region: str, rule_id: str) -> None:
    rule = BOOKS[region].rule(rule_id)
    facts = broken(region)
    level = next(iter(rule.levels), facts.room.level)
    kind = next(iter(rule.kinds), facts.kind)
    facts = replace(facts, room=replace(facts.room, level=level), kind=kind)
    if rule.check == "research_precedes_sessions":
        sessions = (session(held_on=date(2026, 3, 1)),)
        facts = replace(facts, research=passing(region).research, sessions=sessions)
    elif rule.check == "session_is_held":
        facts = replace(facts, sessions=())
    elif rule.check == "session_ends_in_suggestion":
        facts = replace(facts, suggestions=())
    for point in rule.stages:
        found = next(each for each in judge(BOOKS[region], point, facts) if each.rule_id == rule_id)
        assert not found.is_satisfied
        assert found.measured
        assert found.required
        assert found.clause
        assert found.source


def test_every_check_is_used_by_a_rule() -> None:
    used = {rule.check for book in BOOKS.values() for rule in book.rules if rule.check}
    assert used == set(CHECKS)


# ---------------------------------------------------------------- reasons and waivers


def test_a_warning_blocks_until_a_reason_is_written() -> None:
    facts = passing("suzhou")
    facts = replace(facts, topic=replace(facts.topic, is_planned=False, plan_sign_offs=None))
    findings = judge(BOOKS["suzhou"], GatePoint.TOPIC, facts)
    assert [finding.rule_id for finding in unmet(findings, reasons_given=False)] == ["SZ-34"]
    assert unmet(findings, reasons_given=True) == ()


def test_a_reason_does_not_lift_a_hard_rule() -> None:
    facts = replace(passing("suzhou"), participants=people(10, 15))
    findings = judge(BOOKS["suzhou"], GatePoint.PARTICIPANTS, facts, waived=["SZ-21"])
    assert "SZ-21" in {finding.rule_id for finding in unmet(findings, reasons_given=True)}
    assert not any(finding.is_waived for finding in findings)


def test_books_without_a_chain_say_so_instead_of_passing() -> None:
    book = replace(BOOKS["suzhou"], approval_chains=())
    with pytest.raises(Refused) as refused:
        judge(book, GatePoint.TOPIC, passing("suzhou"))
    assert refused.value.refusal.code is RefusalCode.PARAMETER_UNSET
