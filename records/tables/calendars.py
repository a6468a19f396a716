"""Working calendars as they were imported, and their publication."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, Prose, new_id


class WorkCalendarTable(Base):
    """One year's table for the nation, an area or one unit, as it was drafted. It is never changed.

    ``scope`` is empty for the nation, an area, or ``unit:`` and the id of an organisation. ``days_off`` and
    ``workdays`` name each day by its date in ISO 8601.
    """

    __tablename__ = "work_calendars"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    scope: Mapped[str] = mapped_column(index=True)
    year: Mapped[int]
    revision: Mapped[int]
    days_off: Mapped[dict[str, Any]]
    workdays: Mapped[dict[str, Any]]
    source: Mapped[str] = mapped_column(Prose)
    drafted_by: Mapped[str]
    drafted_on_behalf_of: Mapped[str | None]
    drafted_at: Mapped[datetime]


class WorkCalendarPublication(Base):
    """A table came into force. The numbers run without a gap: they name the versions of every calendar."""

    __tablename__ = "work_calendar_publications"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    calendar_id: Mapped[str] = mapped_column(ForeignKey("work_calendars.id"), unique=True)
    published_by: Mapped[str]
    published_on_behalf_of: Mapped[str | None]
    published_at: Mapped[datetime]
