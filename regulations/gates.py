"""Judging the rules of one gate point on the facts. Says what is unmet; never does anything about it."""

from collections.abc import Collection

from domain.facts import ConsultationFacts
from domain.refusals import RuleFinding
from domain.stages import GatePoint
from regulations.checks import CHECKS
from regulations.rule_sets import Rule, RuleSet


def judge(
    rule_set: RuleSet, point: GatePoint, facts: ConsultationFacts, waived: Collection[str] = ()
) -> tuple[RuleFinding, ...]:
    """Every rule with a check at that point which applies to the room's level and the consultation's kind.

    `waived` holds ids of rules that a competent body has waived; it has effect only on rules that name one.
    Raises Refused (PARAMETER_UNSET) when a rule asks for an approval chain that the books do not have.
    """
    return tuple(
        _finding(rule_set, rule, point, facts, waived)
        for rule in rule_set.rules
        if rule.check and point in rule.stages and rule.applies_to(facts.room.level, facts.kind)
    )


def unmet(findings: Collection[RuleFinding], reasons_given: bool) -> tuple[RuleFinding, ...]:
    """What stands in the way: unmet hard rules nobody has waived, and warnings unless a reason is written."""
    return tuple(finding for finding in findings if finding.blocks or (finding.warns and not reasons_given))


def _finding(
    rule_set: RuleSet, rule: Rule, point: GatePoint, facts: ConsultationFacts, waived: Collection[str]
) -> RuleFinding:
    entry = CHECKS[rule.check]
    arguments = dict(rule.arguments)
    if entry.asks_chain:
        arguments["chain"] = rule_set.approval_chain(facts.room.level, facts.kind)
    found = entry.judge(facts, **arguments)
    return RuleFinding(
        rule_id=rule.id,
        stage=point.value,
        severity=rule.severity,
        is_satisfied=found.is_satisfied,
        measured=found.measured,
        required=f"{found.required}。口径：{rule.reading}" if rule.reading else found.required,
        clause=rule.clause,
        article=rule.article,
        source=rule.source,
        field=found.field,
        waivable_by=rule.waivable_by,
        is_waived=rule.waivable_by is not None and rule.id in waived,
        is_default=rule.is_default,
    )
