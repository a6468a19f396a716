"""The consultations behind one number of the leader's overview."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.ladder import Colour
from domain.matters import ResultClass
from domain.stages import ConsultationState, Stage
from records.books import Books
from records.queries.leader_holdings import answered_in
from records.queries.leader_overview import gravest_colours
from records.queries.scopes import readable
from records.tables.consultations import Consultation, StageAdvance
from records.tables.obligations import Answer, ClockRow, FeedbackTask

CASES_MAX = 200


@dataclass(frozen=True)
class ColouredIn:
    """In a stage, and this is the gravest colour of its clocks (NONE for those without one)."""

    stage: Stage
    colour: Colour


@dataclass(frozen=True)
class LeftStage:
    """Left a stage since a day."""

    stage: Stage
    since_on: date


@dataclass(frozen=True)
class HeldBy:
    """With an open clock that a body holds, or only with a late one."""

    holder_id: str
    is_late: bool


@dataclass(frozen=True)
class AnsweredIn:
    """With an answer handed in during the year, of one class or unit, or only in time."""

    year: int
    result: ResultClass | None = None
    unit_id: str = ""
    is_in_time: bool = False


Behind = ColouredIn | LeftStage | HeldBy | AnsweredIn


def cases_behind(
    session: Session, books: Books, actor: Actor, today: date, behind: Behind
) -> Sequence[Consultation]:
    """Those that the actor may read, by number; one more than may be shown says that there are more."""
    return session.scalars(
        select(Consultation)
        .where(readable(actor, today), _condition(session, books, actor, today, behind))
        .order_by(Consultation.number)
        .limit(CASES_MAX + 1)
    ).all()


def _condition(
    session: Session, books: Books, actor: Actor, today: date, behind: Behind
) -> ColumnElement[bool]:
    match behind:
        case ColouredIn():
            in_stage = Consultation.state == ConsultationState(behind.stage.value)
            gravest = gravest_colours(session, books, actor, today)
            if behind.colour is Colour.NONE:
                return in_stage & Consultation.id.not_in(list(gravest))
            return in_stage & Consultation.id.in_(
                [key for key, (_, colour) in gravest.items() if colour is behind.colour]
            )
        case LeftStage():
            return Consultation.id.in_(
                select(StageAdvance.consultation_id).where(
                    StageAdvance.from_state == ConsultationState(behind.stage.value),
                    StageAdvance.occurred_on >= behind.since_on,
                )
            )
        case HeldBy():
            held = select(ClockRow.consultation_id).where(
                ClockRow.is_open, ClockRow.holder_id == behind.holder_id
            )
            if behind.is_late:
                return Consultation.id.in_(held.where(ClockRow.due_on < today)) & ~Consultation.is_suspended
            return Consultation.id.in_(held)
        case AnsweredIn():
            return Consultation.id.in_(_answered(behind))


def _answered(behind: AnsweredIn) -> Select[str]:
    query = (
        select(FeedbackTask.consultation_id)
        .join(Answer, Answer.task_id == FeedbackTask.id)
        .where(answered_in(behind.year))
    )
    if behind.result is not None:
        query = query.where(Answer.result == behind.result)
    if behind.unit_id:
        query = query.where(FeedbackTask.unit_id == behind.unit_id)
    if behind.is_in_time:
        query = query.where(Answer.is_in_time.is_(True))
    return query
