"""What goes through webhooks: which notices are theirs, which calls wait, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor, Role
from domain.notice_ways import DeliveryWay, WebhookFormat
from domain.notices import NoticeKind
from records.base import to_json
from records.queries.scopes import readable, within
from records.tables.consultations import Consultation
from records.tables.letters import Delivery, NoticeRow, NoticeState
from records.tables.notice_ways import Webhook, WebhookCall
from records.tables.people import Membership, Organisation

LOOKED_BACK = timedelta(days=3)
"""What is older than this and was never looked at goes out no more: it is in the letters."""
SAME_MATTER_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class WaitingCall:
    """One call that may be made now, with its webhook still sealed."""

    id: str
    notice_id: str
    kind: NoticeKind
    payload: dict[str, Any]
    attempts: int
    webhook_id: str
    form: WebhookFormat
    sealed_address: bytes
    sealed_secret: bytes


def open_webhooks(session: Session) -> Sequence[Webhook]:
    """The webhooks in use."""
    return session.scalars(select(Webhook).where(Webhook.ended_at.is_(None)).order_by(Webhook.id)).all()


def notices_for(session: Session, webhook: Webhook, now: datetime, today: date, most: int) -> list[NoticeRow]:
    """The notices that this webhook has not looked at yet, in order of writing.

    A unit's are those written to its own people about what the unit, in their capacity, may know of.
    """
    seen = exists().where(WebhookCall.webhook_id == webhook.id, WebhookCall.notice_id == NoticeRow.id)
    query = (
        select(NoticeRow)
        .join(Consultation, Consultation.id == NoticeRow.consultation_id)
        .where(
            NoticeRow.written_at >= max(webhook.created_at, now - LOOKED_BACK),
            _of(session, webhook, today),
            ~seen,
        )
        .order_by(NoticeRow.written_at, NoticeRow.id)
        .limit(most)
    )
    if webhook.is_urgent_only:
        query = query.where(NoticeRow.kind.in_([kind for kind in NoticeKind if kind.is_urgent]))
    return list(session.scalars(query))


def _of(session: Session, webhook: Webhook, today: date) -> ColumnElement[bool]:
    if webhook.organisation_id is None:
        return within(Consultation.area, webhook.area)
    unit = session.get_one(Organisation, webhook.organisation_id)
    capacities = (
        and_(
            NoticeRow.person_id.in_(_people_of(unit.id, role, today)),
            readable(Actor("", unit.id, role, unit.area), today),
        )
        for role in Role
    )
    return or_(false(), *capacities)


def _people_of(unit_id: str, role: Role, today: date) -> Any:
    return select(Membership.person_id).where(
        Membership.organisation_id == unit_id,
        Membership.role == role,
        or_(Membership.since_on.is_(None), Membership.since_on <= today),
        or_(Membership.until_on.is_(None), Membership.until_on >= today),
    )


def enter_call(session: Session, webhook: Webhook, notice: NoticeRow, send_after_at: datetime) -> None:
    """Enter a notice for a webhook; the same matter told to another person just now goes out once."""
    is_told = _same_matter(session, webhook, notice)
    session.add(
        WebhookCall(
            webhook_id=webhook.id,
            notice_id=notice.id,
            state=NoticeState.BUNDLED if is_told else NoticeState.WAITING,
            send_after_at=send_after_at,
        )
    )
    session.flush()


def _same_matter(session: Session, webhook: Webhook, notice: NoticeRow) -> bool:
    told = session.scalars(
        select(NoticeRow)
        .join(WebhookCall, WebhookCall.notice_id == NoticeRow.id)
        .where(
            WebhookCall.webhook_id == webhook.id,
            WebhookCall.state != NoticeState.BUNDLED,
            NoticeRow.kind == notice.kind,
            NoticeRow.consultation_id == notice.consultation_id,
            NoticeRow.written_at >= notice.written_at - SAME_MATTER_WITHIN,
        )
    )
    return any(to_json(one.payload) == to_json(notice.payload) for one in told)


def calls_waiting_at(session: Session, now: datetime, most: int) -> list[WaitingCall]:
    """The oldest calls whose instant has come, of webhooks in use."""
    found = session.execute(
        select(WebhookCall, NoticeRow, Webhook)
        .join(NoticeRow, NoticeRow.id == WebhookCall.notice_id)
        .join(Webhook, Webhook.id == WebhookCall.webhook_id)
        .where(
            WebhookCall.state == NoticeState.WAITING,
            WebhookCall.send_after_at <= now,
            Webhook.ended_at.is_(None),
        )
        .order_by(WebhookCall.send_after_at, WebhookCall.id)
        .limit(most)
    )
    return [
        WaitingCall(
            id=call.id,
            notice_id=notice.id,
            kind=notice.kind,
            payload=notice.payload,
            attempts=call.attempts,
            webhook_id=webhook.id,
            form=webhook.format,
            sealed_address=webhook.sealed_address,
            sealed_secret=webhook.sealed_secret,
        )
        for call, notice, webhook in found
    ]


def next_call_at(session: Session) -> datetime | None:
    """The earliest instant at which a waiting call may be made."""
    return session.scalar(
        select(func.min(WebhookCall.send_after_at))
        .join(Webhook, Webhook.id == WebhookCall.webhook_id)
        .where(WebhookCall.state == NoticeState.WAITING, Webhook.ended_at.is_(None))
    )


def record_call(
    session: Session,
    call: WaitingCall,
    *,
    at: datetime,
    state: NoticeState,
    outcome: str,
    code: int | None,
    detail: str,
    message_id: str,
    send_after_at: datetime,
) -> None:
    """Write one attempt of a call, and where it now stands."""
    row = session.get_one(WebhookCall, call.id)
    row.state, row.attempts, row.send_after_at = state, row.attempts + 1, send_after_at
    row.delivered_at = at if state is NoticeState.DELIVERED else row.delivered_at
    session.add(
        Delivery(
            notice_id=call.notice_id,
            at=at,
            outcome=outcome,
            code=code,
            detail=detail,
            way=DeliveryWay.WEBHOOK,
            message_id=message_id,
            webhook_id=call.webhook_id,
        )
    )
