"""Consultations: the list, one of them, what changed it, and who is bound to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor, BodyKind
from domain.stages import ConsultationState
from records.queries.consultation_filters import ConsultationFilter as ConsultationFilter
from records.queries.consultation_filters import narrowed_to
from records.queries.scopes import readable
from records.tables.consultations import (
    Approval,
    Consultation,
    RecordedDeed,
    StageAdvance,
    Suspension,
    Waiver,
)
from records.tables.rooms import Room

PARTY_KINDS = frozenset(
    {BodyKind.PARTY_COMMITTEE, BodyKind.PARTY_WORK_COMMITTEE, BodyKind.PARTY_ORGANIZATION}
)


@dataclass(frozen=True)
class ConsultationLine:
    """One line of the list."""

    id: str
    number: str
    title: str
    state: ConsultationState
    is_suspended: bool
    area: str
    room_name: str
    opened_on: date
    opened_at: datetime
    entered_state_on: date
    waiting_for: str


def consultations_visible_to(
    session: Session,
    actor: Actor,
    on: date,
    narrowed: ConsultationFilter,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> list[ConsultationLine]:
    """The newest consultations first, those after the given (opened_at, id) of the page before."""
    query = select(
        Consultation.id,
        Consultation.number,
        Consultation.title,
        Consultation.state,
        Consultation.is_suspended,
        Consultation.area,
        Room.name,
        Consultation.opened_on,
        Consultation.opened_at,
        Consultation.entered_state_on,
        Consultation.waiting_for,
    ).join(Room, Room.id == Consultation.room_id)
    query = query.where(readable(actor, on), *narrowed_to(narrowed, on))
    if after is not None:
        opened_at, consultation_id = after
        query = query.where(
            or_(
                Consultation.opened_at < opened_at,
                and_(Consultation.opened_at == opened_at, Consultation.id < consultation_id),
            )
        )
    query = query.order_by(Consultation.opened_at.desc(), Consultation.id.desc()).limit(limit)
    return [ConsultationLine(*row) for row in session.execute(query)]


def consultation(session: Session, consultation_id: str) -> Consultation:
    """The consultation of this id, which is known to be there."""
    return session.get_one(Consultation, consultation_id)


def consultation_number(session: Session, consultation_id: str) -> str | None:
    """The number that people know a consultation by."""
    return session.scalar(select(Consultation.number).where(Consultation.id == consultation_id))


def is_known(session: Session, consultation_id: str) -> bool:
    """Whether there is a consultation of this id, whoever may read it."""
    return session.get(Consultation, consultation_id) is not None


def room_of(session: Session, consultation: Consultation) -> Room:
    """The room that hosts the consultation."""
    return session.get_one(Room, consultation.room_id)


def changes_of_state(session: Session, consultation_id: str) -> Sequence[StageAdvance]:
    """Every change of state, first to last."""
    return session.scalars(
        select(StageAdvance)
        .where(StageAdvance.consultation_id == consultation_id)
        .order_by(StageAdvance.recorded_at, StageAdvance.id)
    ).all()


def suspensions_of(session: Session, consultation_id: str) -> Sequence[Suspension]:
    """Every suspension, first to last."""
    return session.scalars(
        select(Suspension).where(Suspension.consultation_id == consultation_id).order_by(Suspension.id)
    ).all()


def waivers_of(session: Session, consultation_id: str) -> Sequence[Waiver]:
    """The hard rules that were waived."""
    return session.scalars(
        select(Waiver).where(Waiver.consultation_id == consultation_id).order_by(Waiver.id)
    ).all()


def approvals_of(session: Session, consultation_id: str) -> Sequence[Approval]:
    """Every step of every attempt at the chain, in order."""
    return session.scalars(
        select(Approval)
        .where(Approval.consultation_id == consultation_id)
        .order_by(Approval.attempt, Approval.step)
    ).all()


def current_chain(approvals: Sequence[Approval]) -> list[Approval]:
    """The steps of the latest attempt, in order."""
    latest = max((row.attempt for row in approvals), default=0)
    return [row for row in approvals if row.attempt == latest]


def terminating_body_id(consultation: Consultation, approvals: Sequence[Approval]) -> str | None:
    """The body that may end the consultation: the party body of its chain, else the leading party organisation."""
    chain = current_chain(approvals)
    approver = next((step.body_id for step in chain if step.body_kind in PARTY_KINDS), None)
    return approver or consultation.leading_party_id


def recorded_deed(session: Session, consultation_id: str, key: str) -> RecordedDeed | None:
    """The deed that was recorded under this key, if there is one."""
    return session.get(RecordedDeed, (f"consultation/{consultation_id}", key))
