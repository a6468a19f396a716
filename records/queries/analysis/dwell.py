"""How long stages take, in working days by the calendar of the place: median, nine in ten, by place and stage."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.orm import Session

from domain.stages import ConsultationState, Stage
from domain.statistics import Line, Number, Of, Statistic
from domain.timeliness import RANKED_FROM_TASKS
from records.books import Books
from records.queries.analysis.view import View
from records.tables.consultations import Consultation, StageAdvance

Lengths = Mapping[tuple[str, Stage], list[int]]
"""Working days by area and stage, one for every time that a consultation left the stage."""

FORMULA = (
    "本期离开该环节的协商，从进入该环节的次日起数到离开当日，按所在区域的工作日历计工作日，含中止期间；"
    "中位数和九成以内（九成的协商不超过此数）取排序后的实际值，不作平均；终止、不予受理和并案的协商不计。"
)
SLOW = Fraction(3, 2)
"""From half as long again as the whole area's median a place is called clearly longer."""

SMALL = (
    f"○ 不超过全域中位数　◐ 超过全域中位数　● 达到全域中位数的一倍半以上　"
    f"· 不足 {RANKED_FROM_TASKS} 件，只列数字，不作比较。区域按区划代码排列，不排先后。"
)


def stage_lengths(
    session: Session, books: Books, condition: ColumnElement[bool], first_on: date, last_on: date
) -> Lengths:
    """How long each stage took of those that left it between two days.

    The day of entering is not counted, the day of leaving is; a 中止 in between counts too.
    """
    steps = steps_of(condition)
    of = (steps.c.from_state, steps.c.area, steps.c.entered_on, steps.c.occurred_on)
    found = session.execute(
        select(*of, func.count()).where(steps.c.occurred_on.between(first_on, last_on)).group_by(*of)
    )
    lengths: dict[tuple[str, Stage], list[int]] = defaultdict(list)
    for state, area, begun_on, ended_on, number in found:
        stage = ConsultationState(state).stage
        if stage is not None:
            days = books.calendar_in(session, area).workdays_between(begun_on, ended_on)
            lengths[area, stage] += [days] * number
    return lengths


def steps_of(condition: ColumnElement[bool]) -> Subquery:
    """Every change of state with the day on which the state that was left had been entered."""
    entered_on = func.lag(StageAdvance.occurred_on).over(
        partition_by=StageAdvance.consultation_id, order_by=(StageAdvance.recorded_at, StageAdvance.id)
    )
    return (
        select(
            StageAdvance.from_state,
            Consultation.number,
            Consultation.title,
            Consultation.area,
            func.coalesce(entered_on, Consultation.opened_on).label("entered_on"),
            StageAdvance.occurred_on,
        )
        .join(Consultation, Consultation.id == StageAdvance.consultation_id)
        .where(condition)
        .subquery()
    )


def rank_of(ordered: Sequence[int], percent: int) -> int | None:
    """The nearest-rank percentile: the smallest value that so many percent do not exceed; None of nothing."""
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)] if ordered else None


def dwell(view: View) -> tuple[Statistic, ...]:
    """Median and nine in ten of every stage, and the medians of every place beside them."""
    found = stage_lengths(view.session, view.books, view.stands, view.span.first_on, view.span.last_on)
    of_stage: dict[Stage, list[int]] = defaultdict(list)
    of_place: dict[tuple[str, Stage], list[int]] = defaultdict(list)
    for (area, stage), days in found.items():
        of_stage[stage] += days
        of_place[view.place_of(area), stage] += days
    return _stages(view, of_stage), _places(view, of_stage, of_place)


def _stages(view: View, of_stage: Mapping[Stage, list[int]]) -> Statistic:
    lines = []
    for stage in Stage:
        taken = sorted(of_stage.get(stage, ()))
        behind = view.behind(Of.LEFT, stage.value)
        numbers = (
            Number(value=len(taken), unit="件", behind=behind),
            Number(value=rank_of(taken, 50), unit="个工作日"),
            Number(value=rank_of(taken, 90), unit="个工作日"),
        )
        lines.append(Line(stage.value, stage.label, numbers))
    return Statistic(
        name="stages",
        title="各环节用时",
        formula=FORMULA,
        head="环节",
        columns=("离开该环节", "中位数", "九成以内"),
        lines=tuple(lines) if of_stage else (),
        note=f"不足 {RANKED_FROM_TASKS} 件的环节，中位数和九成以内仅供参考。",
        empty="本期没有协商离开任何环节。环节推进以后，这里统计用时。",
    )


def _places(
    view: View, of_stage: Mapping[Stage, list[int]], of_place: Mapping[tuple[str, Stage], list[int]]
) -> Statistic:
    lines = []
    for place in sorted({place for place, _ in of_place}):
        numbers = tuple(
            _cell(
                view, place, stage, sorted(of_place.get((place, stage), ())), sorted(of_stage.get(stage, ()))
            )
            for stage in Stage
        )
        lines.append(Line(place, view.place_named(place), numbers))
    return Statistic(
        name="places",
        title="各区域各环节用时中位数（工作日）",
        formula=FORMULA,
        head="区域",
        columns=tuple(stage.label for stage in Stage),
        lines=tuple(lines),
        note=SMALL,
        empty="本期没有协商离开任何环节。",
    )


def _cell(view: View, place: str, stage: Stage, taken: list[int], everywhere: list[int]) -> Number:
    """One place's median of a stage, and what it is beside everybody's."""
    median = rank_of(taken, 50)
    return Number(
        value=median,
        numerator=len(taken),
        behind=view.behind(Of.LEFT, stage.value, place=place) if taken else None,
        note=_mark(median, len(taken), rank_of(everywhere, 50)),
    )


def _mark(median: int | None, number: int, everybody: int | None) -> str:
    if median is None or everybody is None:
        return ""
    if number < RANKED_FROM_TASKS:
        return "·"
    if median <= everybody:
        return "○"
    return "●" if median >= SLOW * everybody else "◐"
