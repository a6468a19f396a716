"""From a template to an answer: one environment, and one flash message from step to step."""

import base64
import binascii
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.pages import shown
from api.pages.day_strips import month_sheets
from api.pages.menu import menu_for
from records.capacities import SignedIn
from records.queries.people import named_hand

_ROOM = Path(__file__).parent.parent
STATIC = _ROOM / "static"
FLASH = "shangliang_flash"
FLASH_CHARACTERS_MAX = 600


@cache
def static_url(name: str) -> str:
    """The address of a static file; it changes with the content, so browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_ROOM / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": shown.day,
        "moment": shown.moment,
        "with_days": shown.with_days,
        "label": shown.label,
        "yes_no": shown.yes_no,
        "workdays_left": shown.workdays_left,
        "month_sheets": month_sheets,
    }
    environment.globals["static_url"] = static_url
    environment.globals["menu_for"] = menu_for
    environment.globals["hand"] = named_hand
    return environment


_TEMPLATES = _environment()


def page(
    request: Request, template: str, *, visitor: SignedIn | None = None, status: int = 200, **context: Any
) -> HTMLResponse:
    """A page. The flash message of the step before is shown once."""
    flash = _flash_of(request)
    html = _TEMPLATES.get_template(template).render(
        path=request.url.path, visitor=visitor, flash=flash, **context
    )
    response = HTMLResponse(html, status_code=status)
    if flash:
        response.delete_cookie(FLASH, path="/", httponly=True, samesite="lax")
    return response


def see_other(address: str, message: str = "", *, is_secure: bool = False) -> RedirectResponse:
    """On to another page (303), which says what happened and what comes next."""
    response = RedirectResponse(address, status_code=303)
    if message:
        # Cookies carry ASCII only.
        kept = base64.urlsafe_b64encode(json.dumps(message[:FLASH_CHARACTERS_MAX]).encode()).decode()
        response.set_cookie(
            FLASH, kept, max_age=60, path="/", httponly=True, samesite="lax", secure=is_secure
        )
    return response


def _flash_of(request: Request) -> str:
    kept = request.cookies.get(FLASH, "")
    try:
        message = json.loads(base64.urlsafe_b64decode(kept)) if kept else ""
    except (binascii.Error, ValueError):
        return ""
    return message[:FLASH_CHARACTERS_MAX] if isinstance(message, str) else ""
