"""Rules that no gate judges but the paper itself: found in the pinned books, and refused with their clause."""

from collections.abc import Sequence

from domain.refusals import RefusalCode, Refused, RuleFinding, refuse
from domain.rule_words import EnforcedAt
from records.pen import Pen
from records.tables.consultations import Consultation
from records.tables.rooms import Room
from regulations.rule_sets import Rule, RuleSet


def rules_enforced(pen: Pen, rule_set: RuleSet, row: Consultation, place: EnforcedAt) -> list[Rule]:
    """The rules that bind this consultation at this place."""
    level = pen.session.get_one(Room, row.room_id).level
    return [rule for rule in rule_set.rules if rule.enforced_at is place and rule.applies_to(level, row.kind)]


def breach_of(rule: Rule, measured: str, required: str, field: str) -> RuleFinding:
    """The finding that the rule is not kept."""
    return RuleFinding(
        rule_id=rule.id,
        stage=rule.stages[0].value,
        severity=rule.severity,
        is_satisfied=False,
        measured=measured,
        required=f"{required}。口径：{rule.reading}" if rule.reading else required,
        clause=rule.clause,
        article=rule.article,
        source=rule.source,
        field=field,
        is_default=rule.is_default,
    )


def refuse_breaches(findings: Sequence[RuleFinding]) -> Refused:
    """The refusal that names every rule not kept, with its clause."""
    said = "；".join(
        f"{one.rule_id}：{one.measured}（{one.source}{one.article}“{one.clause}”）" for one in findings
    )
    message = f"尚有规则要求未满足。{said}。"
    return refuse(RefusalCode.GATES_UNMET, message, field=findings[0].field, unmet=tuple(findings))
