"""What somebody may look at of the yearly figures: which area, which books, and the cases by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.figures import Figure
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.books import Books
from records.queries.counting.counties import figures_by_county
from records.queries.permissions import require
from records.queries.scopes import readable, within
from records.tables.consultations import Consultation
from records.tables.people import Organisation
from records.tables.rooms import Room
from regulations.rule_sets import Rule, RuleSet

BATCH = 500
"""So many ids go into one question: databases limit the values of a query."""


@dataclass(frozen=True)
class Board:
    """The figures of one rule set."""

    rule_set: RuleSet
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class NamedCase:
    """A consultation as a list names it."""

    id: str
    number: str
    title: str
    deliberated_on: date | None


def boards_for(
    session: Session,
    books: Books,
    actor: Actor,
    *,
    rule_set_id: str,
    area: str,
    year: int,
    today: date,
    chosen: Callable[[Rule], bool] = lambda _: True,
) -> tuple[Board, ...]:
    """The figures of an area and a year for one rule set, or for all that its rooms follow.

    Raises Refused (NOT_PERMITTED) outside the actor's own area, and Refused (NOT_FOUND) for a rule set nobody has.
    """
    require(may(actor, "read_figures", Matter(area=area)))
    if rule_set_id and rule_set_id not in books.rule_sets:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该规则集。", field="rule_set")
    ids = [rule_set_id] if rule_set_id else _rule_set_ids(session, area)
    found = [books.in_force(session, one, area, today) for one in ids]
    scope = readable(actor, today)
    return tuple(
        Board(one, figures_by_county(session, books, one, area, year, today, scope, chosen)) for one in found
    )


def areas_within(session: Session, scope: str) -> list[str]:
    """The areas with an organisation or a room, in the order of their codes."""
    columns = (Organisation.area, Room.area)
    found = {
        area for column in columns for area in session.scalars(select(column).where(within(column, scope)))
    }
    return sorted(found | {scope})


def cases_named(session: Session, actor: Actor, ids: Iterable[str], today: date) -> Mapping[str, NamedCase]:
    """By id, those of the given consultations that the actor may see, in the order given."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, NamedCase] = {}
    for start in range(0, len(wanted), BATCH):
        found |= _named(session, actor, wanted[start : start + BATCH], today)
    return {one: found[one] for one in wanted if one in found}


def _named(session: Session, actor: Actor, ids: Sequence[str], today: date) -> dict[str, NamedCase]:
    query = select(Consultation.id, Consultation.number, Consultation.title, Consultation.deliberated_on)
    rows = session.execute(query.where(Consultation.id.in_(ids), readable(actor, today)))
    return {row[0]: NamedCase(*row) for row in rows}


def _rule_set_ids(session: Session, area: str) -> list[str]:
    return sorted(session.scalars(select(Room.rule_set_id).where(within(Room.area, area)).distinct()))
