"""What the consultations of a span achieved: what came back to us first, then classes, conversions and scores."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from sqlalchemy import exists, or_, select

from domain.evaluation import BALLOT_POINTS
from domain.matters import BallotChoice, EvaluationParty, FollowUpReviewState, ResultClass
from domain.statistics import Line, Number, Of, Statistic, share
from domain.timeliness import RANKED_FROM_TASKS
from records.queries.analysis.view import View
from records.queries.counting.results import (
    Item,
    Votes,
    answers_by_task,
    handled_tasks,
    items_of,
    latest_votes,
    party_scores,
    satisfied_part,
)
from records.tables.consultations import Consultation
from records.tables.outcomes import Ballot, Evaluation, FollowUpReview, Suggestion

T = TypeVar("T")

BELONGS = (
    "按完成“开展协商”的日期归入本期，一个事项无论几场只计一次；不予受理、终止、并案的事项和无效场次不计。"
)
CAME_BACK = (
    "再评议率＝进行过再评议（二次办理）的协商数 ÷ 已有评价的协商数；"
    "反弹率＝回头看发现反弹的协商数 ÷ 已进行回头看的协商数。"
)
CLASSES = (
    "每条已交办的建议计一次：由几个单位承办的，取其中较差的一类；二次办理的，取最近一轮；"
    "各单位的反馈均经核实后才归类。解决率＝A 类 ÷ 已交办的建议数。"
)
CONVERTED = "转化率＝已登记转化的建议数 ÷ 形成的建议数。"
CONTENT_FROM = BALLOT_POINTS[BallotChoice.BASICALLY_SATISFIED]
PARTIES = (
    "每个协商取最近一轮。群众评价的满意率＝满意和基本满意票 ÷ 全部票；"
    f"其他三方的满意率＝评分不低于 {CONTENT_FROM} 分（系统默认，与“基本满意”同分）的协商数 ÷ 该方已评价的协商数。"
)
UNVERIFIED = "unverified"
UNVERIFIED_LABEL = "尚未反馈或者尚未核实"
SMALL = f"分母不足 {RANKED_FROM_TASKS} 条的区域不列比率。"


@dataclass(frozen=True)
class Effect:
    """One consultation that counts: where, and what came back."""

    id: str
    area: str
    is_reopened: bool
    is_evaluated: bool
    is_followed_up: bool
    has_relapsed: bool


def results(view: View) -> tuple[Statistic, ...]:
    """What came back, the classes of results, by place, and what the four parties say."""
    effects = _effects(view)
    items = items_of(handled_tasks(view), answers_by_task(view))
    suggestions = _suggestions(view)
    votes = latest_votes(view)
    return (
        _came_back(view, effects),
        _classes(view, items),
        _parties(view, votes),
        _places(view, effects, items, suggestions),
    )


EVALUATED = or_(
    exists().where(Evaluation.consultation_id == Consultation.id),
    exists().where(Ballot.consultation_id == Consultation.id),
)
REOPENED = Consultation.round > 1
FOLLOWED_UP = exists().where(
    FollowUpReview.consultation_id == Consultation.id, FollowUpReview.held_on.is_not(None)
)
RELAPSED = exists().where(
    FollowUpReview.consultation_id == Consultation.id, FollowUpReview.state == FollowUpReviewState.RELAPSED
)


def _effects(view: View) -> list[Effect]:
    found = view.session.execute(
        select(Consultation.id, Consultation.area, REOPENED, EVALUATED, FOLLOWED_UP, RELAPSED).where(
            view.held
        )
    )
    return [Effect(row[0], row[1], *map(bool, row[2:])) for row in found]


def _suggestions(view: View) -> list[tuple[str, bool]]:
    """The place of every suggestion, and whether it was turned into something."""
    found = view.session.execute(
        select(Consultation.area, Suggestion.converted_on.is_not(None))
        .join(Consultation, Consultation.id == Suggestion.consultation_id)
        .where(view.held)
    )
    return [(view.place_of(area), bool(is_converted)) for area, is_converted in found]


def _came_back(view: View, effects: list[Effect]) -> Statistic:
    """What counts against us stands first."""
    evaluated = sum(one.is_evaluated for one in effects)
    reopened = sum(one.is_evaluated and one.is_reopened for one in effects)
    followed_up = sum(one.is_followed_up for one in effects)
    relapsed = sum(one.is_followed_up and one.has_relapsed for one in effects)
    held = Number(value=len(effects), unit="件", behind=view.behind(Of.HELD))
    return Statistic(
        name="came_back",
        title="再评议和反弹",
        formula=CAME_BACK + BELONGS,
        head="指标",
        columns=("数值",),
        lines=(
            Line("reopened", "再评议率", (share(reopened, evaluated, behind=view.behind(Of.REOPENED)),)),
            Line("relapsed", "反弹率", (share(relapsed, followed_up, behind=view.behind(Of.RELAPSED)),)),
            Line("held", "完成“开展协商”的协商", (held,)),
        )
        if effects
        else (),
        empty="本期没有完成“开展协商”的协商。",
    )


def _classes(view: View, items: list[Item]) -> Statistic:
    numbers = Counter(one.result for one in items)
    lines = [Line(one.value, one.label, (_items(view, numbers[one], one.value),)) for one in ResultClass]
    lines.append(Line(UNVERIFIED, UNVERIFIED_LABEL, (_items(view, numbers[None], UNVERIFIED),)))
    return Statistic(
        name="classes",
        title="办理结果",
        formula=CLASSES + BELONGS,
        head="办理结果",
        columns=("建议",),
        lines=tuple(lines) if items else (),
        total=Line("total", "已交办的建议合计", (_items(view, len(items)),)) if items else None,
        empty="本期的协商还没有交办建议。",
    )


def _items(view: View, number: int, which: str = "", place: str = "") -> Number:
    return Number(value=number, unit="条", behind=view.behind(Of.ITEMS, which, place=place))


def _parties(view: View, votes: Mapping[str, Votes]) -> Statistic:
    lines = []
    for party, scores in party_scores(view, votes).items():
        given = list(scores.values())
        behind = view.behind(Of.RATED, party.value)
        mean = sum(given, Fraction(0)) / len(given) if given else None
        if party is EvaluationParty.PUBLIC_RATING:
            part = satisfied_part(votes)
            content = share(part.numerator or 0, part.denominator or 0, behind=behind)
        else:
            content = share(sum(one >= CONTENT_FROM for one in given), len(given), behind=behind)
        numbers = (Number(value=len(given), unit="件", behind=behind), Number(value=mean, unit="分"), content)
        lines.append(Line(party.value, party.label, numbers))
    return Statistic(
        name="parties",
        title="各方评价",
        formula=PARTIES + BELONGS,
        head="评价方",
        columns=("已评价的协商", "平均分", "满意率"),
        lines=tuple(lines) if any(line.numbers[0].value for line in lines) else (),
        empty="本期的协商还没有评价。",
    )


def _places(
    view: View, effects: list[Effect], items: list[Item], suggestions: list[tuple[str, bool]]
) -> Statistic:
    of_effects = _grouped(effects, lambda one: view.place_of(one.area))
    of_items = _grouped(items, lambda one: view.place_of(one.area))
    of_suggestions = _grouped(suggestions, lambda one: one[0])
    by_place = {
        place: _row(
            view,
            own,
            of_items.get(place, []),
            [is_converted for _, is_converted in of_suggestions.get(place, [])],
            place,
        )
        for place, own in sorted(of_effects.items())
    }
    whole = _row(view, effects, items, [is_converted for _, is_converted in suggestions])
    return Statistic(
        name="places",
        title="各区域的办理结果和成果转化",
        formula=CLASSES + CONVERTED + BELONGS,
        head="区域",
        columns=(
            "协商",
            *(f"{one.value} 类" for one in ResultClass),
            "未核实",
            "已交办",
            "解决率",
            "已转化",
            "建议",
            "转化率",
        ),
        lines=tuple(Line(place, view.place_named(place), row) for place, row in by_place.items()),
        total=Line("total", "合计", whole) if by_place else None,
        note="区域按区划代码排列，不排先后；" + SMALL,
        empty="本期没有完成“开展协商”的协商。",
    )


def _grouped(rows: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def _row(
    view: View, effects: list[Effect], items: list[Item], conversions: Iterable[bool], place: str = ""
) -> tuple[Number, ...]:
    numbers = Counter(one.result for one in items)
    converted = list(conversions)
    least = RANKED_FROM_TASKS if place else 0
    return (
        Number(value=len(effects), unit="件", behind=view.behind(Of.HELD, place=place)),
        *(_items(view, numbers[one], one.value, place) for one in ResultClass),
        _items(view, numbers[None], UNVERIFIED, place),
        _items(view, len(items), "", place),
        share(
            numbers[ResultClass.A], len(items), behind=view.behind(Of.ITEMS, "A", place=place), least=least
        ),
        Number(value=sum(converted), unit="条", behind=view.behind(Of.CONVERTED, place=place)),
        Number(value=len(converted), unit="条", behind=view.behind(Of.SUGGESTED, place=place)),
        share(sum(converted), len(converted), behind=view.behind(Of.CONVERTED, place=place), least=least),
    )
