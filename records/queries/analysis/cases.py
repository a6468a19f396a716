"""The consultations behind one number of a statistic: the same conditions that counted it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.matters import EvaluationParty, ResultClass
from domain.refusals import RefusalCode, refuse
from domain.stages import ConsultationState, Stage
from domain.statistics import Behind, Of
from domain.timeliness import Quadrant
from records.books import Books
from records.queries.analysis.results import (
    EVALUATED,
    FOLLOWED_UP,
    RELAPSED,
    REOPENED,
    UNVERIFIED,
    UNVERIFIED_LABEL,
)
from records.queries.analysis.timeliness import DUE, tasks_of
from records.queries.analysis.topics import repeated_topics
from records.queries.analysis.view import View, view_for
from records.queries.analysis.waiting import UNDER_WAY
from records.queries.counting.results import answers_by_task, handled_tasks, items_of
from records.tables.consultations import Consultation, StageAdvance
from records.tables.obligations import ClockRow
from records.tables.outcomes import Ballot, Evaluation, Suggestion

CASES_MAX = 200


@dataclass(frozen=True)
class CaseBehind:
    """A consultation as the list behind a number shows it."""

    id: str
    number: str
    title: str
    area: str
    state: ConsultationState
    deliberated_on: date | None


def cases_behind(
    session: Session, books: Books, actor: Actor, behind: Behind, today: date
) -> tuple[tuple[CaseBehind, ...], int]:
    """Those that the actor may read, by number, at most so many; and how many there are.

    Raises Refused: NOT_PERMITTED outside the actor's area, NOT_FOUND for a number that no statistic has.
    """
    view = view_for(session, books, actor, behind.area, behind.span, today)
    view = view.narrowed(behind)
    which_in_words(behind)
    ids = _read_ids(view, behind)
    if ids is None:
        condition = and_(view.stands, _condition(view, behind))
        number = session.scalar(select(func.count()).select_from(Consultation).where(condition)) or 0
    else:
        condition, number = and_(view.stands, Consultation.id.in_(ids[:CASES_MAX])), len(ids)
    found = session.execute(
        select(
            Consultation.id,
            Consultation.number,
            Consultation.title,
            Consultation.area,
            Consultation.state,
            Consultation.deliberated_on,
        )
        .where(condition)
        .order_by(Consultation.number)
        .limit(CASES_MAX)
    )
    return tuple(CaseBehind(*row) for row in found), number


def which_in_words(behind: Behind) -> str:
    """What narrows the number, in words; empty where nothing does. Raises Refused (NOT_FOUND) for an unknown word."""
    which = behind.which
    known = {
        Of.TASKS: {**{one.value: one.label for one in Quadrant}, DUE: "已办复或者已逾期"},
        Of.LEFT: {one.value: one.label for one in Stage},
        Of.WAITING: {one.value: one.label for one in Stage},
        Of.ITEMS: {**{one.value: one.label for one in ResultClass}, UNVERIFIED: UNVERIFIED_LABEL},
        Of.RATED: {one.value: one.label for one in EvaluationParty},
    }.get(behind.of, {})
    if behind.of is Of.REPEATED:
        return ""
    is_needed = behind.of in (Of.LEFT, Of.RATED)
    if (which and which not in known) or (is_needed and not which):
        raise refuse(RefusalCode.NOT_FOUND, "统计中没有这一数字。", field="which")
    return known.get(which, "")


def _read_ids(view: View, behind: Behind) -> list[str] | None:
    """The ids behind a number that is derived of several rows, and so is read and not asked; None for the others."""
    match behind.of:
        case Of.ITEMS:
            items = items_of(handled_tasks(view), answers_by_task(view))
            of_class = [
                one.consultation_id
                for one in items
                if not behind.which or (one.result.value if one.result else UNVERIFIED) == behind.which
            ]
            return list(dict.fromkeys(of_class))
        case Of.REPEATED:
            for topic in repeated_topics(view):
                ids = [one.id for one in topic.cases]
                if behind.which in ids:
                    return ids
            return []
    return None


def _condition(view: View, behind: Behind) -> ColumnElement[bool]:
    which = behind.which
    match behind.of:
        case Of.TASKS:
            return _with_tasks(view, behind)
        case Of.LEFT:
            return exists().where(
                StageAdvance.consultation_id == Consultation.id,
                StageAdvance.from_state == ConsultationState(which),
                StageAdvance.occurred_on.between(view.span.first_on, view.span.last_on),
            )
        case Of.WAITING:
            return _waiting(behind)
        case Of.RATED:
            return and_(view.held, _rated(EvaluationParty(which)))
        case _:
            return and_(view.held, _PLAIN[behind.of])


_HAS_SUGGESTION = exists().where(Suggestion.consultation_id == Consultation.id)
_PLAIN: dict[Of, ColumnElement[bool]] = {
    Of.HELD: Consultation.id.is_not(None),
    Of.SUGGESTED: _HAS_SUGGESTION,
    Of.CONVERTED: exists().where(
        Suggestion.consultation_id == Consultation.id, Suggestion.converted_on.is_not(None)
    ),
    Of.EVALUATED: EVALUATED,
    Of.REOPENED: and_(EVALUATED, REOPENED),
    Of.FOLLOWED_UP: FOLLOWED_UP,
    Of.RELAPSED: and_(FOLLOWED_UP, RELAPSED),
}


def _with_tasks(view: View, behind: Behind) -> ColumnElement[bool]:
    tasks = tasks_of(view)
    query = select(tasks.c.consultation_id)
    if behind.which == DUE:
        query = query.where(tasks.c.quadrant != Quadrant.OPEN_IN_TIME.value)
    elif behind.which:
        query = query.where(tasks.c.quadrant == behind.which)
    if behind.unit_id:
        query = query.where(tasks.c.unit_id == behind.unit_id)
    return Consultation.id.in_(query)


def _waiting(behind: Behind) -> ColumnElement[bool]:
    """Under way, in one stage or any; and where a body is named, it holds a clock or, without any, organises."""
    states = (ConsultationState(behind.which),) if behind.which else UNDER_WAY
    under_way = Consultation.state.in_(states)
    if not behind.unit_id:
        return under_way
    is_open = and_(ClockRow.consultation_id == Consultation.id, ClockRow.is_open)
    holds = exists().where(is_open, ClockRow.holder_id == behind.unit_id)
    without_holder = exists().where(is_open, ClockRow.holder_id.is_(None))
    organises = and_(
        Consultation.operator_id == behind.unit_id, or_(not_(exists().where(is_open)), without_holder)
    )
    return and_(under_way, or_(holds, organises))


def _rated(party: EvaluationParty) -> ColumnElement[bool]:
    if party is EvaluationParty.PUBLIC_RATING:
        voted = exists().where(Ballot.consultation_id == Consultation.id)
        return or_(voted, exists().where(_of(party)))
    return exists().where(_of(party))


def _of(party: EvaluationParty) -> ColumnElement[bool]:
    return and_(Evaluation.consultation_id == Consultation.id, Evaluation.party == party)
