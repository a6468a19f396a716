"""Drafts of a county's own version: written by one person, published or withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from api.counter import TheCounter
from api.errands import AnErrand
from api.fields import INTEGER_MAX, AsPaper, Body, Day, Id, Line, PathId, Shown
from api.identity import Visitor
from api.organisations import permitted
from api.rule_sets import rule_set_of
from records.papers.rule_set_drafts import (
    RuleSetDraftPaper,
    WithdrawalPaper,
    amend_draft,
    draft_version,
    publish_draft,
    withdraw_draft,
)
from records.queries.rule_set_versions import draft_for, drafts_for

router = APIRouter(prefix="/rule-set-drafts", tags=["规则集版本"])

Number = Annotated[int, Field(strict=True, ge=0, le=INTEGER_MAX)]
Rung = dict[Line, Line | Annotated[int, Field(strict=True)] | list[Line]]
"""One rung as a rule-set file writes it."""


class RuleSetDraftBody(Body):
    """A county's own numbers, shares, weights and words, and whole ladders by kind of obligation."""

    rule_set_id: Id
    area: Line
    version: Line
    effective_on: Day
    basis: Line = ""
    parameters: Annotated[dict[Line, Number | dict[Line, Number] | list[Line]], Field(max_length=100)] = (
        Field(default_factory=dict)
    )
    ladders: Annotated[dict[Line, Annotated[list[Rung], Field(max_length=50)]], Field(max_length=20)] = Field(
        default_factory=dict
    )


class RuleSetDraftAmendment(RuleSetDraftBody):
    """The draft as it should be, and the version of it that was read."""

    row_version: int


class RuleSetDraftShown(Shown):
    """One draft. It is published once ``published_version_id`` is given, given up once ``withdrawn_at`` is."""

    id: str
    rule_set_id: str
    area: str
    version: str
    effective_on: date
    basis: str
    parameters: dict[str, Any]
    ladders: dict[str, Any]
    drafted_by: str
    drafted_at: datetime
    amended_at: datetime | None
    is_open: bool
    published_version_id: str | None
    withdrawn_at: datetime | None
    withdrawal_reason: str
    row_version: int


@router.get("", response_model=list[RuleSetDraftShown])
def list_drafts(counter: TheCounter, visitor: Visitor, rule_set_id: Id) -> list[RuleSetDraftShown]:
    """The drafts of a rule set in the visitor's areas, the newest first."""
    rule_set_of(counter, rule_set_id)
    with counter.register.reading() as session:
        rows = drafts_for(session, visitor.actor, rule_set_id)
        return [RuleSetDraftShown.model_validate(row) for row in rows]


@router.get("/{draft_id}", response_model=RuleSetDraftShown)
def read_draft(draft_id: PathId, counter: TheCounter, visitor: Visitor) -> RuleSetDraftShown:
    """One draft."""
    with counter.register.reading() as session:
        return RuleSetDraftShown.model_validate(draft_for(session, visitor.actor, draft_id))


@router.post("", status_code=201)
def create_draft(errand: AnErrand, body: RuleSetDraftBody) -> JSONResponse:
    """Keep a draft; it binds nobody until another person publishes it."""
    paper = RuleSetDraftPaper(**body.model_dump())
    rule_set = rule_set_of(errand.counter, paper.rule_set_id)
    checks = [permitted(errand, "set_parameters", paper.area)]
    location = "/api/v1/rule-set-drafts/{draft_id}"
    return errand.write(
        "draft_version", body, location, checks, lambda pen: draft_version(pen, rule_set, paper)
    )


@router.post("/{draft_id}/amendments", status_code=201)
def create_draft_amendment(draft_id: PathId, errand: AnErrand, body: RuleSetDraftAmendment) -> JSONResponse:
    """Change a draft of one's own."""
    said = body.model_dump()
    row_version = said.pop("row_version")
    paper = RuleSetDraftPaper(**said)
    place = _place_of(errand, draft_id)
    rule_set = rule_set_of(errand.counter, place.rule_set_id)
    return errand.write(
        "amend_draft",
        body,
        f"/api/v1/rule-set-drafts/{draft_id}",
        [permitted(errand, "set_parameters", place.area)],
        lambda pen: amend_draft(pen, rule_set, draft_id, row_version, paper),
    )


@router.post("/{draft_id}/publications", status_code=201)
def create_draft_publication(draft_id: PathId, errand: AnErrand) -> JSONResponse:
    """Publish a draft that another person has written."""
    place = _place_of(errand, draft_id)
    rule_set = rule_set_of(errand.counter, place.rule_set_id)
    return errand.write(
        "publish_draft",
        {},
        "/api/v1/rule-set-versions/{rule_set_version_id}",
        [permitted(errand, "set_parameters", place.area)],
        lambda pen: publish_draft(pen, rule_set, draft_id),
    )


@router.post("/{draft_id}/withdrawals", status_code=201)
def create_draft_withdrawal(
    draft_id: PathId, errand: AnErrand, paper: Annotated[WithdrawalPaper, AsPaper()]
) -> JSONResponse:
    """Give up a draft, with the reason."""
    place = _place_of(errand, draft_id)
    return errand.write(
        "withdraw_draft",
        paper,
        f"/api/v1/rule-set-drafts/{draft_id}",
        [permitted(errand, "set_parameters", place.area)],
        lambda pen: withdraw_draft(pen, draft_id, paper),
    )


@dataclass(frozen=True)
class _Place:
    rule_set_id: str
    area: str


def _place_of(errand: AnErrand, draft_id: str) -> _Place:
    """What a draft is of. Raises Refused (NOT_FOUND) where the visitor may not know of it."""
    with errand.counter.register.reading() as session:
        row = draft_for(session, errand.by, draft_id)
        return _Place(row.rule_set_id, row.area)
