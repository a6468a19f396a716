"""Clocks as they stand today, with the colour that the day gives them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from domain.bodies import Actor
from domain.calendar import WorkCalendar, at_local
from domain.clocks import Clock, ExplainedLine, LineKind, explain, read
from domain.day_count import DayCount, count_days
from domain.ladder import FILED_BY_SILENCE, Colour, Ladder, colour_history, colour_on, rung_entered_afterwards
from domain.matters import ObligationKind
from domain.notices import NoticeKind
from records.books import Books, LivedUnder, version_at
from records.ledgers import ClockRecord, clock_records
from records.queries.clock_remarks import NO_REMARKS, ClockRemarks, clocks_with_remarks
from records.queries.people import organisation_names
from records.queries.scopes import readable
from records.tables.consultations import Consultation
from records.tables.obligations import ClockRow, FiredRung
from regulations.rule_sets import RuleSet

CLOCKS_MAX = 500


@dataclass(frozen=True)
class ClockStanding:
    """One clock as it stands on a day. ``left_workdays`` is negative once working days passed after the due date."""

    id: str
    consultation_id: str
    consultation_number: str
    consultation_title: str
    kind: ObligationKind
    subject_id: str
    holder_id: str | None
    holder_name: str
    title: str
    started_on: date
    due_on: date
    is_provisional: bool
    left_workdays: int
    is_overdue: bool
    is_suspended: bool
    is_open: bool
    colour: Colour


LATE_AFTER = timedelta(hours=1)
"""A rung recorded so long after its instant was held up by an outage, and the page says so."""


@dataclass(frozen=True)
class RungLine:
    """One rung that fired: ``due_at`` is its own instant, ``fired_at`` when it was recorded and told."""

    name: str
    notice: NoticeKind
    generation: int
    colour: Colour
    due_at: datetime
    fired_at: datetime

    @property
    def label(self) -> str:
        """The letter that it sent."""
        return self.notice.label

    @property
    def is_late(self) -> bool:
        """Whether an outage held it up."""
        return self.fired_at - self.due_at > LATE_AFTER


@dataclass(frozen=True)
class ExplainedClock:
    """One clock with the lines and the days that explain its due date, and the days on which its colour changed.

    ``rungs`` have fired, first to last; ``letters`` are those that its ladder has written; ``may_have_been_reported`` asks whether a 专报 or 约谈建议 can
    have been made before the clock was recorded, and is not entered yet (补录).
    """

    standing: ClockStanding
    clock: Clock
    lines: tuple[ExplainedLine, ...]
    count: DayCount
    colours: tuple[tuple[date, Colour], ...]
    rungs: tuple[RungLine, ...]
    letters: frozenset[NoticeKind]
    may_have_been_reported: bool


def clocks_of(
    session: Session, books: Books, consultation: Consultation, today: date, *, is_open: bool | None = True
) -> list[ClockStanding]:
    """The clocks of one consultation, the nearest due date first; ``is_open`` of None asks for all of them."""
    query = select(ClockRow).where(ClockRow.consultation_id == consultation.id)
    if is_open is not None:
        query = query.where(ClockRow.is_open == is_open)
    rows = session.scalars(query.order_by(ClockRow.due_on, ClockRow.id).limit(CLOCKS_MAX)).all()
    return clock_standings(session, books, rows, today)


def clocks_due_for(
    session: Session, books: Books, organisation_ids: Iterable[str], today: date, limit: int = CLOCKS_MAX
) -> list[ClockStanding]:
    """The open clocks that these organisations hold, the nearest due date first."""
    rows = session.scalars(
        select(ClockRow)
        .where(ClockRow.holder_id.in_(tuple(organisation_ids)), ClockRow.is_open)
        .order_by(ClockRow.due_on, ClockRow.id)
        .limit(limit)
    ).all()
    return clock_standings(session, books, rows, today)


def clocks_near_or_past_due(
    session: Session, books: Books, actor: Actor, today: date, *, within_days: int, limit: int
) -> list[ClockStanding]:
    """The open clocks that the actor may see and that are due in so many days, or were."""
    rows = session.scalars(
        select(ClockRow)
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .where(
            ClockRow.is_open, ClockRow.due_on <= today + timedelta(days=within_days), readable(actor, today)
        )
        .order_by(ClockRow.due_on, ClockRow.id)
        .limit(limit)
    ).all()
    return clock_standings(session, books, rows, today)


def clock_standings(
    session: Session, books: Books, rows: Sequence[ClockRow], today: date
) -> list[ClockStanding]:
    """The given clocks as they stand, in four queries however many they are (and one per county version)."""
    return _Shelf(session, books, today).standings(clock_records(session, rows))


def standings_of_records(
    session: Session, books: Books, records: Sequence[ClockRecord], today: date
) -> list[ClockStanding]:
    """The same of clocks whose ledgers were read already."""
    return _Shelf(session, books, today).standings(records)


def explained_clocks(
    session: Session, books: Books, clock_ids: Sequence[str], today: date
) -> dict[str, ExplainedClock]:
    """Clocks by id, with the explanation of their due dates."""
    rows, remarks = clocks_with_remarks(session, clock_ids)
    return explained(session, books, rows, today, remarks)


def explained(
    session: Session,
    books: Books,
    rows: Sequence[ClockRow],
    today: date,
    remarks: Mapping[str, ClockRemarks],
) -> dict[str, ExplainedClock]:
    """The given clocks by id, with the explanation of their due dates and the remarks on them."""
    records = clock_records(session, rows)
    shelf = _Shelf(session, books, today)
    return {
        record.row.id: _explained(record, standing, shelf, remarks.get(record.row.id, NO_REMARKS), today)
        for record, standing in zip(records, shelf.standings(records), strict=True)
    }


def _explained(
    record: ClockRecord, standing: ClockStanding, shelf: "_Shelf", remarks: ClockRemarks, today: date
) -> ExplainedClock:
    calendar, lived_under = shelf.calendar, shelf.lived_under(record.row)
    # What has stopped is told by the rules of its time, though the consultation has adopted newer ones since.
    stopped_on = read(record.clock, calendar, today).stopped_on
    rules = version_at(lived_under, at_local(stopped_on, 0, 0)) if stopped_on else lived_under[-1][1]
    ladder = rules.ladder(record.row.kind)
    clock = replace(record.clock, reason=remarks.opened_because)
    in_force = ExplainedLine(
        LineKind.RULE_SET,
        clock.started_on,
        standing.due_on,
        f"{rules.document}（{rules.id} {rules.version}）",
    )
    of_their_time = (version_at(lived_under, one.recorded_at).ladder(record.row.kind) for one in record.rungs)
    rungs = tuple(map(_rung_line, record.rungs, of_their_time))
    unreported = rung_entered_afterwards(record.clock, ladder, calendar, record.fired, today, record.row.id)
    return ExplainedClock(
        standing=standing,
        clock=clock,
        lines=(*explain(clock, calendar, remarks.asked), in_force),
        count=count_days(record.clock, calendar),
        colours=tuple(colour_history(record.clock, ladder, calendar, today)),
        rungs=rungs,
        letters=frozenset(one.notice for one in rungs),
        may_have_been_reported=unreported is not None,
    )


def _rung_line(row: FiredRung, ladder: Ladder) -> RungLine:
    notice = next((rung.notice for rung in ladder.rungs if rung.name == row.name), FILED_BY_SILENCE)
    return RungLine(
        row.name, NoticeKind(notice), row.generation, Colour(row.colour), row.due_at, row.recorded_at
    )


class _Shelf:
    """What several clocks share, fetched once: their consultations, pinned rule sets and holders' names."""

    def __init__(self, session: Session, books: Books, today: date) -> None:
        self._session = session
        self._books = books
        self._today = today
        self.calendar = books.calendar_in(session)
        """Clocks find in it the version that they name."""
        self._rule_sets: dict[tuple[str, str, str], RuleSet] = {}
        self._lives: dict[str, LivedUnder] = {}
        self._consultations: dict[str, Consultation] = {}

    def standings(self, records: Sequence[ClockRecord]) -> list[ClockStanding]:
        self._fetch_consultations({record.row.consultation_id for record in records})
        holders = organisation_names(self._session, [record.row.holder_id for record in records])
        return [
            _standing(
                record,
                self._consultation(record.row),
                self.ladder(record.row),
                self.calendar,
                holders.get(record.row.holder_id or "", ""),
                self._today,
            )
            for record in records
        ]

    def lived_under(self, row: ClockRow) -> LivedUnder:
        if row.consultation_id not in self._lives:
            lives = self._books.lived_under(self._session, self._consultation(row))
            self._lives[row.consultation_id] = lives
        return self._lives[row.consultation_id]

    def ladder(self, row: ClockRow) -> Ladder:
        return self.rule_set(row).ladder(row.kind)

    def rule_set(self, row: ClockRow) -> RuleSet:
        consultation = self._consultation(row)
        pinned = (consultation.rule_set_id, consultation.rule_set_version, consultation.area)
        if pinned not in self._rule_sets:
            self._rule_sets[pinned] = self._books.pinned(self._session, consultation)
        return self._rule_sets[pinned]

    def _fetch_consultations(self, ids: set[str]) -> None:
        """One query at most: what the session has read already is taken from it."""
        known = self._session.identity_map
        read = {one: known.get(identity_key(Consultation, one)) for one in ids - set(self._consultations)}
        missing = [one for one, row in read.items() if row is None]
        if missing:
            rows = self._session.scalars(select(Consultation).where(Consultation.id.in_(missing)))
            read |= {row.id: row for row in rows}
        self._consultations |= {one: row for one, row in read.items() if row is not None}

    def _consultation(self, row: ClockRow) -> Consultation:
        self._fetch_consultations({row.consultation_id})
        return self._consultations[row.consultation_id]


def _standing(
    record: ClockRecord,
    consultation: Consultation,
    ladder: Ladder,
    calendar: WorkCalendar,
    holder_name: str,
    today: date,
) -> ClockStanding:
    row = record.row
    reading = read(record.clock, calendar, today)
    return ClockStanding(
        id=row.id,
        consultation_id=consultation.id,
        consultation_number=consultation.number,
        consultation_title=consultation.title,
        kind=row.kind,
        subject_id=row.subject_id,
        holder_id=row.holder_id,
        holder_name=holder_name,
        title=row.title,
        started_on=reading.started_on,
        due_on=reading.due.on,
        is_provisional=reading.due.is_provisional,
        left_workdays=reading.left_workdays,
        is_overdue=reading.is_overdue,
        is_suspended=reading.is_suspended,
        is_open=row.is_open,
        colour=colour_on(record.clock, ladder, calendar, today),
    )
