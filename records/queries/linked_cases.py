"""What a consultation is linked with: above it, below it, merged into it, and what it could be linked with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.stages import FINAL_STATES, ConsultationState
from records.linked_cases import may_merge_into
from records.queries.scopes import readable, within
from records.tables.consultations import Consultation, Topic

CHOICES_MAX = 200


@dataclass(frozen=True)
class LinkedCase:
    """Another consultation by number and title. ``is_readable`` says whether the reader may open it."""

    id: str
    number: str
    title: str
    state: ConsultationState
    is_readable: bool
    topic_title: str
    topic_description: str
    proposer: str


@dataclass(frozen=True)
class LinkedCases:
    """Everything that one consultation is linked with."""

    parent: LinkedCase | None
    children: tuple[LinkedCase, ...]
    merged_into: LinkedCase | None
    merged: tuple[LinkedCase, ...]


def linked_cases(session: Session, row: Consultation, actor: Actor, on: date) -> LinkedCases:
    """The links of a consultation that the actor may read; a link names its other end to every reader."""
    found = session.execute(
        select(Consultation, Topic, readable(actor, on))
        .join(Topic, Topic.id == Consultation.topic_id)
        .where(
            or_(
                Consultation.id.in_([one for one in (row.parent_id, row.merged_into_id) if one]),
                Consultation.parent_id == row.id,
                Consultation.merged_into_id == row.id,
            )
        )
        .order_by(Consultation.number)
    ).all()
    shown = {other.id: (other, _shown(other, topic, bool(may))) for other, topic, may in found}
    cases = shown.values()
    return LinkedCases(
        parent=shown[row.parent_id][1] if row.parent_id else None,
        children=tuple(case for other, case in cases if other.parent_id == row.id),
        merged_into=shown[row.merged_into_id][1] if row.merged_into_id else None,
        merged=tuple(case for other, case in cases if other.merged_into_id == row.id),
    )


def merge_targets(session: Session, row: Consultation, actor: Actor, on: date) -> Sequence[Consultation]:
    """The open consultations into which this one could be merged, of those that the actor may read."""
    found = session.scalars(
        select(Consultation)
        .where(Consultation.id != row.id, Consultation.state.not_in(_OVER), readable(actor, on))
        .where(or_(within(Consultation.area, row.area), Consultation.area.in_(_above(row.area))))
        .order_by(Consultation.number)
        .limit(CHOICES_MAX)
    )
    return [one for one in found if may_merge_into(row, one)]


def possible_parents(
    session: Session, area: str, actor: Actor, on: date, *, with_own: bool = False
) -> Sequence[Consultation]:
    """The open consultations of larger areas under which one of this area could be placed.

    ``with_own`` adds those of the area itself, for a consultation that may be opened in a room below it.
    """
    areas = [*_above(area), area] if with_own else _above(area)
    return session.scalars(
        select(Consultation)
        .where(Consultation.area.in_(areas), Consultation.state.not_in(_OVER), readable(actor, on))
        .order_by(Consultation.number)
        .limit(CHOICES_MAX)
    ).all()


_OVER = (*FINAL_STATES, ConsultationState.COMPLETED)


def _above(area: str) -> list[str]:
    parts = area.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _shown(other: Consultation, topic: Topic, is_readable: bool) -> LinkedCase:
    return LinkedCase(
        id=other.id,
        number=other.number,
        title=other.title,
        state=other.state,
        is_readable=is_readable,
        topic_title=topic.title,
        topic_description=topic.description,
        proposer=topic.proposer,
    )
