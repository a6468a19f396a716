"""The leader's overview: charts with the same numbers in a table under each, and the cases behind every number."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Query, Response
from markupsafe import Markup

from api.figures import RuleSetQuery
from api.foresight import require
from api.pages.charts import Bar, Cell, bars, heat_map
from api.pages.routing import page_router
from api.pages.visits import AVisit, Visit
from domain.figures import Figure, amount_shown, required_shown
from domain.ladder import Colour
from domain.matters import ResultClass
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from domain.stages import Stage
from domain.timeliness import RANKED_FROM_TASKS
from records.queries.leader_cases import (
    CASES_MAX,
    AnsweredIn,
    Behind,
    ColouredIn,
    HeldBy,
    LeftStage,
    cases_behind,
)
from records.queries.leader_holdings import Outcomes, holdings, rooms_progress
from records.queries.leader_overview import Dwell, StageCount, dwells, stage_counts

router = page_router()
LOOKED_BACK_DAYS = 365
COLOURS = (Colour.RED, Colour.YELLOW, Colour.BLUE, Colour.NONE)
Word = Annotated[str, Query(max_length=64)]


@router.get("/overview")
def overview_page(visit: AVisit, rule_set: RuleSetQuery = "") -> Response:
    """Where everything in the reader's area stands, waits and came to."""
    actor, today, books = visit.actor, visit.today, visit.counter.books
    require(may(actor, "read_figures", Matter(area=actor.area)))
    since_on = today - timedelta(days=LOOKED_BACK_DAYS)
    with visit.counter.register.reading() as session:
        counts = stage_counts(session, books, actor, today)
        calendar = books.calendar_in(session, actor.area)
        taken = dwells(session, books, actor, today, since_on)
        held = holdings(session, actor, today, today.year)
        rule_sets = held.rule_set_ids
        chosen = rule_set if rule_set in rule_sets else next(iter(rule_sets), "")
        progress = rooms_progress(session, books, actor, chosen, today) if chosen else None
    longest = {
        one.stage: calendar.workdays_between(one.oldest_on, today)
        for one in counts
        if one.oldest_on is not None
    }
    return visit.page(
        "overview.html",
        colours=COLOURS,
        counts=counts,
        total=sum(one.number for one in counts),
        counts_chart=_counts_chart(counts),
        dwells=taken,
        longest=longest,
        since_on=since_on,
        dwells_chart=_dwells_chart(taken),
        waits=held.waits,
        ranked_from=RANKED_FROM_TASKS,
        results=held.outcomes,
        classes=tuple(ResultClass),
        results_chart=_results_chart(held.outcomes),
        rule_sets=[(one, books.rule_sets[one].title) for one in rule_sets],
        chosen=chosen,
        **_rooms(visit, progress),
    )


@router.get("/overview/cases")
def cases_page(
    visit: AVisit,
    of: Word = "",
    stage: Word = "",
    colour: Word = "",
    unit: Word = "",
    result: Word = "",
    only: Word = "",
) -> Response:
    """The consultations behind one number. Raises Refused (NOT_FOUND) for a number that the overview has not."""
    actor, today = visit.actor, visit.today
    require(may(actor, "read_figures", Matter(area=actor.area)))
    behind, words = _behind(today, {"of": of, "stage": stage, "colour": colour, "result": result}, unit, only)
    with visit.counter.register.reading() as session:
        rows = cases_behind(session, visit.counter.books, actor, today, behind)
    return visit.page(
        "overview_cases.html",
        rows=rows[:CASES_MAX],
        is_cut=len(rows) > CASES_MAX,
        words=words,
        limit=CASES_MAX,
    )


def _behind(today: date, said: Mapping[str, str], unit: str, only: str) -> tuple[Behind, str]:
    """The number that an address names, and the words for it."""
    stage = Stage(said["stage"]) if said["stage"] in set(Stage) else None
    match said["of"]:
        case "colour" if stage is not None and said["colour"] in set(Colour):
            colour = Colour(said["colour"])
            return ColouredIn(stage, colour), f"处于“{stage.label}”、最重牌色为{colour.label}的协商"
        case "left" if stage is not None:
            since_on = today - timedelta(days=LOOKED_BACK_DAYS)
            return LeftStage(stage, since_on), f"近一年离开“{stage.label}”环节的协商"
        case "held" if unit:
            late = only == "late"
            return HeldBy(unit, late), f"该单位{'已逾期' if late else '正在计算期限'}的事项所在的协商"
        case "answered" if not said["result"] or said["result"] in set(ResultClass):
            result = ResultClass(said["result"]) if said["result"] else None
            in_time = only == "in_time"
            which = f"、结果为 {result.value} 类" if result else ""
            words = f"{today.year}年{'按期' if in_time else ''}办复{which}的事项所在的协商"
            return AnsweredIn(today.year, result, unit, in_time), words
    raise refuse(RefusalCode.NOT_FOUND, "总览中没有这一数字。")


def _counts_chart(counts: Sequence[StageCount]) -> Markup:
    rows = [
        (one.stage.label, [Cell(one.colours[colour], colour.value) for colour in COLOURS]) for one in counts
    ]
    return heat_map("各环节在办协商数，按最重牌色", [one.label for one in COLOURS], rows)


def _dwells_chart(taken: Sequence[Dwell]) -> Markup:
    given = [
        Bar(one.stage.label, one.median, f"中位 {one.median}，九成以内 {one.p90}", one.p90)
        for one in taken
        if one.median is not None
    ]
    return bars("各环节办理用时（工作日）：横条为中位数，竖线为九成以内", given)


def _results_chart(results: Outcomes) -> Markup:
    given = [
        Bar(one.label, results.classes.get(one, 0), f"{results.classes.get(one, 0)} 项")
        for one in ResultClass
    ]
    return bars("本年办复事项的办理结果", given)


def _rooms(visit: Visit, progress: tuple[Any, Figure | None] | None) -> dict[str, Any]:
    """How far the rooms are; without a rule that asks a number of them there is nothing to show."""
    book, figure = progress or (None, None)
    if figure is None:
        return {"figure": None, "book": book, "parts": (), "rooms_chart": ""}
    parts = [
        (one, amount_shown(one.value, figure.unit), required_shown(one, figure.unit)) for one in figure.parts
    ]
    given = [
        Bar(
            one.label,
            int(one.value or 0),
            f"{int(one.value or 0)} 次",
            int(one.required) if one.required is not None else None,
        )
        for one, _, _ in parts
    ]
    return {
        "figure": figure,
        "book": book,
        "parts": parts,
        "rooms_chart": bars(f"{visit.today.year}年各协商议事室协商次数：竖线为要求", given),
    }
