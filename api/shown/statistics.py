"""Statistics as the API shows them."""

from collections.abc import Callable
from datetime import date

from api.fields import Shown
from domain.stages import ConsultationState
from domain.statistics import Behind, Line, Number, Statistic


class NumberShown(Shown):
    """One number: ``value`` exactly (a share as a fraction of 1), ``value_shown`` for people, ``cases`` its address.

    ``is_guarded`` says that a share is kept back because there are too few to say anything.
    """

    column: str
    value: str | None
    value_shown: str
    unit: str
    numerator: int | None
    denominator: int | None
    is_guarded: bool
    mark: str
    cases: str | None


class LineShown(Shown):
    """One row."""

    key: str
    label: str
    numbers: list[NumberShown]


class StatisticShown(Shown):
    """A table of numbers with its formula."""

    name: str
    title: str
    formula: str
    note: str
    lines: list[LineShown]
    total: LineShown | None


class AnalysisShown(Shown):
    """Some statistics of one area and one span, as of today."""

    name: str
    title: str
    area: str
    first_on: date
    last_on: date
    today: date
    statistics: list[StatisticShown]


class CaseShown(Shown):
    """A consultation behind a number."""

    id: str
    number: str
    title: str
    area: str
    state: ConsultationState


class CasesShown(Shown):
    """The consultations behind a number: the first of them, and how many there are."""

    of: str
    which: str
    count: int
    cases: list[CaseShown]


def statistic_shown(statistic: Statistic, address: Callable[[Behind], str]) -> StatisticShown:
    """One statistic; ``address`` says where the cases behind a number are."""
    total = statistic.total
    return StatisticShown(
        name=statistic.name,
        title=statistic.title,
        formula=statistic.formula,
        note=statistic.note,
        lines=[_line(statistic, one, address) for one in statistic.lines],
        total=_line(statistic, total, address) if total else None,
    )


def _line(statistic: Statistic, line: Line, address: Callable[[Behind], str]) -> LineShown:
    numbers = zip(statistic.columns, line.numbers, strict=True)
    return LineShown(
        key=line.key,
        label=line.label,
        numbers=[_number(column, one, address) for column, one in numbers],
    )


def _number(column: str, number: Number, address: Callable[[Behind], str]) -> NumberShown:
    return NumberShown(
        column=column,
        value=None if number.value is None else str(number.value),
        value_shown=number.shown,
        unit=number.unit,
        numerator=number.numerator,
        denominator=number.denominator,
        is_guarded=number.is_guarded,
        mark=number.note,
        cases=address(number.behind) if number.behind else None,
    )
