"""What the tests ask of the gates."""

from collections.abc import Collection

from domain.facts import ConsultationFacts, ParticipantFacts
from domain.refusals import RuleFinding
from domain.stages import GatePoint
from regulations.gates import judge, unmet
from regulations.loader import load_rule_sets
from tests.regulations.passing import DIRECT, MEMBER

BOOKS = load_rule_sets()


def blocking(
    region: str, point: GatePoint, facts: ConsultationFacts, waived: Collection[str] = ()
) -> dict[str, RuleFinding]:
    """The hard rules that block, by id."""
    findings = judge(BOOKS[region], point, facts, waived)
    return {finding.rule_id: finding for finding in unmet(findings, reasons_given=True)}


def warning(region: str, point: GatePoint, facts: ConsultationFacts) -> dict[str, RuleFinding]:
    """The unmet soft rules, by id."""
    return {finding.rule_id: finding for finding in judge(BOOKS[region], point, facts) if finding.warns}


def people(direct: int, others: int) -> tuple[ParticipantFacts, ...]:
    """A list with that many directly affected people and that many members."""
    return (DIRECT,) * direct + (MEMBER,) * others
