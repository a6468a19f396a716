"""Consultations in the order in which they are due, by number, or by the day they were opened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from domain.bodies import Actor
from domain.ladder import Colour
from domain.words import Word
from records.books import Books
from records.queries.clocks import ClockStanding, clock_standings
from records.queries.consultation_filters import ConsultationFilter, narrowed_to
from records.queries.scopes import readable
from records.tables.consultations import Consultation
from records.tables.obligations import ClockRow
from records.tables.rooms import Room

COLOURED_WITHIN_DAYS = 31
"""Longer than the working days below ever take: a bound for whoever counts in days."""

COLOURED_WITHIN_WORKDAYS = 10
"""No rung of any ladder comes longer before its due date, so clocks due later have no colour."""

COLOURED_MAX = 300
"""A colour is derived, never stored: a list by colour looks at so many clocks, the likeliest first."""


class Order(Word):
    """How a list is sorted."""

    DUE = "due", "按到期先后"
    NUMBER = "number", "按编号"
    NEWEST = "newest", "按发起先后，新的在前"


@dataclass(frozen=True)
class Listed:
    """One line: the consultation, its room, the open clock due first, and the gravest colour of the clocks.

    A list by colour shows only the clocks that have it.
    """

    row: Consultation
    room_name: str
    clock: ClockStanding | None
    colour: Colour


@dataclass(frozen=True)
class Place:
    """Where a page ends: the list goes on after these values of its order."""

    part: str
    value: str
    id: str


@dataclass(frozen=True)
class ListPage:
    """One page, how many consultations fit in all, and where the next page begins.

    ``is_cut`` says that more clocks can have the colour asked for than were looked at.
    """

    lines: tuple[Listed, ...]
    count: int
    following: Place | None
    is_cut: bool = False


def consultations_listed(
    session: Session,
    books: Books,
    actor: Actor,
    today: date,
    narrowed: ConsultationFilter,
    *,
    colour: Colour | None = None,
    order: Order = Order.DUE,
    after: Place | None = None,
    limit: int = 30,
) -> ListPage:
    """A page of what the actor may read. Raises ValueError for a place that is none of this order."""
    conditions = [readable(actor, today), *narrowed_to(narrowed, today)]
    coloured: dict[str, list[ClockStanding]] | None = None
    is_cut = False
    if colour is not None:
        coloured, is_cut = _coloured(session, books, conditions, colour, today)
        conditions.append(Consultation.id.in_(coloured))
    is_timed = narrowed.is_overdue or colour is not None
    found = _rows(session, conditions, order, after, limit, is_timed=is_timed)
    count = session.scalar(select(func.count()).select_from(Consultation).where(*conditions)) or 0
    clocks = (
        _open_clocks(session, books, [row for row, _, _ in found], today) if coloured is None else coloured
    )
    lines = tuple(_line(row, name, clocks.get(row.id, [])) for row, name, _ in found)
    return ListPage(lines, count, found[-1][2] if len(found) == limit else None, is_cut)


Found = tuple[Consultation, str, Place]


def _rows(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    order: Order,
    after: Place | None,
    limit: int,
    *,
    is_timed: bool,
) -> list[Found]:
    match order:
        case Order.NUMBER:
            return _by_number(session, conditions, after, limit)
        case Order.NEWEST:
            return _by_age(session, conditions, after, limit)
        case Order.DUE:
            found = _by_due_date(session, conditions, after, limit)
            if len(found) < limit and not is_timed:
                # What has no due date comes after everything that has one.
                rest = after if after is not None and after.part == Order.NEWEST else None
                timeless = [*conditions, ~_has_open_clock()]
                found += _by_age(session, timeless, rest, limit - len(found))
            return found


def _by_number(
    session: Session, conditions: Sequence[ColumnElement[bool]], after: Place | None, limit: int
) -> list[Found]:
    query = _named(conditions).order_by(Consultation.number).limit(limit)
    if after is not None:
        query = query.where(Consultation.number > after.value)
    return [(row, name, Place(Order.NUMBER, row.number, row.id)) for row, name in session.execute(query)]


def _by_age(
    session: Session, conditions: Sequence[ColumnElement[bool]], after: Place | None, limit: int
) -> list[Found]:
    query = _named(conditions).order_by(Consultation.opened_at.desc(), Consultation.id.desc()).limit(limit)
    if after is not None:
        opened_at = datetime.fromisoformat(after.value)
        same = and_(Consultation.opened_at == opened_at, Consultation.id < after.id)
        query = query.where(or_(Consultation.opened_at < opened_at, same))
    return [
        (row, name, Place(Order.NEWEST, row.opened_at.isoformat(), row.id))
        for row, name in session.execute(query)
    ]


def _by_due_date(
    session: Session, conditions: Sequence[ColumnElement[bool]], after: Place | None, limit: int
) -> list[Found]:
    """Along the index of open clocks; of each consultation only the clock that is due first."""
    if after is not None and after.part == Order.NEWEST:
        return []
    earlier = aliased(ClockRow)
    is_first = ~exists().where(
        earlier.consultation_id == ClockRow.consultation_id,
        earlier.is_open,
        or_(
            earlier.due_on < ClockRow.due_on,
            and_(earlier.due_on == ClockRow.due_on, earlier.id < ClockRow.id),
        ),
    )
    query = (
        select(Consultation, Room.name, ClockRow.due_on, ClockRow.id)
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .join(Room, Room.id == Consultation.room_id)
        .where(ClockRow.is_open, is_first, *conditions)
        .order_by(ClockRow.due_on, ClockRow.id)
        .limit(limit)
    )
    if after is not None:
        due_on = date.fromisoformat(after.value)
        same = and_(ClockRow.due_on == due_on, ClockRow.id > after.id)
        query = query.where(or_(ClockRow.due_on > due_on, same))
    return [
        (row, name, Place(Order.DUE, due_on.isoformat(), clock_id))
        for row, name, due_on, clock_id in session.execute(query)
    ]


def _named(conditions: Iterable[ColumnElement[bool]]) -> Select[Consultation, str]:
    return select(Consultation, Room.name).join(Room, Room.id == Consultation.room_id).where(*conditions)


def _has_open_clock() -> ColumnElement[bool]:
    return exists().where(ClockRow.consultation_id == Consultation.id, ClockRow.is_open)


def _open_clocks(
    session: Session, books: Books, rows: Sequence[Consultation], today: date
) -> dict[str, list[ClockStanding]]:
    clocks = session.scalars(
        select(ClockRow)
        .where(ClockRow.consultation_id.in_([row.id for row in rows]), ClockRow.is_open)
        .order_by(ClockRow.due_on, ClockRow.id)
    ).all()
    return _by_case(clock_standings(session, books, clocks, today))


def _by_case(clocks: Iterable[ClockStanding]) -> dict[str, list[ClockStanding]]:
    found: dict[str, list[ClockStanding]] = {}
    for one in clocks:
        found.setdefault(one.consultation_id, []).append(one)
    return found


def _line(row: Consultation, room_name: str, clocks: Sequence[ClockStanding]) -> Listed:
    return Listed(row, room_name, clocks[0] if clocks else None, gravest(clocks))


def gravest(clocks: Iterable[ClockStanding]) -> Colour:
    """The gravest colour of several clocks."""
    return max((one.colour for one in clocks), key=lambda colour: colour.rank, default=Colour.NONE)


def _coloured(
    session: Session,
    books: Books,
    conditions: Sequence[ColumnElement[bool]],
    colour: Colour,
    today: date,
) -> tuple[dict[str, list[ClockStanding]], bool]:
    """The open clocks of this colour by consultation, and whether more could have it than were looked at."""
    # Blue and yellow are young: those that came last are looked at first. Red is there to stay.
    latest_on = books.calendar.add_workdays(today, COLOURED_WITHIN_WORKDAYS).on
    found = session.execute(
        select(ClockRow, Consultation)
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .where(
            ClockRow.is_open,
            or_(
                ClockRow.due_on <= (latest_on if colour is Colour.BLUE else today), Consultation.is_suspended
            ),
            *conditions,
        )
        .order_by(ClockRow.due_on if colour is Colour.RED else ClockRow.due_on.desc(), ClockRow.id)
        .limit(COLOURED_MAX)
    ).all()
    standings = clock_standings(session, books, [clock for clock, _ in found], today)
    by_case = _by_case(sorted((one for one in standings if one.colour is colour), key=lambda one: one.due_on))
    return by_case, len(found) == COLOURED_MAX
