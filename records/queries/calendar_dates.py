"""The dates that stand in a calendar feed: due dates and sessions, each with a number that grows when it changes.

The sequence of a due date is the length of its clock's ledger, of a session the number of its changes: both only grow,
so that a calendar program takes the newer one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.matters import SessionState
from domain.notice_ways import FeedScope
from domain.stages import ConsultationState
from records.queries.scopes import readable
from records.tables.consultations import Consultation
from records.tables.deliberations import ConsultationSession
from records.tables.obligations import ClockEntry, ClockRow
from records.tables.rooms import Convener

KEPT_AFTER_DAYS = 60
"""What is over stays so long, so that programs learn of it."""
DATES_MAX = 1_000
_ENDED = (ConsultationState.TERMINATED, ConsultationState.REJECTED, ConsultationState.MERGED)
_CANCELLED_SESSIONS = (SessionState.CANCELLED, SessionState.INVALID)


@dataclass(frozen=True)
class CalendarDate:
    """One due date or session. ``starts_at`` is None for a whole day."""

    uid: str
    sequence: int
    on: date
    starts_at: datetime | None
    title: str
    about: str
    place: str
    consultation_id: str
    is_cancelled: bool
    is_over: bool
    is_tentative: bool


def calendar_dates(session: Session, actor: Actor, scope: FeedScope, today: date) -> list[CalendarDate]:
    """What the feed of a person or unit holds, in order of time; only what the actor may see."""
    convened = _convened_by(actor, today) if scope is FeedScope.PERSON else false()
    held = ClockRow.holder_id == actor.organisation_id
    dates = [
        *_due_dates(session, or_(held, and_(convened, readable(actor, today))), today),
        *_sessions(session, and_(or_(_of_the_unit(actor), convened), readable(actor, today)), today),
    ]
    return sorted(dates, key=lambda one: (one.on, one.uid))


def _of_the_unit(actor: Actor) -> ColumnElement[bool]:
    unit = actor.organisation_id
    return or_(
        Consultation.operator_id == unit,
        Consultation.owner_id == unit,
        Consultation.id.in_(select(ClockRow.consultation_id).where(ClockRow.holder_id == unit)),
    )


def _convened_by(actor: Actor, today: date) -> ColumnElement[bool]:
    return Consultation.room_id.in_(
        select(Convener.room_id).where(
            Convener.person_id == actor.person_id,
            or_(Convener.since_on.is_(None), Convener.since_on <= today),
            or_(Convener.until_on.is_(None), Convener.until_on >= today),
        )
    )


def _due_dates(session: Session, theirs: ColumnElement[bool], today: date) -> Iterable[CalendarDate]:
    entries = (
        select(ClockEntry.clock_id, func.count().label("count")).group_by(ClockEntry.clock_id).subquery()
    )
    found = session.execute(
        select(ClockRow, Consultation, entries.c.count)
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .outerjoin(entries, entries.c.clock_id == ClockRow.id)
        .where(theirs, ClockRow.due_on >= today - timedelta(days=KEPT_AFTER_DAYS))
        .order_by(ClockRow.due_on, ClockRow.id)
        .limit(DATES_MAX)
    )
    for clock, consultation, count in found:
        is_cancelled = consultation.state in _ENDED
        yield CalendarDate(
            uid=clock.id,
            sequence=(count or 0) + is_cancelled,
            on=clock.due_on,
            starts_at=None,
            title=f"{clock.title}到期{_mark(clock, consultation)}",
            about=f"{consultation.number} {consultation.title}",
            place="",
            consultation_id=consultation.id,
            is_cancelled=is_cancelled,
            is_over=not clock.is_open,
            is_tentative=clock.is_provisional or consultation.is_suspended,
        )


def _mark(clock: ClockRow, consultation: Consultation) -> str:
    if not clock.is_open:
        return "（已办）"
    if consultation.is_suspended:
        return "（已中止）"
    return "（暂定）" if clock.is_provisional else ""


def _sessions(session: Session, theirs: ColumnElement[bool], today: date) -> Iterable[CalendarDate]:
    on = func.coalesce(ConsultationSession.held_on, ConsultationSession.planned_on)
    found: Sequence[tuple[ConsultationSession, Consultation]] = [
        (one, consultation)
        for one, consultation in session.execute(
            select(ConsultationSession, Consultation)
            .join(Consultation, Consultation.id == ConsultationSession.consultation_id)
            .where(on >= today - timedelta(days=KEPT_AFTER_DAYS), theirs)
            .order_by(on, ConsultationSession.id)
            .limit(DATES_MAX)
        )
    ]
    for one, consultation in found:
        is_cancelled = one.state in _CANCELLED_SESSIONS or (
            consultation.state in _ENDED and one.state is SessionState.PLANNED
        )
        yield CalendarDate(
            uid=one.id,
            sequence=one.row_version - 1 + (consultation.state in _ENDED),
            on=one.held_on or one.planned_on,
            starts_at=one.starts_at,
            title=f"协商活动（第{one.number}场）：{consultation.title}",
            about=f"{consultation.number} {one.state.label}",
            place=one.place,
            consultation_id=consultation.id,
            is_cancelled=is_cancelled,
            is_over=one.state in (SessionState.HELD, SessionState.BROKEN_OFF),
            is_tentative=False,
        )
