"""What waits for somebody besides the clocks that their organisation holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.bodies import Actor, Role
from domain.matters import FeedbackTaskState
from domain.stages import FINAL_STATES
from domain.words import Word
from records.tables.consultations import Consultation
from records.tables.deliberations import ResearchRecord
from records.tables.obligations import ExtensionRequest, FeedbackTask, ReturnRequest
from records.tables.outcomes import Suggestion
from records.tables.rooms import Convener

WAITING_MAX = 200
RUNNING_MAX = 50

AskedFor = Select[Any]


class Duty(Word):
    """What somebody is asked to do that no clock of theirs says."""

    DECIDE_RETURN = "decide_return", "答复退办申请"
    DECIDE_EXTENSION = "decide_extension", "答复延期申请"
    VERIFY_ANSWER = "verify_answer", "核实书面反馈"
    ACCEPT_RESEARCH = "accept_research", "审核调研报告"


@dataclass(frozen=True)
class Waiting:
    """One thing that waits, since when, and where to do it."""

    duty: Duty
    consultation_id: str
    consultation_number: str
    consultation_title: str
    subject_id: str
    title: str
    since_on: date


def waiting_for(session: Session, actor: Actor, today: date) -> list[Waiting]:
    """What waits for the actor, the oldest first, in one question; at most 200."""
    asked = _asked_of(actor, today)
    if not asked:
        return []
    found = union_all(*asked).subquery()
    rows = session.execute(select(found).order_by(found.c.since_on, found.c.subject_id).limit(WAITING_MAX))
    return [Waiting(Duty(duty), *rest) for duty, *rest in rows]


def waiting_counted(actor: Actor, today: date) -> ScalarSelect[int]:
    """How many things wait for the actor, as part of a question."""
    asked = _asked_of(actor, today)
    if not asked:
        return select(literal(0)).scalar_subquery()
    return select(func.count()).select_from(union_all(*asked).subquery()).scalar_subquery()


def _asked_of(actor: Actor, today: date) -> tuple[AskedFor, ...]:
    match actor.role:
        case Role.STAFF:
            return (*_requests(_organised_by(actor)), _answers(_organised_by(actor)))
        case Role.CONVENER:
            return (_answers(_convened_by(actor, today)), _research(_convened_by(actor, today)))
    return ()


def running_under(session: Session, actor: Actor, today: date) -> Sequence[Consultation]:
    """The consultations under way that the actor organises, those that stand longest in their stage first."""
    if actor.role not in (Role.STAFF, Role.CONVENER):
        return ()
    theirs = _organised_by(actor) if actor.role is Role.STAFF else _convened_by(actor, today)
    return session.scalars(
        select(Consultation)
        .where(theirs, Consultation.state.not_in(FINAL_STATES))
        .order_by(Consultation.entered_state_on, Consultation.id)
        .limit(RUNNING_MAX)
    ).all()


def _organised_by(actor: Actor) -> ColumnElement[bool]:
    organisation = actor.organisation_id
    return or_(Consultation.operator_id == organisation, Consultation.owner_id == organisation)


def _convened_by(actor: Actor, today: date) -> ColumnElement[bool]:
    convened = select(Convener.room_id).where(
        Convener.person_id == actor.principal_id,
        or_(Convener.since_on.is_(None), Convener.since_on <= today),
        or_(Convener.until_on.is_(None), Convener.until_on >= today),
    )
    return Consultation.room_id.in_(convened)


def _requests(theirs: ColumnElement[bool]) -> Iterator[AskedFor]:
    kinds = (
        (Duty.DECIDE_RETURN, ReturnRequest, ReturnRequest.is_accepted),
        (Duty.DECIDE_EXTENSION, ExtensionRequest, ExtensionRequest.is_granted),
    )
    for duty, table, decision in kinds:
        yield (
            _asked(duty, FeedbackTask.id, Suggestion.text, table.requested_on)
            .join(FeedbackTask, FeedbackTask.id == table.task_id)
            .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
            .join(Consultation, Consultation.id == FeedbackTask.consultation_id)
            .where(decision.is_(None), theirs, Consultation.state.not_in(FINAL_STATES))
        )


def _answers(theirs: ColumnElement[bool]) -> AskedFor:
    return (
        _asked(Duty.VERIFY_ANSWER, FeedbackTask.id, Suggestion.text, FeedbackTask.answered_on)
        .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
        .join(Consultation, Consultation.id == FeedbackTask.consultation_id)
        .where(
            FeedbackTask.state == FeedbackTaskState.ANSWERED, FeedbackTask.answered_on.is_not(None), theirs
        )
    )


def _research(theirs: ColumnElement[bool]) -> AskedFor:
    return (
        _asked(Duty.ACCEPT_RESEARCH, ResearchRecord.id, ResearchRecord.place, ResearchRecord.held_on)
        .join(Consultation, Consultation.id == ResearchRecord.consultation_id)
        .where(
            ResearchRecord.accepted_on.is_(None),
            ResearchRecord.returned_on.is_(None),
            theirs,
            Consultation.state.not_in(FINAL_STATES),
        )
    )


def _asked(
    duty: Duty,
    subject_id: InstrumentedAttribute[str],
    title: InstrumentedAttribute[str],
    since_on: InstrumentedAttribute[Any],
) -> AskedFor:
    return select(
        literal(duty.value).label("duty"),
        Consultation.id.label("consultation_id"),
        Consultation.number,
        Consultation.title.label("consultation_title"),
        subject_id.label("subject_id"),
        title.label("title"),
        since_on.label("since_on"),
    )
