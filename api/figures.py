"""统计指标: every quota rule as a number of one area and one calendar year, as JSON and as xlsx."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from api.attachments import download
from api.counter import TheCounter
from api.identity import Visitor
from api.lists import XLSX, Format, ListFormat
from api.shown.figures import Figures, board_shown, printed_list
from documents.figures_sheet import render_figures
from records.queries.counting.sight import boards_for, cases_named

router = APIRouter(prefix="/figures", tags=["待办和统计"])

AreaQuery = Annotated[str, Query(max_length=200, pattern=r"^[a-z0-9/-]*$", description="默认为本单位的区域")]
RuleSetQuery = Annotated[
    str,
    Query(max_length=64, pattern=r"^[A-Za-z0-9_.:-]*$", description="默认为区域内协商议事室所用的规则集"),
]
YearQuery = Annotated[int | None, Query(ge=2000, le=2100, description="公历年度，默认为本年")]


@router.get("", response_model=Figures, responses={200: {"content": {XLSX: {}}}})
def read_figures(
    counter: TheCounter,
    visitor: Visitor,
    rule_set: RuleSetQuery = "",
    area: AreaQuery = "",
    year: YearQuery = None,
    wanted: Format = ListFormat.JSON,
) -> Response:
    """The figures, each with its formula, its requirement and the consultations behind it."""
    actor, today = visitor.actor, counter.today
    area, year = area or actor.area, year or today.year
    with counter.register.reading() as session:
        boards = boards_for(
            session, counter.books, actor, rule_set_id=rule_set, area=area, year=year, today=today
        )
        if wanted is ListFormat.XLSX:
            ids = (one for board in boards for figure in board.figures for one in figure.consultation_ids)
            cases = cases_named(session, actor, ids, today)
            lists = [printed_list(board, cases) for board in boards]
            return download(render_figures(lists, area, year, today), f"{year}年统计指标.xlsx", XLSX)
    shown = Figures(area=area, year=year, today=today, rule_sets=[board_shown(one) for one in boards])
    return JSONResponse(shown.model_dump(mode="json"))
