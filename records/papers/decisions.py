"""登记决策: what was decided on the matter, and never before consultation where that must come first (NT-05)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from domain.audit_actions import AuditAction
from domain.rule_words import EnforcedAt
from records.books import Books
from records.papers.changes import kept
from records.papers.checking import Known, Line, PastDay, checked
from records.papers.enforced import breach_of, refuse_breaches, rules_enforced
from records.papers.finding import lasting_consultation
from records.pen import Pen
from records.queries.effects import reporting_left_on
from records.tables.consultations import Consultation, Topic
from records.tables.outcomes import DecisionRecord
from records.tables.people import Organisation


@dataclass(frozen=True, kw_only=True)
class DecisionPaper:
    """Who decided, when, and by which document."""

    organisation_id: Annotated[str, Known("决策单位", Organisation)]
    decided_on: Annotated[date, PastDay("决策日期")]
    title: Annotated[str, Line("决策文件（事项）名称")]
    document_number: Annotated[str, Line("文号", is_required=False, characters_max=100)] = ""


def record_decision(pen: Pen, consultation_id: str, paper: DecisionPaper, books: Books) -> dict[str, Any]:
    """Record a decision on the matter.

    Raises Refused: NOT_FOUND, STATE_FORBIDS, INVALID_INPUT, and GATES_UNMET where the books let a matter be decided
    only once it has been consulted on, for a decision older than the end of 报送成果.
    """
    row = lasting_consultation(pen, consultation_id)
    values = checked(pen, paper)
    rule_ids = _require_consulted(pen, row, paper.decided_on, books)
    decision = DecisionRecord(consultation_id=row.id, **values)
    pen.session.add(decision)
    pen.session.flush()
    pen.note(
        AuditAction.DECISION_RECORDED,
        "decision",
        decision.id,
        consultation_id=row.id,
        new=kept(values),
        rule_ids=rule_ids,
    )
    return {"decision_id": decision.id}


def _require_consulted(pen: Pen, row: Consultation, decided_on: date, books: Books) -> list[str]:
    """The rules that the decision keeps to."""
    if not pen.session.get_one(Topic, row.topic_id).must_consult_first:
        return []
    rules = rules_enforced(pen, books.pinned(pen.session, row), row, EnforcedAt.DECISION)
    left_on = reporting_left_on(pen.session, row.id)
    if rules and (left_on is None or decided_on < left_on):
        reported = f"报送成果完成于 {left_on}" if left_on else "报送成果尚未完成"
        measured = f"决策日期 {decided_on}，{reported}"
        required = "明确规定需要政协协商的事项，经协商并报送成果后，方可提交决策"
        raise refuse_breaches([breach_of(rule, measured, required, "decided_on") for rule in rules])
    return [rule.id for rule in rules]
