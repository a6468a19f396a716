"""What is covered: places with a room, members with a room, counties with a liaison (SZ-10, SZ-23, NA-01, SZ-35)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from domain.bodies import RoomLevel
from domain.figures import FigurePart, Standing, Tally
from domain.policy import is_within
from records.queries.counting.committees import bodies_of, committees_of
from records.queries.counting.count import Count, at_depth, depth_of
from records.queries.counting.measures import number_part, share_part, share_tally
from records.queries.counting.members import members_on
from records.queries.scopes import within
from records.tables.rooms import Room
from records.tables.work_log import Liaison, MemberAssignment

TIERS: tuple[tuple[int, str, frozenset[RoomLevel]], ...] = (
    (1, "市级", frozenset({RoomLevel.CITY})),
    (2, "县（市、区）级", frozenset({RoomLevel.COUNTY})),
    (3, "乡镇（街道、园区）级", frozenset({RoomLevel.TOWN, RoomLevel.STREET, RoomLevel.PARK})),
    (4, "村（社区）级", frozenset({RoomLevel.VILLAGE})),
)
"""Depth in the tree of areas, whose places are known. How many enterprises or 界别 there are is known to nobody."""

COUNTY_DEPTH = 2


@dataclass(frozen=True)
class RoomRow:
    """A room as figures look at it."""

    id: str
    name: str
    level: RoomLevel
    area: str
    rule_set_id: str


def rooms_of(count: Count) -> tuple[RoomRow, ...]:
    """The rooms of the area that follow the rule set, by area."""
    return tuple(one for one in _every_room(count) if one.rule_set_id == count.rule_set_id)


def _every_room(count: Count) -> tuple[RoomRow, ...]:
    return tuple(one for one in count.once("rooms", _read_rooms) if is_within(one.area, count.area))


def _read_rooms(count: Count) -> tuple[RoomRow, ...]:
    found = count.session.execute(
        select(Room.id, Room.name, Room.level, Room.area, Room.rule_set_id)
        .where(within(Room.area, count.area))
        .order_by(Room.area, Room.id)
    )
    return tuple(RoomRow(*row) for row in found)


def room_coverage(count: Count, *, levels: tuple[RoomLevel, ...]) -> Tally:
    """The places that have a room among those that the register knows, tier by tier."""
    rooms = [(one.area, one.level) for one in rooms_of(count)]
    known = known_areas(count)
    parts: list[FigurePart] = []
    for depth, label, tier in TIERS:
        if wanted := tier.intersection(levels):
            places = {area for area in known if depth_of(area) == depth}
            covered = places & {at_depth(area, depth) for area, level in rooms if level in wanted}
            parts.append(share_part(str(depth), label, len(covered), len(places)))
    for level in (RoomLevel.ENTERPRISE, RoomLevel.SECTOR):
        if level in levels:
            found = sum(1 for _, one in rooms if one is level)
            parts.append(number_part(level, level.label, found, unit="个"))
    return share_tally(
        sum(part.numerator or 0 for part in parts),
        sum(part.denominator or 0 for part in parts),
        parts=tuple(parts),
    )


def members_without_room(count: Count) -> Tally:
    """The members whom no room has; every member is to have one."""
    members = members_on(count, count.as_of, count.as_of)
    assigned = frozenset(
        count.session.scalars(
            select(MemberAssignment.person_id).where(
                count.runs_between(
                    MemberAssignment.since_on, MemberAssignment.until_on, count.as_of, count.as_of
                )
            )
        )
    )
    without = [one for one in members if one.id not in assigned]
    standing = Standing.NO_DATA if not members else Standing.MISSED if without else Standing.REACHED
    return Tally(
        value=len(without),
        standing=standing,
        required_words="每名委员至少编入一室",
        details=(("在任委员", len(members)),),
        parts=tuple(number_part(one.id, one.name, 0, unit="室") for one in without),
    )


def liaison_coverage(count: Count) -> Tally:
    """The counties that have somebody of the 政协's leadership to turn to in the year."""
    counties = sorted(area for area in known_areas(count) if depth_of(area) == COUNTY_DEPTH)
    covered = frozenset(
        count.session.scalars(
            select(Liaison.area).where(
                within(Liaison.area, count.area),
                count.runs_between(Liaison.since_on, Liaison.until_on, count.first_on, count.last_on),
            )
        )
    )
    names = {one.area: one.name for one in committees_of(count)}
    parts = tuple(
        share_part(area, names.get(area, area), int(area in covered), 1, unit="%") for area in counties
    )
    return share_tally(sum(part.numerator or 0 for part in parts), len(parts), parts=parts)


def known_areas(count: Count) -> frozenset[str]:
    """Every place inside the area counted that an organisation or a room stands in, or above."""
    found = {one.area for one in bodies_of(count)} | {one.area for one in _every_room(count)}
    return frozenset(place for area in found for place in places_of(area) if len(place) >= len(count.area))


def places_of(area: str) -> Iterable[str]:
    """The area and every area above it."""
    return (at_depth(area, depth) for depth in range(1, depth_of(area) + 1))
