"""年度定额, 委员参与 and 年度报告 on pages."""

from collections.abc import Iterable

from fastapi import Response
from markupsafe import Markup

from api.figures import AreaQuery, YearQuery
from api.pages.charts import Bar, bars
from api.pages.figures import in_words
from api.pages.routing import page_router
from api.pages.statistics import chosen
from api.pages.visits import AVisit
from api.shown.figures import unit_of
from api.yearly_statistics import members_of, quota_boards
from domain.figures import Figure, Standing
from domain.policy import Matter, may
from domain.spans import Span
from records.queries.analysis.members import FORMULA, HEADINGS
from records.queries.analysis.yearly import ROOMS_MAX, rooms_reporting
from records.queries.areas import areas_named
from records.queries.counting.quotas import next_warning_on, warnings
from records.queries.permissions import require

router = page_router()
MEMBERS_MAX = 500


@router.get("/statistics/quotas")
def quotas_page(visit: AVisit, area: AreaQuery = "", year: YearQuery = None) -> Response:
    """What the law asks for by number, and who is behind."""
    area, span = area or visit.actor.area, Span(year or visit.today.year)
    with visit.counter.register.reading() as session:
        boards = quota_boards(session, visit.counter, visit.actor, area, span.year)
        areas = areas_named(session, visit.actor.area)
    figures = [one for board in boards for one in board.figures]
    return visit.page(
        "quotas.html",
        boards=[
            (
                board.rule_set,
                [(board.rule_set.rule(one.rule_id), one, *in_words(one, one.unit)) for one in board.figures],
            )
            for board in boards
        ],
        warnings=[(board.rule_set, one) for board in boards for one in warnings(board.figures, visit.today)],
        next_warning_on=next_warning_on(figures, visit.today),
        chart=_standings(figures) if figures else None,
        parted=[
            (board.rule_set, one, [(part, *in_words(part, unit_of(part, one))) for part in one.parts])
            for board in boards
            for one in board.figures
            if any(part.standing is not Standing.COUNTED for part in one.parts)
        ],
        **chosen(visit, area, span, areas),
    )


@router.get("/statistics/members")
def members_page(visit: AVisit, area: AreaQuery = "", year: YearQuery = None) -> Response:
    """What every member took part in, by name."""
    area, span = area or visit.actor.area, Span(year or visit.today.year)
    with visit.counter.register.reading() as session:
        members = members_of(session, visit.actor, area, span.year, visit.today)
        areas = areas_named(session, visit.actor.area)
    return visit.page(
        "statistics_members.html",
        members=members[:MEMBERS_MAX],
        count=len(members),
        headings=HEADINGS,
        formula=FORMULA,
        **chosen(visit, area, span, areas),
    )


@router.get("/statistics/reports")
def reports_page(visit: AVisit, area: AreaQuery = "", year: YearQuery = None) -> Response:
    """The yearly reports that can be printed: of the area, of the places below it, of its rooms."""
    area, span = area or visit.actor.area, Span(year or visit.today.year)
    require(may(visit.actor, "read_figures", Matter(area=area)))
    with visit.counter.register.reading() as session:
        rooms = rooms_reporting(session, area)
        areas = areas_named(session, visit.actor.area)
    return visit.page(
        "reports.html",
        rooms=rooms,
        rooms_max=ROOMS_MAX,
        places=[(one, name) for one, name in areas.items() if one.startswith(f"{area}/")],
        **chosen(visit, area, span, areas),
    )


def _standings(figures: Iterable[Figure]) -> Markup:
    found = [one.standing for one in figures]
    given = [Bar(one.label, found.count(one), f"{found.count(one)} 项") for one in Standing if one in found]
    return bars("各项定额的结论", given)
