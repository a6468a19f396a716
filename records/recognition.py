"""Members of the 政协 recognised by their names, so that nobody types an account beside a name (NT-18, SZ-39)."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from records.cppcc_members import members_for

_BETWEEN_NAMES = re.compile(r"[、，,；;/\s]+")
_COUNTY_DEPTH = 2


def names_in(text: str) -> list[str]:
    """The names of a list as people write it: 许慕青、顾一帆，冯桂珍."""
    return [name for name in _BETWEEN_NAMES.split(text) if name]


def members_named(session: Session, names: Iterable[str], area: str, on: date) -> dict[str, str]:
    """Accounts by name of those who are members in this county on that day.

    A name that two of them bear recognises neither: a wrong score is worse than none.
    """
    wanted = set(names)
    if not wanted:
        return {}
    county = "/".join(area.split("/")[:_COUNTY_DEPTH])
    found = [one for one in members_for(session, county, on) if one.name in wanted]
    bearers = Counter(one.name for one in found)
    return {one.name: one.id for one in found if bearers[one.name] == 1}
