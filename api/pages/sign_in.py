"""Signing in and out, and choosing in what capacity to act."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.counter import Counter, TheCounter
from api.identity import COOKIE, find_signed_in
from api.pages import mine
from api.pages.kept_forms import texts_of, typed_in
from api.pages.rendering import page, see_other
from api.pages.routing import page_router
from api.pages.visits import AForm, APosting, text_of
from api.problems import STATUSES
from api.signing import Attempts, MeShown, signed_in_with_cookie
from domain.bodies import Actor
from domain.policy import Matter, may
from domain.refusals import Refused
from records.accounts import choose_membership, sign_out
from records.queries.counters import has_duties

router = page_router()


@router.get("/sign-in")
def sign_in_page(
    request: Request, counter: TheCounter, next: Annotated[str, Query(max_length=500)] = "/"
) -> Response:
    """The form; whoever is signed in already goes on."""
    if find_signed_in(request, counter) is not None:
        return see_other(own_address(next))
    return page(request, "sign_in.html", name="", error="", onward=own_address(next), kept="")


@router.post("/sign-in")
async def sign_in(request: Request, counter: TheCounter, form: AForm) -> Response:
    """Open a user session and go where the visitor was going."""
    name, onward = text_of(form, "sign_in_name"), own_address(text_of(form, "next"))
    attempts: Attempts = request.app.state.attempts
    attempts.note(request.client.host if request.client else "")
    kept = text_of(form, "kept")
    typed = typed_in(kept)
    response = Response(status_code=303)
    if typed:
        response = page(request, "resume.html", onward=onward, typed=typed, texts=texts_of(typed))
    password = text_of(form, "password")
    try:
        me = await run_in_threadpool(signed_in_with_cookie, request, response, counter, name, password)
    except Refused as refused:
        status = STATUSES[refused.refusal.code]
        error = refused.refusal.message
        return page(request, "sign_in.html", status=status, name=name, error=error, onward=onward, kept=kept)
    if typed:
        del response.headers["Location"]
    else:
        response.headers["Location"] = await run_in_threadpool(_landing, counter, me, onward)
    return response


@router.post("/sign-out")
async def sign_out_of(request: Request, counter: TheCounter, form: AForm) -> Response:
    """End the user session. Signing out twice is no fault."""
    del form
    cookie = request.cookies.get(COOKIE)
    if cookie:
        await run_in_threadpool(sign_out, counter.register, counter.trail, cookie, counter.now())
    response = see_other("/sign-in", "您已退出登录。", is_secure=counter.has_secure_cookies)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=counter.has_secure_cookies, path="/")
    return response


@router.post("/membership-choices")
async def choose(posting: APosting) -> Response:
    """Act in another capacity: one's own, or that of somebody on leave."""
    counter = posting.counter
    chosen = await run_in_threadpool(
        choose_membership,
        counter.register,
        counter.trail,
        posting.request.cookies.get(COOKIE, ""),
        text_of(posting.form, "membership_id"),
        counter.now(),
        counter.idle,
    )
    capacity = f"{chosen.organisation_name} · {chosen.actor.role.label}"
    whose = f"代{chosen.absent_name}以" if chosen.absent_name else "以"
    return posting.go("/", f"您现在{whose}“{capacity}”的身份办理。")


def _landing(counter: Counter, me: MeShown, onward: str) -> str:
    """Where they were going; a convener or member with an empty worklist begins at what concerns them."""
    actor = Actor(me.person_id, me.organisation_id, me.role, me.area, me.on_behalf_of)
    if onward != "/" or not may(actor, "read_own_participation", Matter()):
        return onward
    with counter.register.reading() as session:
        return onward if has_duties(session, actor, counter.today) else mine.ADDRESS


def own_address(address: str) -> str:
    """The address where it is one of ours, else the first page: nobody is led elsewhere by a link to us."""
    is_own = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_own and "\\" not in address else "/"
