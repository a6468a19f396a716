"""What every request passes: a number to follow it by, security headers, faults, the guard against forged requests."""

import re
import uuid
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.identity import COOKIE
from api.problems import CounterProblem, problem_response, unexpected_response

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; connect-src 'self'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_CONSULTATION = re.compile(r"/consultations/([A-Za-z0-9_-]{1,64})(?:/|$)")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}")


class Envelope:
    """Numbers each request, names it and its consultation in every line logged, seals the answer with headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        names = {"request_id": request_id}
        if addressed := _CONSULTATION.search(scope["path"]):
            names["consultation_id"] = addressed[1]
        with structlog.contextvars.bound_contextvars(**names):
            await self._app(scope, receive, sealed)


class Faults:
    """Answers what nothing else has answered, inside the envelope: the framework itself would do so outside of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as fault:
            if has_begun:
                raise
            await unexpected_response(Request(scope), fault)(scope, receive, send)


class BodyLimitWording:
    """Gives the framework's own bare 413 the form of every other problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_reworded = False

        async def reworded(message: Message) -> None:
            nonlocal is_reworded
            if message["type"] == "http.response.start" and message["status"] == 413:
                is_reworded = Headers(raw=message["headers"]).get("content-type", "").startswith("text/plain")
                if is_reworded:
                    problem = CounterProblem(413, "body_too_large", "提交的内容过大", "提交的内容过大。")
                    await problem_response(problem)(scope, receive, send)
            if not is_reworded:
                await send(message)

        await self._app(scope, receive, reworded)


class SameOriginGuard:
    """Refuses unsafe requests that another site made a browser send along with our cookie.

    Where ``Sec-Fetch-Site`` is there it must say same-origin or none; else ``Origin`` must be ours. A request with
    our cookie and neither header is refused too. A bearer token is never sent by a browser of its own accord.
    """

    def __init__(self, app: ASGIApp, own_origins: Iterable[str]) -> None:
        self._app = app
        self._own = frozenset(_origin(address) for address in own_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and self._is_forged(scope):
            problem = CounterProblem(
                403, "cross_site", "跨站请求已拒绝", "该请求来自其他网站，已拒绝。请从本系统页面重新操作。"
            )
            await problem_response(problem)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_forged(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if scope["method"] in SAFE_METHODS or headers.get("authorization", "").lower().startswith("bearer "):
            return False
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site not in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is not None:
            here = f"{scope.get('scheme', 'http')}://{headers.get('host', '')}"
            return _origin(origin) not in self._own | {_origin(here)}
        return _has_cookie(headers)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _has_cookie(headers: Headers) -> bool:
    try:
        return COOKIE in SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return True
