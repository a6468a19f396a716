"""统计分析: charts with the same numbers in a table under each, their formulas, and the cases behind every number."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Response
from markupsafe import Markup

from api.figures import AreaQuery, YearQuery
from api.pages.charts import Bar, Segment, bars, stacked
from api.pages.routing import page_router
from api.pages.visits import AVisit, Visit
from api.statistics import AnalysisName, PeriodQuery, TheCasesAsked, analysis_named
from domain.spans import Period, Span
from domain.statistics import Line, Number, Statistic
from domain.timeliness import Quadrant
from records.queries.analysis.cases import CASES_MAX, cases_behind, which_in_words
from records.queries.analysis.view import view_for
from records.queries.areas import areas_named

router = page_router()
YEARS_BACK = 5
DRAWN_MAX = 15
"""So many lines are drawn; the table under the chart has all."""

TONES: Mapping[Quadrant, str] = {
    Quadrant.ANSWERED_IN_TIME: "plain",
    Quadrant.ANSWERED_LATE: "late",
    Quadrant.OPEN_IN_TIME: "open",
    Quadrant.OPEN_LATE: "open-late",
}


@router.get("/statistics/cases")
def cases_page(
    visit: AVisit,
    asked: TheCasesAsked,
) -> Response:
    """The consultations behind one number."""
    actor, today = visit.actor, visit.today
    behind = asked.behind(actor, today)
    with visit.counter.register.reading() as session:
        cases, count = cases_behind(session, visit.counter.books, actor, behind, today)
        names = areas_named(session, behind.area)
    return visit.page(
        "statistics_cases.html",
        behind=behind,
        which=which_in_words(behind),
        cases=cases,
        count=count,
        cases_max=CASES_MAX,
        names=names,
    )


@router.get("/statistics")
def first_page(
    visit: AVisit, area: AreaQuery = "", year: YearQuery = None, period: PeriodQuery = Period.YEAR
) -> Response:
    """Where the menu leads: timeliness."""
    return analysis_page(visit, "timeliness", area, year, period)


@router.get("/statistics/{name}")
def analysis_page(
    visit: AVisit,
    name: AnalysisName,
    area: AreaQuery = "",
    year: YearQuery = None,
    period: PeriodQuery = Period.YEAR,
) -> Response:
    """One analysis of an area and a span."""
    analysis = analysis_named(name)
    area, span = area or visit.actor.area, Span(year or visit.today.year, period)
    with visit.counter.register.reading() as session:
        view = view_for(session, visit.counter.books, visit.actor, area, span, visit.today)
        statistics = analysis.of(view)
        areas = areas_named(session, visit.actor.area)
    return visit.page(
        "statistics.html",
        analysis=analysis,
        statistics=[(one, chart_of(name, one)) for one in statistics],
        **chosen(visit, area, span, areas),
    )


def chosen(visit: Visit, area: str, span: Span, areas: Mapping[str, str]) -> dict[str, Any]:
    """What the filter shows, and what a link keeps of it."""
    years = {span.year, *range(visit.today.year - YEARS_BACK, visit.today.year + 1)}
    return {
        "area": area,
        "area_name": areas.get(area, area),
        "areas": areas.items(),
        "span": span,
        "years": sorted(years, reverse=True),
        "periods": tuple(Period),
        "kept": {"area": area, "year": str(span.year), "period": span.period.value},
    }


def chart_of(analysis: str, statistic: Statistic) -> Markup | None:
    """The chart of a statistic, where one says more than its table."""
    draw = _CHARTS.get((analysis, statistic.name))
    return draw(statistic) if draw and statistic.lines else None


def _quadrants(statistic: Statistic) -> Markup:
    rows = []
    with_tasks = [line for line in statistic.lines if line.numbers[len(Quadrant)].value]
    for line in with_tasks[:DRAWN_MAX]:
        numbers = dict(zip(Quadrant, line.numbers, strict=False))
        segments = [Segment(_whole(number), TONES[one]) for one, number in numbers.items()]
        words = "、".join(f"{one.label} {_whole(number)}" for one, number in numbers.items() if number.value)
        rows.append((line.label, words, segments))
    return stacked(statistic.title, rows)


def _one_number(statistic: Statistic) -> Markup:
    given = [Bar(line.label, _whole(line.numbers[0]), line.numbers[0].shown) for line in statistic.lines]
    return bars(statistic.title, given)


def _lengths(statistic: Statistic) -> Markup:
    given = [
        Bar(line.label, _whole(median), f"中位 {_whole(median)}，九成以内 {_whole(most)}", _whole(most))
        for line, median, most in ((one, one.numbers[1], one.numbers[2]) for one in statistic.lines)
        if median.value is not None
    ]
    return bars("各环节用时（工作日）：横条为中位数，竖线为九成以内", given)


def _scores(statistic: Statistic) -> Markup:
    given = [_score(line) for line in statistic.lines if line.numbers[1].value is not None]
    return bars("各方评价的平均分（满分 100）", given, most=100)


def _score(line: Line) -> Bar:
    return Bar(line.label, _whole(line.numbers[1]), line.numbers[1].shown)


def _whole(number: Number) -> int:
    """What a bar is drawn with: the number cut to a whole one."""
    return int(number.value or 0)


_CHARTS: Mapping[tuple[str, str], Callable[[Statistic], Markup]] = {
    ("timeliness", "months"): _quadrants,
    ("timeliness", "places"): _quadrants,
    ("dwell", "stages"): _lengths,
    ("dwell", "standing"): _one_number,
    ("results", "classes"): _one_number,
    ("results", "parties"): _scores,
}
