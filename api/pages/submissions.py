"""From a form that was sent to an act or a paper, and back to a page: 303 when done, the same page when refused."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from fastapi import Response
from fastapi.concurrency import run_in_threadpool

from api.errands import Errand
from api.foresight import require
from api.pages.fields import read_values
from api.pages.form_specs import FormSpec, Place
from api.pages.forms import Attempt
from api.pages.visits import Posting, text_of
from api.process import send
from domain.acts import Act
from domain.bodies import Actor
from domain.policy import Matter, may
from domain.refusals import RefusalCode, Refused, refuse
from records.pen import Pen

T = TypeVar("T")
Again = Callable[[Attempt], Response]
KEY_CHARACTERS_MAX = 200
STILL_RECORDING = "已受理，正在登记；请稍候刷新页面查看结果。"
_LEAVE = frozenset({RefusalCode.NOT_FOUND, RefusalCode.NOT_PERMITTED})


async def attempt(posting: Posting, do: Callable[[], Awaitable[Response]], again: Again) -> Response:
    """Do it; where it is refused, show the page again with the complaint and everything that was typed.

    Raises Refused only for what is hidden from the visitor or not theirs to do.
    """
    try:
        require_key(posting)
        return await do()
    except Refused as refused:
        refusal = refused.refusal
        if refusal.code in _LEAVE and not refusal.field:
            raise
        tried = Attempt(text_of(posting.form, "form_id"), posting.form, refusal)
        return await run_in_threadpool(again, tried)


def require_key(posting: Posting) -> None:
    """Raise Refused for a form without a usable key."""
    key = posting.key
    if not (key.isascii() and key.isprintable() and 0 < len(key) <= KEY_CHARACTERS_MAX):
        raise refuse(RefusalCode.INVALID_INPUT, "表单不完整，请刷新页面后重新填写。", field="key")


def typed_act(posting: Posting, spec: FormSpec, **more: Any) -> Act:
    """The act that the form describes, done by the visitor."""
    act = spec.act
    if act is None:
        raise ValueError(f"{spec.noun} is a paper")
    return act(**{"by": posting.actor, **read_values(spec.fields, posting.form), **more})


async def send_act(posting: Posting, consultation_id: str, act: Act, done: str, suffix: str = "") -> str:
    """Send the act to its process; what to tell when done. Raises Refused and the 503 problem."""
    sent = await send(posting.counter, consultation_id, act, posting.key + suffix)
    return done if sent.outcome is not None else STILL_RECORDING


async def write_paper(posting: Posting, spec: FormSpec, place: Place) -> Mapping[str, Any]:
    """Write the paper that the form describes, once, where the policy lets the visitor do it."""
    write = spec.write
    if write is None:
        raise ValueError(f"{spec.noun} is an act")
    paper = spec.reads(**read_values(spec.fields, posting.form))
    check = errand_of(posting).bound_to(place.consultation_id, spec.permit)

    def permitted(pen: Pen) -> Mapping[str, Any]:
        check(pen)
        return write(pen, place, paper)

    return await write_once(posting, spec.noun, permitted)


async def write_once(
    posting: Posting, act: str, write: Callable[[Pen], Mapping[str, Any]], suffix: str = ""
) -> Mapping[str, Any]:
    """Write under the form's key; the same form sent again gets the first answer."""
    desk, counter = posting.counter.desk, posting.counter
    body = {"path": posting.request.url.path, "said": said(posting)}
    return await run_in_threadpool(
        lambda: desk.once(
            posting.actor, counter.now(), key=posting.key + suffix, act=act, body=body, write=write
        )
    )


def errand_of(posting: Posting) -> Errand:
    """The same errand that a program would be on."""
    return Errand(posting.counter, posting.visitor, posting.key, posting.request.url.path)


def allowed(actor: Actor, permit: str, matter: Matter) -> Callable[[Pen], None]:
    """A check that the policy lets the actor do this."""
    return lambda _pen: require(may(actor, permit, matter))


def said(posting: Posting) -> list[tuple[str, str]]:
    """Everything typed, for telling one request from another. Files are told apart by what is written of them."""
    return [(name, value) for name, value in posting.form.multi_items() if isinstance(value, str)]
