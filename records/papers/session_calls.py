"""Who is called to a session, and the letters that call them: the first notice and the renewed one."""

from typing import Any

from sqlalchemy import select

from domain.bodies import Role
from domain.matters import ParticipantKind
from domain.notices import NoticeKind
from records.pen import Pen
from records.recipients import conveners_of, organisers_of, people_of
from records.tables.consultations import Consultation
from records.tables.deliberations import ConsultationSession, Participant
from records.tables.letters import NoticeRow

_DEPARTMENT_ROLES = (Role.DEPARTMENT, Role.DEPARTMENT_HEAD)
_CALLS = (NoticeKind.SESSION_NOTICE, NoticeKind.SESSION_RESCHEDULED)


def call(pen: Pen, consultation: Consultation, session: ConsultationSession, link: str) -> None:
    """Write the notice of a session that is still to come."""
    people = _called_now(pen, consultation)
    payload = _payload(consultation, session, link)
    pen.post(NoticeKind.SESSION_NOTICE, people, payload, consultation_id=consultation.id)


def call_anew(
    pen: Pen, consultation: Consultation, session: ConsultationSession, link: str, **moved: str
) -> None:
    """Write the renewed notice, to everybody who was called before and to whom would be called now."""
    letters = pen.session.scalars(
        select(NoticeRow).where(NoticeRow.consultation_id == consultation.id, NoticeRow.kind.in_(_CALLS))
    )
    before = [one.person_id for one in letters if one.payload.get("session_ordinal") == session.number]
    payload = _payload(consultation, session, link) | moved
    people = [*before, *_called_now(pen, consultation)]
    pen.post(NoticeKind.SESSION_RESCHEDULED, people, payload, consultation_id=consultation.id)


def _called_now(pen: Pen, consultation: Consultation) -> list[str]:
    departments = pen.session.scalars(
        select(Participant.organisation_id).where(
            Participant.consultation_id == consultation.id,
            Participant.kind == ParticipantKind.DEPARTMENT,
            Participant.removed_on.is_(None),
        )
    ).all()
    units = [
        person
        for each in departments
        for person in people_of(pen.session, each, _DEPARTMENT_ROLES, pen.today)
    ]
    conveners = conveners_of(pen.session, consultation.room_id, pen.today)
    return [*units, *conveners, *organisers_of(pen.session, consultation, pen.today)]


def _payload(consultation: Consultation, session: ConsultationSession, link: str) -> dict[str, Any]:
    return {
        "consultation_number": consultation.number,
        "consultation_title": consultation.title,
        "link": link,
        "session_ordinal": session.number,
        "starts_at": session.starts_at.isoformat() if session.starts_at else "",
        "place": session.place,
        "format_name": session.format.label,
        "chair_name": session.chair_name,
        "agenda": session.agenda,
        "materials": session.materials,
    }
