"""工作台账 as it is read. An unannounced inspection stays hidden from the unit it inspected (NA-17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor, Role
from domain.policy import PERMITS, Tie
from domain.work_log import WorkKind
from records.queries.scopes import within
from records.tables.people import Membership, Organisation, Person
from records.tables.work_log import WorkRecord


@dataclass(frozen=True)
class WorkFilter:
    """What a list is narrowed to; ``None`` and ``""`` narrow nothing."""

    year: int | None = None
    kind: WorkKind | None = None
    area: str = ""
    consultation_id: str = ""


def work_records(
    session: Session,
    actor: Actor,
    narrowed: WorkFilter,
    *,
    after: tuple[date, str] | None = None,
    limit: int = 50,
) -> Sequence[WorkRecord]:
    """The latest entries first, withdrawn ones too, those after the (happened_on, id) of the page before."""
    query = select(WorkRecord).where(_visible(actor), *_narrowing(narrowed))
    if after is not None:
        day, record_id = after
        query = query.where(
            or_(
                WorkRecord.happened_on < day,
                and_(WorkRecord.happened_on == day, WorkRecord.id < record_id),
            )
        )
    return session.scalars(
        query.order_by(WorkRecord.happened_on.desc(), WorkRecord.id.desc()).limit(limit)
    ).all()


def work_record(session: Session, actor: Actor, record_id: str) -> WorkRecord | None:
    """One entry, or None where there is none that the actor may know of."""
    if not record_id.isprintable():
        return None
    return session.scalar(select(WorkRecord).where(WorkRecord.id == record_id, _visible(actor)))


def work_counts(session: Session, actor: Actor, narrowed: WorkFilter, today: date) -> dict[WorkKind, int]:
    """By kind, how many entries have happened and stand."""
    query = (
        select(WorkRecord.kind, func.count())
        .where(
            _visible(actor),
            *_narrowing(narrowed),
            WorkRecord.withdrawn_on.is_(None),
            WorkRecord.happened_on <= today,
        )
        .group_by(WorkRecord.kind)
    )
    counted = {row[0]: row[1] for row in session.execute(query)}
    return {kind: counted[kind] for kind in WorkKind if kind in counted}


def members_within(session: Session, area: str) -> Sequence[Person]:
    """The members of the 政协 whose organisation lies in the area, by name."""
    return session.scalars(
        select(Person)
        .where(
            Person.id.in_(
                select(Membership.person_id)
                .join(Organisation, Organisation.id == Membership.organisation_id)
                .where(Membership.role == Role.MEMBER, within(Organisation.area, area))
            )
        )
        .order_by(Person.name)
    ).all()


def _narrowing(narrowed: WorkFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if narrowed.year is not None:
        conditions.append(
            WorkRecord.happened_on.between(date(narrowed.year, 1, 1), date(narrowed.year, 12, 31))
        )
    if narrowed.kind is not None:
        conditions.append(WorkRecord.kind == narrowed.kind)
    if narrowed.area:
        conditions.append(within(WorkRecord.area, narrowed.area))
    if narrowed.consultation_id:
        conditions.append(WorkRecord.consultation_id == narrowed.consultation_id)
    return conditions


def _visible(actor: Actor) -> ColumnElement[bool]:
    """What ``read_work_log`` opens: one's own area, and the inspections that one's own unit was told of."""
    ties = {tie for role, tie in PERMITS["read_work_log"] if role is actor.role}
    if not ties:
        return false()
    is_about_own_unit = WorkRecord.subject_organisation_id == actor.organisation_id
    told = and_(is_about_own_unit, WorkRecord.kind == WorkKind.INSPECTION)
    own_area = within(WorkRecord.area, actor.area) if Tie.AREA in ties else false()
    hidden = and_(WorkRecord.kind == WorkKind.UNANNOUNCED_INSPECTION, is_about_own_unit)
    return and_(or_(told, own_area), ~hidden)
