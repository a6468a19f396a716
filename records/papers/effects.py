"""成果转化: what a suggestion was turned into, and the papers in other systems that came out of it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.effects import ConversionKind, OutcomeLinkKind
from domain.refusals import RefusalCode, refuse
from domain.stages import ConsultationState
from records.papers.changes import amend, kept
from records.papers.checking import Line, PastDay, Text, checked, invalid
from records.papers.finding import lasting_consultation, part_of
from records.pen import Pen
from records.queries.effects import verified_suggestion_ids
from records.tables.outcomes import OutcomeLink, Suggestion

_BEFORE_ANY_OUTCOME = frozenset(
    {
        ConsultationState.PLATFORM,
        ConsultationState.TOPIC,
        ConsultationState.PARTICIPANTS,
        ConsultationState.RESEARCH,
    }
)


@dataclass(frozen=True, kw_only=True)
class ConversionPaper:
    """What a suggestion was turned into (SZ-29, LF-14)."""

    conversion: ConversionKind
    converted_on: Annotated[date, PastDay("转化日期")]
    conversion_note: Annotated[str, Text("转化情况", is_required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class OutcomeLinkPaper:
    """The number of a 提案, 社情民意信息 or 12345 工单 (SZ-25, NT-19)."""

    kind: OutcomeLinkKind
    number: Annotated[str, Line("编号", characters_max=100)]
    linked_on: Annotated[date, PastDay("关联日期")]
    title: Annotated[str, Line("名称", is_required=False)] = ""


def convert_suggestion(
    pen: Pen, consultation_id: str, suggestion_id: str, paper: ConversionPaper
) -> dict[str, Any]:
    """Record what a suggestion whose answer is verified was turned into; recorded again, it is amended.

    Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT).
    """
    row = lasting_consultation(pen, consultation_id)
    suggestion = part_of(pen, consultation_id, Suggestion, suggestion_id, "协商建议")
    if suggestion.id not in verified_suggestion_ids(pen.session, consultation_id):
        raise refuse(RefusalCode.STATE_FORBIDS, "该建议的办理结果尚未核实，不能登记成果转化。")
    values = checked(pen, paper)
    _require_since(values["converted_on"], row.opened_on, "converted_on", "转化日期")
    old, new = amend(suggestion, values)
    pen.note(
        AuditAction.SUGGESTION_CONVERTED,
        "suggestion",
        suggestion.id,
        consultation_id=consultation_id,
        old=old,
        new=new,
    )
    return {"suggestion_id": suggestion.id}


def record_outcome_link(pen: Pen, consultation_id: str, paper: OutcomeLinkPaper) -> dict[str, Any]:
    """Record a paper in another system that came out of the consultation, once per number.

    Raises Refused (NOT_FOUND, STATE_FORBIDS before 开展协商, INVALID_INPUT).
    """
    row = lasting_consultation(pen, consultation_id)
    if row.state in _BEFORE_ANY_OUTCOME:
        raise refuse(RefusalCode.STATE_FORBIDS, "协商尚未开展，没有成果可关联。")
    values = checked(pen, paper)
    _require_since(values["linked_on"], row.opened_on, "linked_on", "关联日期")
    same = select(OutcomeLink.id).filter_by(
        consultation_id=row.id, kind=values["kind"], number=values["number"]
    )
    if pen.session.scalar(same) is not None:
        raise invalid(f"该{paper.kind.label}编号已经登记。", "number")
    link = OutcomeLink(consultation_id=row.id, **values)
    pen.session.add(link)
    pen.session.flush()
    pen.note(AuditAction.OUTCOME_LINKED, "outcome_link", link.id, consultation_id=row.id, new=kept(values))
    return {"outcome_link_id": link.id}


def _require_since(day: date, opened_on: date, field: str, label: str) -> None:
    if day < opened_on:
        raise invalid(f"“{label}”不得早于发起协商之日（{opened_on}）。", field)
