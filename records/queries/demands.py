"""What supervisors have asked of bodies, as those may read it whom it concerns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session, aliased

from domain.bodies import Actor
from domain.calendar import WorkCalendar, local_date
from domain.clocks import read
from domain.inspections import DemandKind, DemandState
from domain.ladder import Colour, Ladder, colour_on
from domain.matters import ObligationKind
from domain.notices import NoticeKind
from domain.policy import PERMITS, Matter, Tie
from records.books import Books
from records.demands import DemandRecord, Ladders, calendar_of, demand_record, demand_records
from records.queries.scopes import within
from records.tables.consultations import Consultation
from records.tables.inspections import Demand, Inspection
from records.tables.people import Organisation

DEMANDS_MAX = 200


@dataclass(frozen=True)
class SentRung:
    """One rung that fired: the letter it brought, and the day on which it was recorded."""

    label: str
    colour: Colour
    on: date
    generation: int


@dataclass(frozen=True)
class DemandStanding:
    """One demand as it stands on a day. ``left_workdays`` is negative once working days passed after the due date.

    ``about`` is the consultation or the inspection it came of, in words.
    """

    record: DemandRecord
    holder_name: str
    issued_by_name: str
    about: str
    started_on: date
    due_on: date
    is_provisional: bool
    left_workdays: int
    is_overdue: bool
    is_open: bool
    colour: Colour
    sent: tuple[SentRung, ...]
    is_suspended: bool = False

    @property
    def row(self) -> Demand:
        """The row of the demand."""
        return self.record.row

    @property
    def kind(self) -> ObligationKind:
        """The kind of obligation."""
        return self.row.kind.obligation

    @property
    def late_workdays(self) -> int:
        """Working days since the due date, 0 for what is not late yet."""
        return max(0, -self.left_workdays)


@dataclass(frozen=True)
class DemandFilter:
    """What a list is narrowed to; every empty field lets everything through."""

    kind: DemandKind | None = None
    state: DemandState | None = None
    consultation_id: str = ""
    inspection_id: str = ""
    is_running: bool | None = None
    is_held: bool = False
    """Only what the reader's own body has to answer."""
    area: str = ""


def visible(actor: Actor) -> ColumnElement[bool]:
    """The demands that the permits of ``read_demand`` open to the actor; before it is issued there is no demand."""
    ties = (tie for role, tie in PERMITS["read_demand"] if role is actor.role)
    return or_(false(), *(_bound(actor, tie) for tie in ties))


def demands_visible_to(
    session: Session,
    books: Books,
    actor: Actor,
    today: date,
    narrowed: DemandFilter,
    *,
    after: str | None = None,
    limit: int = DEMANDS_MAX,
) -> list[DemandStanding]:
    """The newest first, those after the id of the page before; running ones by due date where only these are asked."""
    query = select(Demand).where(visible(actor), *_conditions(actor, narrowed)).limit(limit)
    query = (
        query.order_by(Demand.due_on, Demand.id) if narrowed.is_running else query.order_by(Demand.id.desc())
    )
    if after is not None:
        query = query.where(Demand.id < after)
    return standings(session, books, session.scalars(query).all(), today)


def demand_for(session: Session, actor: Actor, demand_id: str) -> Demand | None:
    """The demand, or None where there is none that the actor may know of."""
    if not demand_id.isprintable():
        return None
    return session.scalar(select(Demand).where(Demand.id == demand_id, visible(actor)))


def matter_of_demand(session: Session, row: Demand) -> Matter:
    """The bodies that a demand belongs to."""
    case = session.get(Consultation, row.consultation_id) if row.consultation_id else None
    return Matter(
        area=row.area,
        body_id=row.holder_id,
        desk_id=row.reported_to_id,
        operator_id=case.operator_id if case else None,
        owner_id=case.owner_id if case else None,
    )


def standings(session: Session, books: Books, rows: Iterable[Demand], today: date) -> list[DemandStanding]:
    """Demands as they stand today, with the colour that the day gives them."""
    records = demand_records(session, rows)
    if not records:
        return []
    words = _words(session, [record.row.id for record in records])
    ladders = Ladders(session, books)
    return [
        _standing(one, calendar_of(session, books, one.row), ladders.of(one.row), words[one.row.id], today)
        for one in records
    ]


def standing_of(session: Session, books: Books, row: Demand, today: date) -> DemandStanding:
    """One demand as it stands today."""
    return standings(session, books, [demand_record(session, row).row], today)[0]


def _standing(
    record: DemandRecord,
    calendar: WorkCalendar,
    ladder: Ladder,
    words: tuple[str, str, str],
    today: date,
) -> DemandStanding:
    row = record.row
    reading = read(record.clock, calendar, today)
    notices = {rung.name: NoticeKind(rung.notice).label for rung in ladder.rungs}
    return DemandStanding(
        record=record,
        holder_name=words[0],
        issued_by_name=words[1],
        about=words[2],
        started_on=reading.started_on,
        due_on=reading.due.on,
        is_provisional=reading.due.is_provisional,
        left_workdays=reading.left_workdays,
        is_overdue=reading.is_overdue,
        is_open=row.is_running,
        colour=colour_on(record.clock, ladder, calendar, today),
        sent=tuple(
            SentRung(
                notices.get(one.name, one.name),
                Colour(one.colour),
                local_date(one.recorded_at),
                one.generation,
            )
            for one in record.rungs
        ),
    )


def inspection_number(row: Inspection) -> str:
    """The number that people know, e.g. 督查-2026-0003."""
    return f"督查-{row.year}-{row.ordinal:04}"


def _words(session: Session, ids: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """By demand, who holds it, who issued it, and what it is about: a consultation where it names one."""
    holder, issuer = aliased(Organisation), aliased(Organisation)
    found = session.execute(
        select(Demand.id, holder.name, issuer.name, Consultation, Inspection)
        .join(holder, holder.id == Demand.holder_id)
        .join(issuer, issuer.id == Demand.issued_by_id)
        .outerjoin(Consultation, Consultation.id == Demand.consultation_id)
        .outerjoin(Inspection, Inspection.id == Demand.inspection_id)
        .where(Demand.id.in_(ids))
    )
    return {
        demand_id: (held, issued, _about(case, inspection))
        for demand_id, held, issued, case, inspection in found
    }


def _about(case: Consultation | None, inspection: Inspection | None) -> str:
    if case is not None:
        return f"{case.number} {case.title}"
    return "" if inspection is None else f"{inspection_number(inspection)} {inspection.title}"


def _conditions(actor: Actor, narrowed: DemandFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if narrowed.kind is not None:
        conditions.append(Demand.kind == narrowed.kind)
    if narrowed.state is not None:
        conditions.append(Demand.state == narrowed.state)
    if narrowed.consultation_id:
        conditions.append(Demand.consultation_id == narrowed.consultation_id)
    if narrowed.inspection_id:
        conditions.append(Demand.inspection_id == narrowed.inspection_id)
    if narrowed.is_running is not None:
        conditions.append(Demand.is_running.is_(narrowed.is_running))
    if narrowed.is_held:
        conditions.append(Demand.holder_id == actor.organisation_id)
    if narrowed.area:
        conditions.append(within(Demand.area, narrowed.area))
    return conditions


def _bound(actor: Actor, tie: Tie) -> ColumnElement[bool]:
    organisation = actor.organisation_id
    match tie:
        case Tie.AREA:
            return within(Demand.area, actor.area)
        case Tie.BODY:
            return Demand.holder_id == organisation
        case Tie.DESK:
            return Demand.reported_to_id == organisation
        case Tie.ORGANISER:
            organised = select(Consultation.id).where(
                or_(Consultation.operator_id == organisation, Consultation.owner_id == organisation)
            )
            return and_(Demand.consultation_id.is_not(None), Demand.consultation_id.in_(organised))
    raise ValueError(f"no demand is tied by {tie}")
