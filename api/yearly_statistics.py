"""年度定额, 委员参与 and 年度报告: what is counted by the calendar year, as JSON, xlsx and docx."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from api.attachments import download
from api.counter import Counter, TheCounter
from api.figures import AreaQuery, YearQuery
from api.identity import Visitor
from api.lists import XLSX, Format, ListFormat
from api.printed_papers import AS_DOCX, DOCX
from api.shown.figures import board_shown, printed_list
from api.shown.yearly_statistics import (
    ParticipationShown,
    ParticipationsShown,
    QuotasShown,
    QuotaWarningShown,
)
from documents.figures_sheet import render_figures
from documents.members_sheet import MemberRow, render_members
from documents.yearly_report import QuotaRow, YearlyReport, render_yearly_report
from domain.bodies import Actor
from domain.figures import amount_shown, required_shown
from domain.policy import Matter, may
from records.queries.analysis.members import FORMULA, HEADINGS, Participation, participation
from records.queries.analysis.yearly import Yearly, yearly_of_area, yearly_of_room
from records.queries.areas import area_names
from records.queries.counting.quotas import QuotaWarning, may_be_quota, next_warning_on, quotas, warnings
from records.queries.counting.sight import Board, boards_for, cases_named
from records.queries.permissions import require
from records.queries.scopes import readable

router = APIRouter(prefix="/statistics", tags=["待办和统计"])

RoomQuery = Annotated[
    str,
    Query(
        max_length=64,
        pattern=r"^[A-Za-z0-9_.:-]*$",
        description="一个协商议事室的报告；不填为区域的报告",
    ),
]


@router.get("/quotas", response_model=QuotasShown, responses={200: {"content": {XLSX: {}}}})
def read_quotas(
    counter: TheCounter,
    visitor: Visitor,
    area: AreaQuery = "",
    year: YearQuery = None,
    wanted: Format = ListFormat.JSON,
) -> Response:
    """Every quota of the area's rule sets, and who is behind on a warning day that has come."""
    actor, today = visitor.actor, counter.today
    area, year = area or actor.area, year or today.year
    with counter.register.reading() as session:
        boards = quota_boards(session, counter, actor, area, year)
        if wanted is ListFormat.XLSX:
            ids = (one for board in boards for figure in board.figures for one in figure.consultation_ids)
            cases = cases_named(session, actor, ids, today)
            lists = [printed_list(board, cases) for board in boards]
            return download(render_figures(lists, area, year, today), f"{year}年年度定额.xlsx", XLSX)
    shown = QuotasShown(
        area=area,
        year=year,
        today=today,
        next_warning_on=next_warning_on([one for board in boards for one in board.figures], today),
        warnings=[_warning_shown(board, one) for board in boards for one in warnings(board.figures, today)],
        rule_sets=[board_shown(board) for board in boards],
    )
    return JSONResponse(shown.model_dump(mode="json"))


@router.get("/members", response_model=ParticipationsShown, responses={200: {"content": {XLSX: {}}}})
def read_members(
    counter: TheCounter,
    visitor: Visitor,
    area: AreaQuery = "",
    year: YearQuery = None,
    wanted: Format = ListFormat.JSON,
) -> Response:
    """What every member took part in, by name; nobody is ranked."""
    today = counter.today
    area, year = area or visitor.actor.area, year or today.year
    with counter.register.reading() as session:
        members = members_of(session, visitor.actor, area, year, today)
        place = area_names(session, [area])[area]
    if wanted is ListFormat.XLSX:
        rows = [
            MemberRow(one.name, "、".join(one.bodies), "、".join(one.rooms), one.numbers) for one in members
        ]
        book = render_members(HEADINGS, rows, FORMULA, place, year, today)
        return download(book, f"{year}年委员参与协商情况.xlsx", XLSX)
    shown = ParticipationsShown(
        area=area,
        year=year,
        formula=FORMULA,
        headings=list(HEADINGS),
        members=[
            ParticipationShown(
                name=one.name, bodies=list(one.bodies), rooms=list(one.rooms), numbers=list(one.numbers)
            )
            for one in members
        ],
    )
    return JSONResponse(shown.model_dump(mode="json"))


@router.get("/yearly-report", response_class=Response, responses=AS_DOCX)
def read_yearly_report(
    counter: TheCounter,
    visitor: Visitor,
    area: AreaQuery = "",
    year: YearQuery = None,
    room: RoomQuery = "",
) -> Response:
    """年度报告 of a room, a county or a city as an official paper."""
    actor, today = visitor.actor, counter.today
    area, year = area or actor.area, year or today.year
    with counter.register.reading() as session:
        if room:
            yearly = yearly_of_room(session, counter.books, actor, room, year, today)
        else:
            yearly = yearly_of_area(session, counter.books, actor, area, year, today)
    name = f"{year}年度{yearly.place}协商议事工作报告.docx"
    return download(render_yearly_report(_report(yearly, today)), name, DOCX)


def quota_boards(session: Session, counter: Counter, actor: Actor, area: str, year: int) -> list[Board]:
    """The rule sets of an area with nothing but their quotas. Raises Refused (NOT_PERMITTED)."""
    boards = boards_for(
        session,
        counter.books,
        actor,
        rule_set_id="",
        area=area,
        year=year,
        today=counter.today,
        chosen=may_be_quota,
    )
    return [Board(one.rule_set, quotas(one.figures)) for one in boards]


def members_of(
    session: Session, actor: Actor, area: str, year: int, today: date
) -> tuple[Participation, ...]:
    """The members of an area that the actor answers for. Raises Refused (NOT_PERMITTED)."""
    require(may(actor, "read_figures", Matter(area=area)))
    return participation(session, area, year, today, readable(actor, today))


def _warning_shown(board: Board, warning: QuotaWarning) -> QuotaWarningShown:
    return QuotaWarningShown(
        rule_set_id=board.rule_set.id,
        rule_id=warning.figure.rule_id,
        title=warning.figure.title,
        warned_on=warning.warned_on,
        behind=[one.label for one in warning.behind],
    )


def _report(yearly: Yearly, today: date) -> YearlyReport:
    rows = tuple(
        QuotaRow(
            rule_id=one.rule_id,
            title=one.title,
            amount=amount_shown(one.value, one.unit),
            required=required_shown(one, one.unit),
            standing=one.standing.label,
            formula=one.formula,
        )
        for one in yearly.quotas
    )
    is_over = today.year > yearly.year
    return YearlyReport(yearly.issuer, yearly.place, yearly.year, today, is_over, yearly.sections, rows)
