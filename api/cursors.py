"""Opaque cursors of lists: what the last line of a page was sorted by."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from domain.refusals import RefusalCode, refuse

PAGE_LIMIT = 50
PAGE_LIMIT_MAX = 200

T = TypeVar("T")

Cursor = Annotated[str | None, Query(max_length=400, description="上一页返回的 next")]
Limit = Annotated[int, Query(ge=1, le=PAGE_LIMIT_MAX)]


class Page(BaseModel, Generic[T]):
    """One page of a list; ``next`` is the cursor of the page after it, null on the last."""

    items: list[T]
    next: str | None = None


def cursor_of(*key: str | int) -> str:
    """The cursor that continues after this key."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def key_of(cursor: str | None, *types: type[Any]) -> list[Any] | None:
    """The key in a cursor, None without one. Raises Refused (INVALID_INPUT) for anything that is no cursor."""
    if cursor is None:
        return None
    try:
        key = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise no_cursor() from None
    is_key = isinstance(key, list) and len(key) == len(types)
    if not is_key or not all(type(part) is kind for part, kind in zip(key, types, strict=True)):
        raise no_cursor()
    if any("\x00" in part for part in key if isinstance(part, str)):
        raise no_cursor()
    return list(key)


def instant_of(text: str) -> datetime:
    """The instant in a cursor. Raises Refused (INVALID_INPUT)."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise no_cursor() from None
    if instant.tzinfo is None:
        raise no_cursor()
    return instant


def day_of(text: str) -> date:
    """The day in a cursor. Raises Refused (INVALID_INPUT)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise no_cursor() from None


def next_of(items: Sequence[T], limit: int, key: Callable[[T], tuple[str | int, ...]]) -> str | None:
    """The cursor after a full page; a page that is not full is the last."""
    return cursor_of(*key(items[-1])) if len(items) == limit and items else None


def no_cursor() -> Exception:
    """The refusal of a place that is none of this list."""
    return refuse(RefusalCode.INVALID_INPUT, "翻页位置（cursor）无效，请从第一页重新查询。", field="cursor")
