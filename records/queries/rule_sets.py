"""Which rule sets are lived under where."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.policy import is_within
from records.tables.rooms import Room


def rule_set_ids_around(session: Session, area: str) -> list[str]:
    """The rule sets of the rooms in this area and in the areas around it, in the order of their names."""
    rooms = session.execute(select(Room.area, Room.rule_set_id).distinct())
    return sorted(
        {one.rule_set_id for one in rooms if is_within(one.area, area) or is_within(area, one.area)}
    )
