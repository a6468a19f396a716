"""The 政协 of an area: whom a number asked of every 政协 is asked of."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from domain.bodies import BodyKind
from domain.policy import is_within
from records.queries.counting.count import Count
from records.queries.scopes import within
from records.tables.people import Organisation


@dataclass(frozen=True)
class Committee:
    """One 政协委员会 in the area."""

    id: str
    name: str
    area: str


def committees_of(count: Count) -> tuple[Committee, ...]:
    """Every 政协 whose area lies in the area counted, the wider area first."""
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
