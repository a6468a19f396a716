"""Who has to do what, and what was done, within a leader's sight: bodies with their counts, small ones without a rank.

A unit with fewer than ten tasks gets no rate and no rank: a single late answer would say nothing about it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, case, func, literal, select, type_coerce, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.bodies import Actor
from domain.figures import Figure
from domain.matters import ObligationKind, ResultClass
from domain.timeliness import RANKED_FROM_TASKS
from records.books import Books
from records.queries.counting import figure_of
from records.queries.counting.count import Count
from records.queries.scopes import readable, within
from records.tables.consultations import Consultation
from records.tables.obligations import Answer, ClockRow, FeedbackTask
from records.tables.people import Organisation
from records.tables.rooms import Room
from regulations.rule_sets import RuleSet

PER_ROOM = "activities_per_room"


@dataclass(frozen=True)
class Wait:
    """What one body holds now."""

    holder_id: str
    name: str
    kinds: Mapping[ObligationKind, int]
    number: int
    late: int


@dataclass(frozen=True)
class Punctuality:
    """The first answers of one unit, or of all. ``is_ranked`` is False where the number is too small for a rate."""

    unit_id: str
    name: str
    answered: int
    in_time: int

    @property
    def is_ranked(self) -> bool:
        """Whether there are enough to say something."""
        return self.answered >= RANKED_FROM_TASKS

    @property
    def tenths_of_percent(self) -> int:
        """The rate in thousandths, cut and never rounded up."""
        return self.in_time * 1000 // self.answered if self.answered else 0


@dataclass(frozen=True)
class Outcomes:
    """What was answered in the year: by class, and in time."""

    classes: Mapping[ResultClass | None, int]
    units: tuple[Punctuality, ...]

    @property
    def whole(self) -> Punctuality:
        """All units together."""
        answered, in_time = sum(one.answered for one in self.units), sum(one.in_time for one in self.units)
        return Punctuality("", "合计", answered, in_time)


@dataclass(frozen=True)
class Holdings:
    """Who has to do what, what was done, and under which rule sets."""

    waits: tuple[Wait, ...]
    outcomes: Outcomes
    rule_set_ids: tuple[str, ...]


Row = tuple[str, str, str, int, int]
"""A body, a word, how many there are, and of how many something holds."""


def holdings(session: Session, actor: Actor, today: date, year: int) -> Holdings:
    """Who holds the open clocks, what was answered in the year, and which books the rooms follow: one question.

    Only bodies with ten or more are ranked, by what is late or in time; the rest stand by name.
    """
    readable_now = readable(actor, today)
    is_late = (ClockRow.due_on < today) & ~Consultation.is_suspended
    held = (
        _tallied("held", Organisation.id, Organisation.name, ClockRow.kind, is_late)
        .select_from(ClockRow)
        .join(Consultation, Consultation.id == ClockRow.consultation_id)
        .join(Organisation, Organisation.id == ClockRow.holder_id)
        .where(ClockRow.is_open, readable_now)
        .group_by(Organisation.id, Organisation.name, ClockRow.kind)
    )
    answered = (
        _tallied("answered", Organisation.id, Organisation.name, Answer.result, Answer.is_in_time.is_(True))
        .select_from(Answer)
        .join(FeedbackTask, FeedbackTask.id == Answer.task_id)
        .join(Organisation, Organisation.id == FeedbackTask.unit_id)
        .join(Consultation, Consultation.id == FeedbackTask.consultation_id)
        .where(answered_in(year), readable_now)
        .group_by(Organisation.id, Organisation.name, Answer.result)
    )
    followed = (
        _tallied("followed", Room.rule_set_id, Room.rule_set_id, Room.rule_set_id, Room.id.is_not(None))
        .where(within(Room.area, actor.area))
        .group_by(Room.rule_set_id)
    )
    rows: dict[str, list[Row]] = {"held": [], "answered": [], "followed": []}
    for part, *row in session.execute(union_all(held, answered, followed)):
        rows[part].append((row[0], row[1], row[2] or "", row[3], row[4]))
    return Holdings(
        _waits(rows["held"]), _outcomes(rows["answered"]), tuple(sorted(row[0] for row in rows["followed"]))
    )


def _tallied(
    part: str,
    id: InstrumentedAttribute[str],
    name: InstrumentedAttribute[str],
    word: InstrumentedAttribute[Any],
    condition: ColumnElement[bool],
) -> Any:
    """How many there are of each body and word, and of how many the condition holds."""
    return select(
        literal(part),
        id,
        name,
        type_coerce(word, String),
        func.count(),
        func.sum(case((condition, 1), else_=0)),
    )


def _waits(rows: Iterable[Row]) -> tuple[Wait, ...]:
    kinds: dict[tuple[str, str], dict[ObligationKind, int]] = {}
    late = Counter[str]()
    for holder_id, name, kind, number, late_number in rows:
        kinds.setdefault((holder_id, name), {})[ObligationKind(kind)] = number
        late[holder_id] += late_number
    held = [Wait(key, name, of, sum(of.values()), late[key]) for (key, name), of in kinds.items()]
    return tuple(sorted(held, key=_rank_of_wait))


def _rank_of_wait(wait: Wait) -> tuple[bool, int, int, str]:
    is_small = wait.number < RANKED_FROM_TASKS
    return (is_small, 0 if is_small else -wait.late, 0 if is_small else -wait.number, wait.name)


def _outcomes(rows: Iterable[Row]) -> Outcomes:
    classes = Counter[ResultClass | None]()
    units: dict[tuple[str, str], list[int]] = {}
    for unit_id, name, result, number, in_time in rows:
        classes[ResultClass(result) if result else None] += number
        of_unit = units.setdefault((unit_id, name), [0, 0])
        of_unit[0], of_unit[1] = of_unit[0] + number, of_unit[1] + in_time
    told = [Punctuality(key, name, *numbers) for (key, name), numbers in units.items()]
    return Outcomes(classes, tuple(sorted(told, key=_rank_of_unit)))


def answered_in(year: int) -> ColumnElement[bool]:
    """The answers that were handed in during a calendar year."""
    return Answer.answered_on.between(date(year, 1, 1), date(year, 12, 31))


def _rank_of_unit(unit: Punctuality) -> tuple[bool, int, str]:
    return (not unit.is_ranked, -unit.tenths_of_percent if unit.is_ranked else 0, unit.name)


def rooms_progress(
    session: Session, books: Books, actor: Actor, rule_set_id: str, today: date
) -> tuple[RuleSet, Figure | None]:
    """How far each room is with the number of consultations that its rules ask of it this year."""
    rule_set = books.in_force(session, rule_set_id, actor.area, today)
    rule = next((one for one in rule_set.rules if one.counter == PER_ROOM), None)
    if rule is None:
        return rule_set, None
    count = Count(session, rule_set_id, actor.area, today.year, today, readable(actor, today))
    return rule_set, figure_of(count, rule)
