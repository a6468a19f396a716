"""Demands of supervisors that somebody has to move now, and those that are near or past their due date."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, and_, false, func, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.inspections import DemandState
from domain.ladder import Colour
from domain.policy import PERMITS
from records.books import Books
from records.queries.consultation_lists import COLOURED_WITHIN_DAYS
from records.queries.demands import DEMANDS_MAX, DemandStanding, standings, visible
from records.queries.overdue import SOON_WORKDAYS, BoardFilter
from records.queries.scopes import within
from records.tables.inspections import Demand

_ANSWERING = frozenset(role for role, _ in PERMITS["answer_demand"])
_JUDGING = frozenset(role for role, _ in PERMITS["verify_demand"])


def demands_to_move(session: Session, books: Books, actor: Actor, today: date) -> list[DemandStanding]:
    """What the actor's body has to answer, or has to judge because it asked; the nearest due date first."""
    rows = session.scalars(
        select(Demand).where(_theirs(actor)).order_by(Demand.due_on, Demand.id).limit(DEMANDS_MAX)
    )
    return standings(session, books, rows.all(), today)


def demands_waiting(actor: Actor) -> ScalarSelect[int]:
    """How many these are, as part of a question."""
    return select(func.count()).select_from(Demand).where(_theirs(actor)).scalar_subquery()


def _theirs(actor: Actor) -> ColumnElement[bool]:
    if actor.role in _ANSWERING:
        return and_(Demand.holder_id == actor.organisation_id, Demand.is_running)
    if actor.role in _JUDGING:
        return and_(Demand.issued_by_id == actor.organisation_id, Demand.state == DemandState.ANSWERED)
    return false()


def demands_on_board(
    session: Session, books: Books, actor: Actor, today: date, narrowed: BoardFilter
) -> list[DemandStanding]:
    """The running demands in one's sight that are late, coloured, or due within five working days.

    A stage narrows to consultations, so it leaves none.
    """
    if narrowed.state is not None:
        return []
    until = today - timedelta(days=1) if narrowed.is_late else today + timedelta(days=COLOURED_WITHIN_DAYS)
    query = select(Demand).where(visible(actor), Demand.is_running, Demand.due_on <= until)
    if narrowed.area:
        query = query.where(within(Demand.area, narrowed.area))
    rows = session.scalars(query.order_by(Demand.due_on, Demand.id).limit(DEMANDS_MAX)).all()
    found = standings(session, books, rows, today)
    return [
        one
        for one in found
        if narrowed.kind in (None, one.kind)
        and (
            one.is_overdue
            or (
                not narrowed.is_late and (one.colour is not Colour.NONE or one.left_workdays <= SOON_WORKDAYS)
            )
        )
    ]
