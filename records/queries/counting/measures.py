"""How counts become measures: one place for the arithmetic of numbers, shares and sums."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from domain.figures import (
    Asked,
    FigurePart,
    Measure,
    Tally,
    percent,
    required_of,
    share_of,
    standing_of,
    standing_of_all,
)

BY_PART = "见分项"
"""What stands for the requirement where every part has another."""


def number_part(
    key: str,
    label: str,
    number: int,
    minimum: int | Asked | None = Asked.NOTHING,
    ids: Iterable[str] = (),
    details: tuple[tuple[str, int], ...] = (),
    unit: str = "",
) -> FigurePart:
    """A count of one part, held against a minimum where there is one."""
    return FigurePart(
        key=key,
        label=label,
        unit=unit,
        value=number,
        standing=standing_of(number, minimum),
        required=required_of(minimum),
        details=details,
        consultation_ids=tuple(ids),
    )


def share_part(
    key: str, label: str, numerator: int, denominator: int, ids: Iterable[str] = (), unit: str = ""
) -> FigurePart:
    """A share of one part."""
    value = share_of(numerator, denominator)
    return FigurePart(
        key=key,
        label=label,
        unit=unit,
        value=value,
        standing=standing_of(value, Asked.NOTHING),
        numerator=numerator,
        denominator=denominator,
        consultation_ids=tuple(ids),
    )


def score_part(key: str, label: str, scores: Sequence[Fraction], ids: Iterable[str] = ()) -> FigurePart:
    """The mean of scores from 0 to 100."""
    mean = sum(scores, Fraction(0)) / len(scores) if scores else None
    return FigurePart(
        key=key,
        label=label,
        value=mean,
        details=(("评价的协商事项", len(scores)),),
        consultation_ids=tuple(ids),
    )


def number_tally(
    number: int,
    minimum: int | Asked | None = Asked.NOTHING,
    ids: Iterable[str] = (),
    parts: tuple[FigurePart, ...] = (),
) -> Tally:
    """A count of the whole area, held against a minimum where there is one."""
    return Tally(
        value=number,
        standing=standing_of(number, minimum),
        required=required_of(minimum),
        consultation_ids=tuple(ids),
        parts=parts,
    )


def sum_tally(parts: tuple[FigurePart, ...], required: int | None = None, words: str = "") -> Tally:
    """The sum of parts that are each held against their own minimum."""
    return Tally(
        value=sum(part.value for part in parts if isinstance(part.value, int)),
        standing=standing_of_all(parts),
        required=required,
        required_words=words,
        consultation_ids=ids_of(parts),
        parts=parts,
    )


def committees_tally(parts: tuple[FigurePart, ...], minimum: int | Asked | None) -> Tally:
    """The sum over every 政协, of each of which the same number is asked."""
    required = minimum if isinstance(minimum, int) else None
    return sum_tally(parts, required, f"每个政协不少于 {required} 次" if len(parts) > 1 else "")


def share_tally(
    numerator: int,
    denominator: int,
    minimum_percent: int | Asked | None = Asked.NOTHING,
    ids: Iterable[str] = (),
    parts: tuple[FigurePart, ...] = (),
) -> Tally:
    """A share of the whole area, compared unrounded with a minimum in hundredths."""
    value = share_of(numerator, denominator)
    minimum = minimum_percent if isinstance(minimum_percent, Asked) else percent(minimum_percent)
    return Tally(
        value=value,
        standing=standing_of(value, minimum),
        required=required_of(minimum),
        numerator=numerator,
        denominator=denominator,
        consultation_ids=tuple(ids),
        parts=parts,
    )


def ids_of(measures: Iterable[Measure]) -> tuple[str, ...]:
    """Every consultation behind some numbers, once."""
    return tuple(dict.fromkeys(one for measure in measures for one in measure.consultation_ids))
