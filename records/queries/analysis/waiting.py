"""Where consultations under way stand now, since when, and for whom they wait."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from sqlalchemy import and_, distinct, func, select

from domain.stages import ConsultationState, Stage
from domain.statistics import Line, Number, Of, Statistic
from domain.timeliness import RANKED_FROM_TASKS
from records.queries.analysis.view import View
from records.tables.consultations import Consultation
from records.tables.obligations import ClockRow
from records.tables.people import Organisation

UNDER_WAY = tuple(ConsultationState(stage.value) for stage in Stage)
WHERE = "截至今日尚在八个环节中的协商，按所在环节和区域计数，不分期间；最久＝从进入现环节的次日起数到今日的工作日。"
FOR_WHOM = (
    "截至今日尚在八个环节中的协商，有正在计算的期限的，等该期限的责任单位；没有的，等组织协商的单位。"
    "一件协商等几个单位的，各单位各计一次。"
)


def waiting(view: View) -> tuple[Statistic, ...]:
    """By stage, by place and stage, and by whom is waited for."""
    found = view.session.execute(
        select(Consultation.area, Consultation.state, Consultation.entered_state_on, func.count())
        .where(view.stands, Consultation.state.in_(UNDER_WAY))
        .group_by(Consultation.area, Consultation.state, Consultation.entered_state_on)
    ).all()
    numbers = Counter[tuple[str, Stage]]()
    longest: dict[Stage, int] = {}
    for area, state, entered_on, number in found:
        stage = Stage(state.value)
        numbers[view.place_of(area), stage] += number
        days = view.books.calendar_in(view.session, area).workdays_between(entered_on, view.today)
        longest[stage] = max(days, longest.get(stage, 0))
    return _stages(view, numbers, longest), _places(view, numbers), _for_whom(view)


def _stages(view: View, numbers: Counter[tuple[str, Stage]], longest: Mapping[Stage, int]) -> Statistic:
    of_stage = {stage: sum(n for (_, one), n in numbers.items() if one is stage) for stage in Stage}
    lines = tuple(
        Line(
            stage.value,
            stage.label,
            (
                _cases(view, of_stage[stage], stage.value),
                Number(value=longest.get(stage), unit="个工作日"),
            ),
        )
        for stage in Stage
    )
    longest_of_all = Number(value=max(longest.values(), default=None), unit="个工作日")
    return Statistic(
        name="standing",
        title="在办协商停留在哪个环节",
        formula=WHERE,
        head="环节",
        columns=("在办协商", "最久"),
        lines=lines if numbers else (),
        total=Line("total", "合计", (_cases(view, numbers.total()), longest_of_all)) if numbers else None,
        empty="没有在办的协商。发起协商以后，这里按环节统计。",
    )


def _places(view: View, numbers: Counter[tuple[str, Stage]]) -> Statistic:
    lines = tuple(
        Line(
            place,
            view.place_named(place),
            _row(view, {stage: numbers[place, stage] for stage in Stage}, place),
        )
        for place in sorted({place for place, _ in numbers})
    )
    of_stage = {stage: sum(n for (_, one), n in numbers.items() if one is stage) for stage in Stage}
    return Statistic(
        name="standing_places",
        title="各区域在办协商",
        formula=WHERE,
        head="区域",
        columns=(*(stage.label for stage in Stage), "合计"),
        lines=lines,
        total=Line("total", "合计", _row(view, of_stage)) if lines else None,
        empty="没有在办的协商。",
    )


def _row(view: View, of_stage: Mapping[Stage, int], place: str = "") -> tuple[Number, ...]:
    whole = _cases(view, sum(of_stage.values()), "", place)
    return (*(_cases(view, of_stage[stage], stage.value, place) for stage in Stage), whole)


def _cases(view: View, number: int, which: str = "", place: str = "") -> Number:
    return Number(value=number, unit="件", behind=view.behind(Of.WAITING, which, place=place))


def _for_whom(view: View) -> Statistic:
    holder_id = func.coalesce(ClockRow.holder_id, Consultation.operator_id).label("holder_id")
    held = (
        select(Consultation.id, Consultation.entered_state_on, holder_id)
        .outerjoin(ClockRow, and_(ClockRow.consultation_id == Consultation.id, ClockRow.is_open))
        .where(view.stands, Consultation.state.in_(UNDER_WAY))
        .subquery()
    )
    found = view.session.execute(
        select(
            Organisation.id,
            Organisation.name,
            func.count(distinct(held.c.id)),
            func.min(held.c.entered_state_on),
        )
        .join(held, held.c.holder_id == Organisation.id)
        .group_by(Organisation.id, Organisation.name)
    )
    rows = sorted((_rank(name, number), id, name, number, since) for id, name, number, since in found)
    lines = tuple(_holder(view, id, name, number, since) for _, id, name, number, since in rows)
    return Statistic(
        name="holders",
        title="现在等谁",
        formula=FOR_WHOM,
        head="单位",
        columns=("协商", "最早进入现环节"),
        lines=lines,
        note=f"满 {RANKED_FROM_TASKS} 件的单位按件数排列；不足的按名称排列，不排先后。",
        empty="没有在办的协商。",
    )


def _holder(view: View, id: str, name: str, number: int, since: date) -> Line:
    days = view.books.calendar_in(view.session, view.area).workdays_between(since, view.today)
    waits = Number(value=number, unit="件", behind=view.behind(Of.WAITING, unit_id=id))
    return Line(id, name, (waits, Number(value=days, unit="个工作日前")))


def _rank(name: str, number: int) -> tuple[bool, int, str]:
    is_small = number < RANKED_FROM_TASKS
    return is_small, 0 if is_small else -number, name
