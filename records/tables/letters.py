"""The outbox: letters to be sent, and every attempt to send them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.notices import NoticeKind
from domain.words import Word
from records.base import Base, Prose, new_id


class NoticeState(Word):
    """Where a letter is. Nothing is ever deleted from the outbox."""

    WAITING = "waiting", "待发送"
    DELIVERED = "delivered", "已送达"
    REFUSED = "refused", "被拒收"
    NO_ADDRESS = "no_address", "无邮箱（站内可见）"


class NoticeRow(Base):
    """One letter to one person, written in the transaction of the deed it tells of."""

    __tablename__ = "notices"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[NoticeKind]
    consultation_id: Mapped[str | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    payload: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    send_after_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_notices_state_send_after_at", "state", "send_after_at"),)


class Delivery(Base):
    """One attempt to deliver one letter."""

    __tablename__ = "deliveries"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"), index=True)
    at: Mapped[datetime]
    outcome: Mapped[str]
    code: Mapped[int | None]
    detail: Mapped[str] = mapped_column(Prose, default="")
