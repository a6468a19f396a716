"""One person with an account: what they may act as, and the hands that end it; and everybody's own bearer tokens."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Response

from api.fields import PathId
from api.foresight import require
from api.pages.fields import fields_of, options_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Visit
from api.problems import STATUSES
from domain.bodies import Role
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.accounts import issue_token
from records.api_tokens import HeldToken, revoke_token, tokens_of
from records.papers.checking import Line
from records.papers.organisations import Deactivation, MembershipEnd, deactivate_person, end_membership
from records.queries.leaves import away_today
from records.queries.people import memberships_of, organisation_names, person_of

router = page_router()
END_FIELDS = fields_of(MembershipEnd)
DEACTIVATION_FIELDS = fields_of(Deactivation)
_ROLES = dict(options_of(Role))


@dataclass(frozen=True, kw_only=True)
class TokenForm:
    """What a token is for."""

    name: Annotated[str, Line("用途", characters_max=100)]


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """A form that asks for nothing but the button."""


TOKEN_FIELDS = fields_of(TokenForm)
Held = tuple[Any, str, bool, ShownForm | None]


@router.get("/people/{person_id}")
def person_page(visit: AVisit, person_id: PathId) -> Response:
    """One person."""
    return _show_person(visit, person_id, NO_ATTEMPT)


def _show_person(visit: Visit, person_id: str, tried: Attempt) -> Response:
    require(any(may(visit.actor, one, Matter()) for one in ("register_person", "grant_membership")))
    with visit.counter.register.reading() as session:
        row = person_of(session, person_id)
        if row is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该人员。")
        held = memberships_of(session, [row.id])
        names = organisation_names(session, [one.organisation_id for one in held])
        is_mine = may(visit.actor, "grant_membership", Matter()) and row.id not in visit.actor.people
        return visit.page(
            "person.html",
            status=STATUSES[tried.refusal.code] if tried.refusal else 200,
            row=row,
            held=[_held(visit, one, names, tried, is_mine=is_mine) for one in held],
            shutting=_shutting(row, tried) if is_mine and row.is_active else None,
            away=away_today(session, [row.id], visit.today).get(row.id, []),
            may_enter_leave=may(visit.actor, "enter_leave", Matter()),
            attempt=tried,
        )


def _held(visit: Visit, one: Any, names: dict[str, str], tried: Attempt, *, is_mine: bool) -> Held:
    has_ended = one.until_on is not None and one.until_on < visit.today
    form = show_form(
        f"ends-{one.id}",
        END_FIELDS,
        tried,
        address=f"/memberships/{one.id}/end",
        title="终止任职",
        button="终止任职",
        initial={"until_on": visit.today},
        hidden={"person_id": one.person_id},
        is_grave=True,
        hint="截止当日仍可办理；已经办理的事项不受影响。",
    )
    name = f"{names.get(one.organisation_id, '')} · {_ROLES.get(one.role, one.role)}"
    return one, name, has_ended, form if is_mine and not has_ended else None


def _shutting(row: Any, tried: Attempt) -> ShownForm:
    return show_form(
        "deactivations",
        DEACTIVATION_FIELDS,
        tried,
        address=f"/people/{row.id}/deactivations",
        title="停用账号",
        button="停用账号",
        is_grave=True,
        hint="立即生效：不能再登录，已登录的退出，访问令牌失效；过程留痕保留。",
    )


@router.post("/memberships/{membership_id}/end")
async def end(posting: APosting, membership_id: PathId) -> Response:
    """End a membership."""
    person_id = str(posting.form.get("person_id", ""))

    async def do() -> Response:
        require(may(posting.actor, "grant_membership", Matter()))
        paper = MembershipEnd(**read_values(END_FIELDS, posting.form))
        await write_once(posting, "end_membership", lambda pen: end_membership(pen, membership_id, paper))
        return posting.go(f"/people/{person_id}", "任职已终止。")

    return await attempt(posting, do, lambda tried: _show_person(posting, person_id, tried))


@router.post("/people/{person_id}/deactivations")
async def deactivate(posting: APosting, person_id: PathId) -> Response:
    """Shut an account."""

    async def do() -> Response:
        require(may(posting.actor, "grant_membership", Matter()))
        paper = Deactivation(**read_values(DEACTIVATION_FIELDS, posting.form))
        await write_once(posting, "deactivate_person", lambda pen: deactivate_person(pen, person_id, paper))
        return posting.go(f"/people/{person_id}", "账号已停用，立即生效。")

    return await attempt(posting, do, lambda tried: _show_person(posting, person_id, tried))


@router.get("/tokens")
def tokens_page(visit: AVisit) -> Response:
    """The visitor's own bearer tokens."""
    return _show_tokens(visit, NO_ATTEMPT)


def _show_tokens(visit: Visit, tried: Attempt, issued: str = "") -> Response:
    with visit.counter.register.reading() as session:
        held = tokens_of(session, visit.actor.person_id)
    form = show_form(
        "tokens",
        TOKEN_FIELDS,
        tried,
        address="/tokens",
        title="签发访问令牌",
        button="签发访问令牌",
        hint=f"供程序以“{visit.visitor.organisation_name} · {visit.actor.role.label}”的身份调用接口；令牌只显示一次。",
        is_primary=True,
    )
    return visit.page(
        "tokens.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        held=[(one, _revoking(one, tried)) for one in held],
        form=form,
        issued=issued,
        attempt=tried,
    )


def _revoking(one: HeldToken, tried: Attempt) -> ShownForm | None:
    if one.revoked_at is not None:
        return None
    return show_form(
        f"revocations-{one.id}",
        fields_of(Nothing),
        tried,
        address=f"/tokens/{one.id}/revocations",
        title="撤销",
        button="撤销",
        is_grave=True,
    )


@router.post("/tokens")
async def issue(posting: APosting) -> Response:
    """Issue a token; it stands on this page and never again."""

    async def do() -> Response:
        paper = TokenForm(**read_values(TOKEN_FIELDS, posting.form))
        membership_id = posting.visitor.membership_id
        made = await write_once(
            posting, "issue_token", lambda pen: issue_token(pen, membership_id, paper.name)
        )
        if not made["token"]:
            return posting.go("/tokens", "该令牌已经签发并显示过一次；未保存的，请撤销后重新签发。")
        return _show_tokens(posting, NO_ATTEMPT, made["token"])

    return await attempt(posting, do, lambda tried: _show_tokens(posting, tried))


@router.post("/tokens/{token_id}/revocations")
async def revoke(posting: APosting, token_id: PathId) -> Response:
    """Revoke a token of one's own."""

    async def do() -> Response:
        await write_once(posting, "revoke_token", lambda pen: revoke_token(pen, token_id))
        return posting.go("/tokens", "访问令牌已撤销，立即失效。")

    return await attempt(posting, do, lambda tried: _show_tokens(posting, tried))
