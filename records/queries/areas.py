"""Areas by the names that people know them by, read off the bodies that stand there."""

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bodies import BodyKind
from records.tables.people import Organisation

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
    names = {area: _OF_A_BODY.sub("", _OF_A_BODY.sub("", name)) for area, name in found}
    return {area: names.get(area) or area for area in wanted}
