"""A consultation as it stood on a past day, and in words what is different today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import Query, Response

from api.fields import PathId
from api.pages.past_moments import Moment, asked_moment
from api.pages.routing import page_router
from api.pages.shown import day
from api.pages.visits import AVisit
from api.pages.worklist import place_of
from domain.refusals import RefusalCode, refuse
from domain.stages import Stage
from records.queries.past_days import CaseOn, CaseRecord, case_record, happened, standing_on
from records.queries.past_instants import Basis, knowledge_of, known_at
from records.queries.scopes import consultation_for

router = page_router()
LABELS_PER_DAY = 4


@dataclass(frozen=True)
class AskedDay:
    """The day that was asked for; ``wrong`` says why it is another one than was typed."""

    on: date
    typed: str
    wrong: str = ""


@router.get("/consultations/{consultation_id}/as-of")
def as_of_page(
    visit: AVisit,
    consultation_id: PathId,
    on: Annotated[str, Query(max_length=20)] = "",
    at: Annotated[str, Query(max_length=10)] = "",
    basis: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """The state, the clocks and the tasks at the end of that day; yesterday where no day is given.

    ``basis`` says whether it goes by what had happened by that day or by what was entered by that instant.
    """
    goes_by = Basis(basis) if basis in set(Basis) else Basis.HAPPENED
    with visit.counter.register.reading() as session:
        row = consultation_for(session, visit.actor, consultation_id, visit.today)
        if row is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该协商，或者您的任职身份不能查看。")
        record = case_record(session, visit.counter.books, row)
        knowledge = knowledge_of(session, row.id) if goes_by is Basis.KNOWN else None
    # What was known is asked of today where no day is named; what had happened, of yesterday.
    day_named = on.strip() or (visit.today.isoformat() if goes_by is Basis.KNOWN else "")
    asked = _asked(day_named, visit.today)
    moment = asked_moment(asked.on.isoformat(), at, visit.counter.now())
    known = known_at(record, knowledge, moment.at) if knowledge else None
    is_before = known is None if knowledge else asked.on < row.opened_on
    then = known or standing_on(record, max(asked.on, row.opened_on))
    deeds = happened(record)
    days = sorted({*deeds, *record.marks})
    return visit.page(
        "as_of.html",
        status=422 if asked.wrong or (knowledge and moment.wrong) else 200,
        basis=goes_by,
        bases=tuple(Basis),
        moment=moment,
        kept=_kept(goes_by, moment),
        row=row,
        asked=asked,
        is_before=is_before,
        then=then,
        movers=movers(record, then),
        clocks=[(one, place_of(one.kind, one.subject_id, row.id)) for one in then.clocks],
        differences=differences(then, standing_on(record, visit.today)),
        that_day=_labels(deeds.get(asked.on, {})),
        recorded=_labels(record.marks.get(asked.on, {})),
        before=next((one for one in reversed(days) if one < asked.on), None),
        after=next((one for one in days if one > asked.on), None),
        yesterday=asked.on - timedelta(days=1) if asked.on > row.opened_on else None,
        tomorrow=asked.on + timedelta(days=1) if asked.on < visit.today else None,
        days=[(one, _labels(deeds.get(one, {}) or record.marks.get(one, {}))) for one in reversed(days)],
        stages=tuple(Stage),
    )


def _kept(basis: Basis, moment: Moment) -> str:
    """What the links to other days keep of what was asked."""
    if basis is Basis.HAPPENED:
        return ""
    return f"&basis={basis.value}" + (f"&at={moment.clock}" if moment.clock and not moment.wrong else "")


def movers(record: CaseRecord, then: CaseOn) -> list[str]:
    """Who had to move on the day: who held a running clock, else the body that runs the consultation."""
    if then.state.is_final:
        return []
    running = [one for one in then.clocks if not one.is_suspended and one.holder_name]
    held: dict[str, list[str]] = {}
    for clock in running:
        kinds = held.setdefault(clock.holder_name, [])
        if clock.kind.label not in kinds:
            kinds.append(clock.kind.label)
    if held:
        return [f"{name}（{'、'.join(kinds)}）" for name, kinds in held.items()]
    operator = record.names.get(record.row.operator_id or "", "承办机构")
    return [f"{operator}（{'恢复或者终止协商' if then.is_suspended else f'推进“{then.state.label}”环节'}）"]


def differences(then: CaseOn, now: CaseOn) -> list[str]:
    """What is different today, in sentences."""
    told = []
    if then.state is not now.state:
        since = f"自{day(now.entered_on)}起"
        told.append(f"当时处于“{then.state.label}”，现在处于“{now.state.label}”，{since}。")
    if then.is_suspended is not now.is_suspended:
        told.append("当时已中止，现在已恢复。" if then.is_suspended else "当时正常进行，现在已中止。")
    if then.round != now.round:
        told.append(f"当时是第 {then.round} 轮办理，现在是第 {now.round} 轮。")
    return told + _tasks_differ(then, now) + _clocks_differ(then, now)


def _tasks_differ(then: CaseOn, now: CaseOn) -> list[str]:
    before = {one.id: one for one in then.tasks}
    told = [
        f"{one.unit_name}的办理事项：当时{before[one.id].state.label}，现在{one.state.label}，"
        f"自{day(one.since_on)}起。"
        for one in now.tasks
        if one.id in before and one.state is not before[one.id].state
    ]
    new = sum(one.id not in before for one in now.tasks)
    return [*told, f"此后又交办 {new} 项。"] if new else told


def _clocks_differ(then: CaseOn, now: CaseOn) -> list[str]:
    open_now = {one.id: one for one in now.clocks}
    open_then = {one.id for one in then.clocks}
    told = []
    for one in then.clocks:
        later = open_now.get(one.id)
        if later is None:
            told.append(f"“{one.title}”的期限当时为{one.colour.label}，现在已停止计算。")
        elif later.due_on != one.due_on:
            told.append(f"“{one.title}”的到期日由{day(one.due_on)}改为{day(later.due_on)}。")
        elif later.colour is not one.colour:
            told.append(f"“{one.title}”当时为{one.colour.label}，现在为{later.colour.label}。")
    new = sum(key not in open_then for key in open_now)
    return [*told, f"现在另有 {new} 项期限正在计算，当时还没有开始。"] if new else told


def _asked(typed: str, today: date) -> AskedDay:
    yesterday = today - timedelta(days=1)
    if not typed:
        return AskedDay(yesterday, yesterday.isoformat())
    try:
        on = date.fromisoformat(typed)
    except ValueError:
        return AskedDay(yesterday, typed, "请填写日期，例如 2026-06-01。以下为昨天的情况。")
    if on > today:
        return AskedDay(yesterday, typed, "日期不能晚于今天。以下为昨天的情况。")
    return AskedDay(on, typed)


def _labels(marks: Mapping[str, int]) -> str:
    words = [f"{label}（{count} 次）" if count > 1 else label for label, count in marks.items()]
    more = "等" if len(words) > LABELS_PER_DAY else ""
    return "、".join(words[:LABELS_PER_DAY]) + more
