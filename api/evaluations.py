"""Stage eight: the four evaluations, the ballots of the public, and 回头看."""

from fractions import Fraction
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.counter import TheCounter
from api.errands import ActBody, AnErrand
from api.fields import Body, Count, Id, PathId, Prose, Reason, Secret
from api.identity import Key, Visitor
from api.shown.tasks import EvaluationShown, FollowUpReviewShown
from domain.acts import RecordEvaluation, RecordFollowUpOutcome
from domain.evaluation import composite, public_score, shown
from domain.matters import BallotChoice, EvaluationParty, FollowUpOutcome
from records.papers.ballots import TOKENS_AT_ONCE_MAX, cast_ballot, issue_ballot_tokens, record_ballot_sheet
from records.queries import papers as queries
from records.queries.evaluations import ballots_of
from records.queries.reading import reading_consultation

router = APIRouter(prefix="/consultations/{consultation_id}", tags=["评估质效"])


class EvaluationBody(ActBody):
    """One party's score from 0 to 100."""

    party: EvaluationParty
    score: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    comment: Prose = ""


class TokensBody(Body):
    """How many single-use tokens."""

    count: Annotated[int, Field(strict=True, ge=1, le=TOKENS_AT_ONCE_MAX)]


class BallotBody(Body):
    """One anonymous vote."""

    token: Secret
    choice: BallotChoice


class BallotSheetBody(Body):
    """Votes cast on paper and counted by staff."""

    satisfied: Count = 0
    basically_satisfied: Count = 0
    dissatisfied: Count = 0


class FollowUpOutcomeBody(ActBody):
    """What a 回头看 found, and which members went along; 反弹 may name the tasks to take up again."""

    outcome: FollowUpOutcome
    findings: Reason
    task_ids: Annotated[tuple[Id, ...], Field(max_length=200)] = ()
    attended_by_ids: Annotated[tuple[Id, ...], Field(max_length=200)] = ()


class EvaluationsRead(BaseModel):
    """The scores of every round, the ballots of the present one, and what they come to (for reading, rounded)."""

    round: int
    evaluations: list[EvaluationShown]
    satisfied: int
    basically_satisfied: int
    dissatisfied: int
    public_score: str | None
    composite_score: str | None


@router.post("/evaluations", status_code=201)
async def create_evaluation(consultation_id: PathId, errand: AnErrand, body: EvaluationBody) -> JSONResponse:
    """Record one party's score. That of the public follows from its ballots."""
    return await errand.send(consultation_id, errand.act(RecordEvaluation, body))


@router.get("/evaluations", response_model=EvaluationsRead)
def read_evaluations(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> EvaluationsRead:
    """The scores of every round and the ballots of the present one."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        row,
    ):
        rows = queries.evaluations_of(session, consultation_id)
        ballots = ballots_of(session, consultation_id, row.round)
        shares = counter.books.pinned(session, row).evaluation_weights()
    counts = tuple(ballots[choice] for choice in BallotChoice)
    public = public_score(*counts) if sum(counts) else None
    scores: dict[EvaluationParty, Fraction | float] = {
        one.party: one.score for one in rows if one.round == row.round
    }
    if public is not None:
        scores[EvaluationParty.PUBLIC_RATING] = public
    return EvaluationsRead(
        round=row.round,
        evaluations=[EvaluationShown.model_validate(one) for one in rows],
        satisfied=ballots[BallotChoice.SATISFIED],
        basically_satisfied=ballots[BallotChoice.BASICALLY_SATISFIED],
        dissatisfied=ballots[BallotChoice.DISSATISFIED],
        public_score=None if public is None else shown(public),
        composite_score=shown(composite(scores, shares)) if set(shares) <= set(scores) else None,
    )


@router.post("/ballot-tokens", status_code=201)
def create_ballot_tokens(consultation_id: PathId, errand: AnErrand, body: TokensBody) -> JSONResponse:
    """Make single-use tokens for the public. They stand in this answer and never again."""
    return errand.write_for(
        consultation_id,
        "issue_ballot_tokens",
        body,
        lambda pen: issue_ballot_tokens(pen, consultation_id, body.count),
        part="evaluations",
    )


@router.post("/ballots", status_code=201)
def create_ballot(consultation_id: PathId, counter: TheCounter, _key: Key, body: BallotBody) -> JSONResponse:
    """Cast one ballot with a token, without an account. Nothing that is kept links it to anybody."""
    answer = counter.desk.anonymously(
        counter.now(), lambda pen: cast_ballot(pen, consultation_id, body.token, body.choice)
    )
    return JSONResponse(dict(answer), status_code=201)


@router.post("/ballot-sheets", status_code=201)
def create_ballot_sheet(consultation_id: PathId, errand: AnErrand, body: BallotSheetBody) -> JSONResponse:
    """Record ballots that were cast on paper."""
    return errand.write_for(
        consultation_id,
        "record_ballot_sheet",
        body,
        lambda pen: record_ballot_sheet(
            pen, consultation_id, body.satisfied, body.basically_satisfied, body.dissatisfied
        ),
        part="evaluations",
    )


@router.get("/follow-up-reviews", response_model=list[FollowUpReviewShown])
def list_follow_up_reviews(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor
) -> list[FollowUpReviewShown]:
    """The 回头看, scheduled and held."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        rows = queries.follow_up_reviews_of(session, consultation_id)
        return [FollowUpReviewShown.model_validate(row) for row in rows]


@router.post("/follow-up-reviews/{review_id}/outcomes", status_code=201)
async def create_follow_up_outcome(
    consultation_id: PathId, review_id: PathId, errand: AnErrand, body: FollowUpOutcomeBody
) -> JSONResponse:
    """Record what a 回头看 found."""
    act = errand.act(RecordFollowUpOutcome, body, review_id=review_id)
    return await errand.send(consultation_id, act)
