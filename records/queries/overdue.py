"""The overdue board: every open clock that is late or near, and what has been sent about it so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bodies import Actor, BodyKind
from domain.calendar import local_date
from domain.ladder import FILED_BY_SILENCE, Colour
from domain.matters import ObligationKind
from domain.notices import NoticeKind
from domain.stages import ConsultationState
from records.books import Books
from records.queries.clocks import ClockStanding, clock_standings
from records.queries.consultation_lists import COLOURED_WITHIN_DAYS
from records.queries.scopes import readable, within
from records.tables.consultations import Consultation
from records.tables.obligations import ClockRow, FiredRung
from records.tables.people import Organisation

SOON_WORKDAYS = 5
BOARD_MAX = 300
PLACES_MAX = 200


@dataclass(frozen=True)
class BoardFilter:
    """What the board is narrowed to; every empty field lets everything through."""

    area: str = ""
    state: ConsultationState | None = None
    kind: ObligationKind | None = None
    is_late: bool = False


@dataclass(frozen=True)
class Sent:
    """One rung that fired: the letter it brought, and the day on which it was recorded."""

    label: str
    on: date
    generation: int


@dataclass(frozen=True)
class BoardLine:
    """One clock on the board. ``late_workdays`` is 0 for what is not late yet."""

    clock: ClockStanding
    state: ConsultationState
    sent: tuple[Sent, ...]

    @property
    def late_workdays(self) -> int:
        """Working days since the due date."""
        return max(0, -self.clock.left_workdays)


@dataclass(frozen=True)
class Board:
    """The lines, the nearest due date first. ``is_cut`` says that there are more than were looked at."""

    lines: tuple[BoardLine, ...]
    is_cut: bool


def overdue_board(session: Session, books: Books, actor: Actor, today: date, narrowed: BoardFilter) -> Board:
    """What the actor may read of the open clocks that are late, coloured, or due within five working days."""
    found = _open_clocks(session, actor, today, narrowed)
    # The consultations are held meanwhile, so that nobody asks for them again.
    states = {row.id: row.state for _, row in found}
    standings = clock_standings(session, books, [clock for clock, _ in found], today)
    shown = [one for one in standings if _belongs(one, narrowed)]
    sent = _sent(session, books, shown, {clock.id: (clock, row) for clock, row in found})
    lines = tuple(BoardLine(one, states[one.consultation_id], tuple(sent.get(one.id, ()))) for one in shown)
    return Board(lines, is_cut=len(found) == BOARD_MAX)


def committee_areas(session: Session, scope: str) -> list[tuple[str, str]]:
    """The areas below a scope, each by the name of its 政协 or 政协工委."""
    kinds = (BodyKind.CPPCC_COMMITTEE, BodyKind.WORK_COMMITTEE)
    found = session.execute(
        select(Organisation.area, Organisation.name)
        .where(Organisation.kind.in_(kinds), within(Organisation.area, scope))
        .order_by(Organisation.area, Organisation.id.desc())
        .limit(PLACES_MAX)
    )
    return list({row[0]: (row[0], row[1]) for row in found}.values())


def _open_clocks(
    session: Session, actor: Actor, today: date, narrowed: BoardFilter
) -> list[tuple[ClockRow, Consultation]]:
    until = today - timedelta(days=1) if narrowed.is_late else today + timedelta(days=COLOURED_WITHIN_DAYS)
    query = (
        select(ClockRow, Consultation)
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .where(ClockRow.is_open, ClockRow.due_on <= until, readable(actor, today))
        .order_by(ClockRow.due_on, ClockRow.id)
        .limit(BOARD_MAX)
    )
    if narrowed.area:
        query = query.where(within(Consultation.area, narrowed.area))
    if narrowed.state is not None:
        query = query.where(Consultation.state == narrowed.state)
    if narrowed.kind is not None:
        query = query.where(ClockRow.kind == narrowed.kind)
    return [(clock, row) for clock, row in session.execute(query)]


def _belongs(clock: ClockStanding, narrowed: BoardFilter) -> bool:
    if narrowed.is_late:
        return clock.is_overdue
    return clock.is_overdue or clock.colour is not Colour.NONE or clock.left_workdays <= SOON_WORKDAYS


def _sent(
    session: Session,
    books: Books,
    clocks: Iterable[ClockStanding],
    rows: dict[str, tuple[ClockRow, Consultation]],
) -> dict[str, list[Sent]]:
    fired: Sequence[FiredRung] = session.scalars(
        select(FiredRung)
        .where(FiredRung.clock_id.in_([one.id for one in clocks]))
        .order_by(FiredRung.clock_id, FiredRung.recorded_at, FiredRung.due_at)
    ).all()
    sent: dict[str, list[Sent]] = {}
    labels: dict[tuple[str, str, str, ObligationKind], dict[str, str]] = {}
    for rung in fired:
        clock, row = rows[rung.clock_id]
        key = (row.rule_set_id, row.rule_set_version, row.area, clock.kind)
        if key not in labels:
            ladder = books.pinned(session, row).ladder(clock.kind)
            labels[key] = {one.name: NoticeKind(one.notice).label for one in ladder.rungs}
        label = labels[key].get(rung.name, _SILENT_LABELS.get(rung.name, rung.name))
        sent.setdefault(rung.clock_id, []).append(Sent(label, local_date(rung.recorded_at), rung.generation))
    return sent


_SILENT_LABELS = {FILED_BY_SILENCE: NoticeKind.FILED_BY_SILENCE.label}
