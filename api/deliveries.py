"""The delivery log: every attempt, resending with a reason, bounces that the mail gateway reports, addresses."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.counter import TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.errands import AnErrand
from api.fields import AsPaper, PathId, Shown
from api.foresight import require
from api.identity import Visitor
from api.organisations import TextQuery
from domain.notice_ways import DeliveryWay
from domain.notices import NoticeKind
from domain.policy import Matter, may
from records.mail_standings import AddressPaper, correct_address
from records.papers.letters import BouncePaper, ResendPaper, report_bounce, resend_notice
from records.queries.letters import AttemptFilter, attempts, stopped_addresses

router = APIRouter(tags=["投递记录"])

ANYWHERE = Matter()


class AttemptShown(Shown):
    """One attempt to deliver one letter; what the letter says is not shown."""

    id: str
    notice_id: str
    at: datetime
    kind: NoticeKind
    person_name: str
    way: DeliveryWay
    outcome: str
    code: int | None
    detail: str
    message_id: str
    reason: str
    state: str
    webhook_name: str


class StoppedShown(Shown):
    """One person whose address takes no letters."""

    person_id: str
    person_name: str
    stopped_at: datetime
    refused_in_a_row: int
    detail: str


class Stopped(BaseModel):
    """The addresses that are stopped until somebody corrects them."""

    items: list[StoppedShown]


@router.get("/deliveries", response_model=Page[AttemptShown])
def list_deliveries(
    counter: TheCounter,
    visitor: Visitor,
    outcome: Annotated[str, Query(max_length=20, pattern=r"^[a-z_]*$")] = "",
    way: DeliveryWay | None = None,
    q: TextQuery = "",
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[AttemptShown]:
    """Every attempt, the newest first."""
    require(may(visitor.actor, "see_deliveries", ANYWHERE))
    key = key_of(cursor, str)
    wanted = AttemptFilter(outcome=outcome, way=way, text=q.strip())
    with counter.register.reading() as session:
        found = attempts(session, wanted, after=key[0] if key else None, limit=limit)
    items = [AttemptShown.model_validate(vars(one) | {"state": one.state.value}) for one in found]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.id,)))


@router.get("/stopped-addresses", response_model=Stopped)
def list_stopped_addresses(counter: TheCounter, visitor: Visitor) -> Stopped:
    """Whose address is stopped, since when and why."""
    require(may(visitor.actor, "see_deliveries", ANYWHERE))
    with counter.register.reading() as session:
        return Stopped(items=[StoppedShown.model_validate(one) for one in stopped_addresses(session)])


@router.post("/notices/{notice_id}/resends", status_code=201)
def create_resend(
    notice_id: PathId, errand: AnErrand, paper: Annotated[ResendPaper, AsPaper()]
) -> JSONResponse:
    """Send a letter once more, as another message with an id of its own."""
    require(may(errand.by, "mend_deliveries", ANYWHERE))
    location = f"/api/v1/deliveries?notice_id={notice_id}"
    return errand.write(
        "resend_notice", paper, location, (), lambda pen: resend_notice(pen, notice_id, paper)
    )


@router.post("/notices/{notice_id}/bounces", status_code=201)
def create_bounce(
    notice_id: PathId, errand: AnErrand, paper: Annotated[BouncePaper, AsPaper()]
) -> JSONResponse:
    """Report that a letter came back. For the mail gateway, with a bearer token of a system administrator.

    The notice's id is what stands before ``@`` (and before a full stop) in the Message-ID of the letter.
    """
    require(may(errand.by, "mend_deliveries", ANYWHERE))
    return errand.write(
        "report_bounce",
        paper,
        "/api/v1/stopped-addresses",
        (),
        lambda pen: report_bounce(pen, notice_id, paper),
    )


@router.post("/people/{person_id}/address-corrections", status_code=201)
def create_address_correction(
    person_id: PathId, errand: AnErrand, paper: Annotated[AddressPaper, AsPaper()]
) -> JSONResponse:
    """Set or confirm somebody's address; where it was stopped, letters go out again."""
    require(may(errand.by, "mend_deliveries", ANYWHERE))
    location = f"/api/v1/people/{person_id}"
    return errand.write(
        "correct_address", paper, location, (), lambda pen: correct_address(pen, person_id, paper)
    )
