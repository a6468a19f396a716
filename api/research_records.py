"""商前调研: records, and the convener's acceptance."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.errands import AnErrand
from api.fields import AsPaper, Body, Day, PathId
from api.identity import Visitor
from api.shown.papers import ResearchShown
from records.papers.research import ResearchPaper, accept_research, record_research
from records.papers.research_returns import ResearchReturn, return_research
from records.queries import papers as queries
from records.queries.reading import reading_consultation

router = APIRouter(prefix="/consultations/{consultation_id}/research-records", tags=["商前调研"])


class AcceptanceBody(Body):
    """The day of acceptance, today when left out."""

    accepted_on: Day | None = None


@router.post("", status_code=201)
def create_research_record(
    consultation_id: PathId, errand: AnErrand, paper: Annotated[ResearchPaper, AsPaper()]
) -> JSONResponse:
    """Record an activity of research."""
    return errand.write_for(
        consultation_id,
        "record_research",
        paper,
        lambda pen: record_research(pen, consultation_id, paper),
        part="research-records",
    )


@router.get("", response_model=list[ResearchShown])
def list_research_records(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor
) -> list[ResearchShown]:
    """The research records."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        return [ResearchShown.model_validate(row) for row in queries.research_of(session, consultation_id)]


@router.post("/{record_id}/acceptances", status_code=201)
def create_acceptance(
    consultation_id: PathId, record_id: PathId, errand: AnErrand, body: AcceptanceBody
) -> JSONResponse:
    """Accept a research record, as a convener of the room."""
    accepted_on = body.accepted_on or errand.counter.today
    return errand.write_for(
        consultation_id,
        "accept_research",
        body,
        lambda pen: accept_research(pen, consultation_id, record_id, accepted_on),
        permit="accept_research",
        part="research-records",
    )


@router.post("/{record_id}/returns", status_code=201)
def create_return(
    consultation_id: PathId,
    record_id: PathId,
    errand: AnErrand,
    paper: Annotated[ResearchReturn, AsPaper("link")],
) -> JSONResponse:
    """退回补充调研, as a convener of the room."""
    link = f"{errand.counter.base_url}/consultations/{consultation_id}/research"
    sent_back = ResearchReturn(**{**vars(paper), "link": link})
    return errand.write_for(
        consultation_id,
        "return_research",
        paper,
        lambda pen: return_research(pen, consultation_id, record_id, sent_back, errand.counter.books),
        permit="accept_research",
        part="research-records",
    )
