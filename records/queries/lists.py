"""The three linked lists (三张清单) of one consultation, item by item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from domain.matters import FeedbackTaskState
from records.books import Books
from records.queries.clocks import ClockStanding, clocks_of
from records.queries.feedback_tasks import TaskLine, latest_answers, tasks_of
from records.queries.papers import suggestions_of
from records.queries.people import organisation_names
from records.tables.consultations import Consultation
from records.tables.obligations import Answer
from records.tables.outcomes import Suggestion


@dataclass(frozen=True)
class HandledItem:
    """One task of one item: who has it, until when, and what was answered."""

    line: TaskLine
    clock: ClockStanding
    co_unit_names: tuple[str, ...]
    answer: Answer | None


@dataclass(frozen=True)
class LinkedLists:
    """List 1 the suggestions, lists 2 and 3 the tasks; a returned task stands in neither."""

    issuer: str
    suggestions: Sequence[Suggestion]
    items: tuple[HandledItem, ...]


def linked_lists(session: Session, books: Books, consultation: Consultation, today: date) -> LinkedLists:
    """What the three lists of a consultation say today."""
    lines = [
        line
        for line in tasks_of(session, consultation.id)
        if line.task.state is not FeedbackTaskState.RETURNED
    ]
    clocks = {clock.id: clock for clock in clocks_of(session, books, consultation, today, is_open=None)}
    answers = latest_answers(session, consultation.id)
    issuer_id = consultation.operator_id or consultation.owner_id
    co_units = [unit for line in lines for unit in line.task.co_unit_ids]
    names = organisation_names(session, [issuer_id, *co_units])
    return LinkedLists(
        issuer=names.get(issuer_id or "", ""),
        suggestions=suggestions_of(session, consultation.id),
        items=tuple(
            HandledItem(
                line=line,
                clock=clocks[line.task.clock_id],
                co_unit_names=tuple(names.get(unit, "") for unit in line.task.co_unit_ids),
                answer=answers.get(line.task.id),
            )
            for line in lines
        ),
    )
