"""Looking back on pages: what changed between two instants, who was told, and who read personal data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Response

from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.foresight import require
from api.pages.as_of import differences
from api.pages.past_moments import asked_moment
from api.pages.routing import page_router
from api.pages.timeline import described
from api.pages.visits import AVisit
from domain.bodies import Role
from domain.notices import NoticeKind
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.matters import matter_of
from records.queries.audit_entries import subject_of
from records.queries.past_days import CaseOn, case_record
from records.queries.past_instants import (
    BETWEEN_MAX,
    entries_between,
    knowledge_of,
    known_at,
    letters_between,
    names_in,
)
from records.queries.reveals import RevealFilter, readers, reveals
from records.queries.scopes import consultation_for
from records.queries.told import people_told, told_of_consultation

router = page_router()
Choice = Annotated[str, Query(max_length=64)]
LINES_PER_PAGE = 100
CHAPTERS: Mapping[str, frozenset[str]] = {
    "环节和决定": frozenset({"consultation", "approval"}),
    "交办、期限和督办": frozenset({"feedback_task", "co_handling", "clock", "escalation", "demand"}),
    "人员和会议": frozenset({"participant", "session", "dissent", "personal_data", "room"}),
    "评价和回头看": frozenset({"evaluation", "ballot", "follow_up_review"}),
}
PAPERS = "材料和成果"
"""Under this chapter stands every subject that no other one names."""


@dataclass
class Chapter:
    """The entries of one kind between the two instants."""

    title: str
    entries: list[tuple[Any, list[tuple[str, str]]]]


@router.get("/consultations/{consultation_id}/between")
def between_page(
    visit: AVisit,
    consultation_id: PathId,
    since: Choice = "",
    since_at: Choice = "",
    until: Choice = "",
    until_at: Choice = "",
) -> Response:
    """What came into the register between two instants; without them, since a week ago."""
    now, today = visit.counter.now(), visit.today
    first = asked_moment(since or (today - timedelta(days=7)).isoformat(), since_at, now)
    last = asked_moment(until or today.isoformat(), until_at, now)
    wrong = first.wrong or last.wrong
    if not wrong and last.at < first.at:
        wrong = "截止时刻不能早于起始时刻。"
    with visit.counter.register.reading() as session:
        row = consultation_for(session, visit.actor, consultation_id, today)
        if row is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该协商，或者您的任职身份不能查看。")
        record = case_record(session, visit.counter.books, row, with_marks=False)
        knowledge = knowledge_of(session, row.id)
        entries, count = entries_between(knowledge, first.at, last.at)
        bound = Matter(area=row.area, operator_id=row.operator_id, owner_id=row.owner_id)
        sees_letters = may(visit.actor, "read_letters", bound)
        letters = letters_between(knowledge, first.at, last.at) if sees_letters else []
        people, names = names_in(session, entries)
    then, now_known = known_at(record, knowledge, first.at), known_at(record, knowledge, last.at)
    return visit.page(
        "between.html",
        status=422 if wrong else 200,
        row=row,
        first=first,
        last=last,
        wrong=wrong,
        then=then,
        later=now_known,
        sentences=_sentences(then, now_known),
        chapters=_chapters(entries, names),
        count=count,
        listed_max=BETWEEN_MAX,
        letters=letters,
        sees_letters=sees_letters,
        people=people,
        names=names,
        roles={role.value: role.label for role in Role},
    )


@router.get("/consultations/{consultation_id}/letters")
def letters_page(
    visit: AVisit,
    consultation_id: PathId,
    kind: Choice = "",
    person: Choice = "",
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """Who was told what of a consultation and when."""
    key = key_of(cursor, str)
    wanted = NoticeKind(kind) if kind in set(NoticeKind) else None
    person_id = person if person.isprintable() else ""
    with visit.counter.register.reading() as session:
        row = consultation_for(session, visit.actor, consultation_id, visit.today)
        if row is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该协商，或者您的任职身份不能查看。")
        require(may(visit.actor, "read_letters", matter_of(session, row, visit.today)))
        found = told_of_consultation(
            session,
            row.id,
            kind=wanted,
            person_id=person_id,
            after=key[0] if key else None,
            limit=LINES_PER_PAGE,
        )
        people = people_told(session, row.id)
    kept = urlencode({name: value for name, value in (("kind", kind), ("person", person_id)) if value})
    return visit.page(
        "letters_told.html",
        row=row,
        found=found,
        kinds=tuple(NoticeKind),
        kind=wanted,
        person=person_id,
        people=people,
        kept=kept,
        outcomes=OUTCOMES,
        following=cursor_of(found[-1].id) if len(found) == LINES_PER_PAGE else None,
    )


OUTCOMES: Mapping[str, str] = {
    "delivered": "已送达",
    "refused": "被拒收",
    "try_again": "暂未送达，稍后重试",
    "house": "仅在站内",
}
"""What an attempt to deliver came to, in words."""


@router.get("/personal-data-readings")
def reveals_page(
    visit: AVisit,
    person: Choice = "",
    consultation: Choice = "",
    since: Choice = "",
    until: Choice = "",
    before: Choice = "",
) -> Response:
    """Who read whose phone number in full, when and for what."""
    require(may(visit.actor, "read_reveals", Matter(area=visit.actor.area)))
    wrong: dict[str, str] = {}
    narrowed = RevealFilter(
        person if person.isprintable() else "",
        consultation if consultation.isprintable() else "",
        _day(since, "since", wrong),
        _day(until, "until", wrong),
    )
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    with visit.counter.register.reading() as session:
        found = reveals(session, visit.actor, narrowed, before=place, limit=LINES_PER_PAGE)
        people = readers(session)
    values = {"person": person, "consultation": consultation, "since": since, "until": until}
    return visit.page(
        "reveals.html",
        status=422 if wrong else 200,
        found=found,
        people=people,
        values=values,
        wrong=wrong,
        kept=urlencode({name: value for name, value in values.items() if value}),
        roles={role.value: role.label for role in Role},
        following=found[-1].sequence if len(found) == LINES_PER_PAGE else None,
    )


def _sentences(then: CaseOn | None, later: CaseOn | None) -> list[str]:
    if later is None:
        return ["到截止时刻，系统中还没有登记这件协商。"]
    if then is None:
        return [f"起始时刻系统中还没有登记这件协商；截止时刻处于“{later.state.label}”。"]
    return [
        one.replace("当时", "起始时刻", 1).replace("现在", "截止时刻") for one in differences(then, later)
    ]


def _chapters(entries: Iterable[Any], names: Mapping[str, str]) -> list[Chapter]:
    chapters = {title: Chapter(title, []) for title in (*CHAPTERS, PAPERS)}
    for one in entries:
        subject = subject_of(one.action)
        title = next((title for title, subjects in CHAPTERS.items() if subject in subjects), PAPERS)
        chapters[title].entries.append((one, described(one.new, names)))
    return [one for one in chapters.values() if one.entries]


def _day(typed: str, name: str, wrong: dict[str, str]) -> date | None:
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        wrong[name] = "请填写日期，例如 2026-05-22。"
        return None
