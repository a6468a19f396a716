"""Notices as JSON for the outbox, and back."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

from domain.notices import NoticeKind
from notifications.notice_bases import DatedFact
from notifications.notices import NOTICES, Notice

JSON: TypeAlias = "bool | int | str | list[JSON] | dict[str, JSON] | None"
Form = TypeVar("Form", Notice, DatedFact)


class PayloadError(ValueError):
    """A stored payload does not hold what its letter needs."""


def to_payload(notice: Notice) -> dict[str, JSON]:
    """The variables of a notice as JSON; dates and instants in ISO 8601. The kind is stored beside it.

    Raises PayloadError for a value that JSON cannot carry or an instant without a time zone.
    """
    return _fields_as_json(notice)


def from_payload(kind: NoticeKind, payload: Mapping[str, JSON]) -> Notice:
    """The notice that `to_payload` stored.

    Raises PayloadError when a variable is missing, unknown or of another type: such a letter stays in the
    outbox instead of going out with a hole.
    """
    return _build(NOTICES[kind], payload)


def _fields_as_json(form: Notice | DatedFact) -> dict[str, JSON]:
    return {field.name: _as_json(getattr(form, field.name)) for field in fields(form)}


def _as_json(value: object) -> JSON:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise PayloadError("an instant without a time zone")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_as_json(item) for item in value]
    if isinstance(value, DatedFact):
        return _fields_as_json(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    raise PayloadError(f"no JSON for {type(value).__name__}")


def _build(form: type[Form], payload: Mapping[str, JSON]) -> Form:
    types = _types_of(form)
    unknown = sorted(payload.keys() - types.keys())
    needed = {field.name for field in fields(form) if field.default is MISSING}
    missing = sorted(needed - payload.keys())
    if unknown or missing:
        raise PayloadError(f"{form.__name__}: unknown {unknown}, missing {missing}")
    values: dict[str, Any] = {}
    for name, value in payload.items():
        try:
            values[name] = _of_type(types[name], value)
        except (TypeError, ValueError) as error:
            raise PayloadError(f"{form.__name__}.{name}: {error}") from error
    return form(**values)


def _types_of(form: type[Notice] | type[DatedFact]) -> dict[str, object]:
    hints = get_type_hints(form)
    return {field.name: hints[field.name] for field in fields(form)}


def _of_type(wanted: object, value: JSON) -> object:
    if isinstance(wanted, UnionType):
        inner = next(part for part in get_args(wanted) if part is not NoneType)
        return None if value is None else _of_type(inner, value)
    if get_origin(wanted) is tuple:
        if not isinstance(value, list):
            raise TypeError("not a list")
        return tuple(_of_type(get_args(wanted)[0], item) for item in value)
    if wanted is DatedFact:
        if not isinstance(value, dict):
            raise TypeError("not an object")
        return _build(DatedFact, value)
    if wanted is datetime:
        return _day_or_instant(datetime, value)
    if wanted is date:
        return _day_or_instant(date, value)
    if type(value) is not wanted:
        raise TypeError(f"not of type {wanted}")
    return value


def _day_or_instant(wanted: type[date], value: JSON) -> date:
    if not isinstance(value, str):
        raise TypeError("not a date")
    found = wanted.fromisoformat(value)
    if isinstance(found, datetime) and found.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return found
