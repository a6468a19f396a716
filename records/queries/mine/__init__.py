"""What concerns one convener or member, on one page: a consultation is theirs in one of three ways (``own.Part``)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from domain.bodies import Actor
from records.queries.mine.evaluations import OwnEvaluation, evaluations_owed
from records.queries.mine.own import OwnRoom, rooms_of
from records.queries.mine.research import OwnResearch, own_research
from records.queries.mine.sessions import OwnSession, OwnStatement, own_sessions, own_statements
from records.queries.mine.year import OwnYear, own_year


@dataclass(frozen=True)
class Mine:
    """Everything on one person's page."""

    rooms: tuple[OwnRoom, ...]
    sessions: tuple[OwnSession, ...]
    research: tuple[OwnResearch, ...]
    statements: tuple[OwnStatement, ...]
    evaluations: tuple[OwnEvaluation, ...]
    year: OwnYear


def mine_on(session: Session, actor: Actor, today: date) -> Mine:
    """What concerns the actor on that day, in eight questions."""
    return Mine(
        rooms=rooms_of(session, actor, today),
        sessions=own_sessions(session, actor, today),
        research=own_research(session, actor, today),
        statements=own_statements(session, actor, today),
        evaluations=evaluations_owed(session, actor, today),
        year=own_year(session, actor, today.year),
    )
