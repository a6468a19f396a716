"""The 政协 of an area: whom a number asked of every 政协 is asked of."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from domain.bodies import BodyKind, RoomLevel
from domain.policy import is_within
from records.queries.counting.count import Count, depth_of
from records.queries.scopes import within
from records.tables.people import Organisation


@dataclass(frozen=True)
class Committee:
    """One 政协委员会 in the area."""

    id: str
    name: str
    area: str


@dataclass(frozen=True)
class Body:
    """An organisation as figures look at it."""

    id: str
    name: str
    area: str
    kind: BodyKind


DEPTHS = {RoomLevel.CITY: 1, RoomLevel.COUNTY: 2}


def committees_of(count: Count, levels: tuple[RoomLevel, ...] = ()) -> tuple[Committee, ...]:
    """Every 政协 whose area lies in the area counted, the wider area first.

    A number that the law asks of counties is not asked of the city above them.
    """
    everywhere = bodies_of(count)
    committees = tuple(
        Committee(one.id, one.name, one.area) for one in everywhere if one.kind is BodyKind.CPPCC_COMMITTEE
    )
    if not levels or not DEPTHS.keys() >= set(levels):
        return committees
    depths = {DEPTHS[level] for level in levels}
    return tuple(one for one in committees if depth_of(one.area) in depths)


def bodies_of(count: Count) -> tuple[Body, ...]:
    """Every organisation of the area, the wider area first."""
    return tuple(one for one in count.once("bodies", _read) if is_within(one.area, count.area))


def _read(count: Count) -> tuple[Body, ...]:
    found = count.session.execute(
        select(Organisation.id, Organisation.name, Organisation.area, Organisation.kind)
        .where(within(Organisation.area, count.area))
        .order_by(Organisation.area, Organisation.id)
    )
    return tuple(Body(*row) for row in found)


def responsible(committees: Iterable[Committee], area: str) -> Committee | None:
    """The nearest 政协 in whose area something happened; None where that is above the area counted."""
    holders = [one for one in committees if is_within(area, one.area)]
    return max(holders, key=lambda one: len(one.area), default=None)
