"""Inspections as the supervisors of an area read them. Nobody else learns that there is one (NA-17)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.policy import PERMITS
from records.queries.scopes import within
from records.tables.consultations import Consultation
from records.tables.inspections import Inspection, InspectionSubject, InspectionVisit
from records.tables.obligations import CoHandling, FeedbackTask
from records.tables.people import Organisation

UNITS_MAX = 300


@dataclass(frozen=True)
class Inspected:
    """One inspection with what it looks at and the visits made so far."""

    row: Inspection
    units: tuple[Organisation, ...]
    consultations: tuple[Consultation, ...]
    visits: tuple[InspectionVisit, ...]


def visible(actor: Actor) -> ColumnElement[bool]:
    """What ``inspect`` opens: the inspections of one's area, but for those of one's own body."""
    if actor.role not in {role for role, _ in PERMITS["inspect"]}:
        return false()
    is_inspected = exists().where(
        InspectionSubject.inspection_id == Inspection.id, InspectionSubject.unit_id == actor.organisation_id
    )
    return and_(within(Inspection.area, actor.area), ~is_inspected)


def inspections_visible_to(
    session: Session, actor: Actor, *, is_open: bool | None = None, after: str | None = None, limit: int = 50
) -> list[Inspected]:
    """The newest first, those after the id of the page before."""
    query = select(Inspection).where(visible(actor)).order_by(Inspection.id.desc()).limit(limit)
    if is_open is not None:
        query = query.where(
            Inspection.concluded_on.is_(None) if is_open else Inspection.concluded_on.is_not(None)
        )
    if after is not None:
        query = query.where(Inspection.id < after)
    return _with_parts(session, session.scalars(query).all())


def inspection_for(session: Session, actor: Actor, inspection_id: str) -> Inspected | None:
    """One inspection, or None where there is none that the actor may know of."""
    if not inspection_id.isprintable():
        return None
    row = session.scalar(select(Inspection).where(Inspection.id == inspection_id, visible(actor)))
    return None if row is None else _with_parts(session, [row])[0]


def units_within(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The bodies that a supervisor may inspect: those of the area, without the own one, by name."""
    return session.scalars(
        select(Organisation)
        .where(within(Organisation.area, actor.area), Organisation.id != actor.organisation_id)
        .order_by(Organisation.name)
        .limit(UNITS_MAX)
    ).all()


def bodies_of(session: Session, consultation_ids: Sequence[str]) -> Sequence[Organisation]:
    """The bodies that run or handle these consultations: of whom a finding about them may ask something."""
    wanted = tuple(consultation_ids)
    runs = select(Consultation.operator_id).where(Consultation.id.in_(wanted))
    owns = select(Consultation.owner_id).where(Consultation.id.in_(wanted))
    leads = select(FeedbackTask.unit_id).where(FeedbackTask.consultation_id.in_(wanted))
    helps = (
        select(CoHandling.unit_id)
        .join(FeedbackTask, FeedbackTask.id == CoHandling.task_id)
        .where(FeedbackTask.consultation_id.in_(wanted))
    )
    return session.scalars(
        select(Organisation)
        .where(or_(*(Organisation.id.in_(one) for one in (runs, owns, leads, helps))))
        .order_by(Organisation.name)
    ).all()


def _with_parts(session: Session, rows: Sequence[Inspection]) -> list[Inspected]:
    ids = [row.id for row in rows]
    subjects = session.execute(
        select(InspectionSubject.inspection_id, Organisation, Consultation)
        .outerjoin(Organisation, Organisation.id == InspectionSubject.unit_id)
        .outerjoin(Consultation, Consultation.id == InspectionSubject.consultation_id)
        .where(InspectionSubject.inspection_id.in_(ids))
        .order_by(InspectionSubject.id)
    ).all()
    visits = session.scalars(
        select(InspectionVisit)
        .where(InspectionVisit.inspection_id.in_(ids))
        .order_by(InspectionVisit.visited_on, InspectionVisit.id)
    ).all()
    return [
        Inspected(
            row,
            tuple(unit for key, unit, _ in subjects if key == row.id and unit is not None),
            tuple(case for key, _, case in subjects if key == row.id and case is not None),
            tuple(one for one in visits if one.inspection_id == row.id),
        )
        for row in rows
    ]
