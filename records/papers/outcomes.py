"""Suggestions, outcome documents, and their way upward (报送)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sqlalchemy import func, select

from domain.audit_actions import AuditAction
from domain.matters import OutcomeDocumentKind
from domain.refusals import RefusalCode, refuse
from domain.stages import ConsultationState
from records.papers.changes import amend, kept
from records.papers.checking import Known, Line, PastDay, Text, checked, clean, invalid
from records.papers.finding import open_consultation, part_of
from records.pen import Pen
from records.tables.consultations import Consultation
from records.tables.outcomes import OutcomeDocument, Submission, Suggestion
from records.tables.people import Organisation

SUGGESTIONS_MAX = 200
_BEFORE_DELIBERATION = frozenset(
    {
        ConsultationState.PLATFORM,
        ConsultationState.TOPIC,
        ConsultationState.PARTICIPANTS,
        ConsultationState.RESEARCH,
    }
)


@dataclass(frozen=True, kw_only=True)
class SuggestionPaper:
    """协商建议: one actionable proposal; its number in the three lists is given out here."""

    text: Annotated[str, Text("建议内容")]
    is_key_difficulty: bool = False
    follow_up_plan: Annotated[str, Text("跟踪办理计划", is_required=False)] = ""
    is_accepted_on_list: bool = False


@dataclass(frozen=True, kw_only=True)
class OutcomeDocumentPaper:
    """A report, minutes or advice; a signature is a name and a day together.

    An interim one tells of a consultation still going on (LF-13) and never completes 报送成果.
    """

    kind: OutcomeDocumentKind
    title: Annotated[str, Line("文件标题")]
    drafted_on: Annotated[date, PastDay("起草日期")]
    document_number: Annotated[str, Line("文号", is_required=False, characters_max=100)] = ""
    advice: Annotated[str, Text("建言内容", is_required=False)] = ""
    consensus: Annotated[str, Text("凝聚共识情况", is_required=False)] = ""
    signed_by: Annotated[str, Line("签发人", is_required=False, characters_max=50)] = ""
    signed_on: Annotated[date | None, PastDay("签发日期")] = None
    is_interim: bool = False


@dataclass(frozen=True, kw_only=True)
class SubmissionPaper:
    """报送: to whom, when, and the day on which it was received, once that is known."""

    document_id: str
    recipient_id: Annotated[str, Known("接收单位", Organisation)]
    sent_on: Annotated[date, PastDay("报送日期")]
    received_on: Annotated[date | None, PastDay("签收日期")] = None
    is_report_to_client: bool = False


def record_suggestion(pen: Pen, consultation_id: str, paper: SuggestionPaper) -> dict[str, Any]:
    """Record the next suggestion of the list. Raises Refused (LIMIT_REACHED) beyond 200."""
    consultation = open_consultation(pen, consultation_id)
    values = checked(pen, paper)
    last = select(func.max(Suggestion.item_number)).filter_by(consultation_id=consultation.id)
    number = (pen.session.scalar(last) or 0) + 1
    if number > SUGGESTIONS_MAX:
        raise refuse(RefusalCode.LIMIT_REACHED, f"每件协商的建议不得超过 {SUGGESTIONS_MAX} 条。")
    suggestion = Suggestion(consultation_id=consultation.id, item_number=number, **values)
    pen.session.add(suggestion)
    pen.session.flush()
    pen.note(
        AuditAction.SUGGESTION_RECORDED,
        "suggestion",
        suggestion.id,
        consultation_id=consultation.id,
        new=kept(values | {"item_number": number}),
    )
    return {"suggestion_id": suggestion.id, "item_number": number}


def accept_suggestion_list(
    pen: Pen, consultation_id: str, suggestion_ids: Sequence[str] | None = None
) -> dict[str, Any]:
    """Mark the suggestions named, or all of them, as accepted on the list.

    Raises Refused (NOT_FOUND, STATE_FORBIDS when there is nothing left to accept).
    """
    open_consultation(pen, consultation_id)
    question = select(Suggestion).filter_by(consultation_id=consultation_id).order_by(Suggestion.item_number)
    suggestions = list(pen.session.scalars(question))
    if suggestion_ids is not None:
        wanted = set(suggestion_ids)
        if not wanted <= {suggestion.id for suggestion in suggestions}:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该协商建议。", field="suggestion_ids")
        suggestions = [suggestion for suggestion in suggestions if suggestion.id in wanted]
    accepted = [suggestion for suggestion in suggestions if not suggestion.is_accepted_on_list]
    if not accepted:
        raise refuse(RefusalCode.STATE_FORBIDS, "没有待认可的协商建议。")
    for suggestion in accepted:
        suggestion.is_accepted_on_list = True
    numbers = [suggestion.item_number for suggestion in accepted]
    pen.note(
        AuditAction.SUGGESTIONS_ACCEPTED,
        "consultation",
        consultation_id,
        consultation_id=consultation_id,
        new={"item_numbers": numbers},
    )
    return {"item_numbers": numbers}


def explain_suggestion(
    pen: Pen, consultation_id: str, suggestion_id: str, explanation: str, explained_on: date
) -> dict[str, Any]:
    """Explain to the public why an item could not be solved now (C 类)."""
    open_consultation(pen, consultation_id)
    suggestion = part_of(pen, consultation_id, Suggestion, suggestion_id, "协商建议")
    values = {
        "explanation": clean(pen, Text("说明内容"), explanation, "explanation"),
        "explained_on": clean(pen, PastDay("说明日期"), explained_on, "explained_on"),
    }
    old, new = amend(suggestion, values)
    pen.note(
        AuditAction.SUGGESTION_EXPLAINED,
        "suggestion",
        suggestion.id,
        consultation_id=consultation_id,
        old=old,
        new=new,
    )
    return {"suggestion_id": suggestion.id}


def set_follow_up_plan(
    pen: Pen, consultation_id: str, suggestion_id: str, plan: str, *, is_key_difficulty: bool | None = None
) -> dict[str, Any]:
    """Set how a key difficulty is followed up; ``is_key_difficulty`` of None leaves the mark as it is."""
    open_consultation(pen, consultation_id)
    suggestion = part_of(pen, consultation_id, Suggestion, suggestion_id, "协商建议")
    values: dict[str, Any] = {"follow_up_plan": clean(pen, Text("跟踪办理计划"), plan, "follow_up_plan")}
    if is_key_difficulty is not None:
        values["is_key_difficulty"] = is_key_difficulty
    old, new = amend(suggestion, values)
    pen.note(
        AuditAction.FOLLOW_UP_PLANNED,
        "suggestion",
        suggestion.id,
        consultation_id=consultation_id,
        old=old,
        new=new,
    )
    return {"suggestion_id": suggestion.id}


def record_outcome_document(pen: Pen, consultation_id: str, paper: OutcomeDocumentPaper) -> dict[str, Any]:
    """Record an outcome document. Raises Refused, for an interim one before 开展协商 too (STATE_FORBIDS)."""
    consultation = open_consultation(pen, consultation_id)
    values = checked(pen, paper)
    if paper.is_interim and consultation.state in _BEFORE_DELIBERATION:
        raise refuse(RefusalCode.STATE_FORBIDS, "协商尚未开展，不能登记进度情况报送。", field="is_interim")
    if bool(values["signed_by"]) != (values["signed_on"] is not None):
        raise invalid("“签发人”和“签发日期”应同时填写。", "signed_on" if values["signed_by"] else "signed_by")
    document = OutcomeDocument(consultation_id=consultation.id, **values)
    pen.session.add(document)
    pen.session.flush()
    pen.note(
        AuditAction.OUTCOME_DOCUMENT_RECORDED,
        "outcome_document",
        document.id,
        consultation_id=consultation.id,
        new=kept(values),
    )
    return {"document_id": document.id}


def submit_document(pen: Pen, consultation_id: str, paper: SubmissionPaper) -> dict[str, Any]:
    """Record that a document was sent. The same sending, given again with its receipt, completes the first.

    Raises Refused (NOT_FOUND, INVALID_INPUT).
    """
    consultation = open_consultation(pen, consultation_id)
    values = checked(pen, paper)
    part_of(pen, consultation_id, OutcomeDocument, paper.document_id, "成果文件")
    if paper.received_on is not None and paper.received_on < paper.sent_on:
        raise invalid("“签收日期”不得早于报送日期。", "received_on")
    if paper.is_report_to_client:
        _require_client(consultation, paper.recipient_id)
    submission, old, new = _sent(pen, consultation, values)
    reported = paper.is_report_to_client
    pen.note(
        AuditAction.CLIENT_REPORTED if reported else AuditAction.OUTCOME_SUBMITTED,
        "submission",
        submission.id,
        consultation_id=consultation.id,
        old=old,
        new=new,
    )
    return {"submission_id": submission.id}


def _sent(
    pen: Pen, consultation: Consultation, values: dict[str, Any]
) -> tuple[Submission, dict[str, Any], dict[str, Any]]:
    names = ("document_id", "recipient_id", "sent_on", "is_report_to_client")
    same = select(Submission).filter_by(
        consultation_id=consultation.id, received_on=None, **{name: values[name] for name in names}
    )
    submission = pen.session.scalars(same).first()
    if submission is not None and values["received_on"] is not None:
        return submission, *amend(submission, values)
    submission = Submission(consultation_id=consultation.id, **values)
    pen.session.add(submission)
    pen.session.flush()
    return submission, {}, kept(values)


def _require_client(consultation: Consultation, recipient_id: str) -> None:
    if consultation.commissioned_by_id is None:
        raise invalid("本协商没有委托方，不能登记为向委托方报告。", "is_report_to_client")
    if consultation.commissioned_by_id != recipient_id:
        raise invalid("向委托方报告的接收单位应为委托方。", "recipient_id")
