"""A figure is exact, says what is unset, and never reads like a requirement that it misses."""

from fractions import Fraction

import pytest

from domain.figures import (
    Asked,
    Figure,
    Measure,
    Standing,
    amount_shown,
    minimum_for,
    percent,
    required_shown,
    share_of,
    standing_of,
    standing_of_all,
)


@pytest.mark.parametrize(
    ("value", "minimum", "standing"),
    [
        (2, 2, Standing.REACHED),
        (1, 2, Standing.MISSED),
        (0, 2, Standing.MISSED),
        (1, None, Standing.UNSET),
        (0, Asked.NOTHING, Standing.COUNTED),
        (None, 2, Standing.NO_DATA),
        (None, None, Standing.UNSET),
        (Fraction(3, 10), Fraction(30, 100), Standing.REACHED),
        (Fraction(2999, 10000), Fraction(30, 100), Standing.MISSED),
    ],
)
def test_a_number_stands_where_it_is_exactly(
    value: int | Fraction | None, minimum: int | Fraction | Asked | None, standing: Standing
) -> None:
    assert standing_of(value, minimum) is standing


def test_a_whole_is_reached_only_when_every_part_is() -> None:
    reached, missed = Measure(value=2, standing=Standing.REACHED), Measure(value=1, standing=Standing.MISSED)
    unset = Measure(value=1, standing=Standing.UNSET)
    assert standing_of_all([reached, reached]) is Standing.REACHED
    assert standing_of_all([reached, unset]) is Standing.UNSET
    assert standing_of_all([reached, unset, missed]) is Standing.MISSED
    assert standing_of_all([]) is Standing.NO_DATA


def test_a_minimum_may_differ_by_level() -> None:
    assert minimum_for(2, "town") == 2
    assert minimum_for({"town": 3}, "town") == 3
    assert minimum_for({"town": 3}, "village") is None
    assert minimum_for(Asked.NOTHING, "town") is Asked.NOTHING
    assert minimum_for(None, "town") is None


def test_a_share_of_nothing_is_none() -> None:
    assert share_of(0, 0) is None
    assert share_of(2, 5) == Fraction(2, 5)
    assert percent(30) == Fraction(3, 10)
    assert percent(None) is None


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (None, "%", "—"),
        (Fraction(2, 5), "%", "40%"),
        (Fraction(1, 3), "%", "33.3%"),
        (Fraction(2999, 10000), "%", "29.9%"),
        (Fraction(1), "%", "100%"),
        (Fraction(0), "%", "0%"),
        (3, "次", "3 次"),
        (Fraction(220, 3), "分", "73.3 分"),
        (7, "", "7"),
    ],
)
def test_a_number_is_cut_and_never_rounded_up(value: int | Fraction | None, unit: str, shown: str) -> None:
    assert amount_shown(value, unit) == shown


def test_an_unset_requirement_prints_unset_and_never_nought() -> None:
    assert required_shown(Measure(value=0, standing=Standing.UNSET), "%") == "未设定"
    assert required_shown(Measure(value=0), "次") == "—"
    reached = Measure(value=Fraction(2, 5), standing=Standing.REACHED, required=Fraction(3, 10))
    assert required_shown(reached, "%") == "不少于 30%"
    each = Measure(value=3, standing=Standing.MISSED, required=2, required_words="每室不少于 2 次")
    assert required_shown(each, "次") == "每室不少于 2 次"


def test_a_figure_carries_its_words() -> None:
    figure = Figure(rule_id="SZ-12", counter="x", title="次数", unit="次", formula="数一数", value=1)
    assert (figure.standing, figure.parts, figure.warning_on) == (Standing.COUNTED, (), ())
