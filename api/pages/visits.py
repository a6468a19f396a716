"""Who looks at a page, and who sends a form from one of our own pages."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from api.counter import Counter, TheCounter
from api.identity import Visitor
from api.pages.rendering import page, see_other
from domain.bodies import Actor
from records.capacities import SignedIn
from records.queries.counters import Counters, counters_of

FIELDS_MAX = 5_000
FORM_BYTES_MAX = 12 * 1024 * 1024


@dataclass(frozen=True)
class Visit:
    """Somebody signed in, looking at a page."""

    request: Request
    counter: Counter
    visitor: SignedIn

    @property
    def actor(self) -> Actor:
        """In what capacity they look."""
        return self.visitor.actor

    @property
    def today(self) -> date:
        """The day in Asia/Shanghai."""
        return self.counter.today

    def page(
        self, template: str, *, status: int = 200, counters: Counters | None = None, **context: Any
    ) -> HTMLResponse:
        """A page for them. What has counted already hands in its ``counters``."""
        if counters is None:
            with self.counter.register.reading() as session:
                counters = counters_of(session, self.actor, self.today)
        return page(
            self.request,
            template,
            visitor=self.visitor,
            status=status,
            today=self.today,
            counters=counters,
            **context,
        )

    def go(self, address: str, message: str = "") -> RedirectResponse:
        """On to another page."""
        return see_other(address, message, is_secure=self.counter.has_secure_cookies)


@dataclass(frozen=True)
class Posting(Visit):
    """Somebody signed in, sending a form. ``key`` makes it count once."""

    form: FormData

    @property
    def key(self) -> str:
        """The key that came with the form."""
        return text_of(self.form, "key")


def text_of(form: FormData, name: str) -> str:
    """One text of a form, empty where it has none."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


async def posted_form(request: Request) -> AsyncIterator[FormData]:
    """The form that was sent; its files are closed when the answer is out."""
    form = await request.form(max_files=1, max_fields=FIELDS_MAX, max_part_size=FORM_BYTES_MAX)
    try:
        yield form
    finally:
        await form.close()


def _visit(request: Request, counter: TheCounter, visitor: Visitor) -> Visit:
    return Visit(request, counter, visitor)


async def _posting(
    request: Request, counter: TheCounter, visitor: Visitor, form: Annotated[FormData, Depends(posted_form)]
) -> Posting:
    return Posting(request, counter, visitor, form)


AVisit = Annotated[Visit, Depends(_visit)]
APosting = Annotated[Posting, Depends(_posting)]
AForm = Annotated[FormData, Depends(posted_form)]
