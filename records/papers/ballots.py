"""群众评价: single-use tokens, anonymous ballots, and sheets counted by hand.

Nothing that is kept ties a ballot to a person, a token, a key or an instant.
"""

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select

from domain.audit_actions import AuditAction
from domain.matters import BallotChoice
from domain.refusals import RefusalCode, refuse
from records.papers.checking import Number, clean, invalid
from records.papers.desk import ShownOnce
from records.papers.finding import open_consultation
from records.pen import Pen
from records.tables.consultations import Consultation
from records.tables.outcomes import Ballot, BallotToken

TOKENS_AT_ONCE_MAX = 500
BALLOTS_PER_ROUND_MAX = 10_000


def issue_ballot_tokens(pen: Pen, consultation_id: str, count: int) -> dict[str, Any]:
    """Make tokens for the current round. They are shown in this answer and never again."""
    consultation = open_consultation(pen, consultation_id)
    number = clean(pen, Number("评价凭证数量", least=1, most=TOKENS_AT_ONCE_MAX), count, "count")
    made = select(func.count()).select_from(BallotToken).filter_by(consultation_id=consultation.id)
    _require_room((pen.session.scalar(made) or 0) + number, "count")
    tokens = [secrets.token_urlsafe(16) for _ in range(number)]
    for token in tokens:
        pen.session.add(
            BallotToken(
                token_digest=_digest(token), consultation_id=consultation.id, round=consultation.round
            )
        )
    pen.session.flush()
    pen.note(
        AuditAction.BALLOT_TOKENS_ISSUED,
        "consultation",
        consultation.id,
        consultation_id=consultation.id,
        new={"round": consultation.round, "count": number},
    )
    return {"count": number, "tokens": ShownOnce(tokens)}


def cast_ballot(pen: Pen, consultation_id: str, token: str, choice: BallotChoice) -> dict[str, Any]:
    """Cast one ballot with a token, which is used up. Write it with ``PaperDesk.anonymously``.

    Raises Refused: NOT_FOUND for an unknown token or another consultation's, STATE_FORBIDS for a used one.
    """
    consultation = open_consultation(pen, consultation_id)
    right = pen.session.get(BallotToken, _digest(token), with_for_update=True)
    if right is None or right.consultation_id != consultation.id or right.round != consultation.round:
        raise refuse(RefusalCode.NOT_FOUND, "评价凭证无效。", field="token")
    if right.is_used:
        raise refuse(RefusalCode.STATE_FORBIDS, "该评价凭证已使用，每个凭证只能评价一次。", field="token")
    right.is_used = True
    pen.note(
        AuditAction.BALLOT_CAST,
        "consultation",
        consultation.id,
        consultation_id=consultation.id,
        new={"round": consultation.round},
    )
    _shuffle_in(pen, consultation, {BallotChoice(choice): 1})
    return {"consultation_id": consultation.id}


def record_ballot_sheet(
    pen: Pen, consultation_id: str, satisfied: int, basically_satisfied: int, dissatisfied: int
) -> dict[str, Any]:
    """Record ballots that were cast on paper and counted by staff."""
    consultation = open_consultation(pen, consultation_id)
    bound = Number("票数", most=BALLOTS_PER_ROUND_MAX)
    counts = {
        BallotChoice.SATISFIED: clean(pen, bound, satisfied, "satisfied"),
        BallotChoice.BASICALLY_SATISFIED: clean(pen, bound, basically_satisfied, "basically_satisfied"),
        BallotChoice.DISSATISFIED: clean(pen, bound, dissatisfied, "dissatisfied"),
    }
    if not sum(counts.values()):
        raise invalid("评价票不能全部为零。", "satisfied")
    _shuffle_in(pen, consultation, counts)
    pen.note(
        AuditAction.BALLOTS_RECORDED,
        "consultation",
        consultation.id,
        consultation_id=consultation.id,
        new={"round": consultation.round} | {choice.value: number for choice, number in counts.items()},
    )
    return {"ballots": sum(counts.values())}


def _shuffle_in(pen: Pen, consultation: Consultation, new: Mapping[BallotChoice, int]) -> None:
    """Add ballots and lay all of the round down afresh.

    Otherwise the place of a row in its file, and the transaction that wrote it, would tell whose ballot came last.
    """
    of_round = (Ballot.consultation_id == consultation.id, Ballot.round == consultation.round)
    cast = list(pen.session.scalars(select(Ballot.choice).where(*of_round)))
    cast += [choice for choice, number in new.items() for _ in range(number)]
    _require_room(len(cast), "satisfied")
    rows = [
        {
            "id": str(uuid.uuid4()),
            "consultation_id": consultation.id,
            "round": consultation.round,
            "choice": choice,
        }
        for choice in cast
    ]
    pen.session.execute(delete(Ballot).where(*of_round).execution_options(synchronize_session=False))
    pen.session.execute(insert(Ballot), sorted(rows, key=lambda row: str(row["id"])))


def _require_room(ballots: int, field: str) -> None:
    if ballots > BALLOTS_PER_ROUND_MAX:
        message = f"每轮评价票（凭证）不得超过 {BALLOTS_PER_ROUND_MAX} 张。"
        raise refuse(RefusalCode.LIMIT_REACHED, message, field=field)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
