"""The working calendar of a place: the shipped years, the nation's imported ones, and what is added nearer by.

The nation's newest table of a year takes the place of the shipped one. An area (art. 4 of 全国年节及纪念日放假办法: days
of local minorities) or one unit adds days to the nation's year, the nearer one having the last word. A year stays
unpublished as long as the nation's table is missing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.calendar import WorkCalendar, YearTable
from domain.policy import is_within

NATION = ""
UNIT_MARK = "unit:"

_VERSION = re.compile(r"(?P<base>[^+]+)(?:\+(?P<number>\d+)(?:@(?P<area>[^#]+))?(?:#(?P<unit>.+))?)?")
_BASE = re.compile(r"cn-(?P<year>\d{4})\.\d+")


@dataclass(frozen=True)
class Layer:
    """One published table. ``scope`` is the nation (empty), an area, or ``unit:`` and the unit's id."""

    number: int
    scope: str
    table: YearTable


def layered(base: WorkCalendar, layers: Iterable[Layer], area: str, unit_id: str = "") -> WorkCalendar:
    """The calendar of an area, and of one unit in it, with everything published so far.

    Its version names all that it was made of: the base, the newest publication that matters here, and the area and
    unit of the nearest tables of their own.
    """
    newest: dict[tuple[str, int], Layer] = {}
    for layer in sorted(layers, key=lambda one: one.number):
        if _matters(layer.scope, area, unit_id):
            newest[layer.scope, layer.table.year] = layer
    if not newest:
        return base
    years = dict(base.years)
    # From far to near: a scope within another one is longer, and a unit comes last.
    for layer in sorted(newest.values(), key=lambda one: (one.scope.startswith(UNIT_MARK), len(one.scope))):
        year = layer.table.year
        if layer.scope == NATION:
            years[year] = layer.table
        elif year in years:
            years[year] = _merged(years[year], layer.table)
    return replace(base, version=_version(base, list(newest.values())), years=years)


def edition(base: WorkCalendar, layers: Sequence[Layer], version: str) -> WorkCalendar:
    """The calendar as it was when it had this version. Raises LookupError for a name that was never given."""
    match = _VERSION.fullmatch(version)
    number = int(match["number"] or 0) if match else 0
    if match is None or number > max((layer.number for layer in layers), default=0):
        raise LookupError(f"work calendar {version!r} is unknown")
    until = [layer for layer in layers if layer.number <= number]
    found = layered(_base(base, match["base"]), until, match["area"] or "", match["unit"] or "")
    if found.version != version:
        raise LookupError(f"work calendar {version!r} is unknown")
    return found


def _matters(scope: str, area: str, unit_id: str) -> bool:
    if scope.startswith(UNIT_MARK):
        return bool(unit_id) and scope == UNIT_MARK + unit_id
    return scope == NATION or is_within(area, scope)


def _merged(year: YearTable, nearer: YearTable) -> YearTable:
    days_off = {day: name for day, name in year.days_off.items() if day not in nearer.workdays}
    workdays = {day: name for day, name in year.workdays.items() if day not in nearer.days_off}
    return replace(
        year,
        days_off=days_off | dict(nearer.days_off),
        workdays=workdays | dict(nearer.workdays),
        source=f"{year.source}、{nearer.source}",
    )


def _version(base: WorkCalendar, layers: Sequence[Layer]) -> str:
    areas = [one.scope for one in layers if one.scope != NATION and not one.scope.startswith(UNIT_MARK)]
    units = [one.scope.removeprefix(UNIT_MARK) for one in layers if one.scope.startswith(UNIT_MARK)]
    area = f"@{max(areas, key=len)}" if areas else ""
    unit = f"#{units[0]}" if units else ""
    return f"{base.version}+{max(one.number for one in layers)}{area}{unit}"


def _base(base: WorkCalendar, version: str) -> WorkCalendar:
    """The shipped years of that version: a later release ships more of them."""
    if version == base.version:
        return base
    match = _BASE.fullmatch(version)
    years = {year: table for year, table in base.years.items() if match and year <= int(match["year"])}
    if not match or int(match["year"]) not in years:
        raise LookupError(f"work calendar {version!r} is unknown")
    return replace(base, version=version, years=years)
