"""What waits for somebody besides the clocks that their organisation holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

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
    """What waits for the actor, the oldest first; at most 200 of each duty."""
    found: list[Waiting] = []
    if actor.role is Role.STAFF:
        found += _requests(session, _organised_by(actor))
        found += _answers(session, _organised_by(actor))
    if actor.role is Role.CONVENER:
        found += _answers(session, _convened_by(actor, today))
        found += _research(session, _convened_by(actor, today))
    return sorted(found, key=lambda one: (one.since_on, one.subject_id))


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
        Convener.person_id == actor.person_id,
        or_(Convener.since_on.is_(None), Convener.since_on <= today),
        or_(Convener.until_on.is_(None), Convener.until_on >= today),
    )
    return Consultation.room_id.in_(convened)


def _requests(session: Session, theirs: ColumnElement[bool]) -> Iterator[Waiting]:
    kinds = (
        (Duty.DECIDE_RETURN, ReturnRequest, ReturnRequest.is_accepted),
        (Duty.DECIDE_EXTENSION, ExtensionRequest, ExtensionRequest.is_granted),
    )
    for duty, table, decision in kinds:
        found = session.execute(
            select(
                Consultation.id,
                Consultation.number,
                Consultation.title,
                FeedbackTask.id,
                Suggestion.text,
                table.requested_on,
            )
            .join(FeedbackTask, FeedbackTask.id == table.task_id)
            .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
            .join(Consultation, Consultation.id == FeedbackTask.consultation_id)
            .where(decision.is_(None), theirs, Consultation.state.not_in(FINAL_STATES))
            .order_by(table.requested_on)
            .limit(WAITING_MAX)
        )
        yield from (Waiting(duty, *row) for row in found)


def _answers(session: Session, theirs: ColumnElement[bool]) -> Iterator[Waiting]:
    found = session.execute(
        select(
            Consultation.id,
            Consultation.number,
            Consultation.title,
            FeedbackTask.id,
            Suggestion.text,
            FeedbackTask.answered_on,
        )
        .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
        .join(Consultation, Consultation.id == FeedbackTask.consultation_id)
        .where(FeedbackTask.state == FeedbackTaskState.ANSWERED, theirs)
        .order_by(FeedbackTask.answered_on)
        .limit(WAITING_MAX)
    )
    for consultation_id, number, title, task_id, text, answered_on in found:
        if answered_on is not None:
            yield Waiting(Duty.VERIFY_ANSWER, consultation_id, number, title, task_id, text, answered_on)


def _research(session: Session, theirs: ColumnElement[bool]) -> Iterator[Waiting]:
    found = session.execute(
        select(
            Consultation.id,
            Consultation.number,
            Consultation.title,
            ResearchRecord.id,
            ResearchRecord.place,
            ResearchRecord.held_on,
        )
        .join(Consultation, Consultation.id == ResearchRecord.consultation_id)
        .where(ResearchRecord.accepted_on.is_(None), theirs, Consultation.state.not_in(FINAL_STATES))
        .order_by(ResearchRecord.held_on)
        .limit(WAITING_MAX)
    )
    yield from (Waiting(Duty.ACCEPT_RESEARCH, *row) for row in found)
