"""The desk of the party committee: what was carried to it, and what it instructed."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.policy import may
from records.matters import matter_of
from records.queries.scopes import readable
from records.tables.consultations import Consultation
from records.tables.obligations import Escalation, Instruction


def escalation_for(session: Session, actor: Actor, escalation_id: str, on: date) -> Escalation | None:
    """The escalation, or None where there is none that the actor may see."""
    escalation = session.get(Escalation, escalation_id) if escalation_id.isprintable() else None
    if escalation is None:
        return None
    consultation = session.get_one(Consultation, escalation.consultation_id)
    matter = matter_of(session, consultation, on, desk_id=escalation.target_id)
    return escalation if may(actor, "see_escalations", matter) else None


def escalations_visible_to(
    session: Session, actor: Actor, on: date, *, is_open: bool | None, after: str | None, limit: int
) -> list[tuple[Escalation, Consultation]]:
    """The newest escalations first, those after the id of the page before: the desk's own, and what one may read."""
    query = (
        select(Escalation, Consultation)
        .join(Consultation, Consultation.id == Escalation.consultation_id)
        .where(or_(Escalation.target_id == actor.organisation_id, readable(actor, on)))
        .order_by(Escalation.id.desc())
    )
    if is_open is not None:
        query = query.where(Escalation.is_open == is_open)
    found: list[tuple[Escalation, Consultation]] = []
    while len(found) < limit:
        page = query if after is None else query.where(Escalation.id < after)
        rows = session.execute(page.limit(limit)).all()
        found += [row for row in rows if _may_see(session, actor, row[1], row[0], on)]
        if len(rows) < limit:
            break
        after = rows[-1][0].id
    return found[:limit]


def instructions_of(session: Session, escalation_id: str) -> Sequence[Instruction]:
    """The instructions on one escalation, first to last."""
    return session.scalars(
        select(Instruction).where(Instruction.escalation_id == escalation_id).order_by(Instruction.id)
    ).all()


def _may_see(
    session: Session, actor: Actor, consultation: Consultation, escalation: Escalation, on: date
) -> bool:
    return may(actor, "see_escalations", matter_of(session, consultation, on, desk_id=escalation.target_id))
