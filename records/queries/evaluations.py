"""Ballots and scores of one round."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.matters import BallotChoice
from records.tables.outcomes import Ballot


def ballots_of(session: Session, consultation_id: str, round: int) -> dict[BallotChoice, int]:
    """How many ballots of each choice were cast in a round."""
    found = session.execute(
        select(Ballot.choice, func.count())
        .where(Ballot.consultation_id == consultation_id, Ballot.round == round)
        .group_by(Ballot.choice)
    )
    counted = {row[0]: row[1] for row in found}
    return {choice: counted.get(choice, 0) for choice in BallotChoice}
