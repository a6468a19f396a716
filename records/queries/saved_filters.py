"""The filters that a person has kept, and the rooms that a filter can name."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.queries.scopes import within
from records.tables.people import SavedFilter
from records.tables.rooms import Room
from records.together import Wanted, fetch_together


def filters_and_rooms(
    session: Session, person_id: str, area: str, rooms_max: int
) -> tuple[Sequence[SavedFilter], Sequence[Room]]:
    """The person's filters and the rooms of an area, each by name, in one question."""
    # The empty area is nobody's: whoever acts for no place may choose among all rooms.
    rooms = select(Room.id).where(within(Room.area, area)) if area else select(Room.id)
    kept, found = fetch_together(
        session,
        [
            Wanted(SavedFilter, SavedFilter.person_id == person_id, (SavedFilter.name,)),
            Wanted(Room, Room.id.in_(rooms.order_by(Room.id).limit(rooms_max)), (Room.name, Room.id)),
        ],
    )
    return kept, found
