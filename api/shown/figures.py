"""Yearly figures as the API and the printed list show them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from api.fields import Shown
from documents.figures_sheet import FigureList, FigurePartRow, FigureRow
from domain.figures import Amount, Figure, FigurePart, Measure, Standing, amount_shown, required_shown
from records.queries.counting.sight import Board, NamedCase


class DetailShown(Shown):
    """A further count in words."""

    label: str
    number: int


class MeasureShown(Shown):
    """One number: ``value`` exactly (a share as a fraction of 1), ``value_shown`` for people."""

    value: str | None
    value_shown: str
    numerator: int | None
    denominator: int | None
    required: str | None
    required_shown: str
    standing: Standing
    standing_label: str
    unit: str
    details: list[DetailShown]
    consultation_ids: list[str]


class FigurePartShown(MeasureShown):
    """The number of one room, unit, kind or member."""

    key: str
    label: str


class FigureShown(MeasureShown):
    """The answer to one quota rule, with its clause and how it was computed."""

    rule_id: str
    clause: str
    article: str
    counter: str
    title: str
    formula: str
    warning_on: list[date]
    parts: list[FigurePartShown]


class RuleSetFigures(Shown):
    """The figures of one rule set, in the version in force."""

    rule_set_id: str
    version: str
    region: str
    figures: list[FigureShown]


class Figures(Shown):
    """The figures of one area and one calendar year, as of today."""

    area: str
    year: int
    today: date
    rule_sets: list[RuleSetFigures]


def board_shown(board: Board) -> RuleSetFigures:
    """A rule set's figures as JSON."""
    return RuleSetFigures(
        rule_set_id=board.rule_set.id,
        version=board.rule_set.version,
        region=board.rule_set.region,
        figures=[_figure_shown(board, figure) for figure in board.figures],
    )


def unit_of(part: FigurePart, figure: Figure) -> str:
    """A part has the unit of its figure, unless it names one of its own."""
    return part.unit or figure.unit


def printed_list(board: Board, cases: Mapping[str, NamedCase]) -> FigureList:
    """A rule set's figures as rows of a list."""
    return FigureList(
        region=board.rule_set.region,
        figures=tuple(
            FigureRow(
                rule_id=figure.rule_id,
                clause=board.rule_set.rule(figure.rule_id).clause,
                title=figure.title,
                amount=amount_shown(figure.value, figure.unit),
                required=required_shown(figure, figure.unit),
                standing=figure.standing.label,
                formula=figure.formula,
                case_numbers=_numbers(figure.consultation_ids, cases),
            )
            for figure in board.figures
        ),
        parts=tuple(
            FigurePartRow(
                rule_id=figure.rule_id,
                title=figure.title,
                label=part.label,
                amount=amount_shown(part.value, unit_of(part, figure)),
                required=required_shown(part, unit_of(part, figure)),
                standing=part.standing.label,
                details="；".join(f"{label} {number}" for label, number in part.details),
                case_numbers=_numbers(part.consultation_ids, cases),
            )
            for figure in board.figures
            for part in figure.parts
        ),
    )


def _figure_shown(board: Board, figure: Figure) -> FigureShown:
    rule = board.rule_set.rule(figure.rule_id)
    return FigureShown(
        **_measure(figure, figure.unit),
        rule_id=rule.id,
        clause=rule.clause,
        article=rule.article,
        counter=figure.counter,
        title=figure.title,
        formula=figure.formula,
        warning_on=list(figure.warning_on),
        parts=[
            FigurePartShown(**_measure(part, unit_of(part, figure)), key=part.key, label=part.label)
            for part in figure.parts
        ],
    )


def _measure(measure: Measure, unit: str) -> dict[str, Any]:
    return {
        "value": _exactly(measure.value),
        "value_shown": amount_shown(measure.value, unit),
        "numerator": measure.numerator,
        "denominator": measure.denominator,
        "required": _exactly(measure.required),
        "required_shown": required_shown(measure, unit),
        "standing": measure.standing,
        "standing_label": measure.standing.label,
        "unit": unit,
        "details": [DetailShown(label=label, number=number) for label, number in measure.details],
        "consultation_ids": list(measure.consultation_ids),
    }


def _exactly(value: Amount | None) -> str | None:
    return None if value is None else str(value)


def _numbers(ids: Iterable[str], cases: Mapping[str, NamedCase]) -> tuple[str, ...]:
    return tuple(cases[one].number for one in ids if one in cases)
