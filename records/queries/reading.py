"""One look at the register for one reader, with the consultation they asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.refusals import RefusalCode, refuse
from records.queries.feedback_tasks import feedback_task
from records.queries.scopes import consultation_for
from records.sessions import Register
from records.tables.consultations import Consultation
from records.tables.obligations import FeedbackTask


@contextmanager
def reading_consultation(
    register: Register, actor: Actor, consultation_id: str, on: date
) -> Iterator[tuple[Session, Consultation]]:
    """An open look at a consultation. Raises Refused (NOT_FOUND) where the actor may not know of it."""
    with register.reading() as session:
        yield session, _known(session, actor, consultation_id, on)


@contextmanager
def reading_task(
    register: Register, actor: Actor, task_id: str, on: date
) -> Iterator[tuple[Session, Consultation, FeedbackTask]]:
    """An open look at a feedback task and its consultation. Raises Refused (NOT_FOUND)."""
    with register.reading() as session:
        task = feedback_task(session, task_id)
        if task is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该办理事项。")
        yield session, _known(session, actor, task.consultation_id, on, "未找到该办理事项。"), task


def _known(
    session: Session, actor: Actor, consultation_id: str, on: date, message: str = "未找到该协商。"
) -> Consultation:
    row = consultation_for(session, actor, consultation_id, on)
    if row is None:
        raise refuse(RefusalCode.NOT_FOUND, message)
    return row
