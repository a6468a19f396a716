"""What the reconciler holds against the workflow engine: how consultations and letters stand in the register."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from domain.notices import NoticeKind
from domain.stages import FINAL_STATES, ConsultationState
from records.audit import consultation_stream
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation
from records.tables.letters import NoticeRow, NoticeState

STUCK_SHOWN_MAX = 100


@dataclass(frozen=True)
class Standing:
    """One consultation that is open, as its workflow should know it."""

    id: str
    number: str
    state: ConsultationState
    version: int
    is_suspended: bool
    next_wake_at: datetime | None
    waiting_for: str


def open_consultations(session: Session, opened_before: datetime) -> list[Standing]:
    """Every consultation that has not come to its end and was opened before that instant."""
    return _standing(session, Consultation.opened_at < opened_before)


def with_rungs_due_since(session: Session, at: datetime) -> list[Standing]:
    """The open consultations whose nearest clock should have yielded something by that instant and did not."""
    return _standing(session, Consultation.next_wake_at <= at)


def touched_between(session: Session, first_at: datetime, last_at: datetime) -> list[Standing]:
    """The open consultations with a process event in that time and none after it."""
    return _standing(session, _has_entry(first_at, last_at), ~_has_entry(last_at, None))


def stuck_letters(session: Session, due_before: datetime) -> list[tuple[str, NoticeKind]]:
    """The letters that might have gone out before that instant, or were tried in vain since, and still wait."""
    tried_in_vain = and_(NoticeRow.attempts > 0, NoticeRow.written_at <= due_before)
    found = session.execute(
        select(NoticeRow.id, NoticeRow.kind)
        .where(
            NoticeRow.state == NoticeState.WAITING,
            or_(NoticeRow.send_after_at <= due_before, tried_in_vain),
        )
        .order_by(NoticeRow.send_after_at, NoticeRow.id)
        .limit(STUCK_SHOWN_MAX)
    )
    return [(row.id, row.kind) for row in found]


def _has_entry(first_at: datetime, last_at: datetime | None) -> ColumnElement[bool]:
    streams = consultation_stream("") + Consultation.id
    entry = select(AuditEntry.sequence).where(AuditEntry.stream == streams, AuditEntry.at >= first_at)
    return (entry if last_at is None else entry.where(AuditEntry.at < last_at)).exists()


def _standing(session: Session, *conditions: ColumnElement[bool] | Any) -> list[Standing]:
    found = session.execute(
        select(
            Consultation.id,
            Consultation.number,
            Consultation.state,
            Consultation.version,
            Consultation.is_suspended,
            Consultation.next_wake_at,
            Consultation.waiting_for,
        )
        .where(Consultation.state.not_in(FINAL_STATES), *conditions)
        .order_by(Consultation.opened_at, Consultation.id)
    )
    return [Standing(*row) for row in found]
