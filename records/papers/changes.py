"""What an audit entry keeps of a paper: short values as they are, long texts as their digest."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from domain.refusals import RefusalCode, refuse
from records.base import Base

WORDS_KEPT_MAX = 200


def kept(values: Mapping[str, Any], *, without: Iterable[str] = ()) -> dict[str, Any]:
    """The values for an audit entry. Name in ``without`` what must not stand there, personal data above all."""
    hidden = set(without)
    return {
        name: _kept(value) for name, value in values.items() if name not in hidden and not _is_empty(value)
    }


def amend(row: Base, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write the values that differ into the row; return what was and what is, for the audit entry."""
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            old[name], new[name] = _kept(before), _kept(value)
            setattr(row, name, value)
    return old, new


def require_version(seen: int, current: int) -> None:
    """Raise Refused (STALE_FORM) when somebody else has changed the paper since it was read."""
    if seen != current:
        message = "页面已过期：他人已作修改，请刷新后重新填写。"
        raise refuse(RefusalCode.STALE_FORM, message, field="row_version")


def _kept(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str) and len(value) > WORDS_KEPT_MAX:
        return {"characters": len(value), "sha256": hashlib.sha256(value.encode()).hexdigest()}
    return value


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []
