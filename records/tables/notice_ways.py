"""By which ways notices go out: what people chose, addresses that stopped, webhooks and calendar feeds."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.notice_ways import FeedScope, NoticeChannel, WebhookFormat
from records.base import Base, Prose, new_id
from records.tables.letters import NoticeState


class NoticeChoice(Base):
    """What one person chose about their ordinary notices. Without a row the defaults hold."""

    __tablename__ = "notice_choices"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    channel: Mapped[NoticeChannel] = mapped_column(default=NoticeChannel.MAIL)
    digest_minute: Mapped[int | None]
    """Minutes after midnight (Asia/Shanghai) from which the day's digest may go out; None is the opening hour."""
    house_kinds: Mapped[list[str]] = mapped_column(default=list)
    """Kinds of notices that are read in the house only."""
    chosen_at: Mapped[datetime]


class MailStanding(Base):
    """Refusals of one person's address. ``address`` is the one they speak of: another address begins anew."""

    __tablename__ = "mail_standings"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    address: Mapped[str]
    refused_in_a_row: Mapped[int] = mapped_column(default=0)
    last_refused_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None] = mapped_column(index=True)
    detail: Mapped[str] = mapped_column(Prose, default="")


class Webhook(Base):
    """A way out to a unit's own system or group robot: of one unit, or of an area with all below it.

    Address and secret are sealed for the row's id, because the address of a group robot is a secret too.
    """

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    area: Mapped[str] = mapped_column(default="")
    format: Mapped[WebhookFormat]
    host: Mapped[str]
    sealed_address: Mapped[bytes]
    sealed_secret: Mapped[bytes]
    is_urgent_only: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class WebhookCall(Base):
    """One notice on its way through one webhook. The same matter told to several people goes out once."""

    __tablename__ = "webhook_calls"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id"))
    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"), index=True)
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    send_after_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("webhook_id", "notice_id"),
        Index("ix_webhook_calls_state_send_after_at", "state", "send_after_at"),
    )


class CalendarFeed(Base):
    """A subscription address for calendar programs: its token's digest, never the token."""

    __tablename__ = "calendar_feeds"

    token_digest: Mapped[str] = mapped_column(primary_key=True)
    membership_id: Mapped[str] = mapped_column(ForeignKey("memberships.id"), index=True)
    scope: Mapped[FeedScope]
    name: Mapped[str]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
