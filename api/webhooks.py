"""Webhooks: where the notices of a unit or an area are posted, for group robots and office systems."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.counter import TheCounter
from api.errands import AnErrand
from api.fields import AsPaper, PathId, Shown
from api.foresight import require
from api.identity import Visitor
from domain.notice_ways import WebhookFormat
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from notifications.webhooks import WebhookAddressError, checked_address
from records.papers.webhooks import WebhookEnd, WebhookPaper, end_webhook, open_webhook
from records.pen import Pen
from records.personal_data import PersonalDataVault
from records.queries.letters import webhooks

router = APIRouter(prefix="/webhooks", tags=["推送接口"])


class WebhookShown(Shown):
    """One webhook, without its address and secret."""

    id: str
    name: str
    organisation_id: str | None
    area: str
    format: WebhookFormat
    host: str
    is_urgent_only: bool
    created_at: datetime
    ended_at: datetime | None


class WebhooksShown(BaseModel):
    """Every webhook, ended ones too."""

    items: list[WebhookShown]


@router.get("", response_model=WebhooksShown)
def list_webhooks(counter: TheCounter, visitor: Visitor) -> WebhooksShown:
    """The webhooks, those in use first."""
    require(may(visitor.actor, "set_webhooks", Matter()))
    with counter.register.reading() as session:
        return WebhooksShown(items=[WebhookShown.model_validate(one) for one in webhooks(session)])


@router.post("", status_code=201)
def create_webhook(errand: AnErrand, paper: Annotated[WebhookPaper, AsPaper()]) -> JSONResponse:
    """Open a webhook. The secret that signs what it posts stands in this answer and never again.

    Each post carries ``X-Shangliang-Timestamp`` and ``X-Shangliang-Signature: sha256=…``, which is HMAC-SHA256 with
    the secret over the timestamp, a full stop and the body; ``X-Shangliang-Delivery`` is the same at every attempt.
    """
    require(may(errand.by, "set_webhooks", Matter()))
    return errand.write(
        "open_webhook", paper, "/api/v1/webhooks", (), opening_of(paper, errand.counter.vault)
    )


@router.post("/{webhook_id}/endings", status_code=201)
def create_webhook_ending(
    webhook_id: PathId, errand: AnErrand, paper: Annotated[WebhookEnd, AsPaper()]
) -> JSONResponse:
    """End a webhook at once."""
    require(may(errand.by, "set_webhooks", Matter()))
    return errand.write(
        "end_webhook", paper, "/api/v1/webhooks", (), lambda pen: end_webhook(pen, webhook_id, paper)
    )


def opening_of(paper: WebhookPaper, vault: PersonalDataVault) -> Callable[[Pen], dict[str, Any]]:
    """What opens the webhook. Raises Refused (INVALID_INPUT) for an address that nothing may be posted to."""
    try:
        host = checked_address(paper.address.strip())
    except WebhookAddressError as error:
        raise refuse(RefusalCode.INVALID_INPUT, f"“推送地址”不可用：{error}", field="address") from None
    return lambda pen: open_webhook(pen, paper, host, vault)
