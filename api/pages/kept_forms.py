"""A form sent after the user session had expired: what was typed is kept through the sign-in and sent once more.

The browser carries it in hidden fields, so that it works without script and nothing lies on the server for somebody
who may not be who they were. The form's own key goes along: what had been recorded after all is not recorded twice.
"""

import json

from fastapi import Request
from starlette.datastructures import FormData

CHARACTERS_MAX = 300_000
SHOWN_CHARACTERS_MIN = 2
_NEVER_KEPT = frozenset({"password", "kept", "next"})

Typed = tuple[tuple[str, str], ...]


async def kept_of(request: Request) -> str:
    """What was typed into the form of this request, as a hidden field holds it; empty where nothing can be kept."""
    form: FormData = await request.form()
    typed = [[name, value] for name, value in form.multi_items() if isinstance(value, str)]
    kept = json.dumps([one for one in typed if one[0] not in _NEVER_KEPT], ensure_ascii=False)
    return kept if typed and len(kept) <= CHARACTERS_MAX else ""


def typed_in(kept: str) -> Typed:
    """The fields of a kept form; none of what cannot be one."""
    if not 0 < len(kept) <= CHARACTERS_MAX:
        return ()
    try:
        fields = json.loads(kept)
    except ValueError:
        return ()
    if not isinstance(fields, list) or not all(_is_field(one) for one in fields):
        return ()
    return tuple((name, value) for name, value in fields if name not in _NEVER_KEPT)


def texts_of(typed: Typed) -> list[str]:
    """What a person recognises as typed: texts, not keys and choices."""
    return [value for _, value in typed if len(value) >= SHOWN_CHARACTERS_MIN and not value.isascii()]


def _is_field(one: object) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one)
