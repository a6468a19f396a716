"""统计分析: timeliness, dwell and results of an area and a span, as JSON and as xlsx, with the cases behind every number."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse, Response

from api.attachments import download
from api.counter import TheCounter
from api.figures import AreaQuery, YearQuery
from api.identity import Visitor
from api.lists import XLSX, Format, ListFormat
from api.shown.statistics import AnalysisShown, CaseShown, CasesShown, statistic_shown
from documents.statistics_sheet import ListedCases, render_statistics
from domain.bodies import Actor
from domain.refusals import RefusalCode, refuse
from domain.spans import Period, Span
from domain.statistics import Behind, Of
from records.queries.analysis.cases import cases_behind, which_in_words
from records.queries.analysis.catalogue import ANALYSES, Analysis
from records.queries.analysis.view import view_for

router = APIRouter(prefix="/statistics", tags=["待办和统计"])

PeriodQuery = Annotated[Period, Query(description="全年、季度（q1—q4）或者月份（m1—m12）")]
OfQuery = Annotated[Of, Query(description="这些协商的共同之处")]
Word = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9_.:-]*$")]
AnalysisName = Annotated[str, Path(max_length=32)]


@dataclass(frozen=True)
class CasesAsked:
    """Which cases a reader asks for, as the address says it."""

    of: OfQuery
    area: AreaQuery = ""
    year: YearQuery = None
    period: PeriodQuery = Period.YEAR
    which: Word = ""
    unit: Word = ""
    own: Word = ""

    def behind(self, actor: Actor, today: date) -> Behind:
        """The number they stand behind; what was left out is the reader's own area and the year under way."""
        return Behind(
            of=self.of,
            area=self.area or actor.area,
            span=Span(self.year or today.year, self.period),
            which=self.which,
            unit_id=self.unit,
            is_own=self.own == "yes",
        )


TheCasesAsked = Annotated[CasesAsked, Depends()]


@router.get("/cases", response_model=CasesShown)
def read_cases(
    counter: TheCounter,
    visitor: Visitor,
    asked: TheCasesAsked,
) -> Response:
    """The consultations behind one number, by their numbers; ``count`` says how many there are."""
    actor, today = visitor.actor, counter.today
    behind = asked.behind(actor, today)
    with counter.register.reading() as session:
        cases, count = cases_behind(session, counter.books, actor, behind, today)
    shown = CasesShown(
        of=behind.of.label,
        which=which_in_words(behind),
        count=count,
        cases=[
            CaseShown(id=one.id, number=one.number, title=one.title, area=one.area, state=one.state)
            for one in cases
        ],
    )
    return JSONResponse(shown.model_dump(mode="json"))


@router.get("/{name}", response_model=AnalysisShown, responses={200: {"content": {XLSX: {}}}})
def read_analysis(
    counter: TheCounter,
    visitor: Visitor,
    name: AnalysisName,
    area: AreaQuery = "",
    year: YearQuery = None,
    period: PeriodQuery = Period.YEAR,
    wanted: Format = ListFormat.JSON,
) -> Response:
    """One analysis: timeliness, dwell or results. Every number names its formula and leads to its cases."""
    analysis = analysis_named(name)
    today, area = counter.today, area or visitor.actor.area
    span = Span(year or today.year, period)
    with counter.register.reading() as session:
        view = view_for(session, counter.books, visitor.actor, area, span, today)
        statistics = analysis.of(view)
        if wanted is ListFormat.XLSX:
            listed = ListedCases(**vars(analysis.listed(view)))
            place = view.names.get(area, area)
            book = render_statistics(analysis.title, place, span.title, statistics, listed, today)
            return download(book, f"{span.title}{analysis.title}.xlsx", XLSX)
    shown = AnalysisShown(
        name=analysis.name,
        title=analysis.title,
        area=area,
        first_on=span.first_on,
        last_on=span.last_on,
        today=today,
        statistics=[statistic_shown(one, case_address) for one in statistics],
    )
    return JSONResponse(shown.model_dump(mode="json"))


def analysis_named(name: str) -> Analysis:
    """The analysis of that name. Raises Refused (NOT_FOUND)."""
    found = ANALYSES.get(name)
    if found is None:
        raise refuse(RefusalCode.NOT_FOUND, "没有这一统计分析。", field="name")
    return found


def case_address(behind: Behind) -> str:
    """Where the cases behind a number are read."""
    return f"/api/v1/statistics/cases?{urlencode(behind.query())}"
