"""Areas by the names that people know them by, read off the bodies that stand there."""

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bodies import BodyKind
from records.queries.scopes import within
from records.tables.people import Organisation

PLACES_MAX = 2_000
_NAMED_AFTER = (BodyKind.CPPCC_COMMITTEE, BodyKind.WORK_COMMITTEE)
_OF_A_BODY = re.compile(r"^政协|政协$|委员会$|政协工委$|政协工作委员会$")


def area_names(session: Session, areas: Iterable[str]) -> dict[str, str]:
    """枫溪区 for ``suzhou/fengxi``: the 政协 of an area bears its name. An area without one keeps its code."""
    wanted = set(areas)
    found = session.execute(
        select(Organisation.area, Organisation.name)
        .where(Organisation.area.in_(wanted), Organisation.kind.in_(_NAMED_AFTER))
        .order_by(Organisation.kind.desc(), Organisation.name.desc())
    )
    names = {area: _place_in(name) for area, name in found}
    return {area: names.get(area) or area for area in wanted}


def areas_named(session: Session, scope: str) -> dict[str, str]:
    """Every area inside a scope that has a 政协 or 政协工委, by its name, in the order of the codes."""
    found = session.execute(
        select(Organisation.area, Organisation.name)
        .where(Organisation.kind.in_(_NAMED_AFTER), within(Organisation.area, scope))
        .order_by(Organisation.area, Organisation.kind.desc(), Organisation.name.desc())
        .limit(PLACES_MAX)
    )
    return {scope: scope} | {area: _place_in(name) or area for area, name in found}


def _place_in(name: str) -> str:
    return _OF_A_BODY.sub("", _OF_A_BODY.sub("", name))
