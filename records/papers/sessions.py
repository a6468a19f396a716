"""协商活动: planning a session and calling people to it, recording how it went and who came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import func, select

from domain.audit_actions import AuditAction
from domain.calendar import local_date
from domain.matters import SessionFormat, SessionState
from domain.refusals import RefusalCode, refuse
from records.books import Books
from records.papers.changes import amend, kept
from records.papers.checking import Known, Line, Lines, Moment, PastDay, Text, checked, invalid
from records.papers.finding import open_consultation, participant_of, session_of
from records.papers.session_calls import call
from records.papers.session_changes import require_session_left, require_supplementable
from records.pen import Pen
from records.tables.deliberations import ConsultationSession, DepartmentPresenceRow, SignIn
from records.tables.people import Organisation

SIGNED_IN_AT_ONCE_MAX = 500
_OUTCOMES = frozenset(
    {SessionState.HELD, SessionState.BROKEN_OFF, SessionState.ADJOURNED, SessionState.CANCELLED}
)
_UNDECIDED = frozenset({SessionState.PLANNED, SessionState.ADJOURNED})
_NOT_ATTENDED = frozenset({SessionState.CANCELLED, SessionState.INVALID})


@dataclass(frozen=True, kw_only=True)
class SessionPlan:
    """When, where and how a session is to be held.

    ``notice_sent_on`` is given only when past sessions are entered afterwards (补录); letters of a coming session
    go out now. ``supplements_id`` names the invalid session that this one supplements. ``link`` is the address that
    the letters show.
    """

    starts_at: Annotated[datetime, Moment("开始时间")]
    place: Annotated[str, Line("地点")]
    format: SessionFormat
    chair_name: Annotated[str, Line("主持人", characters_max=50)]
    agenda: Annotated[tuple[str, ...], Lines("会议议程")] = ()
    materials: Annotated[tuple[str, ...], Lines("会前材料")] = ()
    notice_sent_on: Annotated[date | None, PastDay("通知发出日期")] = None
    supplements_id: Annotated[str | None, Known("补充的无效场次", ConsultationSession)] = None
    link: Annotated[str, Line("页面地址", is_required=False, characters_max=1_000)] = ""


@dataclass(frozen=True, kw_only=True)
class SessionOutcome:
    """How a session went. A session chaired by somebody else than the convener needs a ``delegation``."""

    state: SessionState
    held_on: Annotated[date | None, PastDay("举行日期")] = None
    place: Annotated[str | None, Line("地点")] = None
    format: SessionFormat | None = None
    chair_name: Annotated[str | None, Line("主持人", characters_max=50)] = None
    is_chaired_by_convener: bool = True
    delegation: Annotated[str, Text("委托主持说明", is_required=False)] = ""
    consensus: Annotated[str, Text("形成的共识", is_required=False)] = ""
    is_without_consensus: bool = False
    is_dissent_list_confirmed: bool = False
    outcome_note: Annotated[str, Text("情况说明", is_required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class DepartmentPresencePaper:
    """What one department did at a session (SC-16, LF-11)."""

    organisation_id: Annotated[str, Known("部门", Organisation)]
    officer_name: Annotated[str, Line("到会同志", is_required=False, characters_max=50)] = ""
    is_responsible_officer: bool = False
    has_presented: bool = False
    has_responded: bool = False


def plan_session(pen: Pen, consultation_id: str, paper: SessionPlan, books: Books) -> dict[str, Any]:
    """Plan the next session. When it is still to come, write its notice to departments, conveners and staff.

    Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT, LIMIT_REACHED).
    """
    consultation = open_consultation(pen, consultation_id)
    values = checked(pen, paper)
    require_session_left(pen, books, consultation, local_date(values["starts_at"]))
    if paper.supplements_id is not None:
        require_supplementable(pen, consultation.id, paper.supplements_id)
    link = values.pop("link")
    is_to_come = values["starts_at"] > pen.at
    if is_to_come:
        # A day that was given stands: the people had been told by other means before the letters go out.
        values["notice_sent_on"] = values["notice_sent_on"] or pen.today
    last = select(func.max(ConsultationSession.number)).filter_by(consultation_id=consultation.id)
    session = ConsultationSession(
        consultation_id=consultation.id,
        number=(pen.session.scalar(last) or 0) + 1,
        planned_on=local_date(values["starts_at"]),
        state=SessionState.PLANNED,
        **values,
    )
    pen.session.add(session)
    pen.session.flush()
    if is_to_come:
        call(pen, consultation, session, link)
    new = kept(values | {"number": session.number}, without=("chair_name",))
    pen.note(AuditAction.SESSION_PLANNED, "session", session.id, consultation_id=consultation.id, new=new)
    return {"session_id": session.id, "number": session.number, "letters": pen.letters_written}


def record_session(pen: Pen, consultation_id: str, session_id: str, paper: SessionOutcome) -> dict[str, Any]:
    """Record how a planned session went, or how an adjourned one went on (续会). What is recorded as held stays so.

    Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT).
    """
    session = session_of(pen, consultation_id, session_id)
    if session.state not in _UNDECIDED:
        message = f"该场协商活动{SessionState(session.state).label}，不能再次登记结果。"
        raise refuse(RefusalCode.STATE_FORBIDS, message)
    values = checked(pen, paper)
    if paper.state not in _OUTCOMES:
        raise invalid("“活动结果”应为已举行、休会、中止或已取消。", "state")
    if paper.state is SessionState.CANCELLED:
        values["held_on"] = None
    elif paper.held_on is None:
        raise invalid("请填写“举行日期”。", "held_on")
    if session.adjourned_on is not None:
        _require_continuation(session, paper)
    if paper.state is SessionState.ADJOURNED:
        values["adjourned_on"] = values["held_on"]
    if paper.is_without_consensus and values["consensus"]:
        raise invalid("已注明未形成共识的，不应再填写“形成的共识”。", "consensus")
    unchanged = {"place", "format", "chair_name"}
    values = {name: value for name, value in values.items() if value is not None or name not in unchanged}
    old, new = amend(session, values)
    pen.session.flush()
    for change in (old, new):
        change.pop("chair_name", None)
    pen.note(
        AuditAction.SESSION_RECORDED,
        "session",
        session.id,
        consultation_id=consultation_id,
        old=old,
        new=new,
    )
    return {"session_id": session.id, "state": session.state.value}


def record_sign_ins(
    pen: Pen, consultation_id: str, session_id: str, participant_ids: Sequence[str]
) -> dict[str, Any]:
    """Record who came. Whoever has signed in already stays signed in once.

    Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT).
    """
    session = session_of(pen, consultation_id, session_id)
    if session.state in _NOT_ATTENDED or session.planned_on > pen.today:
        raise refuse(RefusalCode.STATE_FORBIDS, "该场协商活动尚未举行或已取消，不能登记签到。")
    if not 0 < len(participant_ids) <= SIGNED_IN_AT_ONCE_MAX:
        raise invalid(f"一次应登记 1 至 {SIGNED_IN_AT_ONCE_MAX} 名签到人员。", "participant_ids")
    present = set(pen.session.scalars(select(SignIn.participant_id).filter_by(session_id=session.id)))
    arrived = [given for given in dict.fromkeys(participant_ids) if given not in present]
    for participant_id in arrived:
        participant = participant_of(pen, consultation_id, participant_id)
        pen.session.add(SignIn(session_id=session.id, participant_id=participant.id))
    pen.session.flush()
    pen.note(
        AuditAction.SIGN_INS_RECORDED,
        "session",
        session.id,
        consultation_id=consultation_id,
        new={"participant_ids": arrived},
    )
    return {"session_id": session.id, "signed_in": len(present) + len(arrived)}


def record_department_presence(
    pen: Pen, consultation_id: str, session_id: str, paper: DepartmentPresencePaper
) -> dict[str, Any]:
    """Record, or correct, what one department did at a session."""
    session = session_of(pen, consultation_id, session_id)
    if session.state in _NOT_ATTENDED:
        raise refuse(RefusalCode.STATE_FORBIDS, "该场协商活动已取消，不能登记部门到会情况。")
    values = checked(pen, paper)
    row = pen.session.get(DepartmentPresenceRow, (session.id, paper.organisation_id))
    old: dict[str, Any] = {}
    if row is None:
        row = DepartmentPresenceRow(session_id=session.id, **values)
        pen.session.add(row)
        new = kept(values)
    else:
        old, new = amend(row, values)
    for change in (old, new):
        change.pop("officer_name", None)
    pen.session.flush()
    pen.note(
        AuditAction.DEPARTMENT_PRESENCE_RECORDED,
        "session",
        session.id,
        consultation_id=consultation_id,
        old=old,
        new={"organisation_id": paper.organisation_id} | new,
    )
    return {"session_id": session.id, "organisation_id": paper.organisation_id}


def _require_continuation(session: ConsultationSession, paper: SessionOutcome) -> None:
    if paper.state is SessionState.CANCELLED:
        raise invalid("已休会的协商活动不能取消；不再续会的，请登记为中止。", "state")
    if (
        paper.held_on is not None
        and session.adjourned_on is not None
        and paper.held_on < session.adjourned_on
    ):
        raise invalid(f"续会日期不得早于休会日期（{session.adjourned_on}）。", "held_on")
