"""The bodies a consultation belongs to, as the policy asks for them: one question to the register."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import Select, literal, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.matters import FeedbackTaskState
from domain.policy import Matter
from records.outcome_facts import has_deliberated
from records.tables.consultations import Approval, Consultation
from records.tables.obligations import CoHandling, FeedbackTask
from records.tables.rooms import Convener

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
    questions = [_conveners(row, on), _approving_bodies(row)]
    if task is not None and action in CO_HANDLERS_ACTS:
        questions.append(_tied("unit", CoHandling.unit_id).where(CoHandling.task_id == task.id))
    elif task is None and has_deliberated(row):
        questions += _handling_units(row)
    bound: dict[str, set[str]] = defaultdict(set)
    for tie, id in session.execute(union(*questions)):
        bound[tie].add(id)
    if task is not None and action not in CO_HANDLERS_ACTS:
        bound["unit"].add(task.unit_id)
    return Matter(
        area=row.area,
        operator_id=row.operator_id,
        owner_id=row.owner_id,
        leading_party_id=row.leading_party_id,
        convener_ids=frozenset(bound["convener"]),
        unit_ids=frozenset(bound["unit"]),
        body_id=body_id,
        desk_id=desk_id,
        party_body_ids=frozenset(bound["body"]),
    )


def _tied(tie: str, column: InstrumentedAttribute[Any]) -> Select[str, Any]:
    return select(literal(tie), column)


def _conveners(row: Consultation, on: date) -> Select[str, Any]:
    return _tied("convener", Convener.person_id).where(
        Convener.room_id == row.room_id,
        or_(Convener.since_on.is_(None), Convener.since_on <= on),
        or_(Convener.until_on.is_(None), Convener.until_on >= on),
    )


def _approving_bodies(row: Consultation) -> Select[str, Any]:
    return _tied("body", Approval.body_id).where(
        Approval.consultation_id == row.id, Approval.body_id.is_not(None)
    )


def _handling_units(row: Consultation) -> list[Select[str, Any]]:
    live = (FeedbackTask.consultation_id == row.id, FeedbackTask.state != FeedbackTaskState.RETURNED)
    joined = _tied("unit", CoHandling.unit_id).join(FeedbackTask, FeedbackTask.id == CoHandling.task_id)
    return [_tied("unit", FeedbackTask.unit_id).where(*live), joined.where(*live)]
