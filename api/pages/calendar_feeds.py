"""Calendar subscriptions of the visitor: opening one with its address shown once, revoking one."""

from fastapi import Response

from api.calendar_feeds import feed_address
from api.fields import PathId
from api.pages.accounts import Nothing
from api.pages.fields import fields_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Visit
from api.problems import STATUSES
from records.calendar_feeds import FeedPaper, HeldFeed, feeds_of, issue_feed, revoke_feed

router = page_router()
FEED_FIELDS = fields_of(FeedPaper)


@router.get("/calendar-feeds")
def feeds_page(visit: AVisit) -> Response:
    """My subscriptions."""
    return _show(visit, NO_ATTEMPT)


def _show(visit: Visit, tried: Attempt, address: str = "") -> Response:
    with visit.counter.register.reading() as session:
        held = feeds_of(session, visit.actor.person_id)
    form = show_form(
        "feeds",
        FEED_FIELDS,
        tried,
        address="/calendar-feeds",
        title="开通日历订阅",
        button="开通日历订阅",
        hint=f"订阅“{visit.visitor.organisation_name} · {visit.actor.role.label}”的到期事项和协商活动；地址只显示一次。",
        is_primary=True,
    )
    return visit.page(
        "calendar_feeds.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        held=[(one, _revoking(one, tried)) for one in held],
        form=form,
        address=address,
        attempt=tried,
    )


def _revoking(one: HeldFeed, tried: Attempt) -> ShownForm | None:
    if one.revoked_at is not None:
        return None
    return show_form(
        f"revocations-{one.id}",
        fields_of(Nothing),
        tried,
        address=f"/calendar-feeds/{one.id}/revocations",
        title="撤销",
        button="撤销",
        is_grave=True,
    )


@router.post("/calendar-feeds")
async def issue(posting: APosting) -> Response:
    """Open a subscription; its address stands on this page and never again."""

    async def do() -> Response:
        paper = FeedPaper(**read_values(FEED_FIELDS, posting.form))
        membership_id = posting.visitor.membership_id
        made = await write_once(posting, "issue_feed", lambda pen: issue_feed(pen, membership_id, paper))
        if not made["token"]:
            return posting.go("/calendar-feeds", "该订阅已经开通并显示过一次；未保存的，请撤销后重新开通。")
        return _show(posting, NO_ATTEMPT, feed_address(posting.counter.base_url, made["token"]))

    return await attempt(posting, do, lambda tried: _show(posting, tried))


@router.post("/calendar-feeds/{feed_id}/revocations")
async def revoke(posting: APosting, feed_id: PathId) -> Response:
    """Revoke a subscription of one's own."""

    async def do() -> Response:
        await write_once(posting, "revoke_feed", lambda pen: revoke_feed(pen, feed_id))
        return posting.go("/calendar-feeds", "日历订阅已撤销，立即失效。")

    return await attempt(posting, do, lambda tried: _show(posting, tried))
