"""The bodies a consultation belongs to, as the policy asks for them."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.matters import FeedbackTaskState
from domain.policy import Matter
from records.outcome_facts import has_deliberated
from records.recipients import conveners_of
from records.tables.consultations import Approval, Consultation
from records.tables.obligations import CoHandling, FeedbackTask

CO_HANDLERS_ACTS = frozenset({"answer_co_handling"})
"""Acts on a task that belong to its co-handlers, as all others that units may do belong to the lead."""


def matter_of(
    session: Session,
    row: Consultation,
    on: date,
    *,
    task: FeedbackTask | None = None,
    body_id: str | None = None,
    desk_id: str | None = None,
    action: str = "",
) -> Matter:
    """Who is bound to this consultation.

    With a task, the units are its lead or, for an ``action`` of co-handlers, those; else every unit that leads or
    co-handles a live task.
    """
    if task is not None:
        units = _co_handlers(session, task) if action in CO_HANDLERS_ACTS else frozenset({task.unit_id})
    elif not has_deliberated(row):
        units = frozenset()
    else:
        units = _handling_units(session, row)
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


def _co_handlers(session: Session, task: FeedbackTask) -> frozenset[str]:
    return frozenset(session.scalars(select(CoHandling.unit_id).where(CoHandling.task_id == task.id)))


def _handling_units(session: Session, row: Consultation) -> frozenset[str]:
    live = (FeedbackTask.consultation_id == row.id, FeedbackTask.state != FeedbackTaskState.RETURNED)
    leads = session.scalars(select(FeedbackTask.unit_id).where(*live))
    joined = select(CoHandling.unit_id).join(FeedbackTask, FeedbackTask.id == CoHandling.task_id)
    return frozenset(leads) | frozenset(session.scalars(joined.where(*live)))
