"""Letters of somebody on leave also go to their deputy, as far as the deputy may know of the matter."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.policy import may
from records.leaves import Deputyship, deputyships_on, held_on
from records.matters import matter_of
from records.tables.consultations import Consultation
from records.tables.people import Membership


def copies_for(
    session: Session, person_ids: Iterable[str], consultation_id: str | None, today: date
) -> list[tuple[str, str]]:
    """Deputies who get a copy of a letter to these people, each with the absent person whose letter it is.

    A letter about a consultation is copied to whom the absent one's membership lets read it; any other letter only
    where the absent one holds no other membership, because it does not say to which it was written.
    """
    addressed = list(dict.fromkeys(person_ids))
    copies: dict[str, str] = {}
    for one in deputyships_on(session, today, absent_ids=addressed):
        deputy_id = one.actor.person_id
        if deputy_id not in addressed and _may_know(session, one, consultation_id, today):
            copies.setdefault(deputy_id, one.absent_id)
    return list(copies.items())


def _may_know(session: Session, one: Deputyship, consultation_id: str | None, today: date) -> bool:
    if consultation_id is None:
        held = select(func.count()).where(Membership.person_id == one.absent_id, *held_on(today, Membership))
        return session.scalar(held) == 1
    row = session.get(Consultation, consultation_id)
    return row is not None and may(one.actor, "read_consultation", matter_of(session, row, today))
