"""Suggestions, outcome documents and their way upward."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from api.counter import TheCounter
from api.errands import AnErrand
from api.fields import AsPaper, Body, Day, Id, PathId, Prose, Reason, Yes
from api.identity import Visitor
from api.shown.papers import OutcomeDocumentShown, SubmissionShown, SuggestionShown
from records.papers.outcomes import (
    OutcomeDocumentPaper,
    SubmissionPaper,
    SuggestionPaper,
    accept_suggestion_list,
    explain_suggestion,
    record_outcome_document,
    record_suggestion,
    set_follow_up_plan,
    submit_document,
)
from records.queries import papers as queries
from records.queries.reading import reading_consultation

router = APIRouter(prefix="/consultations/{consultation_id}", tags=["协商成果"])


class ListAcceptanceBody(Body):
    """The suggestions to accept on the list, all of them when left out."""

    suggestion_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=200)] | None = None


class SuggestionExplanationBody(Body):
    """Why an item could not be solved now, told to the public."""

    explanation: Reason
    explained_on: Day | None = None


class FollowUpPlanBody(Body):
    """How a key difficulty is followed up."""

    plan: Prose
    is_key_difficulty: Yes | None = None


@router.post("/suggestions", status_code=201)
def create_suggestion(
    consultation_id: PathId, errand: AnErrand, paper: Annotated[SuggestionPaper, AsPaper()]
) -> JSONResponse:
    """Record the next suggestion of the list."""
    return errand.write_for(
        consultation_id,
        "record_suggestion",
        paper,
        lambda pen: record_suggestion(pen, consultation_id, paper),
        part="suggestions",
    )


@router.get("/suggestions", response_model=list[SuggestionShown])
def list_suggestions(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[SuggestionShown]:
    """The suggestions by item number."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        return [
            SuggestionShown.model_validate(row) for row in queries.suggestions_of(session, consultation_id)
        ]


@router.post("/suggestion-acceptances", status_code=201)
def create_list_acceptance(
    consultation_id: PathId, errand: AnErrand, body: ListAcceptanceBody
) -> JSONResponse:
    """Accept suggestions on the list."""
    return errand.write_for(
        consultation_id,
        "accept_suggestion_list",
        body,
        lambda pen: accept_suggestion_list(pen, consultation_id, body.suggestion_ids),
        part="suggestions",
    )


@router.post("/suggestions/{suggestion_id}/explanations", status_code=201)
def create_suggestion_explanation(
    consultation_id: PathId, suggestion_id: PathId, errand: AnErrand, body: SuggestionExplanationBody
) -> JSONResponse:
    """Explain why an item could not be solved now."""
    explained_on = body.explained_on or errand.counter.today
    return errand.write_for(
        consultation_id,
        "explain_suggestion",
        body,
        lambda pen: explain_suggestion(pen, consultation_id, suggestion_id, body.explanation, explained_on),
        part="suggestions",
    )


@router.post("/suggestions/{suggestion_id}/follow-up-plans", status_code=201)
def create_follow_up_plan(
    consultation_id: PathId, suggestion_id: PathId, errand: AnErrand, body: FollowUpPlanBody
) -> JSONResponse:
    """Set how a key difficulty is followed up."""
    return errand.write_for(
        consultation_id,
        "set_follow_up_plan",
        body,
        lambda pen: set_follow_up_plan(
            pen, consultation_id, suggestion_id, body.plan, is_key_difficulty=body.is_key_difficulty
        ),
        part="suggestions",
    )


@router.post("/outcome-documents", status_code=201)
def create_outcome_document(
    consultation_id: PathId, errand: AnErrand, paper: Annotated[OutcomeDocumentPaper, AsPaper()]
) -> JSONResponse:
    """Record an outcome document."""
    return errand.write_for(
        consultation_id,
        "record_outcome_document",
        paper,
        lambda pen: record_outcome_document(pen, consultation_id, paper),
        part="outcome-documents",
    )


@router.get("/outcome-documents", response_model=list[OutcomeDocumentShown])
def list_outcome_documents(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor
) -> list[OutcomeDocumentShown]:
    """The outcome documents."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        return [
            OutcomeDocumentShown.model_validate(row) for row in queries.documents_of(session, consultation_id)
        ]


@router.post("/submissions", status_code=201)
def create_submission(
    consultation_id: PathId, errand: AnErrand, paper: Annotated[SubmissionPaper, AsPaper()]
) -> JSONResponse:
    """Record that a document was sent; sent again with its receipt, it completes the first."""
    return errand.write_for(
        consultation_id,
        "submit_document",
        paper,
        lambda pen: submit_document(pen, consultation_id, paper),
        part="submissions",
    )


@router.get("/submissions", response_model=list[SubmissionShown])
def list_submissions(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[SubmissionShown]:
    """To whom documents were sent."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        return [
            SubmissionShown.model_validate(row) for row in queries.submissions_of(session, consultation_id)
        ]
