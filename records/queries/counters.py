"""The three numbers that stand at the top of every page, and whether anything has happened since they were read."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from records.queries.duties import Span, mine_counted
from records.queries.worklists import running_under, waiting_counted
from records.tables.audit import AuditHead


@dataclass(frozen=True)
class Counters:
    """What is overdue, due today, and waiting for somebody."""

    overdue: int
    due_today: int
    waiting: int


def counters_of(session: Session, actor: Actor, today: date) -> Counters:
    """The numbers of one person, in one question."""
    found = session.execute(
        select(
            mine_counted(actor, today, Span.OVERDUE),
            mine_counted(actor, today, Span.TODAY),
            waiting_counted(actor, today),
        )
    ).one()
    return Counters(*found)


def has_duties(session: Session, actor: Actor, today: date) -> bool:
    """Whether anything stands on the actor's own worklist, due or not."""
    found = session.execute(select(mine_counted(actor, today, Span.ALL), waiting_counted(actor, today))).one()
    return any(found) or bool(running_under(session, actor, today))


def changes_so_far(session: Session) -> int:
    """How many changes the register holds: while this stands still, no number can have moved but by the date."""
    return session.scalar(select(func.coalesce(func.sum(AuditHead.length), 0))) or 0
