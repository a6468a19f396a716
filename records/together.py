"""Rows of unlike tables that are wanted at the same moment, fetched by one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, and_, literal_column, select, union_all
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Wanted:
    """The rows of one table that meet a condition, in an order; ``beside`` joins one row of another to each."""

    table: Any
    where: Any
    order: tuple[Any, ...] = ()
    beside: tuple[Any, Any] | None = None


def fetch_together(session: Session, wanted: Sequence[Wanted]) -> list[list[Any]]:
    """The rows of each question, in pairs where something stands beside them. No table may be named twice.

    Each question is joined to its own number only, so the answer is as long as all of them after one another, and
    a page that needs ten short lists waits for the database once.
    """
    questions = union_all(
        *(select(literal_column(str(number), Integer).label("number")) for number in range(len(wanted)))
    ).subquery("questions")
    asked: list[Any] = [questions.c.number]
    joined: Any = questions
    for number, one in enumerate(wanted):
        asked.append(one.table)
        joined = joined.outerjoin(one.table, and_(questions.c.number == number, one.where))
        if one.beside is not None:
            table, is_beside = one.beside
            asked.append(table)
            joined = joined.outerjoin(table, and_(questions.c.number == number, is_beside))
    orders = [order for one in wanted for order in one.order]
    found: list[list[Any]] = [[] for _ in wanted]
    for number, *rows in session.execute(
        select(*asked).select_from(joined).order_by(questions.c.number, *orders)
    ):
        place = number + sum(one.beside is not None for one in wanted[:number])
        if rows[place] is not None:
            found[number].append(
                rows[place] if wanted[number].beside is None else (rows[place], rows[place + 1])
            )
    return found
