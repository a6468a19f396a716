"""Topics that come again: the same matter in the same place, consulted on more than once within three years."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from domain.statistics import Line, Number, Of, Statistic
from records.queries.analysis.view import View
from records.tables.consultations import Consultation, Topic

LOOKED_BACK_YEARS = 3
TOPICS_MAX = 100
FORMULA = (
    f"本期及此前 {LOOKED_BACK_YEARS} 年内发起的协商中，区域相同，且议题的地点和事项相同（没有填写地点、事项的，题目相同）的，"
    "为重复议题；至少有一件在本期发起。不予受理、终止和并案的协商不计。"
)
_MARKS = re.compile(r"[\s\W_]+")


@dataclass(frozen=True)
class TopicCase:
    """One consultation on a topic."""

    id: str
    number: str
    title: str
    area: str
    opened_on: date


@dataclass(frozen=True)
class RepeatedTopic:
    """A topic with the consultations that were held on it, the oldest first."""

    title: str
    place: str
    cases: tuple[TopicCase, ...]


def repeated_topics(view: View) -> tuple[RepeatedTopic, ...]:
    """What came again in the span, those first that came most often."""
    first_on = date(view.span.first_on.year - LOOKED_BACK_YEARS, view.span.first_on.month, 1)
    rows = view.session.execute(
        select(
            Consultation.id,
            Consultation.number,
            Consultation.title,
            Consultation.area,
            Consultation.opened_on,
            Topic.place,
            Topic.matter,
            Topic.title,
        )
        .join(Topic, Topic.id == Consultation.topic_id)
        .where(view.stands, Consultation.opened_on.between(first_on, view.span.last_on))
        .order_by(Consultation.opened_on, Consultation.number)
    )
    groups: dict[tuple[str, str, str], list[TopicCase]] = defaultdict(list)
    for id, number, title, area, opened_on, place, matter, topic_title in rows:
        case = TopicCase(id, number, title, area, opened_on)
        groups[area, *_same(place, matter, topic_title)].append(case)
    again = [of for of in groups.values() if len(of) > 1 and _is_in(view, of)]
    found = (RepeatedTopic(of[-1].title, of[-1].area, tuple(of)) for of in again)
    return tuple(sorted(found, key=lambda one: (-len(one.cases), one.title)))


def _same(place: str, matter: str, title: str) -> tuple[str, str]:
    """What makes two topics the same: spaces and punctuation make no difference."""
    plain = [_MARKS.sub("", one) for one in (place, matter)]
    return (plain[0], plain[1]) if all(plain) else ("", _MARKS.sub("", title))


def _is_in(view: View, cases: Iterable[TopicCase]) -> bool:
    return any(view.span.first_on <= one.opened_on <= view.span.last_on for one in cases)


def repetitions(view: View) -> Statistic:
    """The repeated topics with how often each was consulted on."""
    found = repeated_topics(view)
    lines = tuple(
        Line(one.cases[-1].id, f"{one.title}（{_named(view, one.place)}）", (_times(view, one),))
        for one in found[:TOPICS_MAX]
    )
    return Statistic(
        name="topics",
        title="重复议题",
        formula=FORMULA,
        head="议题",
        columns=("协商",),
        lines=lines,
        note=f"共 {len(found)} 个，列出前 {TOPICS_MAX} 个。" if len(found) > TOPICS_MAX else "",
        empty="没有重复议题。",
    )


def _times(view: View, topic: RepeatedTopic) -> Number:
    behind = view.behind(Of.REPEATED, topic.cases[-1].id)
    return Number(value=len(topic.cases), unit="件", behind=behind)


def _named(view: View, area: str) -> str:
    return view.names.get(area, area)
