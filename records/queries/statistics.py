"""Figures over what somebody may see."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.stages import ConsultationState
from records.queries.scopes import readable
from records.tables.consultations import Consultation
from records.tables.obligations import ClockRow


def consultations_by_state(session: Session, actor: Actor, on: date) -> dict[ConsultationState, int]:
    """How many of the consultations that the actor may see stand in each state."""
    found = session.execute(
        select(Consultation.state, func.count()).where(readable(actor, on)).group_by(Consultation.state)
    )
    return {row[0]: row[1] for row in found}


def all_consultations_by_state(session: Session) -> dict[ConsultationState, int]:
    """How many consultations stand in each state, for the operators of the service."""
    found = session.execute(select(Consultation.state, func.count()).group_by(Consultation.state))
    return {row[0]: row[1] for row in found}


def open_clocks(session: Session, today: date) -> tuple[int, int]:
    """How many clocks are open, and how many of these are past their due date."""
    is_open = session.scalar(select(func.count()).select_from(ClockRow).where(ClockRow.is_open))
    is_late = session.scalar(
        select(func.count()).select_from(ClockRow).where(ClockRow.is_open, ClockRow.due_on < today)
    )
    return is_open or 0, is_late or 0
