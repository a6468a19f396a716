"""The outbox: which letters may go out, and what became of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.notices import NoticeKind
from records.tables.consultations import Consultation
from records.tables.letters import Delivery, NoticeRow, NoticeState
from records.tables.people import Person


@dataclass(frozen=True)
class WaitingLetter:
    """One letter that may be sent now, with its reader."""

    id: str
    kind: NoticeKind
    payload: dict[str, Any]
    attempts: int
    person_id: str
    person_name: str
    address: str
    rule_set_id: str | None


def letters_waiting_at(session: Session, now: datetime, most: int) -> list[WaitingLetter]:
    """The oldest letters whose instant has come."""
    found = session.execute(
        select(NoticeRow, Person.name, Person.email, Consultation.rule_set_id)
        .join(Person, Person.id == NoticeRow.person_id)
        .outerjoin(Consultation, Consultation.id == NoticeRow.consultation_id)
        .where(NoticeRow.state == NoticeState.WAITING, NoticeRow.send_after_at <= now)
        .order_by(NoticeRow.send_after_at, NoticeRow.id)
        .limit(most)
    )
    return [
        WaitingLetter(
            id=row.id,
            kind=row.kind,
            payload=row.payload,
            attempts=row.attempts,
            person_id=row.person_id,
            person_name=name,
            address=address,
            rule_set_id=rule_set_id,
        )
        for row, name, address, rule_set_id in found
    ]


def next_letter_at(session: Session) -> datetime | None:
    """The earliest instant at which a waiting letter may go out."""
    return session.scalar(
        select(func.min(NoticeRow.send_after_at)).where(NoticeRow.state == NoticeState.WAITING)
    )


def last_digest_at(session: Session, person_id: str) -> datetime | None:
    """When this person last got a letter that was not urgent."""
    urgent = [kind for kind in NoticeKind if kind.is_urgent]
    return session.scalar(
        select(func.max(NoticeRow.delivered_at)).where(
            NoticeRow.person_id == person_id, NoticeRow.kind.not_in(urgent)
        )
    )


def postpone(session: Session, notice_ids: list[str], until: datetime) -> None:
    """These letters may not go out before that instant."""
    for row in session.scalars(select(NoticeRow).where(NoticeRow.id.in_(notice_ids))):
        row.send_after_at = until


def record_delivery(
    session: Session,
    notice_ids: list[str],
    *,
    at: datetime,
    state: NoticeState,
    outcome: str,
    code: int | None,
    detail: str,
    send_after_at: datetime,
) -> None:
    """Write one attempt for each letter of the message, and where the letter now is."""
    for row in session.scalars(select(NoticeRow).where(NoticeRow.id.in_(notice_ids))):
        row.state = state
        row.attempts += 1
        row.send_after_at = send_after_at
        row.delivered_at = at if state is NoticeState.DELIVERED else row.delivered_at
        session.add(Delivery(notice_id=row.id, at=at, outcome=outcome, code=code, detail=detail))
