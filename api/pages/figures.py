"""统计指标: what every quota rule comes to in a year, and the cases behind each number."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import Query, Response

from api.fields import PathId
from api.figures import AreaQuery, RuleSetQuery, YearQuery
from api.pages.routing import page_router
from api.pages.visits import AVisit, Visit
from api.shown.figures import unit_of
from domain.figures import Figure, FigurePart, Measure, amount_shown, required_shown
from domain.refusals import RefusalCode, refuse
from records.queries.areas import area_names
from records.queries.counting.sight import Board, areas_within, boards_for, cases_named
from regulations.rule_sets import Rule

router = page_router()

LEADS = "results"
"""解决率 and 满意率 stand before how often something was done (SZ-11)."""

PARTS_IN_LINE_MAX = 4
CASES_SHOWN_MAX = 200
YEARS_BACK = 5


@router.get("/figures")
def figures_page(
    visit: AVisit, rule_set: RuleSetQuery = "", area: AreaQuery = "", year: YearQuery = None
) -> Response:
    """Every quota rule of the rule sets that the area's rooms follow."""
    area, year = area or visit.actor.area, year or visit.today.year
    with visit.counter.register.reading() as session:
        boards = boards_for(
            session,
            visit.counter.books,
            visit.actor,
            rule_set_id=rule_set,
            area=area,
            year=year,
            today=visit.today,
        )
        areas = areas_within(session, visit.actor.area)
        names = area_names(session, areas)
    return visit.page(
        "figures.html",
        area=area,
        year=year,
        areas=[(one, names[one]) for one in areas],
        years=_years(visit, year),
        rule_set=rule_set,
        boards=[
            (one.rule_set, [_line(one, figure) for figure in _leading_first(one.figures)]) for one in boards
        ],
    )


@router.get("/figures/{rule_set_id}/{rule_id}")
def figure_page(
    visit: AVisit,
    rule_set_id: PathId,
    rule_id: PathId,
    area: AreaQuery = "",
    year: YearQuery = None,
    part: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """One figure with its parts, and the consultations behind it or behind one part."""
    area, year = area or visit.actor.area, year or visit.today.year
    with visit.counter.register.reading() as session:
        (board,) = boards_for(
            session,
            visit.counter.books,
            visit.actor,
            rule_set_id=rule_set_id,
            area=area,
            year=year,
            today=visit.today,
        )
        figure = next((one for one in board.figures if one.rule_id == rule_id), None)
        if figure is None:
            raise refuse(RefusalCode.NOT_FOUND, "该规则集中没有这一统计指标。")
        chosen = next((one for one in figure.parts if one.key == part), None)
        measure: Measure = chosen or figure
        cases = cases_named(session, visit.actor, measure.consultation_ids[:CASES_SHOWN_MAX], visit.today)
        area_name = area_names(session, [area])[area]
    return visit.page(
        "figure.html",
        area=area,
        area_name=area_name,
        year=year,
        rule_set=board.rule_set,
        line=_line(board, figure),
        chosen=chosen,
        parts=[(one, *in_words(one, unit_of(one, figure))) for one in figure.parts],
        cases=list(cases.values()),
        case_count=len(measure.consultation_ids),
    )


def _years(visit: Visit, year: int) -> list[int]:
    return sorted({year, *range(visit.today.year - YEARS_BACK, visit.today.year + 1)}, reverse=True)


def _leading_first(figures: Iterable[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda one: one.counter != LEADS)


def _line(board: Board, figure: Figure) -> tuple[Rule, Figure, str, str, list[tuple[FigurePart, str]]]:
    """The rule, the figure, number and requirement in words, and its parts where they are few."""
    parts = figure.parts if len(figure.parts) <= PARTS_IN_LINE_MAX else ()
    shown = [(part, amount_shown(part.value, unit_of(part, figure))) for part in parts]
    return board.rule_set.rule(figure.rule_id), figure, *in_words(figure, figure.unit), shown


def in_words(measure: Measure, unit: str) -> tuple[str, str]:
    """Number and requirement as people read them."""
    return amount_shown(measure.value, unit), required_shown(measure, unit)
