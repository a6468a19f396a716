"""A watch list, and what changed in it since its owner last looked; always within what they may read today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.bodies import Actor
from records.audit import consultation_of, consultation_stream
from records.queries.changes_since import NO_CHANGES, changes_counted, latest_changes
from records.queries.people import organisation_names, person_names
from records.queries.scopes import readable, within
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation
from records.tables.inspections import Watch
from records.tables.obligations import ClockRow
from records.tables.people import Organisation

CHANGES_MAX = 50


@dataclass(frozen=True)
class WatchedCase:
    """A consultation that is followed. ``changes`` is None for one whose page was never opened."""

    watch: Watch
    row: Consultation
    changes: int | None


@dataclass(frozen=True)
class WatchedUnit:
    """A unit that is followed, and how many changes there are since it was last read (at most 50 are counted)."""

    watch: Watch
    unit: Organisation
    changes: int


@dataclass(frozen=True)
class Change:
    """One entry that others wrote, with the consultation it belongs to."""

    sequence: int
    at: datetime
    action: AuditAction
    role: str
    person_name: str
    organisation_name: str
    consultation_id: str
    consultation_number: str
    consultation_title: str


@dataclass(frozen=True)
class WatchList:
    """What somebody follows and what is new in it, the newest change first."""

    cases: tuple[WatchedCase, ...]
    units: tuple[WatchedUnit, ...]
    changes: tuple[Change, ...]

    @property
    def watches(self) -> tuple[Watch, ...]:
        """Every row of the list."""
        return (*(one.watch for one in self.cases), *(one.watch for one in self.units))


def watch_list(session: Session, actor: Actor, today: date) -> WatchList:
    """The list of one person as they may read it today; what left their sight is left out."""
    mine = (Watch.person_id == actor.person_id, Watch.ended_at.is_(None))
    cases = session.execute(
        select(Watch, Consultation)
        .join(Consultation, Consultation.id == Watch.consultation_id)
        .where(*mine, readable(actor, today))
        .order_by(Watch.since_at.desc(), Watch.id)
    ).all()
    units = session.execute(
        select(Watch, Organisation)
        .join(Organisation, Organisation.id == Watch.unit_id)
        .where(*mine, within(Organisation.area, actor.area))
        .order_by(Watch.since_at.desc(), Watch.id)
    ).all()
    ids = [row.id for _, row in cases]
    counted = changes_counted(session, actor.person_id, ids)
    # In what was never opened everything is new; the list begins where they began to follow it.
    since = {consultation_stream(row.id): watch.since_at for watch, row in cases if row.id not in counted}
    entries = [
        one
        for one in (latest_changes(session, actor.person_id, ids, limit=CHANGES_MAX) if ids else ())
        if one.stream not in since or one.at > since[one.stream]
    ]
    of_units = {watch.id: list(_of_unit(session, actor, today, watch)) for watch, _ in units}
    for found in of_units.values():
        entries += found
    return WatchList(
        tuple(WatchedCase(watch, row, counted.get(row.id)) for watch, row in cases),
        tuple(WatchedUnit(watch, unit, len(of_units[watch.id])) for watch, unit in units),
        tuple(_changes(session, entries)),
    )


def _of_unit(session: Session, actor: Actor, today: date, watch: Watch) -> Sequence[AuditEntry]:
    """What the unit did, and what was due of it, since it was last read."""
    held = select(ClockRow.subject_id).where(ClockRow.holder_id == watch.unit_id)
    is_about = or_(
        AuditEntry.organisation_id == watch.unit_id,
        and_(AuditEntry.action == AuditAction.RUNG_FIRED, AuditEntry.object_id.in_(held)),
    )
    return session.scalars(
        select(AuditEntry)
        .join(Consultation, AuditEntry.stream == consultation_stream("") + Consultation.id)
        .where(
            AuditEntry.at > watch.seen_at,
            is_about,
            AuditEntry.action.not_in(NO_CHANGES),
            readable(actor, today),
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.stream, AuditEntry.sequence.desc())
        .limit(CHANGES_MAX)
    ).all()


def _changes(session: Session, entries: Sequence[AuditEntry]) -> list[Change]:
    unique = {(one.stream, one.sequence): one for one in entries}
    newest = sorted(unique.values(), key=lambda one: (one.at, one.sequence), reverse=True)[:CHANGES_MAX]
    ids = {consultation_of(one.stream) for one in newest}
    cases = {row.id: row for row in session.scalars(select(Consultation).where(Consultation.id.in_(ids)))}
    people = person_names(session, [one.person_id for one in newest])
    bodies = organisation_names(session, [one.organisation_id for one in newest])
    return [
        Change(
            one.sequence,
            one.at,
            one.action,
            one.role,
            people.get(one.person_id, ""),
            bodies.get(one.organisation_id, ""),
            case.id,
            case.number,
            case.title,
        )
        for one in newest
        if (case := cases.get(consultation_of(one.stream))) is not None
    ]
