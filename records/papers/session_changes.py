"""What may become of a session besides being held: 改期, and 无效场次 with the session that supplements it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.calendar import local_date
from domain.matters import SessionState
from domain.refusals import RefusalCode, refuse
from domain.stages import ConsultationState
from records.books import Books
from records.papers.checking import Line, Moment, PastDay, Text, checked, invalid
from records.papers.finding import session_of
from records.papers.session_calls import call_anew
from records.pen import Pen
from records.session_limits import session_limit
from records.sign_in_ratio import failing_sign_in
from records.tables.consultations import Consultation
from records.tables.deliberations import ConsultationSession, SessionReschedule

HAND_OVER = "可如实报送分歧意见；属于村（居）民自治事项的，移交村（居）民会议或者村（居）民代表会议讨论决定"
"""What remains when no further session may be planned (domain.md §2.5)."""

_SUPPLEMENTING = frozenset({SessionState.PLANNED, SessionState.ADJOURNED, SessionState.HELD})


@dataclass(frozen=True, kw_only=True)
class SessionMove:
    """改期: when the session is held instead, and why.

    ``rescheduled_on`` is given only when a change of the past is entered afterwards (补录): the day on which
    everybody was told. ``link`` is the address that the letters show.
    """

    starts_at: Annotated[datetime, Moment("改期后的开始时间")]
    reason: Annotated[str, Text("改期原因")]
    rescheduled_on: Annotated[date | None, PastDay("改期通知日期")] = None
    link: Annotated[str, Line("页面地址", is_required=False, characters_max=1_000)] = ""


@dataclass(frozen=True, kw_only=True)
class Invalidation:
    """无效场次: why a session that was held does not count."""

    reason: Annotated[str, Text("认定无效的理由")]


def reschedule_session(
    pen: Pen, consultation_id: str, session_id: str, paper: SessionMove, books: Books
) -> dict[str, Any]:
    """Move a planned session. Everybody who was called is told; the notice period runs from the renewed notice.

    Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT, LIMIT_REACHED).
    """
    session = session_of(pen, consultation_id, session_id)
    consultation = pen.session.get_one(Consultation, consultation_id)
    if session.state is not SessionState.PLANNED:
        label = SessionState(session.state).label
        raise refuse(RefusalCode.STATE_FORBIDS, f"该场协商活动{label}，不能改期；只有已排期的场次可以改期。")
    values = checked(pen, paper)
    starts_at, told_on = values["starts_at"], values["rescheduled_on"] or pen.today
    if starts_at == session.starts_at:
        raise invalid("“改期后的开始时间”与原定时间相同。", "starts_at")
    if local_date(starts_at) < told_on:
        message = "“改期后的开始时间”不得早于改期通知日期；补录以往改期的，请填写改期通知日期。"
        raise invalid(message, "starts_at")
    require_session_left(pen, books, consultation, local_date(starts_at), moved_id=session.id)
    move = SessionReschedule(
        session_id=session.id,
        from_on=session.planned_on,
        to_on=local_date(starts_at),
        reason=values["reason"],
        rescheduled_on=told_on,
    )
    pen.session.add(move)
    session.starts_at, session.planned_on, session.notice_sent_on = starts_at, move.to_on, told_on
    pen.session.flush()
    if starts_at > pen.at and told_on == pen.today:
        moved = {"postponed_from": move.from_on.isoformat(), "reason": move.reason}
        call_anew(pen, consultation, session, values["link"], **moved)
    pen.note(
        AuditAction.SESSION_RESCHEDULED,
        "session",
        session.id,
        consultation_id=consultation_id,
        old={"planned_on": move.from_on.isoformat()},
        new={"planned_on": move.to_on.isoformat(), "notice_sent_on": told_on.isoformat()},
        note=move.reason,
    )
    return {"session_id": session.id, "reschedule_id": move.id, "letters": pen.letters_written}


def mark_invalid(
    pen: Pen, consultation_id: str, session_id: str, paper: Invalidation, books: Books
) -> dict[str, Any]:
    """Find that a held session does not count (domain.md §1.6, reading 2); another may supplement it.

    Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT).
    """
    session = session_of(pen, consultation_id, session_id)
    consultation = pen.session.get_one(Consultation, consultation_id)
    if session.state is not SessionState.HELD:
        label = SessionState(session.state).label
        message = f"该场协商活动{label}，只有已举行的场次可以认定为无效场次。"
        raise refuse(RefusalCode.STATE_FORBIDS, message)
    if consultation.deliberated_on is not None:
        message = f"协商已进入「{ConsultationState(consultation.state).label}」，不能再认定无效场次。"
        raise refuse(RefusalCode.STATE_FORBIDS, message)
    reason = checked(pen, paper)["reason"]
    unmet = failing_sign_in(pen.session, books, consultation, session)
    session.state, session.invalid_reason = SessionState.INVALID, reason
    pen.session.flush()
    pen.note(
        AuditAction.SESSION_INVALIDATED,
        "session",
        session.id,
        consultation_id=consultation_id,
        old={"state": SessionState.HELD.value},
        new={"state": SessionState.INVALID.value},
        rule_ids=[finding.rule_id for finding in unmet],
        note=reason,
    )
    return {"session_id": session.id, "state": session.state.value}


def require_session_left(
    pen: Pen, books: Books, consultation: Consultation, on: date, *, moved_id: str = ""
) -> None:
    """Raise Refused (LIMIT_REACHED) when no further session may be held, or none on that day."""
    limit = session_limit(pen.session, books, consultation, pen.today, without=moved_id)
    if limit.is_reached:
        message = (
            f"一件协商最多举行 {limit.sessions_max} 场有效的协商活动（{limit.source}），"
            f"已安排或举行 {len(limit.days)} 场，不能再安排。仍未形成共识的，{HAND_OVER}。"
        )
        raise refuse(RefusalCode.LIMIT_REACHED, message)
    if limit.is_beyond(on):
        message = (
            f"再协商应在首场（{limit.days[0]}）之后 {limit.span_days} 个工作日以内举行（{limit.source}），"
            f"即不晚于 {limit.last_on}。逾期仍未形成共识的，{HAND_OVER}。"
        )
        raise refuse(RefusalCode.LIMIT_REACHED, message, field="starts_at")


def require_supplementable(pen: Pen, consultation_id: str, supplements_id: str) -> None:
    """Raise Refused (INVALID_INPUT) unless this is an invalid session that no other supplements yet."""
    invalidated = pen.session.scalar(
        select(ConsultationSession.number).filter_by(
            id=supplements_id, consultation_id=consultation_id, state=SessionState.INVALID
        )
    )
    if invalidated is None:
        raise invalid("“补充的无效场次”应为本协商的无效场次。", "supplements_id")
    further = pen.session.scalar(
        select(ConsultationSession.number).where(
            ConsultationSession.supplements_id == supplements_id,
            ConsultationSession.state.in_(_SUPPLEMENTING),
        )
    )
    if further is not None:
        raise invalid(f"第 {invalidated} 场已由第 {further} 场补充，不能重复补充。", "supplements_id")
