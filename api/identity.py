"""Who is asking: a session cookie (pages) or a bearer token (programs)."""

from typing import Annotated

from fastapi import Depends, Header, Request

from api.counter import Counter, TheCounter
from api.problems import CounterProblem, sign_in_required
from records.accounts import actor_of_session, actor_of_token
from records.capacities import SignedIn

COOKIE = "shangliang_session"
KEY_CHARACTERS_MAX = 200
ACTING_MEMBERSHIP = "Acting-Membership"
"""Header by which a program with its deputy's token acts in the membership of somebody on leave."""


def signed_in(request: Request, counter: TheCounter) -> SignedIn:
    """Who is signed in. Raises the 401 problem when nobody is."""
    found = find_signed_in(request, counter)
    if found is None:
        raise sign_in_required()
    return found


def find_signed_in(request: Request, counter: Counter) -> SignedIn | None:
    """Who is signed in, or None. A bearer token goes before a cookie."""
    token = bearer_token(request)
    if token is not None:
        acting = request.headers.get(ACTING_MEMBERSHIP)
        return actor_of_token(counter.register, token, counter.now(), standing_in=acting)
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    return actor_of_session(counter.register, cookie, counter.now(), counter.idle)


def bearer_token(request: Request) -> str | None:
    """The token of an ``Authorization: Bearer`` header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def idempotency_key(
    idempotency_key: Annotated[
        str | None, Header(description="1 至 200 个可见的 ASCII 字符；同一请求重试时不变")
    ] = None,
) -> str:
    """The key that makes a request count once. Raises the 400 problem without a usable one."""
    key = idempotency_key or ""
    if not (key.isascii() and key.isprintable() and 0 < len(key) <= KEY_CHARACTERS_MAX):
        raise CounterProblem(
            400,
            "idempotency_key_required",
            "缺少幂等键",
            f"请在请求头 Idempotency-Key 中给出 1 至 {KEY_CHARACTERS_MAX} 个可见的 ASCII 字符。",
            field_name="Idempotency-Key",
        )
    return key


Visitor = Annotated[SignedIn, Depends(signed_in)]
Key = Annotated[str, Depends(idempotency_key)]
