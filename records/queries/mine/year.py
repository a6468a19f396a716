"""One person's participation in a year, as plain numbers: no points, nobody else's beside them (SZ-39)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.bodies import Actor
from domain.matters import SessionState
from records.tables.consultations import Consultation, Topic
from records.tables.deliberations import ConsultationSession, Participant, ResearchRecord, SignIn, Statement
from records.tables.outcomes import FollowUpReview


@dataclass(frozen=True)
class OwnYear:
    """How often they took part: sessions signed in at, statements, research, reports accepted, topics, 回头看."""

    year: int
    attended: int
    statements: int
    research: int
    accepted: int
    topics: int
    reviews: int


def own_year(session: Session, actor: Actor, year: int) -> OwnYear:
    """The numbers of one calendar year, in one question."""
    person = actor.principal_id
    first_on, last_on = date(year, 1, 1), date(year, 12, 31)
    held = ConsultationSession.held_on.between(first_on, last_on)
    attended = _counted(
        select(func.count(SignIn.session_id.distinct()))
        .join(Participant, Participant.id == SignIn.participant_id)
        .join(ConsultationSession, ConsultationSession.id == SignIn.session_id)
        .where(Participant.person_id == person, ConsultationSession.state == SessionState.HELD, held)
    )
    said = _counted(
        select(func.count(Statement.id))
        .join(Participant, Participant.id == Statement.participant_id)
        .join(ConsultationSession, ConsultationSession.id == Statement.session_id)
        .where(Participant.person_id == person, held)
    )
    found = session.execute(
        select(
            attended,
            said,
            _naming(ResearchRecord.researcher_ids, ResearchRecord.held_on, person, year),
            _counted(
                select(func.count(ResearchRecord.id)).where(
                    ResearchRecord.accepted_by_person_id == person,
                    ResearchRecord.accepted_on.between(first_on, last_on),
                )
            ),
            _counted(
                select(func.count(Topic.id.distinct()))
                .join(Consultation, Consultation.topic_id == Topic.id)
                .where(Topic.recommended_by_id == person, Consultation.opened_on.between(first_on, last_on))
            ),
            _naming(FollowUpReview.attended_by_ids, FollowUpReview.held_on, person, year),
        )
    ).one()
    return OwnYear(year, *found)


def _counted(query: Select[int]) -> Any:
    return query.scalar_subquery()


def _naming(
    person_ids: InstrumentedAttribute[list[str]],
    held_on: InstrumentedAttribute[date] | InstrumentedAttribute[date | None],
    person: str,
    year: int,
) -> Any:
    """How many rows of a year name the person in a list of ids; an id stands in no other as a part."""
    return _counted(
        select(func.count()).where(
            held_on.between(date(year, 1, 1), date(year, 12, 31)),
            cast(person_ids, String).contains(f'"{person}"', autoescape=True),
        )
    )
