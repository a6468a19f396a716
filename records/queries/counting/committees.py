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


DEPTHS = {RoomLevel.CITY: 1, RoomLevel.COUNTY: 2}


def committees_of(count: Count, levels: tuple[RoomLevel, ...] = ()) -> tuple[Committee, ...]:
    """Every 政协 whose area lies in the area counted, the wider area first.

    A number that the law asks of counties is not asked of the city above them.
    """
    everywhere = count.once("committees", _read)
    committees = tuple(one for one in everywhere if is_within(one.area, count.area))
    if not levels or not DEPTHS.keys() >= set(levels):
        return committees
    depths = {DEPTHS[level] for level in levels}
    return tuple(one for one in committees if depth_of(one.area) in depths)


def _read(count: Count) -> tuple[Committee, ...]:
    found = count.session.execute(
        select(Organisation.id, Organisation.name, Organisation.area)
        .where(Organisation.kind == BodyKind.CPPCC_COMMITTEE, within(Organisation.area, count.area))
        .order_by(Organisation.area, Organisation.id)
    )
    return tuple(Committee(*row) for row in found)


def responsible(committees: Iterable[Committee], area: str) -> Committee | None:
    """The nearest 政协 in whose area something happened; None where that is above the area counted."""
    holders = [one for one in committees if is_within(area, one.area)]
    return max(holders, key=lambda one: len(one.area), default=None)
