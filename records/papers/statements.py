"""What was said at a session: statements, dissents, and the explanation each dissent is owed (SZ-31)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from domain.audit_actions import AuditAction
from domain.matters import SessionState
from domain.refusals import RefusalCode, refuse
from records.papers.changes import kept
from records.papers.checking import Line, PastDay, Text, checked, invalid
from records.papers.finding import open_consultation, part_of, participant_of, session_of
from records.pen import Pen
from records.tables.deliberations import ConsultationSession, Dissent, DissentExplanation, Statement

_SILENT = frozenset({SessionState.CANCELLED, SessionState.INVALID})


@dataclass(frozen=True, kw_only=True)
class StatementPaper:
    """意见: who said what on which basis; ``reply_to_id`` names the statement it answers (NT-07)."""

    text: Annotated[str, Text("发言内容")]
    participant_id: str | None = None
    speaker: Annotated[str, Line("发言人", is_required=False, characters_max=50)] = ""
    is_public: bool = False
    basis: Annotated[str, Text("依据", is_required=False)] = ""
    reply_to_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class DissentPaper:
    """异议: who disagrees, and with what."""

    dissenter: Annotated[str, Line("提出异议者", characters_max=50)]
    text: Annotated[str, Text("异议内容")]


@dataclass(frozen=True, kw_only=True)
class ExplanationPaper:
    """解释说明: who explained to the dissenter, when, how, and what they replied."""

    explained_on: Annotated[date, PastDay("解释说明日期")]
    explained_by: Annotated[str, Line("解释说明人", characters_max=50)]
    text: Annotated[str, Text("解释说明内容")]
    manner: Annotated[str, Line("解释说明方式", is_required=False)] = ""
    reply: Annotated[str, Text("对方反馈", is_required=False)] = ""


def record_statement(
    pen: Pen, consultation_id: str, session_id: str, paper: StatementPaper
) -> dict[str, Any]:
    """Record a statement of a participant, or of a named speaker who is not on the list.

    Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT).
    """
    session = _spoken_session(pen, consultation_id, session_id)
    values = checked(pen, paper)
    if paper.participant_id is not None:
        participant = participant_of(pen, consultation_id, paper.participant_id)
        values["speaker"] = values["speaker"] or participant.name
    if not values["speaker"]:
        raise invalid("请选择参会人员或填写“发言人”。", "speaker")
    if paper.reply_to_id is not None:
        answered = pen.session.get(Statement, paper.reply_to_id)
        if answered is None or answered.session_id != session.id:
            raise invalid("所回应的发言不在本场协商活动中。", "reply_to_id")
    statement = Statement(session_id=session.id, **values)
    pen.session.add(statement)
    pen.session.flush()
    pen.note(
        AuditAction.STATEMENT_RECORDED,
        "statement",
        statement.id,
        consultation_id=consultation_id,
        new=kept(values | {"session_id": session.id}, without=("speaker",)),
    )
    return {"statement_id": statement.id}


def record_dissent(pen: Pen, consultation_id: str, session_id: str, paper: DissentPaper) -> dict[str, Any]:
    """Record a disagreement; from now on the organiser owes an explanation."""
    session = _spoken_session(pen, consultation_id, session_id)
    values = checked(pen, paper)
    dissent = Dissent(consultation_id=consultation_id, session_id=session.id, **values)
    pen.session.add(dissent)
    pen.session.flush()
    pen.note(
        AuditAction.DISSENT_RECORDED,
        "dissent",
        dissent.id,
        consultation_id=consultation_id,
        new=kept(values | {"session_id": session.id}, without=("dissenter",)),
    )
    return {"dissent_id": dissent.id}


def explain_dissent(
    pen: Pen, consultation_id: str, dissent_id: str, paper: ExplanationPaper
) -> dict[str, Any]:
    """Record an explanation given to a dissenter; a second one may follow the first."""
    open_consultation(pen, consultation_id)
    dissent = part_of(pen, consultation_id, Dissent, dissent_id, "异议")
    values = checked(pen, paper)
    explanation = DissentExplanation(dissent_id=dissent.id, **values)
    pen.session.add(explanation)
    pen.session.flush()
    pen.note(
        AuditAction.DISSENT_EXPLAINED,
        "dissent",
        dissent.id,
        consultation_id=consultation_id,
        new=kept(values | {"explanation_id": explanation.id}, without=("explained_by",)),
    )
    return {"explanation_id": explanation.id}


def _spoken_session(pen: Pen, consultation_id: str, session_id: str) -> ConsultationSession:
    session = session_of(pen, consultation_id, session_id)
    if session.state in _SILENT or session.planned_on > pen.today:
        raise refuse(RefusalCode.STATE_FORBIDS, "该场协商活动尚未举行或已取消，不能登记发言和异议。")
    return session
