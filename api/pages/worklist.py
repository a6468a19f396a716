"""The workbench: what I have to do, in order of what is due, and what I wait for others to do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Protocol

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api.cursors import cursor_of, day_of, key_of
from api.pages.calendars import missing_year
from api.pages.routing import page_router
from api.pages.visits import AVisit, Visit
from domain.matters import ObligationKind
from domain.policy import Matter, may
from domain.stages import ConsultationState
from records.queries.changes_since import changes_counted
from records.queries.clocks import ClockStanding
from records.queries.counters import Counters
from records.queries.demands_due import demands_to_move
from records.queries.duties import READERS, Days, Desk, Span, desk_for
from records.queries.house_lines import house_lines
from records.queries.recounts import provisional_due_dates
from records.queries.statistics import consultations_by_state
from records.queries.worklists import WAITING_MAX, Duty, Waiting, running_under, waiting_for

router = page_router()

SOON_WORKDAYS = 5
OTHERS_WITHIN_DAYS = 14
MINE_PER_PAGE = 50
OTHERS_PER_PAGE = 50
OTHERS_AT_FIRST = 15
_PLACES: Mapping[Duty, str] = {
    Duty.DECIDE_RETURN: "/feedback-tasks/{subject}",
    Duty.DECIDE_EXTENSION: "/feedback-tasks/{subject}",
    Duty.VERIFY_ANSWER: "/feedback-tasks/{subject}",
    Duty.ACCEPT_RESEARCH: "/consultations/{consultation}/research",
}
_CLOCK_PLACES: Mapping[ObligationKind, str] = {
    ObligationKind.FEEDBACK_TASK: "/feedback-tasks/{subject}",
    ObligationKind.ACKNOWLEDGEMENT: "/feedback-tasks/{subject}",
    ObligationKind.CO_HANDLING: "/feedback-tasks/{subject}",
    ObligationKind.ESCALATION: "/escalations/{subject}",
    ObligationKind.APPROVAL: "/consultations/{consultation}#chain",
    ObligationKind.FILING: "/consultations/{consultation}#chain",
    ObligationKind.REPORTING: "/consultations/{consultation}/outcomes",
    ObligationKind.EVALUATION: "/consultations/{consultation}/evaluation",
    ObligationKind.FOLLOW_UP_REVIEW: "/consultations/{consultation}/evaluation",
}


class Case(Protocol):
    """What the workbench shows of a consultation."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def number(self) -> str:
        """The number that people know."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def state(self) -> ConsultationState:
        """Where it stands."""

    @property
    def is_suspended(self) -> bool:
        """Whether it is suspended (中止)."""

    @property
    def waiting_for(self) -> str:
        """Who has to move, in words."""

    @property
    def entered_state_on(self) -> date:
        """Since when it stands there."""


@dataclass(frozen=True)
class Line:
    """One duty: what, where it is done, and the clock or the day since when it waits."""

    title: str
    address: str
    clock: ClockStanding | None = None
    since_on: date | None = None
    kind: str = ""


@dataclass
class Group:
    """The duties of one consultation. ``waiting_for`` says who has to move where no clock says it."""

    id: str
    number: str
    title: str
    state: str = ""
    is_suspended: bool = False
    waiting_for: str = ""
    lines: list[Line] = field(default_factory=list)


@router.get("/")
def worklist_page(
    visit: AVisit,
    show: Annotated[str, Query(max_length=20)] = Span.ALL.value,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """My duties today, the nearest due date first."""
    span = Span(show) if show in set(Span) else Span.ALL
    key = key_of(cursor, str, str)
    after = (day_of(key[0]), key[1]) if key else None
    is_first = span is Span.ALL and after is None
    actor, today, counter = visit.actor, visit.today, visit.counter
    with counter.register.reading() as session:
        desk = desk_for(
            session,
            counter.books,
            actor,
            _days(visit),
            span,
            after=after,
            mine_max=MINE_PER_PAGE,
            others_max=OTHERS_PER_PAGE if span is Span.OTHERS else OTHERS_AT_FIRST,
        )
        waiting = waiting_for(session, actor, today)
        running = running_under(session, actor, today) if is_first or span is Span.OTHERS else ()
        counts = consultations_by_state(session, actor, today) if is_first else {}
        has_demands = is_first and desk.counts.demands > 0
        demands = demands_to_move(session, counter.books, actor, today) if has_demands else []
        house = house_lines(session, actor, today) if is_first else None
    cases = {one.id: one for one in running}
    mine = _grouped(desk.mine, waiting if is_first else (), cases)
    others = _grouped(desk.others, (), cases)
    ready: dict[str, Group] = {}
    if is_first or (span is Span.OTHERS and after is None):
        _add_running(running, mine, ready, others)
    with counter.register.reading() as session:
        changes = changes_counted(session, actor.person_id, {*mine, *ready, *others})
        no_table = _missing_year(visit, session)
        provisional = provisional_due_dates(session, [no_table]) if no_table else 0
    order = list(ConsultationState)
    return visit.page(
        "worklist.html",
        counters=_counters(desk, len(waiting)),
        span=span,
        spans=_strip(desk, len(waiting), sees_others=actor.role in READERS),
        desk=desk.counts,
        mine=list(mine.values()),
        ready=list(ready.values()) if is_first else [],
        demands=demands,
        house=house,
        is_round_stale=bool(house and house.last and house.last.is_stale(counter.now())),
        others=list(others.values()),
        are_others_cut=span is Span.ALL and desk.counts.others > len(desk.others),
        following=_following(desk, span),
        changes=changes,
        no_table=no_table,
        provisional=provisional,
        counts=[(state, counts[state]) for state in sorted(counts, key=order.index)],
    )


def clock_address(clock: ClockStanding) -> str:
    """Where the obligation of a clock is met."""
    return place_of(clock.kind, clock.subject_id, clock.consultation_id)


def place_of(kind: ObligationKind, subject_id: str, consultation_id: str) -> str:
    """Where an obligation of this kind is met."""
    place = _CLOCK_PLACES.get(kind, "/consultations/{consultation}")
    return place.format(subject=subject_id, consultation=consultation_id)


def _days(visit: Visit) -> Days:
    today = visit.today
    return Days(
        today=today,
        soon_until=visit.counter.books.calendar.add_workdays(today, SOON_WORKDAYS).on,
        others_until=today + timedelta(days=OTHERS_WITHIN_DAYS),
    )


def _missing_year(visit: Visit, session: Session) -> int | None:
    """The year whose working days are still to be imported, for those who may import them."""
    if not may(visit.actor, "set_calendar", Matter()):
        return None
    return missing_year(visit.counter.books.calendar_in(session), visit.today)


def _counters(desk: Desk, waiting: int) -> Counters | None:
    """The numbers at the top of the page, unless more waits than was looked at."""
    return Counters(desk.counts.overdue, desk.counts.due_today, waiting) if waiting < WAITING_MAX else None


def _strip(desk: Desk, waiting: int, *, sees_others: bool) -> list[tuple[Span, int]]:
    """The numbers above the list, each with the list it stands for."""
    counts = desk.counts
    numbers = [
        (Span.ALL, counts.mine + waiting),
        (Span.OVERDUE, counts.overdue),
        (Span.TODAY, counts.due_today),
        (Span.SOON, counts.soon),
    ]
    return [*numbers, (Span.OTHERS, counts.others)] if sees_others else numbers


def _grouped(
    clocks: Sequence[ClockStanding], waiting: Iterable[Waiting], cases: Mapping[str, Case]
) -> dict[str, Group]:
    """Consultations in the order of their most urgent duty; what has no due date comes last."""
    groups: dict[str, Group] = {}
    for clock in clocks:
        group = _group(
            groups, cases, clock.consultation_id, clock.consultation_number, clock.consultation_title
        )
        group.lines.append(Line(clock.title, clock_address(clock), clock=clock, kind=clock.kind.label))
    for one in waiting:
        group = _group(groups, cases, one.consultation_id, one.consultation_number, one.consultation_title)
        address = _PLACES[one.duty].format(subject=one.subject_id, consultation=one.consultation_id)
        group.lines.append(Line(one.title, address, since_on=one.since_on, kind=one.duty.label))
    return groups


def _group(groups: dict[str, Group], cases: Mapping[str, Case], key: str, number: str, title: str) -> Group:
    if key not in groups:
        case = cases.get(key)
        state = case.state.label if case else ""
        groups[key] = Group(key, number, title, state, is_suspended=bool(case and case.is_suspended))
    return groups[key]


def _add_running(
    running: Sequence[Case], mine: Mapping[str, Group], ready: dict[str, Group], others: dict[str, Group]
) -> None:
    """A consultation under way that no duty names yet waits for somebody, or is ready for its organiser to go on."""
    cases = {one.id: one for one in running}
    for row in running:
        if row.waiting_for:
            group = _group(others, cases, row.id, row.number, row.title)
            group.waiting_for = "" if group.lines else row.waiting_for
        elif row.id not in mine and row.id not in others:
            group = _group(ready, cases, row.id, row.number, row.title)
            group.lines.append(
                Line(
                    f"备齐“{row.state.label}”环节材料，进入下一环节",
                    f"/consultations/{row.id}",
                    since_on=row.entered_state_on,
                    kind="推进环节",
                )
            )


def _following(desk: Desk, span: Span) -> str | None:
    clocks, limit = (desk.others, OTHERS_PER_PAGE) if span is Span.OTHERS else (desk.mine, MINE_PER_PAGE)
    return cursor_of(clocks[-1].due_on.isoformat(), clocks[-1].id) if len(clocks) == limit else None
