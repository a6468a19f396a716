"""协商活动: planning, sign-in, departments, statements, dissents, explanations, and how it went."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from api.counter import TheCounter
from api.errands import AnErrand
from api.fields import AsPaper, Body, Id, PathId
from api.identity import Visitor
from api.shown.papers import (
    DissentShown,
    ExplanationShown,
    PresenceShown,
    RescheduleShown,
    SessionShown,
    StatementShown,
)
from domain.refusals import RefusalCode, refuse
from records.papers.session_changes import Invalidation, SessionMove, mark_invalid, reschedule_session
from records.papers.sessions import (
    SIGNED_IN_AT_ONCE_MAX,
    DepartmentPresencePaper,
    SessionOutcome,
    SessionPlan,
    plan_session,
    record_department_presence,
    record_session,
    record_sign_ins,
)
from records.papers.statements import (
    DissentPaper,
    ExplanationPaper,
    StatementPaper,
    explain_dissent,
    record_dissent,
    record_statement,
)
from records.queries import papers as queries
from records.queries.reading import reading_consultation

router = APIRouter(prefix="/consultations/{consultation_id}", tags=["协商活动"])


class SignInsBody(Body):
    """Who came."""

    participant_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=SIGNED_IN_AT_ONCE_MAX)]


class SessionRead(SessionShown):
    """One session with everything that was recorded of it."""

    sign_ins: list[str]
    reschedules: list[RescheduleShown]
    department_presences: list[PresenceShown]
    statements: list[StatementShown]


class DissentRead(DissentShown):
    """One disagreement with the explanations given."""

    explanations: list[ExplanationShown]


@router.post("/sessions", status_code=201)
def create_session(
    consultation_id: PathId, errand: AnErrand, paper: Annotated[SessionPlan, AsPaper("link")]
) -> JSONResponse:
    """Plan a session; a coming one is announced by letter."""
    link = f"{errand.counter.base_url}/consultations/{consultation_id}"
    plan = SessionPlan(**{**vars(paper), "link": link})
    return errand.write_for(
        consultation_id,
        "plan_session",
        paper,
        lambda pen: plan_session(pen, consultation_id, plan, errand.counter.books),
        part="sessions/{session_id}",
    )


@router.get("/sessions", response_model=list[SessionShown])
def list_sessions(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[SessionShown]:
    """The sessions."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        return [SessionShown.model_validate(row) for row in queries.sessions_of(session, consultation_id)]


@router.get("/sessions/{session_id}", response_model=SessionRead)
def read_session(
    consultation_id: PathId, session_id: PathId, counter: TheCounter, visitor: Visitor
) -> SessionRead:
    """One session with sign-in, departments and statements."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        row = queries.session_of(session, consultation_id, session_id)
        if row is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该协商活动。")
        return SessionRead(
            **SessionShown.model_validate(row).model_dump(),
            sign_ins=list(queries.sign_ins_of(session, session_id)),
            reschedules=[
                RescheduleShown.model_validate(one) for one in queries.reschedules_of(session, [session_id])
            ],
            department_presences=[
                PresenceShown.model_validate(one) for one in queries.presences_of(session, session_id)
            ],
            statements=[
                StatementShown.model_validate(one) for one in queries.statements_of(session, session_id)
            ],
        )


@router.post("/sessions/{session_id}/sign-ins", status_code=201)
def create_sign_ins(
    consultation_id: PathId, session_id: PathId, errand: AnErrand, body: SignInsBody
) -> JSONResponse:
    """Record who came."""
    return errand.write_for(
        consultation_id,
        "record_sign_ins",
        body,
        lambda pen: record_sign_ins(pen, consultation_id, session_id, body.participant_ids),
        part=f"sessions/{session_id}",
    )


@router.post("/sessions/{session_id}/department-presences", status_code=201)
def create_department_presence(
    consultation_id: PathId,
    session_id: PathId,
    errand: AnErrand,
    paper: Annotated[DepartmentPresencePaper, AsPaper()],
) -> JSONResponse:
    """Record what one department did."""
    return errand.write_for(
        consultation_id,
        "record_department_presence",
        paper,
        lambda pen: record_department_presence(pen, consultation_id, session_id, paper),
        part=f"sessions/{session_id}",
    )


@router.post("/sessions/{session_id}/statements", status_code=201)
def create_statement(
    consultation_id: PathId,
    session_id: PathId,
    errand: AnErrand,
    paper: Annotated[StatementPaper, AsPaper()],
) -> JSONResponse:
    """Record a statement."""
    return errand.write_for(
        consultation_id,
        "record_statement",
        paper,
        lambda pen: record_statement(pen, consultation_id, session_id, paper),
        part=f"sessions/{session_id}",
    )


@router.post("/sessions/{session_id}/dissents", status_code=201)
def create_dissent(
    consultation_id: PathId, session_id: PathId, errand: AnErrand, paper: Annotated[DissentPaper, AsPaper()]
) -> JSONResponse:
    """Record a disagreement."""
    return errand.write_for(
        consultation_id,
        "record_dissent",
        paper,
        lambda pen: record_dissent(pen, consultation_id, session_id, paper),
        part="dissents",
    )


@router.post("/sessions/{session_id}/outcomes", status_code=201)
def create_session_outcome(
    consultation_id: PathId, session_id: PathId, errand: AnErrand, paper: Annotated[SessionOutcome, AsPaper()]
) -> JSONResponse:
    """Record how a session went, or how an adjourned one went on (续会)."""
    return errand.write_for(
        consultation_id,
        "record_session",
        paper,
        lambda pen: record_session(pen, consultation_id, session_id, paper),
        part=f"sessions/{session_id}",
    )


@router.post("/sessions/{session_id}/reschedules", status_code=201)
def create_session_reschedule(
    consultation_id: PathId,
    session_id: PathId,
    errand: AnErrand,
    paper: Annotated[SessionMove, AsPaper("link")],
) -> JSONResponse:
    """改期 of a planned session; everybody who was called is told."""
    link = f"{errand.counter.base_url}/consultations/{consultation_id}/sessions"
    move = SessionMove(**{**vars(paper), "link": link})
    return errand.write_for(
        consultation_id,
        "reschedule_session",
        paper,
        lambda pen: reschedule_session(pen, consultation_id, session_id, move, errand.counter.books),
        part=f"sessions/{session_id}",
    )


@router.post("/sessions/{session_id}/invalidations", status_code=201)
def create_session_invalidation(
    consultation_id: PathId, session_id: PathId, errand: AnErrand, paper: Annotated[Invalidation, AsPaper()]
) -> JSONResponse:
    """无效场次: a held session that does not count."""
    return errand.write_for(
        consultation_id,
        "invalidate_session",
        paper,
        lambda pen: mark_invalid(pen, consultation_id, session_id, paper, errand.counter.books),
        part=f"sessions/{session_id}",
    )


@router.get("/dissents", response_model=list[DissentRead])
def list_dissents(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[DissentRead]:
    """The disagreements with the explanations given."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        given: dict[str, list[ExplanationShown]] = {}
        for row in queries.explanations_of(session, consultation_id):
            given.setdefault(row.dissent_id, []).append(ExplanationShown.model_validate(row))
        return [
            DissentRead(**DissentShown.model_validate(row).model_dump(), explanations=given.get(row.id, []))
            for row in queries.dissents_of(session, consultation_id)
        ]


@router.post("/dissents/{dissent_id}/explanations", status_code=201)
def create_explanation(
    consultation_id: PathId,
    dissent_id: PathId,
    errand: AnErrand,
    paper: Annotated[ExplanationPaper, AsPaper()],
) -> JSONResponse:
    """Record an explanation given to a dissenter."""
    return errand.write_for(
        consultation_id,
        "explain_dissent",
        paper,
        lambda pen: explain_dissent(pen, consultation_id, dissent_id, paper),
        part="dissents",
    )
