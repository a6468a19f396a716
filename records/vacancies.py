"""The convener's post: since when nobody holds it, and whether for so long that the room rests (domain.md §2.1)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.refusals import RefusalCode, refuse
from records.books import Books
from records.recipients import conveners_of
from records.tables.rooms import Convener, Room


@dataclass(frozen=True)
class Vacancy:
    """A post that nobody holds, how long already, and how long the rule set bears it."""

    left_on: date
    workdays: int
    workdays_max: int
    source: str

    @property
    def is_too_long(self) -> bool:
        """Whether the room may not be used."""
        return self.workdays > self.workdays_max

    @property
    def words(self) -> str:
        """What people read on the page of the room."""
        if self.is_too_long:
            return f"召集人空缺已超过 {self.workdays_max} 个工作日，暂停使用"
        return f"召集人空缺已 {self.workdays} 个工作日，超过 {self.workdays_max} 个工作日的暂停使用"


def vacancy_of(session: Session, books: Books, room: Room, on: date) -> Vacancy | None:
    """The vacancy on that day, None while somebody holds the post or where nobody ever did."""
    if conveners_of(session, room.id, on):
        return None
    ends = session.scalars(select(Convener.until_on).where(Convener.room_id == room.id))
    left_on = max((end for end in ends if end is not None and end < on), default=None)
    if left_on is None:
        return None
    rule_set = books.in_force(session, room.rule_set_id, room.area, on)
    return Vacancy(
        left_on=left_on,
        workdays=books.calendar_in(session, room.area).workdays_between(left_on, on),
        workdays_max=rule_set.workdays("vacancy_days", room.level),
        source=rule_set.parameter("vacancy_days").source,
    )


def require_convened(session: Session, books: Books, room: Room, on: date) -> None:
    """Raise Refused (STATE_FORBIDS) for a room that rests because its post has been vacant for too long."""
    vacancy = vacancy_of(session, books, room, on)
    if vacancy is not None and vacancy.is_too_long:
        message = (
            f"该协商议事室召集人自 {vacancy.left_on} 之后空缺，已超过 {vacancy.workdays_max} 个工作日"
            f"（{vacancy.source}），暂停使用，确定召集人后方可发起协商。"
        )
        raise refuse(RefusalCode.STATE_FORBIDS, message, field="room_id")
