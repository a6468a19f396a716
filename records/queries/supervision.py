"""督查事项 as supervisors and organisers read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.matters import FeedbackTaskState
from domain.stages import ConsultationState
from records.queries.scopes import readable
from records.tables.consultations import Consultation, Topic
from records.tables.obligations import FeedbackTask
from records.tables.outcomes import Suggestion, SupervisionItem
from records.tables.people import Organisation


@dataclass(frozen=True)
class UnitProgress:
    """How far one unit has come with one suggestion."""

    item_number: int
    unit_id: str
    unit_name: str
    state: FeedbackTaskState


UNDER_IMPLEMENTATION = frozenset({ConsultationState.IMPLEMENTATION, ConsultationState.EVALUATION})
"""Where a key consultation stands on the list of what is supervised."""


def may_enter_supervision(session: Session, row: Consultation) -> bool:
    """Whether a key consultation is under implementation and not listed yet."""
    if row.state not in UNDER_IMPLEMENTATION or not session.get_one(Topic, row.topic_id).is_key:
        return False
    return session.scalar(select(SupervisionItem.id).filter_by(consultation_id=row.id)) is None


def supervision_items_visible_to(
    session: Session, actor: Actor, on: date, *, is_open: bool | None, after: str | None, limit: int
) -> list[tuple[SupervisionItem, Consultation]]:
    """The newest items first, those after the id of the page before."""
    query = (
        select(SupervisionItem, Consultation)
        .join(Consultation, Consultation.id == SupervisionItem.consultation_id)
        .where(readable(actor, on))
        .order_by(SupervisionItem.id.desc())
        .limit(limit)
    )
    if is_open is not None:
        query = query.where(
            SupervisionItem.closed_on.is_(None) if is_open else SupervisionItem.closed_on.is_not(None)
        )
    if after is not None:
        query = query.where(SupervisionItem.id < after)
    return [(row[0], row[1]) for row in session.execute(query)]


def supervision_item_for(
    session: Session, actor: Actor, item_id: str, on: date
) -> tuple[SupervisionItem, Consultation] | None:
    """One item with its consultation, or None where there is none that the actor may know of."""
    if not item_id.isprintable():
        return None
    found = session.execute(
        select(SupervisionItem, Consultation)
        .join(Consultation, Consultation.id == SupervisionItem.consultation_id)
        .where(SupervisionItem.id == item_id, readable(actor, on))
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def progress_of(session: Session, consultation_ids: Iterable[str]) -> dict[str, list[UnitProgress]]:
    """By consultation, what every unit has in hand; returned tasks are left out."""
    found: dict[str, list[UnitProgress]] = {}
    query = (
        select(FeedbackTask.consultation_id, Suggestion.item_number, Organisation, FeedbackTask.state)
        .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
        .join(Organisation, Organisation.id == FeedbackTask.unit_id)
        .where(
            FeedbackTask.consultation_id.in_(tuple(consultation_ids)),
            FeedbackTask.state != FeedbackTaskState.RETURNED,
        )
        .order_by(Suggestion.item_number, Organisation.name)
    )
    for consultation_id, number, unit, state in session.execute(query):
        found.setdefault(consultation_id, []).append(UnitProgress(number, unit.id, unit.name, state))
    return found
