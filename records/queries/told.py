"""Who was told what of a consultation and when: its letters, with every attempt to deliver them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.notice_ways import DeliveryWay
from domain.notices import NoticeKind
from records.tables.letters import Delivery, NoticeRow, NoticeState
from records.tables.people import Person


@dataclass(frozen=True)
class Attempt:
    """One attempt to deliver. ``code`` is the mail server's, where there was one."""

    at: datetime
    way: DeliveryWay
    outcome: str
    code: int | None


@dataclass(frozen=True)
class Told:
    """One letter to one person."""

    id: str
    kind: NoticeKind
    person_id: str
    person_name: str
    written_at: datetime
    state: NoticeState
    delivered_at: datetime | None
    attempts: tuple[Attempt, ...]


def told_of_consultation(
    session: Session,
    consultation_id: str,
    *,
    kind: NoticeKind | None = None,
    person_id: str = "",
    after: str | None = None,
    limit: int = 100,
) -> list[Told]:
    """The newest letters first, those after the id of the page before."""
    query = (
        select(NoticeRow, Person.name)
        .join(Person, Person.id == NoticeRow.person_id)
        .where(NoticeRow.consultation_id == consultation_id)
        .order_by(NoticeRow.id.desc())
        .limit(limit)
    )
    if kind is not None:
        query = query.where(NoticeRow.kind == kind)
    if person_id:
        query = query.where(NoticeRow.person_id == person_id)
    if after is not None:
        query = query.where(NoticeRow.id < after)
    found = session.execute(query).all()
    attempts: dict[str, list[Attempt]] = {}
    for one in session.scalars(
        select(Delivery).where(Delivery.notice_id.in_([row.id for row, _ in found])).order_by(Delivery.at)
    ):
        attempts.setdefault(one.notice_id, []).append(Attempt(one.at, one.way, one.outcome, one.code))
    return [
        Told(
            row.id,
            row.kind,
            row.person_id,
            name,
            row.written_at,
            row.state,
            row.delivered_at,
            tuple(attempts.get(row.id, ())),
        )
        for row, name in found
    ]


def people_told(session: Session, consultation_id: str) -> Sequence[tuple[str, str]]:
    """Everybody to whom a letter about the consultation was written: (id, name), by name."""
    rows = session.execute(
        select(Person.id, Person.name)
        .where(Person.id.in_(select(NoticeRow.person_id).where(NoticeRow.consultation_id == consultation_id)))
        .order_by(Person.name, Person.id)
    )
    return [(row[0], row[1]) for row in rows]
