"""Signing in and out, choosing a capacity, tokens for programs, and who one is."""

import threading
import time
from collections import OrderedDict, deque
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.counter import Counter, TheCounter
from api.errands import AnErrand
from api.fields import Body, Id, Line, PathId, Secret, Shown
from api.foresight import require
from api.identity import COOKIE, Key, Visitor, bearer_token
from api.problems import CounterProblem
from domain.bodies import Role
from records.accounts import choose_membership, issue_token, sign_in, sign_out
from records.api_tokens import revoke_token, tokens_of
from records.capacities import SignedIn

router = APIRouter(tags=["登录"])

ATTEMPTS_MAX = 20
ATTEMPTS_WITHIN_SECONDS = 300
ADDRESSES_MAX = 10_000


class SignInBody(Body):
    """Name and password."""

    sign_in_name: Line
    password: Secret


class MembershipChoiceBody(Body):
    """The capacity to act in from now on."""

    membership_id: Id


class TokenBody(Body):
    """What the token is for, and the membership it acts in (the present one when left out)."""

    name: Line
    membership_id: Id | None = None


class TokenShown(Shown):
    """One bearer token of the reader, without the token."""

    id: str
    name: str
    organisation_name: str
    role: Role
    role_label: str
    issued_at: datetime
    revoked_at: datetime | None


class MembershipShown(Shown):
    """One capacity in which the person may act."""

    membership_id: str
    organisation_id: str
    organisation_name: str
    role: Role
    role_label: str = ""
    on_behalf_of: str | None = None
    absent_name: str = ""
    """Whose membership it is, where the reader stands in for somebody on leave."""


class MeShown(Shown):
    """Who is signed in, as whom, and as whom else they could act."""

    person_id: str
    person_name: str
    organisation_id: str
    organisation_name: str
    area: str
    role: Role
    role_label: str
    membership_id: str
    on_behalf_of: str | None
    absent_name: str
    memberships: list[MembershipShown]


class Attempts:
    """How often an address has tried to sign in lately, in this process. Names are locked by the register."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tried: OrderedDict[str, deque[float]] = OrderedDict()

    def note(self, address: str) -> None:
        """Count one attempt. Raises the 429 problem beyond 20 within five minutes."""
        now = time.monotonic()
        with self._lock:
            tried = self._tried.setdefault(address, deque(maxlen=ATTEMPTS_MAX))
            self._tried.move_to_end(address)
            if len(self._tried) > ADDRESSES_MAX:
                self._tried.popitem(last=False)
            if len(tried) == ATTEMPTS_MAX and now - tried[0] < ATTEMPTS_WITHIN_SECONDS:
                wait = str(int(ATTEMPTS_WITHIN_SECONDS - (now - tried[0])) + 1)
                detail = "该网络地址登录过于频繁，请稍后再试。"
                raise CounterProblem(429, "too_many_requests", "请求过于频繁", detail, {"Retry-After": wait})
            tried.append(now)


@router.post("/sign-ins", status_code=201, response_model=MeShown)
def create_sign_in(
    request: Request, response: Response, counter: TheCounter, _key: Key, body: SignInBody
) -> MeShown:
    """Sign in: sets the session cookie. The answer holds no secret."""
    attempts: Attempts = request.app.state.attempts
    attempts.note(request.client.host if request.client else "")
    return signed_in_with_cookie(request, response, counter, body.sign_in_name, body.password)


def signed_in_with_cookie(
    request: Request, response: Response, counter: Counter, sign_in_name: str, password: str
) -> MeShown:
    """Open a user session and set its cookie; a session the browser had before is ended. Raises Refused."""
    token, signed_in = sign_in(
        counter.register, counter.trail, sign_in_name=sign_in_name, password=password, at=counter.now()
    )
    former = request.cookies.get(COOKIE)
    if former:
        sign_out(counter.register, counter.trail, former, counter.now())
    response.set_cookie(
        COOKIE, token, httponly=True, samesite="lax", secure=counter.has_secure_cookies, path="/"
    )
    response.headers["Location"] = "/api/v1/me"
    return me_shown(signed_in)


@router.post("/sign-outs", status_code=204)
def create_sign_out(request: Request, counter: TheCounter, _key: Key) -> Response:
    """Sign out: ends the user session and takes the cookie back. Signing out twice is no fault."""
    cookie = request.cookies.get(COOKIE)
    if cookie:
        sign_out(counter.register, counter.trail, cookie, counter.now())
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=counter.has_secure_cookies, path="/")
    return response


@router.get("/me", response_model=MeShown)
def read_me(visitor: Visitor) -> MeShown:
    """Who is signed in."""
    return me_shown(visitor)


@router.post("/membership-choices", status_code=201, response_model=MeShown)
def create_membership_choice(
    request: Request, counter: TheCounter, _visitor: Visitor, _key: Key, body: MembershipChoiceBody
) -> MeShown:
    """Act in another capacity from now on, one's own or that of somebody on leave whose deputy one is.

    For session cookies only: a token acts in its own, or in the one that the header ``Acting-Membership`` names.
    """
    require(bearer_token(request) is None)
    chosen = choose_membership(
        counter.register,
        counter.trail,
        request.cookies.get(COOKIE, ""),
        body.membership_id,
        counter.now(),
        counter.idle,
    )
    return me_shown(chosen)


@router.post("/api-tokens", status_code=201)
def create_api_token(errand: AnErrand, body: TokenBody) -> JSONResponse:
    """Issue a bearer token for a membership of one's own. The token stands in this answer and never again."""
    membership_id = body.membership_id or errand.visitor.membership_id
    own = {one.membership_id for one in errand.visitor.memberships if one.on_behalf_of is None}
    require(membership_id in own)
    return errand.write(
        "issue_token", body, "/api/v1/me", (), lambda pen: issue_token(pen, membership_id, body.name)
    )


@router.get("/me/tokens", response_model=list[TokenShown])
def list_my_tokens(counter: TheCounter, visitor: Visitor) -> list[TokenShown]:
    """The bearer tokens of the reader, revoked ones too. A token itself is never shown again."""
    with counter.register.reading() as session:
        return [
            TokenShown.model_validate(vars(one) | {"role_label": one.role.label})
            for one in tokens_of(session, visitor.actor.person_id)
        ]


@router.post("/me/tokens/{token_id}/revocations", status_code=201)
def create_token_revocation(token_id: PathId, errand: AnErrand) -> JSONResponse:
    """Revoke a bearer token of one's own: from now on it opens nothing."""
    return errand.write("revoke_token", {}, "/api/v1/me/tokens", (), lambda pen: revoke_token(pen, token_id))


def me_shown(signed_in: SignedIn) -> MeShown:
    """Who is signed in, as it is shown."""
    actor = signed_in.actor
    return MeShown(
        person_id=actor.person_id,
        person_name=signed_in.person_name,
        organisation_id=actor.organisation_id,
        organisation_name=signed_in.organisation_name,
        area=actor.area,
        role=actor.role,
        role_label=actor.role.label,
        membership_id=signed_in.membership_id,
        on_behalf_of=actor.on_behalf_of,
        absent_name=signed_in.absent_name,
        memberships=[
            MembershipShown(
                membership_id=held.membership_id,
                organisation_id=held.organisation_id,
                organisation_name=held.organisation_name,
                role=held.role,
                role_label=held.role.label,
                on_behalf_of=held.on_behalf_of,
                absent_name=held.absent_name,
            )
            for held in signed_in.memberships
        ],
    )
