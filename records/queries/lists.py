"""The three linked lists (三张清单) of one consultation, item by item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from domain.matters import FeedbackTaskState
from records.books import Books
from records.queries.clocks import ClockStanding, clocks_of
from records.queries.co_handlings import CoHandlingLine, co_handling_lines
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
    co_handlers: tuple[CoHandlingLine, ...]
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
    co_handlers = co_handling_lines(session, books, [line.task for line in lines], today)
    names = organisation_names(session, [issuer_id])
    return LinkedLists(
        issuer=names.get(issuer_id or "", ""),
        suggestions=suggestions_of(session, consultation.id),
        items=tuple(
            HandledItem(
                line=line,
                clock=clocks[line.task.clock_id],
                co_handlers=tuple(co_handlers[line.task.id]),
                answer=answers.get(line.task.id),
            )
            for line in lines
        ),
    )
