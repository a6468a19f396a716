"""Which consultations somebody may know of: the policy's permits as conditions of a query."""

from datetime import date

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.bodies import Actor
from domain.matters import FeedbackTaskState
from domain.policy import PERMITS, Tie
from records.tables.consultations import Approval, Consultation, Topic
from records.tables.obligations import CoHandling, FeedbackTask
from records.tables.rooms import Convener, Room


def readable(actor: Actor, on: date) -> ColumnElement[bool]:
    """The consultations that the permits of ``read_consultation`` open to the actor."""
    return permitted("read_consultation", actor, on)


def permitted(
    action: str, actor: Actor, on: date, *, desk_id: InstrumentedAttribute[str | None] | None = None
) -> ColumnElement[bool]:
    """The consultations for which the policy permits the action; ``desk_id`` is the column that names the desk."""
    ties = (tie for role, tie in PERMITS[action] if role is actor.role)
    return or_(false(), *(_bound(actor, tie, on, desk_id) for tie in ties))


def consultation_for(session: Session, actor: Actor, consultation_id: str, on: date) -> Consultation | None:
    """The consultation, or None where there is none that the actor may know of."""
    if not consultation_id.isprintable():
        return None
    return session.scalar(select(Consultation).where(Consultation.id == consultation_id, readable(actor, on)))


def cases(actor: Actor, on: date) -> Select[Consultation, Room, Topic]:
    """What the actor may know of, each with its room and its topic."""
    return (
        select(Consultation, Room, Topic)
        .join(Room, Room.id == Consultation.room_id)
        .join(Topic, Topic.id == Consultation.topic_id)
        .where(readable(actor, on))
    )


def within(area: InstrumentedAttribute[str], scope: str) -> ColumnElement[bool]:
    """The areas that are ``scope`` itself or lie below it."""
    if not scope:
        return false()
    return or_(area == scope, area.startswith(scope + "/", autoescape=True))


def _bound(
    actor: Actor, tie: Tie, on: date, desk_id: InstrumentedAttribute[str | None] | None
) -> ColumnElement[bool]:
    organisation = actor.organisation_id
    match tie:
        case Tie.OPERATOR:
            return Consultation.operator_id == organisation
        case Tie.OWNER:
            return Consultation.owner_id == organisation
        case Tie.ORGANISER:
            return or_(Consultation.operator_id == organisation, Consultation.owner_id == organisation)
        case Tie.LEADING_PARTY:
            return or_(
                Consultation.leading_party_id == organisation, Consultation.id.in_(_decided_by(organisation))
            )
        case Tie.CONVENER:
            return Consultation.room_id.in_(_rooms_convened_by(actor.principal_id, on))
        case Tie.BODY:
            return Consultation.id.in_(_decided_by(organisation))
        case Tie.UNIT:
            return or_(
                Consultation.id.in_(_handled_by(organisation)),
                Consultation.id.in_(_co_handled_by(organisation)),
            )
        case Tie.AREA:
            return within(Consultation.area, actor.area)
        case Tie.ANYWHERE:
            return true()
        case Tie.DESK:
            return false() if desk_id is None else desk_id == organisation


def _rooms_convened_by(person_id: str, on: date) -> Select[str]:
    return select(Convener.room_id).where(
        Convener.person_id == person_id,
        or_(Convener.since_on.is_(None), Convener.since_on <= on),
        or_(Convener.until_on.is_(None), Convener.until_on >= on),
    )


def _decided_by(organisation_id: str) -> Select[str]:
    return select(Approval.consultation_id).where(Approval.body_id == organisation_id)


def _handled_by(organisation_id: str) -> Select[str]:
    return select(FeedbackTask.consultation_id).where(
        FeedbackTask.unit_id == organisation_id, FeedbackTask.state != FeedbackTaskState.RETURNED
    )


def _co_handled_by(organisation_id: str) -> Select[str]:
    return (
        select(FeedbackTask.consultation_id)
        .join(CoHandling, CoHandling.task_id == FeedbackTask.id)
        .where(CoHandling.unit_id == organisation_id, FeedbackTask.state != FeedbackTaskState.RETURNED)
    )
