"""Subscription addresses for calendar programs: issued, found by their token, revoked."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.notice_ways import FeedScope
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.papers.checking import Line, checked
from records.papers.desk import ShownOnce
from records.pen import Pen
from records.tables.notice_ways import CalendarFeed
from records.tables.people import Membership, Organisation, Person

FEED_ID_CHARACTERS = 12
_STREAM = administration_stream("accounts")


@dataclass(frozen=True, kw_only=True)
class FeedPaper:
    """Whose dates, and on which device they are read."""

    name: Annotated[str, Line("用途", characters_max=100)]
    scope: FeedScope = FeedScope.UNIT


@dataclass(frozen=True)
class HeldFeed:
    """A feed as its owner sees it afterwards: by the beginning of its token's digest."""

    id: str
    name: str
    scope: FeedScope
    organisation_name: str
    issued_at: datetime
    revoked_at: datetime | None


def issue_feed(pen: Pen, membership_id: str, paper: FeedPaper) -> dict[str, Any]:
    """Open a subscription address for a membership of one's own. Its token stands in this answer and never again.

    Raises Refused (INVALID_INPUT, NOT_PERMITTED): a subscription outlives a leave, so a deputy gets none for it.
    """
    if pen.by.on_behalf_of is not None:
        message = "代办期间不能开通日历订阅，请先切换回本人的任职。"
        raise refuse(RefusalCode.NOT_PERMITTED, message, field="name")
    values = checked(pen, paper)
    token = secrets.token_urlsafe(32)
    digest = _digest(token)
    pen.session.add(
        CalendarFeed(
            token_digest=digest,
            membership_id=membership_id,
            scope=paper.scope,
            name=values["name"],
            issued_at=pen.at,
        )
    )
    pen.session.flush()
    told = {"name": values["name"], "scope": paper.scope.value}
    pen.note(AuditAction.FEED_ISSUED, "membership", membership_id, stream=_STREAM, new=told)
    return {"feed_id": digest[:FEED_ID_CHARACTERS], "token": ShownOnce(token)}


def revoke_feed(pen: Pen, feed_id: str) -> dict[str, Any]:
    """Revoke a subscription address of one's own, at once and for good. Raises Refused (NOT_FOUND, STATE_FORBIDS)."""
    own = select(Membership.id).where(Membership.person_id == pen.by.person_id)
    row = pen.session.scalars(
        select(CalendarFeed)
        .where(
            CalendarFeed.token_digest.startswith(feed_id, autoescape=True),
            CalendarFeed.membership_id.in_(own),
        )
        .with_for_update()
    ).first()
    if row is None or len(feed_id) != FEED_ID_CHARACTERS:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该日历订阅。")
    if row.revoked_at is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该日历订阅已经撤销。")
    row.revoked_at = pen.at
    pen.note(
        AuditAction.FEED_REVOKED, "membership", row.membership_id, stream=_STREAM, new={"name": row.name}
    )
    return {"feed_id": feed_id}


def feeds_of(session: Session, person_id: str) -> list[HeldFeed]:
    """The subscription addresses of a person, the newest first, revoked ones too."""
    found = session.execute(
        select(CalendarFeed, Organisation.name)
        .join(Membership, Membership.id == CalendarFeed.membership_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id)
        .order_by(CalendarFeed.issued_at.desc(), CalendarFeed.token_digest)
    )
    return [
        HeldFeed(
            id=row.token_digest[:FEED_ID_CHARACTERS],
            name=row.name,
            scope=row.scope,
            organisation_name=organisation,
            issued_at=row.issued_at,
            revoked_at=row.revoked_at,
        )
        for row, organisation in found
    ]


@dataclass(frozen=True)
class OpenFeed:
    """What a token opens: whose dates, and what they are called."""

    actor: Actor
    scope: FeedScope
    title: str


def feed_of_token(session: Session, token: str, today: date) -> OpenFeed | None:
    """What the token opens, or None when it is unknown or revoked, or its bearer acts for the body no longer."""
    found = session.execute(
        select(CalendarFeed, Membership, Organisation, Person)
        .join(Membership, Membership.id == CalendarFeed.membership_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            CalendarFeed.token_digest == _digest(token),
            CalendarFeed.revoked_at.is_(None),
            Person.is_active.is_(True),
            or_(Membership.since_on.is_(None), Membership.since_on <= today),
            or_(Membership.until_on.is_(None), Membership.until_on >= today),
        )
    ).first()
    if found is None:
        return None
    row, membership, organisation, person = found
    whose = person.name if row.scope is FeedScope.PERSON else organisation.name
    actor = Actor(person.id, organisation.id, membership.role, organisation.area)
    return OpenFeed(actor, row.scope, f"商量 · {whose}")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
