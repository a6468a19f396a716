"""The outbox: letters to be sent, and every attempt to send them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.notice_ways import DeliveryWay
from domain.notices import NoticeKind
from domain.words import Word
from records.base import Base, Prose, new_id


class NoticeState(Word):
    """Where a letter is. Nothing is ever deleted from the outbox."""

    WAITING = "waiting", "待发送"
    DELIVERED = "delivered", "已送达"
    REFUSED = "refused", "被拒收"
    NO_ADDRESS = "no_address", "无邮箱（站内可见）"
    HOUSE_ONLY = "house_only", "仅站内"
    BUNDLED = "bundled", "已并入同一事项"


class NoticeRow(Base):
    """One letter to one person, written in the transaction of the deed it tells of."""

    __tablename__ = "notices"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[NoticeKind]
    consultation_id: Mapped[str | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    on_behalf_of_id: Mapped[str | None]
    """The person on leave whose deputy gets this copy."""
    payload: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    send_after_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    resends: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often an administrator had it sent anew; each time it is another message with an id of its own."""
    resend_reason: Mapped[str] = mapped_column(Prose, default="", server_default="")

    __table_args__ = (Index("ix_notices_state_send_after_at", "state", "send_after_at"),)


class Delivery(Base):
    """One attempt to deliver one letter."""

    __tablename__ = "deliveries"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[str]
    code: Mapped[int | None]
    detail: Mapped[str] = mapped_column(Prose, default="")
    way: Mapped[DeliveryWay] = mapped_column(default=DeliveryWay.MAIL, server_default="mail")
    message_id: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(Prose, default="", server_default="")
    """Why it was sent anew, where it was."""
    webhook_id: Mapped[str | None]
