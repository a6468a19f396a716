"""The outbox: which letters may go out, and what became of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import Session

from domain.notice_ways import DeliveryWay, NoticeChannel
from domain.notices import NoticeKind
from records.tables.consultations import Consultation
from records.tables.letters import Delivery, NoticeRow, NoticeState
from records.tables.notice_ways import MailStanding, NoticeChoice
from records.tables.people import Membership, Organisation, Person


@dataclass(frozen=True)
class WaitingLetter:
    """One letter that may be sent now, with its reader.

    ``unit_id`` and ``area`` are of the body the reader acts for, whose working days count; ``digest_minute`` and
    ``is_for_the_house`` what the reader chose; ``is_stopped`` says that their address takes no letters any more.
    """

    id: str
    kind: NoticeKind
    payload: dict[str, Any]
    attempts: int
    person_id: str
    person_name: str
    address: str
    rule_set_id: str | None
    unit_id: str | None = None
    area: str = ""
    digest_minute: int | None = None
    is_for_the_house: bool = False
    is_stopped: bool = False
    resends: int = 0
    resend_reason: str = ""

    @property
    def goes_alone(self) -> bool:
        """Whether it is sent at once and in no digest: urgent ones, and what an administrator sends anew."""
        return self.kind.is_urgent or self.resends > 0


def letters_waiting_at(session: Session, now: datetime, today: date, most: int) -> list[WaitingLetter]:
    """The oldest letters whose instant has come."""
    found = session.execute(
        select(NoticeRow, Person, Consultation.rule_set_id, Organisation, NoticeChoice, MailStanding)
        .join(Person, Person.id == NoticeRow.person_id)
        .outerjoin(Consultation, Consultation.id == NoticeRow.consultation_id)
        .outerjoin(Membership, Membership.id == _first_membership(today))
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(NoticeChoice, NoticeChoice.person_id == Person.id)
        .outerjoin(
            MailStanding,
            and_(
                MailStanding.person_id == Person.id,
                MailStanding.address == Person.email,
                MailStanding.stopped_at.is_not(None),
            ),
        )
        .where(NoticeRow.state == NoticeState.WAITING, NoticeRow.send_after_at <= now)
        .order_by(NoticeRow.send_after_at, NoticeRow.id)
        .limit(most)
    )
    return [_waiting(*one) for one in found]


def _waiting(
    row: NoticeRow,
    person: Person,
    rule_set_id: str | None,
    unit: Organisation | None,
    choice: NoticeChoice | None,
    standing: MailStanding | None,
) -> WaitingLetter:
    return WaitingLetter(
        id=row.id,
        kind=row.kind,
        payload=row.payload,
        attempts=row.attempts,
        person_id=row.person_id,
        person_name=person.name,
        address=person.email,
        rule_set_id=rule_set_id,
        unit_id=None if unit is None else unit.id,
        area="" if unit is None else unit.area,
        digest_minute=None if choice is None else choice.digest_minute,
        is_for_the_house=_is_for_the_house(row, choice),
        is_stopped=standing is not None,
        resends=row.resends,
        resend_reason=row.resend_reason,
    )


def _first_membership(today: date) -> ScalarSelect[str]:
    return (
        select(Membership.id)
        .where(
            Membership.person_id == Person.id,
            or_(Membership.since_on.is_(None), Membership.since_on <= today),
            or_(Membership.until_on.is_(None), Membership.until_on >= today),
        )
        .order_by(Membership.id)
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def _is_for_the_house(row: NoticeRow, choice: NoticeChoice | None) -> bool:
    if choice is None or row.resends or not row.kind.may_be_chosen:
        return False
    return choice.channel is NoticeChannel.HOUSE or row.kind.value in choice.house_kinds


def next_letter_at(session: Session) -> datetime | None:
    """The earliest instant at which a waiting letter may go out."""
    return session.scalar(
        select(func.min(NoticeRow.send_after_at)).where(NoticeRow.state == NoticeState.WAITING)
    )


def last_digest_at(session: Session, person_id: str) -> datetime | None:
    """When this person last got a letter that was not urgent and not sent anew by hand."""
    urgent = [kind for kind in NoticeKind if kind.is_urgent]
    return session.scalar(
        select(func.max(NoticeRow.delivered_at)).where(
            NoticeRow.person_id == person_id,
            NoticeRow.kind.not_in(urgent),
            NoticeRow.resends == 0,
            NoticeRow.state == NoticeState.DELIVERED,
        )
    )


def postpone(session: Session, notice_ids: list[str], until: datetime) -> None:
    """These letters may not go out before that instant."""
    for row in session.scalars(select(NoticeRow).where(NoticeRow.id.in_(notice_ids))):
        row.send_after_at = until


def keep_in_the_house(session: Session, notice_ids: list[str], at: datetime, detail: str) -> None:
    """These letters are read in the house only; ``detail`` says why."""
    for row in session.scalars(select(NoticeRow).where(NoticeRow.id.in_(notice_ids))):
        row.state = NoticeState.HOUSE_ONLY
        session.add(
            Delivery(
                notice_id=row.id, at=at, outcome="house", code=None, detail=detail, way=DeliveryWay.HOUSE
            )
        )


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
    message_id: str = "",
) -> None:
    """Write one attempt by mail for each letter of the message, and where the letter now is."""
    for row in session.scalars(select(NoticeRow).where(NoticeRow.id.in_(notice_ids))):
        row.state = state
        row.attempts += 1
        row.send_after_at = send_after_at
        row.delivered_at = at if state is NoticeState.DELIVERED else row.delivered_at
        session.add(
            Delivery(
                notice_id=row.id,
                at=at,
                outcome=outcome,
                code=code,
                detail=detail,
                message_id=message_id,
                reason=row.resend_reason,
            )
        )
