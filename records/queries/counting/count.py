"""What one year's count looks at: the consultations of an area that count, read once."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TypeVar, cast

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from domain.bodies import RoomLevel
from domain.matters import ConsultationKind, SessionState
from domain.policy import is_within
from domain.stages import ConsultationState
from records.queries.scopes import within
from records.tables.consultations import Consultation
from records.tables.deliberations import ConsultationSession, Statement
from records.tables.outcomes import Suggestion
from records.tables.rooms import Room

T = TypeVar("T")
NEVER_COUNTED = (ConsultationState.REJECTED, ConsultationState.TERMINATED, ConsultationState.MERGED)


@dataclass(frozen=True)
class Case:
    """One consultation that counts in the year, however many sessions it took.

    It is substantive when questions were answered, positions taken, and something came of them (SZ-17b).
    """

    id: str
    kind: ConsultationKind
    area: str
    room_id: str
    level: RoomLevel
    is_substantive: bool


@dataclass(frozen=True)
class Count:
    """One rule set's count over one area and one calendar year, within what the reader may see.

    A count that is narrowed to a county knows what the wider one has read, and reads nothing twice.
    """

    session: Session
    rule_set_id: str
    area: str
    year: int
    today: date
    scope: ColumnElement[bool]
    wider: "Count | None" = field(default=None, repr=False)
    _known: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    def narrowed(self, area: str) -> "Count":
        """The same count over an area inside."""
        return replace(self, area=area, wider=self.widest)

    @property
    def widest(self) -> "Count":
        """The count over the whole area that is looked at."""
        return self.wider or self

    def once(self, name: str, read: "Callable[[Count], T]") -> T:
        """What ``read`` finds in the widest area, read once whatever is narrowed or counted next."""
        if name not in self._known:
            self._known[name] = read(self.widest)
        return cast(T, self._known[name])

    @property
    def first_on(self) -> date:
        """New Year's Day."""
        return date(self.year, 1, 1)

    @property
    def last_on(self) -> date:
        """New Year's Eve."""
        return date(self.year, 12, 31)

    @property
    def as_of(self) -> date:
        """The day on which standing conditions are read: today, or the end of a year that is over."""
        return max(self.first_on, min(self.today, self.last_on))

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The consultations whose 开展协商 was completed in the year."""
        if self.wider is not None:
            return tuple(case for case in self.wider.cases if is_within(case.area, self.area))
        query = (
            select(
                Consultation.id,
                Consultation.kind,
                Consultation.area,
                Consultation.room_id,
                Room.level,
                _is_substantive(),
            )
            .join(Room, Room.id == Consultation.room_id)
            .where(self.counts(self.year))
            .order_by(Consultation.deliberated_on, Consultation.id)
        )
        return tuple(Case(*row) for row in self.session.execute(query))

    @property
    def case_ids(self) -> tuple[str, ...]:
        """The ids of the year's consultations in the order in which they were deliberated."""
        return tuple(case.id for case in self.cases)

    def counted_ids(self, year: int | None = None) -> Select[str]:
        """The ids of the consultations that count in the year (or in another), as a condition for a query."""
        return select(Consultation.id).where(self.counts(year or self.year))

    def counts(self, year: int) -> ColumnElement[bool]:
        """The consultations that count in a year: by the day 开展协商 was completed, with a valid session."""
        return and_(self.stands, held_between(date(year, 1, 1), date(year, 12, 31)))

    @property
    def stands(self) -> ColumnElement[bool]:
        """The consultations of the area that were not rejected, ended or merged."""
        return and_(
            Consultation.rule_set_id == self.rule_set_id,
            within(Consultation.area, self.area),
            self.scope,
            ever_counted(),
        )

    def in_year(
        self, day: InstrumentedAttribute[date] | InstrumentedAttribute[date | None]
    ) -> ColumnElement[bool]:
        """Whether a day lies in the year."""
        return and_(day >= self.first_on, day <= self.last_on)

    def runs_between(
        self,
        since_on: InstrumentedAttribute[date] | InstrumentedAttribute[date | None],
        until_on: InstrumentedAttribute[date | None],
        first_on: date,
        last_on: date,
    ) -> ColumnElement[bool]:
        """Whether a span that may be open on either side touches these days."""
        return and_(
            or_(since_on.is_(None), since_on <= last_on), or_(until_on.is_(None), until_on >= first_on)
        )


def ever_counted() -> ColumnElement[bool]:
    """What was rejected, ended or merged never counts."""
    return and_(Consultation.state.not_in(NEVER_COUNTED), Consultation.merged_into_id.is_(None))


def held_between(first_on: date, last_on: date) -> ColumnElement[bool]:
    """The consultations whose 开展协商 was completed between two days, with a valid session."""
    held = exists().where(
        ConsultationSession.consultation_id == Consultation.id,
        ConsultationSession.state == SessionState.HELD,
    )
    return and_(Consultation.deliberated_on >= first_on, Consultation.deliberated_on <= last_on, held)


def _is_substantive() -> ColumnElement[bool]:
    held = aliased(ConsultationSession)
    opinion, reply = aliased(Statement), aliased(Statement)
    exchanged = (
        held.consultation_id == Consultation.id,
        held.state == SessionState.HELD,
        exists().where(opinion.session_id == held.id, opinion.reply_to_id.is_(None)),
        exists().where(reply.session_id == held.id, reply.reply_to_id.is_not(None)),
    )
    suggested = exists().where(Suggestion.consultation_id == Consultation.id)
    return or_(
        and_(suggested, exists(select(held.id).where(*exchanged))),
        exists(select(held.id).where(*exchanged, held.is_without_consensus)),
    ).label("is_substantive")


def depth_of(area: str) -> int:
    """1 for a city, 2 for a county, 3 for a town, 4 for a village."""
    return area.count("/") + 1


def at_depth(area: str, depth: int) -> str:
    """The place of this depth that the area is or lies in."""
    return "/".join(area.split("/")[:depth])
