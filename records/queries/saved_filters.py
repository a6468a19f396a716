"""The filters that a person has kept."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables.people import SavedFilter


def saved_filters_of(session: Session, person_id: str) -> Sequence[SavedFilter]:
    """The person's filters by name."""
    return session.scalars(
        select(SavedFilter).where(SavedFilter.person_id == person_id).order_by(SavedFilter.name)
    ).all()
