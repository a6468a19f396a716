"""What a consultation is linked with: above it, below it, merged into it, and what it could be linked with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.stages import FINAL_STATES, ConsultationState
from records.linked_cases import may_merge_into
from records.queries.scopes import readable, within
from records.tables.consultations import Consultation, Topic

CHOICES_MAX = 200
ROWS_MAX = 1_000


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
        .where(_is_linked(row))
        .order_by(Consultation.number)
    ).all()
    return _linked(row, found)


def _is_linked(row: Consultation) -> ColumnElement[bool]:
    return or_(
        Consultation.id.in_([one for one in (row.parent_id, row.merged_into_id) if one]),
        Consultation.parent_id == row.id,
        Consultation.merged_into_id == row.id,
    )


def _linked(row: Consultation, found: Iterable[Any]) -> LinkedCases:
    shown = {other.id: (other, _shown(other, topic, bool(may))) for other, topic, may in found}
    cases = shown.values()
    return LinkedCases(
        parent=shown[row.parent_id][1] if row.parent_id else None,
        children=tuple(case for other, case in cases if other.parent_id == row.id),
        merged_into=shown[row.merged_into_id][1] if row.merged_into_id else None,
        merged=tuple(case for other, case in cases if other.merged_into_id == row.id),
    )


@dataclass(frozen=True)
class LinkChoices:
    """The open consultations into which one could be merged, and those under which it could be placed."""

    merge_targets: tuple[Consultation, ...]
    parents: tuple[Consultation, ...]


def links_and_choices(
    session: Session, row: Consultation, actor: Actor, on: date
) -> tuple[LinkedCases, LinkChoices]:
    """What a consultation is linked with, and what it could be linked with, of what the actor may read."""
    above = _above(row.area)
    is_choice = and_(
        Consultation.id != row.id,
        Consultation.state.not_in(_OVER),
        or_(within(Consultation.area, row.area), Consultation.area.in_(above)),
        readable(actor, on),
    )
    is_linked = _is_linked(row)
    found = session.execute(
        select(Consultation, Topic, readable(actor, on), is_linked, is_choice)
        .join(Topic, Topic.id == Consultation.topic_id)
        .where(or_(is_linked, is_choice))
        .order_by(is_linked.desc(), Consultation.number)
        .limit(ROWS_MAX)
    ).all()
    choices = [other for other, _, _, _, is_one in found if is_one]
    return _linked(row, [line[:3] for line in found if line[3]]), LinkChoices(
        merge_targets=tuple(one for one in choices if may_merge_into(row, one)),
        parents=tuple(one for one in choices if one.area in above),
    )


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
