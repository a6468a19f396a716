"""The desk of the party committee: every 专报 with its facts, and what became of each 批示."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from domain.bodies import Actor
from domain.words import Word
from records.books import Books
from records.queries.clocks import ExplainedClock, explained_clocks
from records.queries.scopes import permitted
from records.tables.consultations import Consultation
from records.tables.obligations import Answer, Escalation, FeedbackTask, Instruction
from records.tables.outcomes import Suggestion
from records.tables.people import Organisation, Person


class InstructionOutcome(Word):
    """What became of a 批示."""

    IN_TIME = "in_time", "已按批示期限办复"
    LATE_ANSWER = "late_answer", "办复时已超过批示期限"
    ANSWERED = "answered", "批示后已办复"
    RUNNING = "running", "正在办理"
    MISSED = "missed", "批示期限届满仍未办复"
    ENDED = "ended", "期限已停止计算"


@dataclass(frozen=True)
class InstructionLine:
    """One 批示 with who gave it, and what became of it; None where no task hangs on it."""

    instruction: Instruction
    person_name: str
    outcome: InstructionOutcome | None
    answered_on: date | None


@dataclass(frozen=True)
class DeskPaper:
    """One 专报 or 约谈建议 with the task behind it. ``answers`` are those handed in, first to last."""

    escalation: Escalation
    row: Consultation
    task: FeedbackTask | None
    item_number: int | None
    suggestion: str
    unit_name: str
    target_name: str
    instructions: Sequence[InstructionLine]
    earlier: Sequence[InstructionLine]
    """批示 on other papers about the same task."""
    answers: Sequence[Answer]
    clock: ExplainedClock | None
    desk_clock: ExplainedClock | None


def desk_papers(
    session: Session,
    books: Books,
    actor: Actor,
    today: date,
    *,
    after: tuple[bool, str] | None,
    limit: int,
) -> list[DeskPaper]:
    """Those still open first, then the newest, those after the (is_open, id) of the page before."""
    query = _papers().where(_visible(actor, today))
    if after is not None:
        was_open, last_id = after
        same = and_(Escalation.is_open.is_(was_open), Escalation.id < last_id)
        query = query.where(or_(same, Escalation.is_open.is_(False)) if was_open else same)
    rows = session.execute(query.order_by(Escalation.is_open.desc(), Escalation.id.desc()).limit(limit)).all()
    return _filled(session, books, rows, today)


def desk_paper(
    session: Session, books: Books, actor: Actor, escalation_id: str, today: date
) -> DeskPaper | None:
    """One of them, None where there is none that the actor may see."""
    if not escalation_id.isprintable():
        return None
    rows = session.execute(_papers().where(Escalation.id == escalation_id, _visible(actor, today))).all()
    return next(iter(_filled(session, books, rows, today)), None)


def _visible(actor: Actor, on: date) -> ColumnElement[bool]:
    return permitted("see_escalations", actor, on, desk_id=Escalation.target_id)


def _papers() -> Any:
    unit, target = aliased(Organisation), aliased(Organisation)
    return (
        select(
            Escalation,
            Consultation,
            FeedbackTask,
            Suggestion.item_number,
            Suggestion.text,
            unit.name,
            target.name,
        )
        .join(Consultation, Consultation.id == Escalation.consultation_id)
        .outerjoin(FeedbackTask, FeedbackTask.id == Escalation.task_id)
        .outerjoin(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
        .outerjoin(unit, unit.id == FeedbackTask.unit_id)
        .outerjoin(target, target.id == Escalation.target_id)
    )


def _filled(session: Session, books: Books, rows: Sequence[Any], today: date) -> list[DeskPaper]:
    if not rows:
        return []
    tasks = {task.id: task for _, _, task, *_ in rows if task is not None}
    clock_ids = {task.clock_id for task in tasks.values()}
    clock_ids |= {one.clock_id for one, *_ in rows if one.clock_id}
    clocks = explained_clocks(session, books, tuple(clock_ids), today)
    answers = _answers(session, list(tasks))
    found = _instructions(session, [one.id for one, *_ in rows], list(tasks))
    papers = []
    for one, row, task, item_number, suggestion, unit_name, target_name in rows:
        clock = clocks[task.clock_id] if task else None
        mine = answers.get(task.id, []) if task else []
        of_task = [given for given in found if given[2] == one.task_id] if task else found
        lines = [_line(given, of_task, mine, clock) for given in of_task]
        papers.append(
            DeskPaper(
                escalation=one,
                row=row,
                task=task,
                item_number=item_number,
                suggestion=suggestion or "",
                unit_name=unit_name or one.facts.get("unit_name", "—"),
                target_name=target_name or "党委",
                instructions=[line for line in lines if line.instruction.escalation_id == one.id],
                earlier=[line for line in lines if line.instruction.escalation_id != one.id] if task else [],
                answers=mine,
                clock=clock,
                desk_clock=clocks.get(one.clock_id or ""),
            )
        )
    return papers


def _answers(session: Session, task_ids: Sequence[str]) -> dict[str, list[Answer]]:
    found: dict[str, list[Answer]] = {}
    for answer in session.scalars(
        select(Answer)
        .where(Answer.task_id.in_(task_ids), Answer.answered_on.is_not(None))
        .order_by(Answer.answered_on, Answer.id)
    ):
        found.setdefault(answer.task_id, []).append(answer)
    return found


Given = tuple[Instruction, str, str | None]


def _instructions(session: Session, escalation_ids: Sequence[str], task_ids: Sequence[str]) -> list[Given]:
    """Each with its giver's name and the task of its paper, first to last."""
    absent = aliased(Person)
    rows = session.execute(
        select(Instruction, Person.name, absent.name, Escalation.task_id)
        .join(Escalation, Escalation.id == Instruction.escalation_id)
        .outerjoin(Person, Person.id == Instruction.by_person_id)
        .outerjoin(absent, absent.id == Instruction.on_behalf_of_id)
        .where(or_(Escalation.id.in_(escalation_ids), Escalation.task_id.in_(task_ids)))
        .order_by(Instruction.instructed_on, Instruction.id)
    )
    return [
        (one, f"{name or '—'} 代 {of_whom}" if of_whom else name or "—", task_id)
        for one, name, of_whom, task_id in rows
    ]


def _line(
    given: Given, of_task: Sequence[Given], answers: Sequence[Answer], clock: ExplainedClock | None
) -> InstructionLine:
    instruction, name, _ = given
    later = [one for one, *_ in of_task if one.instructed_on > instruction.instructed_on]
    until = later[0].instructed_on if later else date.max
    answer = next(
        (
            one
            for one in answers
            if one.answered_on is not None and instruction.instructed_on <= one.answered_on <= until
        ),
        None,
    )
    outcome = None if clock is None else _outcome(instruction, answer, clock, has_later=bool(later))
    return InstructionLine(instruction, name, outcome, answer.answered_on if answer else None)


def _outcome(
    instruction: Instruction, answer: Answer | None, clock: ExplainedClock, *, has_later: bool
) -> InstructionOutcome:
    if answer is not None:
        if instruction.new_due_on is None:
            return InstructionOutcome.ANSWERED
        return InstructionOutcome.IN_TIME if answer.is_in_time else InstructionOutcome.LATE_ANSWER
    if has_later or clock.standing.is_overdue:
        return InstructionOutcome.MISSED
    return InstructionOutcome.RUNNING if clock.standing.is_open else InstructionOutcome.ENDED
