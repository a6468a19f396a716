"""Webhooks on a page: which there are, opening one with its secret shown once, ending one."""

from fastapi import Response

from api.fields import PathId
from api.foresight import require
from api.pages.fields import fields_of, read_values
from api.pages.folders import organisation_options
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Visit
from api.problems import STATUSES
from api.webhooks import opening_of
from domain.policy import Matter, may
from records.papers.webhooks import WebhookEnd, WebhookPaper, end_webhook
from records.queries.letters import webhooks
from records.queries.people import organisation_names

router = page_router()
OPENING_FIELDS = fields_of(WebhookPaper)
END_FIELDS = fields_of(WebhookEnd)


@router.get("/webhooks")
def webhooks_page(visit: AVisit) -> Response:
    """The webhooks."""
    return _show(visit, NO_ATTEMPT)


def _show(visit: Visit, tried: Attempt, secret: str = "") -> Response:
    require(may(visit.actor, "set_webhooks", Matter()))
    with visit.counter.register.reading() as session:
        rows = webhooks(session)
        names = organisation_names(session, [row.organisation_id for row in rows])
        organisations = organisation_options(session)
    form = show_form(
        "webhooks",
        OPENING_FIELDS,
        tried,
        address="/webhooks",
        title="开通推送接口",
        button="开通推送接口",
        options={"organisation_id": organisations},
        hint="推送内容只有信件标题和链接，并附签名；签名密钥只显示一次。",
        is_primary=True,
    )
    return visit.page(
        "webhooks.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        held=[(row, _ending(row.id, tried) if row.ended_at is None else None) for row in rows],
        names=names,
        form=form,
        secret=secret,
        attempt=tried,
    )


def _ending(webhook_id: str, tried: Attempt) -> ShownForm:
    return show_form(
        f"endings-{webhook_id}",
        END_FIELDS,
        tried,
        address=f"/webhooks/{webhook_id}/endings",
        title="停用",
        button="停用",
        is_grave=True,
    )


@router.post("/webhooks")
async def open_one(posting: APosting) -> Response:
    """Open a webhook; its secret stands on this page and never again."""

    async def do() -> Response:
        require(may(posting.actor, "set_webhooks", Matter()))
        paper = WebhookPaper(**read_values(OPENING_FIELDS, posting.form))
        made = await write_once(posting, "open_webhook", opening_of(paper, posting.counter.vault))
        if not made["secret"]:
            return posting.go(
                "/webhooks", "该推送接口已经开通，密钥已显示过一次；未保存的，请停用后重新开通。"
            )
        return _show(posting, NO_ATTEMPT, made["secret"])

    return await attempt(posting, do, lambda tried: _show(posting, tried))


@router.post("/webhooks/{webhook_id}/endings")
async def end(posting: APosting, webhook_id: PathId) -> Response:
    """End a webhook."""

    async def do() -> Response:
        require(may(posting.actor, "set_webhooks", Matter()))
        paper = WebhookEnd(**read_values(END_FIELDS, posting.form))
        await write_once(posting, "end_webhook", lambda pen: end_webhook(pen, webhook_id, paper))
        return posting.go("/webhooks", "推送接口已停用，不再推送。")

    return await attempt(posting, do, lambda tried: _show(posting, tried))
