"""When somebody last opened a consultation, and up to which audit entry its stream had grown by then."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base


class ConsultationVisit(Base):
    """One reader's last look at one consultation; the look before it stays, so that a page read twice says the same.

    It is the reader's own bookmark: nobody else is shown it, and nothing is decided by it.
    """

    __tablename__ = "consultation_visits"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), primary_key=True, index=True)
    sequence: Mapped[int]
    """The length of the stream when they last saw it."""
    seen_at: Mapped[datetime]
    """When the last look began."""
    former_sequence: Mapped[int | None]
    """The length of the stream at the end of the look before the last one."""
    former_seen_at: Mapped[datetime | None]
