"""Letters as their readers and the administrators see them: what was written to me, and every attempt to deliver."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from domain.notice_ways import DeliveryWay
from domain.notices import NoticeKind
from records.tables.letters import Delivery, NoticeRow, NoticeState
from records.tables.notice_ways import MailStanding, NoticeChoice, Webhook
from records.tables.people import Person


@dataclass(frozen=True)
class Attempt:
    """One attempt to deliver one letter, without a word of what the letter says."""

    id: str
    notice_id: str
    at: datetime
    kind: NoticeKind
    person_name: str
    way: DeliveryWay
    outcome: str
    code: int | None
    detail: str
    message_id: str
    reason: str
    state: NoticeState
    webhook_name: str


@dataclass(frozen=True)
class AttemptFilter:
    """Which attempts are looked at."""

    outcome: str = ""
    way: DeliveryWay | None = None
    text: str = ""
    notice_id: str = ""


@dataclass(frozen=True)
class StoppedAddress:
    """One person whose address takes no letters."""

    person_id: str
    person_name: str
    stopped_at: datetime
    refused_in_a_row: int
    detail: str


def letters_to(
    session: Session, person_id: str, *, after: str | None = None, limit: int
) -> Sequence[NoticeRow]:
    """Every letter to a person, the newest first; ``after`` continues a page."""
    query = select(NoticeRow).where(NoticeRow.person_id == person_id)
    if after is not None:
        query = query.where(NoticeRow.id < after)
    return session.scalars(query.order_by(NoticeRow.id.desc()).limit(limit)).all()


def letter_to(session: Session, person_id: str, notice_id: str) -> NoticeRow | None:
    """One letter, if it was written to that person."""
    if not notice_id.isprintable():
        return None
    return session.scalar(
        select(NoticeRow).where(NoticeRow.id == notice_id, NoticeRow.person_id == person_id)
    )


def choice_of(session: Session, person_id: str) -> NoticeChoice | None:
    """What a person chose about their notices; None where the defaults hold."""
    return session.get(NoticeChoice, person_id)


def attempts(
    session: Session, wanted: AttemptFilter, *, after: str | None = None, limit: int
) -> list[Attempt]:
    """The attempts that the filter names, the newest first; ``after`` continues a page."""
    query = _attempts().where(_condition(wanted))
    if after is not None:
        query = query.where(Delivery.id < after)
    return [_attempt(*one) for one in session.execute(query.order_by(Delivery.id.desc()).limit(limit))]


def letter_of(session: Session, notice_id: str) -> tuple[NoticeRow, str] | None:
    """A letter with its reader's name, for the administrators."""
    found = session.execute(
        select(NoticeRow, Person.name)
        .join(Person, Person.id == NoticeRow.person_id)
        .where(NoticeRow.id == notice_id)
    ).first()
    return None if found is None else (found[0], found[1])


def stopped_addresses(session: Session) -> list[StoppedAddress]:
    """The people whose present address is stopped, the newest first."""
    found = session.execute(
        select(MailStanding, Person.name)
        .join(Person, Person.id == MailStanding.person_id)
        .where(_is_stopped())
        .order_by(MailStanding.stopped_at.desc(), MailStanding.person_id)
    )
    return [
        StoppedAddress(
            person_id=row.person_id,
            person_name=name,
            stopped_at=row.stopped_at or row.last_refused_at,
            refused_in_a_row=row.refused_in_a_row,
            detail=row.detail,
        )
        for row, name in found
    ]


def stopped_count(session: Session) -> int:
    """How many people's present address is stopped."""
    counted = (
        select(func.count())
        .select_from(MailStanding)
        .join(Person, Person.id == MailStanding.person_id)
        .where(_is_stopped())
    )
    return session.scalar(counted) or 0


def webhooks(session: Session) -> Sequence[Webhook]:
    """Every webhook, those in use first and the newest of them first."""
    return session.scalars(
        select(Webhook).order_by(Webhook.ended_at.is_not(None), Webhook.created_at.desc(), Webhook.id)
    ).all()


def _is_stopped() -> ColumnElement[bool]:
    return (MailStanding.stopped_at.is_not(None)) & (MailStanding.address == Person.email)


def _attempts() -> Select[Delivery, NoticeRow, str, str | None]:
    return (
        select(Delivery, NoticeRow, Person.name, Webhook.name)
        .join(NoticeRow, NoticeRow.id == Delivery.notice_id)
        .join(Person, Person.id == NoticeRow.person_id)
        .outerjoin(Webhook, Webhook.id == Delivery.webhook_id)
    )


def _condition(wanted: AttemptFilter) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = true()
    if wanted.outcome:
        condition &= Delivery.outcome == wanted.outcome
    if wanted.way is not None:
        condition &= Delivery.way == wanted.way
    if wanted.text:
        condition &= Person.name.contains(wanted.text, autoescape=True)
    if wanted.notice_id:
        condition &= Delivery.notice_id == wanted.notice_id
    return condition


def _attempt(row: Delivery, notice: NoticeRow, person_name: str, webhook_name: str | None) -> Attempt:
    return Attempt(
        id=row.id,
        notice_id=notice.id,
        at=row.at,
        kind=notice.kind,
        person_name=person_name,
        way=row.way,
        outcome=row.outcome,
        code=row.code,
        detail=row.detail,
        message_id=row.message_id,
        reason=row.reason,
        state=notice.state,
        webhook_name=webhook_name or "",
    )
