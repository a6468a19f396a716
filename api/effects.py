"""What a consultation led to: conversions, papers in other systems, decisions, publications."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.errands import AnErrand
from api.fields import AsPaper, PathId
from api.identity import Visitor
from api.shown.effects import DecisionShown, OutcomeLinkShown, PublicationShown
from records.papers.decisions import DecisionPaper, record_decision
from records.papers.effects import (
    ConversionPaper,
    OutcomeLinkPaper,
    convert_suggestion,
    record_outcome_link,
)
from records.papers.publications import PublicationPaper, publish
from records.queries import effects as queries
from records.queries.reading import reading_consultation

router = APIRouter(prefix="/consultations/{consultation_id}", tags=["成果转化"])


@router.post("/suggestions/{suggestion_id}/conversions", status_code=201)
def create_conversion(
    consultation_id: PathId,
    suggestion_id: PathId,
    errand: AnErrand,
    paper: Annotated[ConversionPaper, AsPaper()],
) -> JSONResponse:
    """Record what a suggestion whose answer is verified was turned into."""
    return errand.write_for(
        consultation_id,
        "convert_suggestion",
        paper,
        lambda pen: convert_suggestion(pen, consultation_id, suggestion_id, paper),
        part="suggestions",
    )


@router.post("/outcome-links", status_code=201)
def create_outcome_link(
    consultation_id: PathId, errand: AnErrand, paper: Annotated[OutcomeLinkPaper, AsPaper()]
) -> JSONResponse:
    """Record a 提案, 社情民意信息 or 12345 工单 that came out of the consultation."""
    return errand.write_for(
        consultation_id,
        "record_outcome_link",
        paper,
        lambda pen: record_outcome_link(pen, consultation_id, paper),
        part="outcome-links",
    )


@router.get("/outcome-links", response_model=list[OutcomeLinkShown])
def list_outcome_links(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor
) -> list[OutcomeLinkShown]:
    """The papers in other systems."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as found:
        rows = queries.outcome_links_of(found[0], consultation_id)
        return [OutcomeLinkShown.model_validate(row) for row in rows]


@router.post("/decisions", status_code=201)
def create_decision(
    consultation_id: PathId, errand: AnErrand, paper: Annotated[DecisionPaper, AsPaper()]
) -> JSONResponse:
    """Record a decision on the matter; where it must be consulted on first, none before 报送成果 is completed."""
    books = errand.counter.books
    return errand.write_for(
        consultation_id,
        "record_decision",
        paper,
        lambda pen: record_decision(pen, consultation_id, paper, books),
        permit="record_decision",
        part="decisions",
    )


@router.get("/decisions", response_model=list[DecisionShown])
def list_decisions(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[DecisionShown]:
    """The decisions taken on the matter."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as found:
        rows = queries.decisions_of(found[0], consultation_id)
        return [DecisionShown.model_validate(row) for row in rows]


@router.post("/publications", status_code=201)
def create_publication(
    consultation_id: PathId, errand: AnErrand, paper: Annotated[PublicationPaper, AsPaper()]
) -> JSONResponse:
    """Record what was made public, and where; words that the rule set does not use are refused."""
    books = errand.counter.books
    return errand.write_for(
        consultation_id,
        "publish",
        paper,
        lambda pen: publish(pen, consultation_id, paper, books),
        permit="publish",
        part="publications",
    )


@router.get("/publications", response_model=list[PublicationShown])
def list_publications(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor
) -> list[PublicationShown]:
    """Where the consultation was made public."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as found:
        rows = queries.publications_of(found[0], consultation_id)
        return [PublicationShown.model_validate(row) for row in rows]
