"""Yearly figures of the quota rules, in exact arithmetic: nothing is rounded before it is compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

from domain.words import Word

Amount = int | Fraction


class Standing(Word):
    """What a figure says beside its requirement."""

    REACHED = "reached", "达到"
    MISSED = "missed", "未达到"
    UNSET = "unset", "未设定"
    NO_DATA = "no_data", "尚无数据"
    COUNTED = "counted", "仅统计"


class Asked(Enum):
    """Says that a rule names no number at all, which is not the same as a number that nobody has set."""

    NOTHING = "nothing"


Minimum = int | Mapping[str, int] | Asked | None
"""At least so many; by level where a mapping; None where the law leaves it to somebody who has not set it."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number and what it is held against. ``value`` is None where there is nothing to compute it from.

    ``required_words`` say what is required where that is more than a number, as of every room by itself.
    Shares are fractions of 1. ``details`` are further counts in words, ``consultation_ids`` the cases behind.
    """

    value: Amount | None
    standing: Standing = Standing.COUNTED
    required: Amount | None = None
    required_words: str = ""
    numerator: int | None = None
    denominator: int | None = None
    details: tuple[tuple[str, int], ...] = ()
    consultation_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FigurePart(Measure):
    """The number of one room, one unit, one kind, one member."""

    key: str
    label: str
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Tally(Measure):
    """What a counter answers. On a warning day (预警日) people look at who has not reached the number yet.

    ``title`` says what was counted where the counter's own title would be too general.
    """

    title: str = ""
    parts: tuple[FigurePart, ...] = ()
    warning_on: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Figure(Tally):
    """The answer to one quota rule, with the words that people read beside it."""

    rule_id: str
    counter: str
    unit: str
    formula: str


def standing_of(value: Amount | None, minimum: Amount | Asked | None) -> Standing:
    """Whether the exact value reaches the minimum."""
    if minimum is Asked.NOTHING:
        return Standing.COUNTED
    if minimum is None:
        return Standing.UNSET
    if value is None:
        return Standing.NO_DATA
    return Standing.REACHED if value >= minimum else Standing.MISSED


def standing_of_all(parts: Iterable[Measure]) -> Standing:
    """A whole is missed when one part is, unset when one part is, and reached when every part is."""
    standings = {part.standing for part in parts}
    for standing in (Standing.MISSED, Standing.UNSET, Standing.NO_DATA, Standing.REACHED):
        if standing in standings:
            return standing
    return Standing.NO_DATA


def required_of(minimum: Amount | Asked | None) -> Amount | None:
    """The number asked for, where there is one."""
    return None if isinstance(minimum, Asked) else minimum


def minimum_for(minimum: Minimum, level: str) -> int | Asked | None:
    """The minimum for rooms of a level; a level that a mapping does not name has not been set."""
    return minimum.get(level) if isinstance(minimum, Mapping) else minimum


def share_of(numerator: int, denominator: int) -> Fraction | None:
    """A share of 1; None of nothing."""
    return Fraction(numerator, denominator) if denominator else None


def percent(minimum_percent: int | None) -> Fraction | None:
    """So many hundredths, where a number is set."""
    return None if minimum_percent is None else Fraction(minimum_percent, 100)


def amount_shown(value: Amount | None, unit: str) -> str:
    """The number for people: at most one decimal, always cut and never rounded up to a requirement; — for none."""
    if value is None:
        return "—"
    is_percent = unit == "%"
    tenths = int(Fraction(value) * (1000 if is_percent else 10))
    whole, tenth = divmod(tenths, 10)
    number = f"{whole}.{tenth}" if tenth else f"{whole}"
    return f"{number}%" if is_percent else f"{number} {unit}".rstrip()


def required_shown(measure: Measure, unit: str) -> str:
    """The requirement for people; a number that nobody has set is never a nought."""
    if measure.standing is Standing.UNSET:
        return Standing.UNSET.label
    if measure.required_words:
        return measure.required_words
    return "—" if measure.required is None else f"不少于 {amount_shown(measure.required, unit)}"
