"""What the yearly report of a room, a county or a city says: the figures of the pages, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor, BodyKind
from domain.figures import Figure
from domain.refusals import RefusalCode, refuse
from domain.spans import Span
from domain.statistics import Statistic
from records.books import Books
from records.queries.analysis.dwell import dwell
from records.queries.analysis.results import results
from records.queries.analysis.timeliness import timeliness
from records.queries.analysis.topics import repetitions
from records.queries.analysis.view import View, view_for
from records.queries.areas import area_names
from records.queries.counting.quotas import may_be_quota, quotas
from records.queries.counting.sight import boards_for
from records.queries.scopes import within
from records.tables.consultations import Consultation
from records.tables.people import Organisation
from records.tables.rooms import Room

PER_ROOM = "activities_per_room"
SECTIONS = ("办理成效", "办理时效", "环节用时", "重复议题")
ROOMS_MAX = 500


@dataclass(frozen=True)
class Yearly:
    """A year of one place. ``issuer`` is the body that reports, ``sections`` the statistics under their headings."""

    place: str
    issuer: str
    year: int
    sections: tuple[tuple[str, tuple[Statistic, ...]], ...]
    quotas: tuple[Figure, ...]


@dataclass(frozen=True)
class ReportingRoom:
    """A room of which a report can be made."""

    id: str
    name: str
    area: str


def yearly_of_area(session: Session, books: Books, actor: Actor, area: str, year: int, today: date) -> Yearly:
    """The report of a county or a city. Raises Refused (NOT_PERMITTED) outside the actor's area."""
    view = view_for(session, books, actor, area, Span(year), today)
    boards = boards_for(
        session, books, actor, rule_set_id="", area=area, year=year, today=today, chosen=may_be_quota
    )
    asked = (figure for board in boards for figure in quotas(board.figures))
    place = area_names(session, [area])[area]
    return Yearly(place, _issuer(session, area) or place, year, _sections(view), tuple(asked))


def yearly_of_room(
    session: Session, books: Books, actor: Actor, room_id: str, year: int, today: date
) -> Yearly:
    """The report of one room. Raises Refused: NOT_FOUND for a room outside the actor's area."""
    room = session.scalar(select(Room).where(Room.id == room_id, within(Room.area, actor.area)))
    if room is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该协商议事室。", field="room")
    view = view_for(session, books, actor, room.area, Span(year), today)
    own = replace(view, scope=and_(view.scope, Consultation.room_id == room.id))
    boards = boards_for(
        session, books, actor, rule_set_id=room.rule_set_id, area=room.area, year=year, today=today
    )
    operator = session.get(Organisation, room.operator_id) if room.operator_id else None
    figures = (figure for board in boards for figure in board.figures)
    issuer = operator.name if operator else room.name
    return Yearly(room.name, issuer, year, _sections(own, is_room=True), tuple(_of_room(figures, room.id)))


def rooms_reporting(session: Session, area: str) -> tuple[ReportingRoom, ...]:
    """The rooms of an area, by area and name."""
    found = session.execute(
        select(Room.id, Room.name, Room.area)
        .where(within(Room.area, area))
        .order_by(Room.area, Room.name)
        .limit(ROOMS_MAX)
    )
    return tuple(ReportingRoom(*row) for row in found)


def _sections(view: View, *, is_room: bool = False) -> tuple[tuple[str, tuple[Statistic, ...]], ...]:
    came_back, classes, parties, _ = results(view)
    four, _, places, units = timeliness(view)
    stages, _ = dwell(view)
    divided = (four,) if is_room else (four, places, units)
    chosen = ((came_back, classes, parties), divided, (stages,), (repetitions(view),))
    return tuple(zip(SECTIONS, chosen, strict=True))


def _of_room(figures: Iterable[Figure], room_id: str) -> Iterable[Figure]:
    """How often the room consulted, held against what is asked of every room."""
    for figure in figures:
        part = next((one for one in figure.parts if one.key == room_id), None)
        if figure.counter == PER_ROOM and part is not None:
            yield replace(
                figure,
                value=part.value,
                standing=part.standing,
                required=part.required,
                required_words="",
                details=part.details,
                parts=(),
            )


def _issuer(session: Session, area: str) -> str:
    """The 政协 (or 工委) of an area."""
    kinds = (BodyKind.CPPCC_COMMITTEE, BodyKind.WORK_COMMITTEE)
    found = session.execute(
        select(Organisation.kind, Organisation.name).where(
            Organisation.area == area, Organisation.kind.in_(kinds)
        )
    )
    by_kind = {row[0]: row[1] for row in found}
    return next((by_kind[kind] for kind in kinds if kind in by_kind), "")
