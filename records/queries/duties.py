"""The desk of one organisation: what it has to do by when, and what it waits for others to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, false, func, or_, select, true
from sqlalchemy.orm import Session

from domain.bodies import Actor, Role
from domain.matters import ObligationKind
from domain.words import Word
from records.books import Books
from records.queries.clocks import ClockStanding, clock_standings
from records.queries.demands_due import demands_waiting
from records.queries.people import keep_in_mind
from records.queries.scopes import readable
from records.tables.consultations import Consultation
from records.tables.obligations import ClockRow
from records.tables.people import Organisation

READERS = frozenset(
    {
        Role.STAFF,
        Role.SUPERVISOR,
        Role.MEMBER,
        Role.CONVENER,
        Role.AUDIT_ADMIN,
        Role.PARTY_OFFICE,
        Role.APPROVER,
    }
)
"""Who is shown the obligations of others within their sight; a unit sees its own alone."""


Held = tuple[ClockRow, Consultation]


class Span(Word):
    """Which part of the desk is looked at."""

    ALL = "all", "全部"
    OVERDUE = "overdue", "逾期"
    TODAY = "today", "今天到期"
    SOON = "soon", "5 个工作日内"
    OTHERS = "others", "等别人"


@dataclass(frozen=True)
class Days:
    """The days that divide a desk. ``soon_until`` and ``others_until`` are the last days that still count."""

    today: date
    soon_until: date
    others_until: date


@dataclass(frozen=True)
class DeskCounts:
    """How many open clocks of one's own there are, and how many of others are near or past their due date."""

    mine: int
    overdue: int
    due_today: int
    soon: int
    others: int
    others_overdue: int
    demands: int
    """How many demands of supervisors one's body has to answer, or to judge."""


@dataclass(frozen=True)
class Desk:
    """The clocks of one page, the nearest due date first, and the counts of all."""

    counts: DeskCounts
    mine: list[ClockStanding]
    others: list[ClockStanding]


def desk_for(
    session: Session,
    books: Books,
    actor: Actor,
    days: Days,
    span: Span,
    *,
    after: tuple[date, str] | None = None,
    mine_max: int,
    others_max: int,
) -> Desk:
    """One page of the desk. ``after`` continues the list that the span names; the other one begins anew."""
    mine: Sequence[Held] = ()
    others: Sequence[Held] = ()
    if span is not Span.OTHERS:
        mine = _page(session, _mine(actor), _spanned(span, days), after, mine_max)
    if span in (Span.ALL, Span.OTHERS) and actor.role in READERS:
        continued = after if span is Span.OTHERS else None
        others = _page(session, _others(actor, days), true(), continued, others_max)
    # The consultations come with the clocks and are held meanwhile, so that nobody asks for them again.
    standings = clock_standings(session, books, [clock for clock, _ in (*mine, *others)], days.today)
    return Desk(desk_counts(session, actor, days), standings[: len(mine)], standings[len(mine) :])


def desk_counts(session: Session, actor: Actor, days: Days) -> DeskCounts:
    """The numbers of the desk, in one question."""
    mine = (
        select(
            func.count().label("all"),
            _sum(_spanned(Span.OVERDUE, days)).label("overdue"),
            _sum(_spanned(Span.TODAY, days)).label("today"),
            _sum(_spanned(Span.SOON, days)).label("soon"),
        )
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .where(_mine(actor))
        .subquery()
    )
    others = (
        select(func.count().label("all"), _sum(_spanned(Span.OVERDUE, days)).label("overdue"))
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .where(_others(actor, days) if actor.role in READERS else ClockRow.id.is_(None))
        .subquery()
    )
    counted = select(mine, others, demands_waiting(actor).label("demands"))
    found = session.execute(counted.select_from(mine.join(others, true()))).one()
    return DeskCounts(*(number or 0 for number in found))


def mine_counted(actor: Actor, today: date, span: Span) -> ScalarSelect[int]:
    """How many of one's own clocks are overdue, or due today, as part of a question."""
    return (
        select(func.count())
        .select_from(ClockRow)
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .where(_mine(actor), _spanned(span, Days(today, today, today)))
        .scalar_subquery()
    )


def _page(
    session: Session,
    whose: ColumnElement[bool],
    spanned: ColumnElement[bool],
    after: tuple[date, str] | None,
    limit: int,
) -> Sequence[Held]:
    query = (
        select(ClockRow, Consultation, Organisation)
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .outerjoin(Organisation, Organisation.id == ClockRow.holder_id)
        .where(whose, spanned)
        .order_by(ClockRow.due_on, ClockRow.id)
        .limit(limit)
    )
    if after is not None:
        due_on, clock_id = after
        query = query.where(
            or_(ClockRow.due_on > due_on, and_(ClockRow.due_on == due_on, ClockRow.id > clock_id))
        )
    found = session.execute(query).all()
    keep_in_mind(session, (holder for _, _, holder in found))
    return [(clock, consultation) for clock, consultation, _ in found]


def _mine(actor: Actor) -> ColumnElement[bool]:
    return and_(ClockRow.is_open, _holds(actor))


def _holds(actor: Actor) -> ColumnElement[bool]:
    """What the actor's organisation owes; a member acts for the 政协 in no obligation of it."""
    return false() if actor.role is Role.MEMBER else ClockRow.holder_id == actor.organisation_id


def _others(actor: Actor, days: Days) -> ColumnElement[bool]:
    return and_(
        ClockRow.is_open,
        ClockRow.due_on <= days.others_until,
        or_(ClockRow.holder_id.is_(None), ~_holds(actor)),
        readable(actor, days.today),
    )


def _spanned(span: Span, days: Days) -> ColumnElement[bool]:
    match span:
        case Span.OVERDUE:
            return and_(_is_running(), ClockRow.due_on < days.today)
        case Span.TODAY:
            return and_(_is_running(), ClockRow.due_on == days.today)
        case Span.SOON:
            return and_(_is_running(), ClockRow.due_on.between(days.today, days.soon_until))
        case Span.ALL | Span.OTHERS:
            return true()


def _is_running() -> ColumnElement[bool]:
    """The clocks of a suspended consultation stand still, but for the one that says when to look again."""
    return or_(~Consultation.is_suspended, ClockRow.kind == ObligationKind.SUSPENSION)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
