"""Webhooks: opened by an administrator for a unit or an area, their secret shown once; ended with a reason."""

import secrets
from dataclasses import dataclass, field
from typing import Annotated, Any

from domain.audit_actions import AuditAction
from domain.notice_ways import WebhookFormat
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.base import new_id
from records.papers.checking import Known, Line, checked, invalid
from records.papers.desk import ShownOnce
from records.papers.organisations import require_area
from records.pen import Pen
from records.personal_data import PersonalDataVault
from records.tables.notice_ways import Webhook
from records.tables.people import Organisation

SECRET_BYTES = 32
_STREAM = administration_stream("notices")


@dataclass(frozen=True, kw_only=True)
class WebhookPaper:
    """Where notices of a unit, or of an area with all below it, are posted, and in which form."""

    name: Annotated[str, Line("用途", characters_max=100)]
    address: Annotated[str, Line("推送地址", characters_max=1_000)] = field(repr=False)
    format: WebhookFormat = WebhookFormat.PLAIN
    organisation_id: Annotated[str | None, Known("单位", Organisation)] = None
    area: Annotated[str, Line("区域", is_required=False)] = ""
    is_urgent_only: bool = False


@dataclass(frozen=True, kw_only=True)
class WebhookEnd:
    """Why a webhook is ended."""

    reason: Annotated[str, Line("停用原因")]


def open_webhook(pen: Pen, paper: WebhookPaper, host: str, vault: PersonalDataVault) -> dict[str, Any]:
    """Open a webhook. Its secret stands in this answer and never again.

    ``host`` is that of the address, which the caller has checked. Address and secret stay out of the audit entry.
    Raises Refused (INVALID_INPUT) unless exactly one of unit and area is named.
    """
    values = checked(pen, paper)
    if bool(values["organisation_id"]) == bool(values["area"]):
        raise invalid("请在“单位”和“区域”中选填一项。", "organisation_id")
    if values["area"]:
        require_area(values["area"])
    webhook_id, secret = new_id(), secrets.token_urlsafe(SECRET_BYTES)
    pen.session.add(
        Webhook(
            id=webhook_id,
            name=values["name"],
            organisation_id=values["organisation_id"],
            area=values["area"],
            format=paper.format,
            host=host,
            sealed_address=vault.seal(values["address"], webhook_id),
            sealed_secret=vault.seal(secret, webhook_id),
            is_urgent_only=paper.is_urgent_only,
            created_at=pen.at,
        )
    )
    pen.session.flush()
    pen.note(
        AuditAction.WEBHOOK_OPENED,
        "webhook",
        webhook_id,
        stream=_STREAM,
        new={
            "name": values["name"],
            "organisation_id": values["organisation_id"],
            "area": values["area"],
            "format": paper.format.value,
        },
    )
    return {"webhook_id": webhook_id, "secret": ShownOnce(secret)}


def end_webhook(pen: Pen, webhook_id: str, paper: WebhookEnd) -> dict[str, Any]:
    """End a webhook: what waits for it goes out no more. Raises Refused (NOT_FOUND, STATE_FORBIDS)."""
    reason = checked(pen, paper)["reason"]
    row = pen.session.get(Webhook, webhook_id, with_for_update=True) if webhook_id.isprintable() else None
    if row is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该推送接口。")
    if row.ended_at is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该推送接口已经停用。")
    row.ended_at = pen.at
    pen.note(
        AuditAction.WEBHOOK_ENDED, "webhook", row.id, stream=_STREAM, new={"name": row.name}, note=reason
    )
    return {"webhook_id": row.id}
