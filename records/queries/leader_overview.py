"""The leader's overview: where the consultations within the reader's sight stand, and how long each stage takes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, load_only

from domain.bodies import Actor
from domain.ladder import Colour, colour_on
from domain.stages import ConsultationState, Stage
from records.books import Books
from records.ledgers import clock_records
from records.queries.analysis.dwell import rank_of, stage_lengths
from records.queries.consultation_lists import COLOURED_WITHIN_DAYS
from records.queries.scopes import readable
from records.tables.consultations import Consultation
from records.tables.obligations import ClockRow
from regulations.rule_sets import RuleSet

CLOCKS_MAX = 3_000


@dataclass(frozen=True)
class StageCount:
    """The consultations in one stage: how many, since when the oldest, and by the gravest colour of their clocks."""

    stage: Stage
    number: int
    suspended: int
    oldest_on: date | None
    colours: Mapping[Colour, int]


@dataclass(frozen=True)
class Dwell:
    """How long one stage took, in working days, of those that left it."""

    stage: Stage
    left: int
    median: int | None
    p90: int | None


def stage_counts(session: Session, books: Books, actor: Actor, today: date) -> tuple[StageCount, ...]:
    """The consultations under way by stage and colour; a suspended one keeps the colour it had."""
    found = session.execute(
        select(
            Consultation.state,
            func.count(),
            func.sum(case((Consultation.is_suspended, 1), else_=0)),
            func.min(Consultation.entered_state_on),
        )
        .where(readable(actor, today))
        .group_by(Consultation.state)
    ).all()
    rows = {state.stage: (number, suspended, oldest) for state, number, suspended, oldest in found}
    coloured = Counter(gravest_colours(session, books, actor, today).values())
    counts = []
    for stage in Stage:
        number, suspended, oldest_on = rows.get(stage, (0, 0, None))
        colours = {one: coloured[stage, one] for one in (Colour.RED, Colour.YELLOW, Colour.BLUE)}
        colours[Colour.NONE] = number - sum(colours.values())
        counts.append(StageCount(stage, number, suspended, oldest_on, colours))
    return tuple(counts)


def gravest_colours(
    session: Session, books: Books, actor: Actor, today: date
) -> dict[str, tuple[Stage, Colour]]:
    """The gravest colour of every consultation under way that has one: a colour is derived, never stored."""
    found = session.execute(
        select(ClockRow, Consultation)
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .where(
            ClockRow.is_open,
            ClockRow.due_on <= today + timedelta(days=COLOURED_WITHIN_DAYS),
            Consultation.state.in_([ConsultationState(one.value) for one in Stage]),
            readable(actor, today),
        )
        .options(
            load_only(
                Consultation.state,
                Consultation.rule_set_id,
                Consultation.rule_set_version,
                Consultation.area,
            )
        )
        .order_by(ClockRow.due_on, ClockRow.id)
        .limit(CLOCKS_MAX)
    ).all()
    calendar = books.calendar_in(session)
    rule_sets: dict[tuple[str, str, str], RuleSet] = {}
    gravest: dict[str, tuple[Stage, Colour]] = {}
    records = clock_records(session, [clock for clock, _ in found])
    for record, (_, row) in zip(records, found, strict=True):
        pinned = (row.rule_set_id, row.rule_set_version, row.area)
        if pinned not in rule_sets:
            rule_sets[pinned] = books.pinned(session, row)
        colour = colour_on(record.clock, rule_sets[pinned].ladder(record.row.kind), calendar, today)
        known = gravest.get(row.id)
        is_graver = known is None or known[1].rank < colour.rank
        if colour is not Colour.NONE and is_graver and row.state.stage is not None:
            gravest[row.id] = (row.state.stage, colour)
    return gravest


def dwells(session: Session, books: Books, actor: Actor, today: date, since_on: date) -> tuple[Dwell, ...]:
    """How long each stage took of what left it since a day, by the calendar of each place."""
    taken: dict[Stage, list[int]] = {stage: [] for stage in Stage}
    for (_, stage), days in stage_lengths(session, books, readable(actor, today), since_on, today).items():
        taken[stage] += days
    return tuple(_dwell(stage, sorted(taken[stage])) for stage in Stage)


def _dwell(stage: Stage, taken: Sequence[int]) -> Dwell:
    return Dwell(stage, len(taken), rank_of(taken, 50), rank_of(taken, 90))
