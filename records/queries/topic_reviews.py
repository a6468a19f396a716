"""初审: by when a proposed topic is to be taken up, sent back or refused (domain.md §2.2)."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from records.books import Books
from records.tables.consultations import Consultation, Topic
from records.tables.rooms import Room

PARAMETER = "preliminary_review_days"


def review_due_on(session: Session, books: Books, topic: Topic) -> date | None:
    """The last day of the 初审, counted from the proposal, or from what was handed in later (退回补充).

    None once it is decided, while the proposer is awaited, and where no room tells which rules hold.
    """
    is_awaited = topic.sent_back_on is not None and topic.resubmitted_on is None
    is_taken_up = session.scalar(select(Consultation.id).where(Consultation.topic_id == topic.id).limit(1))
    room = _nearest_room(session, topic.area)
    if topic.rejected_on is not None or is_awaited or is_taken_up is not None or room is None:
        return None
    began_on = topic.resubmitted_on or topic.proposed_on
    rule_set = books.in_force(session, room.rule_set_id, topic.area, began_on)
    return books.calendar.add_workdays(began_on, rule_set.workdays(PARAMETER, room.level)).on


def _nearest_room(session: Session, area: str) -> Room | None:
    """A room of the topic's own area, else one below it or above."""
    parts = area.split("/")
    above = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    rooms = session.scalars(
        select(Room).where(or_(Room.area.in_(above), Room.area.startswith(f"{area}/", autoescape=True)))
    )
    return min(rooms, key=lambda room: (abs(len(room.area) - len(area)), room.id), default=None)
