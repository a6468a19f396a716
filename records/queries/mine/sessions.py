"""Their sessions, to come and past, and what they said at them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.matters import SessionFormat, SessionState
from records.queries.mine.own import OwnCase, Part, case_columns, case_of, is_own
from records.queries.scopes import readable
from records.tables.consultations import Consultation
from records.tables.deliberations import ConsultationSession, Participant, SignIn, Statement

COMING_MAX = 30
PAST_MAX = 30
STATEMENTS_MAX = 30

_UNDECIDED = (SessionState.PLANNED, SessionState.ADJOURNED)


@dataclass(frozen=True)
class OwnSession:
    """A session on the day on which it is planned or was held. ``has_come`` says that the reader signed in."""

    case: OwnCase
    id: str
    number: int
    format: SessionFormat
    state: SessionState
    place: str
    starts_at: datetime | None
    on: date
    has_come: bool

    @property
    def is_to_come(self) -> bool:
        """Whether it is planned, or goes on another day."""
        return self.state in _UNDECIDED

    def is_to_write_down(self, today: date) -> bool:
        """Whether its convener still has to say how it went."""
        return self.case.part is Part.CONVENER and self.is_to_come and self.on <= today


@dataclass(frozen=True)
class OwnStatement:
    """What the reader said at a session."""

    case: OwnCase
    id: str
    session_id: str
    session_number: int
    on: date
    text: str


def own_sessions(session: Session, actor: Actor, today: date) -> tuple[OwnSession, ...]:
    """What is to come, the nearest first, then what is past, the newest first."""
    table = ConsultationSession
    has_come = exists().where(
        SignIn.session_id == table.id,
        SignIn.participant_id == Participant.id,
        Participant.person_id == actor.principal_id,
    )
    on = func.coalesce(table.held_on, table.planned_on)
    query = (
        select(table, has_come, *case_columns(actor, today))
        .join(Consultation, Consultation.id == table.consultation_id)
        .where(is_own(actor, today))
    )
    is_open = table.state.in_(_UNDECIDED)
    coming = query.where(is_open).order_by(on, table.starts_at, table.id).limit(COMING_MAX)
    past = query.where(~is_open).order_by(on.desc(), table.id.desc()).limit(PAST_MAX)
    return tuple(
        OwnSession(
            case_of(values),
            row.id,
            row.number,
            row.format,
            row.state,
            row.place,
            row.starts_at,
            row.held_on or row.planned_on,
            came,
        )
        for part in (coming, past)
        for row, came, *values in session.execute(part)
    )


def own_statements(session: Session, actor: Actor, today: date) -> tuple[OwnStatement, ...]:
    """What they said, the newest first."""
    on = func.coalesce(ConsultationSession.held_on, ConsultationSession.planned_on)
    found = session.execute(
        select(Statement, ConsultationSession, *case_columns(actor, today))
        .join(Participant, Participant.id == Statement.participant_id)
        .join(ConsultationSession, ConsultationSession.id == Statement.session_id)
        .join(Consultation, Consultation.id == ConsultationSession.consultation_id)
        .where(Participant.person_id == actor.principal_id, readable(actor, today))
        .order_by(on.desc(), Statement.id.desc())
        .limit(STATEMENTS_MAX)
    )
    return tuple(
        OwnStatement(
            case_of(values), said.id, held.id, held.number, held.held_on or held.planned_on, said.text
        )
        for said, held, *values in found
    )
