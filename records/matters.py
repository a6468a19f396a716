"""The bodies a consultation belongs to, as the policy asks for them."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.matters import FeedbackTaskState
from domain.policy import Matter
from records.outcome_facts import has_deliberated
from records.recipients import conveners_of
from records.tables.consultations import Approval, Consultation
from records.tables.obligations import FeedbackTask


def matter_of(
    session: Session,
    row: Consultation,
    on: date,
    *,
    task: FeedbackTask | None = None,
    body_id: str | None = None,
    desk_id: str | None = None,
) -> Matter:
    """Who is bound to this consultation: with a task only its own unit counts, else every unit with a live task."""
    if task is not None:
        units = frozenset({task.unit_id})
    elif not has_deliberated(row):
        units = frozenset()
    else:
        units = frozenset(
            session.scalars(
                select(FeedbackTask.unit_id).where(
                    FeedbackTask.consultation_id == row.id, FeedbackTask.state != FeedbackTaskState.RETURNED
                )
            )
        )
    bodies = frozenset(
        one
        for one in session.scalars(select(Approval.body_id).where(Approval.consultation_id == row.id))
        if one is not None
    )
    return Matter(
        area=row.area,
        operator_id=row.operator_id,
        owner_id=row.owner_id,
        leading_party_id=row.leading_party_id,
        convener_ids=frozenset(conveners_of(session, row.room_id, on)),
        unit_ids=units,
        body_id=body_id,
        desk_id=desk_id,
        party_body_ids=bodies,
    )
