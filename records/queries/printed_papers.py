"""What the printed papers of one session say: who was there, what was said, agreed and proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from domain.matters import OutcomeDocumentKind
from records.queries.consultations import room_of
from records.queries.feedback_tasks import tasks_of
from records.queries.papers import (
    dissents_of,
    documents_of,
    explanations_of,
    participants_of,
    presences_of,
    sign_ins_of,
    statements_of,
    suggestions_of,
)
from records.queries.people import conveners, organisation_names
from records.tables.consultations import Consultation
from records.tables.deliberations import (
    ConsultationSession,
    Dissent,
    DissentExplanation,
    Participant,
    Statement,
)
from records.tables.outcomes import OutcomeDocument, Suggestion


@dataclass(frozen=True)
class RollLine:
    """One person on the list, and whether they signed in."""

    person: Participant
    organisation: str
    has_signed_in: bool


@dataclass(frozen=True)
class Officer:
    """Somebody whom a department sent. Without a name only the department is known."""

    name: str
    organisation: str


@dataclass(frozen=True)
class SessionRecord:
    """Everything written down of one session. Suggestions belong to the whole consultation."""

    session: ConsultationSession
    room_name: str
    issuer: str
    conveners: tuple[str, ...]
    roll: tuple[RollLine, ...]
    officers: tuple[Officer, ...]
    statements: Sequence[Statement]
    dissents: tuple[tuple[Dissent, tuple[DissentExplanation, ...]], ...]
    suggestions: tuple[tuple[Suggestion, str], ...]
    minutes: OutcomeDocument | None
    """The outcome document that these minutes went out as, where one is registered."""


def session_record(session: Session, row: Consultation, meeting: ConsultationSession) -> SessionRecord:
    """The record of a session of this consultation."""
    return SessionRecord(
        session=meeting,
        room_name=room_of(session, row).name,
        issuer=issuer_of(session, row),
        conveners=conveners_on(session, row, meeting.held_on or meeting.planned_on),
        roll=session_roll(session, meeting),
        officers=_officers(session, meeting),
        statements=statements_of(session, meeting.id),
        dissents=_dissents(session, meeting),
        suggestions=_suggestions(session, row.id),
        minutes=_minutes(session, row.id, meeting),
    )


def session_roll(session: Session, meeting: ConsultationSession) -> tuple[RollLine, ...]:
    """Everyone on the list, and whether they signed in at this session."""
    people = participants_of(session, meeting.consultation_id)
    came = set(sign_ins_of(session, meeting.id))
    names = organisation_names(session, [one.organisation_id for one in people])
    return tuple(
        RollLine(one, one.organisation_name or names.get(one.organisation_id or "", ""), one.id in came)
        for one in people
    )


def issuer_of(session: Session, row: Consultation) -> str:
    """The body that issues the papers of a consultation: its operator, or its owner where it has none."""
    body_id = row.operator_id or row.owner_id
    return organisation_names(session, [body_id]).get(body_id or "", "")


def conveners_on(session: Session, row: Consultation, day: date) -> tuple[str, ...]:
    """Names of the conveners of the consultation's room on that day."""
    return tuple(name for _, name in conveners(session, row.room_id, day))


def _officers(session: Session, meeting: ConsultationSession) -> tuple[Officer, ...]:
    rows = presences_of(session, meeting.id)
    names = organisation_names(session, [one.organisation_id for one in rows])
    return tuple(Officer(one.officer_name, names.get(one.organisation_id, "")) for one in rows)


def _dissents(
    session: Session, meeting: ConsultationSession
) -> tuple[tuple[Dissent, tuple[DissentExplanation, ...]], ...]:
    told = explanations_of(session, meeting.consultation_id)
    return tuple(
        (one, tuple(given for given in told if given.dissent_id == one.id))
        for one in dissents_of(session, meeting.consultation_id)
        if one.session_id == meeting.id
    )


def _suggestions(session: Session, consultation_id: str) -> tuple[tuple[Suggestion, str], ...]:
    units = {line.item_number: line.unit_name for line in tasks_of(session, consultation_id)}
    return tuple((one, units.get(one.item_number, "")) for one in suggestions_of(session, consultation_id))


def _minutes(session: Session, consultation_id: str, meeting: ConsultationSession) -> OutcomeDocument | None:
    """The registered minutes, where it is certain that they are of this session."""
    registered = [
        one for one in documents_of(session, consultation_id) if one.kind is OutcomeDocumentKind.MINUTES
    ]
    return registered[0] if meeting.number == 1 and len(registered) == 1 else None
