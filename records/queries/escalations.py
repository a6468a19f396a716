"""The desk of the party committee: what was carried to it, and what it instructed."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from records.queries.scopes import permitted
from records.tables.consultations import Consultation
from records.tables.obligations import Escalation, Instruction


def escalation_for(session: Session, actor: Actor, escalation_id: str, on: date) -> Escalation | None:
    """The escalation, or None where there is none that the actor may see."""
    if not escalation_id.isprintable():
        return None
    return session.scalar(
        select(Escalation)
        .join(Consultation, Consultation.id == Escalation.consultation_id)
        .where(Escalation.id == escalation_id, _visible(actor, on))
    )


def escalations_visible_to(
    session: Session, actor: Actor, on: date, *, is_open: bool | None, after: str | None, limit: int
) -> list[tuple[Escalation, Consultation]]:
    """The newest escalations first, those after the id of the page before."""
    query = (
        select(Escalation, Consultation)
        .join(Consultation, Consultation.id == Escalation.consultation_id)
        .where(_visible(actor, on))
        .order_by(Escalation.id.desc())
        .limit(limit)
    )
    if is_open is not None:
        query = query.where(Escalation.is_open == is_open)
    if after is not None:
        query = query.where(Escalation.id < after)
    return [(row[0], row[1]) for row in session.execute(query)]


def instructions_of(session: Session, escalation_id: str) -> Sequence[Instruction]:
    """The instructions on one escalation, first to last."""
    return session.scalars(
        select(Instruction).where(Instruction.escalation_id == escalation_id).order_by(Instruction.id)
    ).all()


def _visible(actor: Actor, on: date) -> ColumnElement[bool]:
    return permitted("see_escalations", actor, on, desk_id=Escalation.target_id)
