"""Timeliness in four quadrants: by unit, by place, by month. A task belongs to the span in which it was handed out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from sqlalchemy import Subquery, and_, case, exists, extract, func, not_, or_, select

from domain.matters import FeedbackTaskState
from domain.statistics import Behind, Line, Number, Of, Statistic, share
from domain.timeliness import FORMULA, IS_ANSWERED, RANKED_FROM_TASKS, Quadrant, Quadrants
from records.queries.analysis.view import View
from records.tables.consultations import Consultation
from records.tables.obligations import Answer, ClockRow, FeedbackTask
from records.tables.people import Organisation

DUE = "due"
"""What the rate is a share of."""

COLUMNS = (*(one.label for one in Quadrant), "合计", "按期反馈率")
BELONGS = "按交办日期归入本期，终止、不予受理和并案的协商不计。"
SMALL = f"按期、逾期和在办已逾期合计不足 {RANKED_FROM_TASKS} 项的，不列比率，也不排列先后。"


@dataclass(frozen=True)
class Tallied:
    """So many tasks of one unit, place and month in one quadrant."""

    unit_id: str
    unit_name: str
    place: str
    month: int
    quadrant: Quadrant
    number: int


def tasks_of(view: View) -> Subquery:
    """Every task that was handed out in the span, with its quadrant today."""
    handed_in_late = exists().where(
        Answer.task_id == FeedbackTask.id, Answer.answered_on.is_not(None), Answer.is_in_time.is_(False)
    )
    is_answered = FeedbackTask.state.in_(IS_ANSWERED)
    is_over = and_(ClockRow.due_on < view.today, not_(Consultation.is_suspended))
    quadrant = case(
        (and_(is_answered, handed_in_late), Quadrant.ANSWERED_LATE.value),
        (is_answered, Quadrant.ANSWERED_IN_TIME.value),
        (or_(handed_in_late, is_over), Quadrant.OPEN_LATE.value),
        else_=Quadrant.OPEN_IN_TIME.value,
    )
    return (
        select(
            FeedbackTask.id,
            FeedbackTask.consultation_id,
            FeedbackTask.suggestion_id,
            FeedbackTask.unit_id,
            FeedbackTask.assigned_on,
            FeedbackTask.answered_on,
            ClockRow.due_on,
            Consultation.number,
            Consultation.title,
            Consultation.area,
            extract("month", FeedbackTask.assigned_on).label("month"),
            quadrant.label("quadrant"),
        )
        .join(Consultation, Consultation.id == FeedbackTask.consultation_id)
        .join(ClockRow, ClockRow.id == FeedbackTask.clock_id)
        .where(
            view.stands,
            FeedbackTask.state != FeedbackTaskState.RETURNED,
            FeedbackTask.assigned_on.between(view.span.first_on, view.span.last_on),
        )
        .subquery()
    )


def timeliness(view: View) -> tuple[Statistic, ...]:
    """The whole, and the same tasks by month, by place and by unit: each adds up to the whole."""
    tallied = _tallied(view)
    return (
        _whole(view, tallied),
        _by_month(view, tallied),
        _by_place(view, tallied),
        _by_unit(view, tallied),
    )


def _tallied(view: View) -> list[Tallied]:
    tasks = tasks_of(view)
    of = (tasks.c.unit_id, Organisation.name, tasks.c.area, tasks.c.month, tasks.c.quadrant)
    found = view.session.execute(
        select(*of, func.count()).join(Organisation, Organisation.id == tasks.c.unit_id).group_by(*of)
    )
    return [
        Tallied(unit_id, name, view.place_of(area), int(month), Quadrant(quadrant), number)
        for unit_id, name, area, month, quadrant, number in found
    ]


def quadrants(tallied: Iterable[Tallied]) -> Quadrants:
    """The four numbers of these tasks."""
    numbers = Counter[Quadrant]()
    for one in tallied:
        numbers[one.quadrant] += one.number
    return Quadrants(numbers)


def _whole(view: View, tallied: list[Tallied]) -> Statistic:
    four = quadrants(tallied)
    lines = [
        Line(one.value, one.label, (_tasks(four.numbers.get(one, 0), view.behind(Of.TASKS, one.value)),))
        for one in Quadrant
    ]
    rate = share(four.in_time, four.due, behind=view.behind(Of.TASKS, DUE))
    return Statistic(
        name="quadrants",
        title="办理时效四象限",
        formula=FORMULA + BELONGS,
        head="办理情况",
        columns=("办理任务",),
        lines=(*lines, Line("rate", "按期反馈率", (rate,))) if four.tasks else (),
        total=Line("total", "办理任务合计", (_tasks(four.tasks, view.behind(Of.TASKS)),)),
        empty="本期没有交办的办理任务。交办以后，这里按“按期、逾期、在办”分列。",
    )


def _by_month(view: View, tallied: list[Tallied]) -> Statistic:
    lines = [
        _line(
            str(span.months[0]),
            span.period.label,
            quadrants(one for one in tallied if one.month == span.months[0]),
            partial(view.behind, Of.TASKS, span=span),
        )
        for span in view.span.each_month()
        if span.first_on <= view.today
    ]
    return _divided(view, tallied, "months", "各月交办任务的办理时效", "交办月份", lines)


def _by_place(view: View, tallied: list[Tallied]) -> Statistic:
    lines = [
        _line(
            place,
            view.place_named(place),
            quadrants(one for one in tallied if one.place == place),
            partial(view.behind, Of.TASKS, place=place),
        )
        for place in sorted({one.place for one in tallied})
    ]
    return _divided(view, tallied, "places", "各区域办理时效", "区域", lines)


def _by_unit(view: View, tallied: list[Tallied]) -> Statistic:
    """Units with enough tasks by their rate, the others after them by name."""
    names = {one.unit_id: one.unit_name for one in tallied}
    fours = {unit: quadrants(one for one in of) for unit, of in _grouped(tallied).items()}
    lines = [
        _line(unit, names[unit], fours[unit], partial(view.behind, Of.TASKS, unit_id=unit))
        for unit in sorted(fours, key=lambda unit: _rank(names[unit], fours[unit]))
    ]
    return _divided(view, tallied, "units", "各承办单位办理时效", "承办单位", lines)


def _grouped(tallied: list[Tallied]) -> dict[str, list[Tallied]]:
    by_unit: dict[str, list[Tallied]] = defaultdict(list)
    for one in tallied:
        by_unit[one.unit_id].append(one)
    return by_unit


def _rank(name: str, four: Quadrants) -> tuple[bool, Fraction, str]:
    if not four.is_ranked or four.rate is None:
        return True, Fraction(0), name
    return False, -four.rate, name


def _divided(
    view: View, tallied: list[Tallied], name: str, title: str, head: str, lines: list[Line]
) -> Statistic:
    whole = _line("total", "合计", quadrants(tallied), partial(view.behind, Of.TASKS), least=0)
    return Statistic(
        name=name,
        title=title,
        formula=FORMULA + BELONGS,
        head=head,
        columns=COLUMNS,
        lines=tuple(lines) if tallied else (),
        total=whole if tallied else None,
        note=SMALL,
        empty="本期没有交办的办理任务。",
    )


def _line(
    key: str, label: str, four: Quadrants, behind: Callable[[str], Behind], *, least: int = RANKED_FROM_TASKS
) -> Line:
    numbers = [_tasks(four.numbers.get(one, 0), behind(one.value)) for one in Quadrant]
    rate = share(four.in_time, four.due, behind=behind(DUE), least=least)
    return Line(key, label, (*numbers, _tasks(four.tasks, behind("")), rate))


def _tasks(number: int, behind: Behind) -> Number:
    return Number(value=number, unit="项", behind=behind)
