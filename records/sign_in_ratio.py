"""Whether one session's sign-in meets the ratios that its rule set asks of it (domain.md §1.6, reading 2)."""

from dataclasses import replace

from sqlalchemy.orm import Session

from domain.matters import SessionState
from domain.refusals import RuleFinding
from domain.stages import GatePoint
from records.books import Books
from records.facts import facts_of
from records.tables.consultations import Consultation
from records.tables.deliberations import ConsultationSession
from regulations.gates import judge


def failing_sign_in(
    session: Session, books: Books, row: Consultation, held: ConsultationSession
) -> tuple[RuleFinding, ...]:
    """The hard rules on the sign-in that this one session does not meet, whatever became of the others."""
    rule_set = books.pinned(session, row)
    facts = facts_of(
        session, row, held.held_on or held.planned_on, rule_set, books.calendar_in(session, row.area)
    )
    before = session.query(ConsultationSession).filter(
        ConsultationSession.consultation_id == row.id, ConsultationSession.number < held.number
    )
    alone = replace(facts.sessions[before.count()], state=SessionState.HELD)
    asked = {rule.id for rule in rule_set.rules if rule.arguments.get("among") == "sign_in"}
    findings = judge(rule_set, GatePoint.DELIBERATION, replace(facts, sessions=(alone,)))
    return tuple(one for one in findings if one.rule_id in asked and one.blocks)
