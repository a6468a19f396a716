"""Preview of every template with sample data: subject, text, and the HTML in a frame that may do nothing."""

from fastapi import Response
from fastapi.responses import HTMLResponse

from api.fields import PathId
from api.foresight import require
from api.middleware import CONTENT_SECURITY_POLICY
from api.pages.routing import page_router
from api.pages.visits import AVisit
from domain.notices import NoticeKind
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from notifications.letters import Letter
from notifications.rendering import render
from notifications.sample_notices import PLATFORM, RECIPIENT, sample_of

router = page_router()
FRAMING_POLICY = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
FRAMED_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@router.get("/notice-templates")
def templates_page(visit: AVisit) -> Response:
    """Every kind of letter with its sample subject."""
    require(may(visit.actor, "see_deliveries", Matter()))
    kinds = [(kind, _sample(kind, visit.counter.base_url).subject) for kind in NoticeKind]
    return visit.page("notice_templates.html", kinds=kinds)


@router.get("/notice-templates/{kind}")
def template_page(visit: AVisit, kind: PathId) -> Response:
    """One kind of letter: its subject, text and HTML."""
    require(may(visit.actor, "see_deliveries", Matter()))
    known = _known(kind)
    response = visit.page("notice_template.html", kind=known, letter=_sample(known, visit.counter.base_url))
    response.headers["Content-Security-Policy"] = FRAMING_POLICY
    return response


@router.get("/notice-templates/{kind}/html")
def template_html(visit: AVisit, kind: PathId) -> Response:
    """The HTML alone, for the frame: no script, no form, no origin of ours."""
    require(may(visit.actor, "see_deliveries", Matter()))
    letter = _sample(_known(kind), visit.counter.base_url)
    return HTMLResponse(
        letter.html, headers={"Content-Security-Policy": FRAMED_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    )


def _sample(kind: NoticeKind, base_url: str) -> Letter:
    notice = sample_of(kind, f"{base_url}/consultations/sample")
    return render(notice, recipient_name=RECIPIENT, platform_name=PLATFORM)


def _known(kind: str) -> NoticeKind:
    if kind not in set(NoticeKind):
        raise refuse(RefusalCode.NOT_FOUND, "没有这种信件。")
    return NoticeKind(kind)
