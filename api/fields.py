"""What a request may hold: bounded texts without control characters, ISO dates, numbers a database can keep."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from functools import lru_cache, reduce
from operator import or_
from types import GenericAlias, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from fastapi import Path
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StrictBool,
    StringConstraints,
    create_model,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

EARLIEST_ON = date(2000, 1, 1)
LATEST_ON = date(2100, 12, 31)
INTEGER_MAX = 2**31 - 1
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BREAKS = re.compile("[\t\n\r\u2028\u2029]")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

T = TypeVar("T")


def wrong(message: str) -> PydanticCustomError:
    """The complaint of a validator, in the words that people read."""
    return PydanticCustomError("chinese", "{message}", {"message": message})


def _prose(text: str) -> str:
    if found := _CONTROL.search(text):
        raise wrong(f"含有不允许的控制字符（U+{ord(found[0]):04X}），请删除后重新填写。")
    return text.strip()


def _line(text: str) -> str:
    text = _prose(text)
    if _BREAKS.search(text):
        raise wrong("应为一行文字，不得换行。")
    return text


def not_blank(text: str) -> str:
    """The text, or the complaint that it must be given."""
    if not text:
        raise wrong("此项必填。")
    return text


def _iso_text(value: Any) -> Any:
    # Without this a number would pass for the seconds since 1970.
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return value
    raise wrong("应为有效的日期（如 2026-03-10）。")


def _moment_text(value: Any) -> Any:
    if isinstance(value, str) and not value.strip().lstrip("+-").replace(".", "").isdigit():
        return value
    raise wrong("应为带时区的时刻（如 2026-03-10T09:00:00+08:00）。")


def _in_this_century(day: date) -> date:
    on = day.date() if isinstance(day, datetime) else day
    if not EARLIEST_ON <= on <= LATEST_ON:
        raise wrong(f"应在 {EARLIEST_ON} 至 {LATEST_ON} 之间。")
    return day


Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_line)]
Prose = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_prose)]
Reason = Annotated[Prose, AfterValidator(not_blank)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=1_000), Field(repr=False)]
Day = Annotated[date, BeforeValidator(_iso_text), AfterValidator(_in_this_century)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment_text), AfterValidator(_in_this_century)]
Whole = Annotated[int, Field(strict=True, ge=-INTEGER_MAX, le=INTEGER_MAX)]
Count = Annotated[int, Field(strict=True, ge=0, le=INTEGER_MAX)]
Yes = StrictBool
Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
PathId = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]


class Body(BaseModel):
    """A request body: what it does not name is refused."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """A response body, read from the attributes of a row or of a dataclass."""

    model_config = ConfigDict(from_attributes=True)


class AsPaper:
    """Reads a paper (a frozen dataclass) from a request body: ``paper: Annotated[TopicPaper, AsPaper()]``.

    The fields of the paper are the fields of the body and no others. What they may hold in detail, the paper itself
    checks when it is written; ``without`` names fields that do not come from outside.
    """

    def __init__(self, *without: str) -> None:
        self._without = frozenset(without)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        model = body_of(source, self._without)
        return core_schema.no_info_after_validator_function(
            lambda body: paper_of(source, body), handler.generate_schema(model)
        )


def paper_of(paper: type[T], body: BaseModel) -> T:
    """The paper with the values of a body."""
    return paper(**{name: getattr(body, name) for name in type(body).model_fields})


def part_of(paper: type[T], amendment: T) -> T:
    """The paper inside an amendment, which is the paper and more."""
    return paper(**{one.name: getattr(amendment, one.name) for one in fields(paper)})  # type: ignore[arg-type]


@lru_cache
def body_of(paper: type[Any], without: frozenset[str] = frozenset()) -> type[BaseModel]:
    """The request body of a paper."""
    hints = get_type_hints(paper)
    members: dict[str, Any] = {}
    for one in fields(paper):
        if one.name in without:
            continue
        default: Any = ...
        if one.default is not MISSING:
            default = one.default
        elif one.default_factory is not MISSING:
            default = one.default_factory()
        members[one.name] = (_wire_type(hints[one.name]), default)
    return create_model(f"{paper.__name__}Body", __base__=Body, **members)


def _wire_type(hint: Any) -> Any:
    """The field's own type, with the strictness of the wire."""
    known: Mapping[Any, Any] = {str: Prose, bool: Yes, int: Whole, date: Day, datetime: Moment}
    if hint in known:
        return known[hint]
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return reduce(or_, (_wire_type(part) for part in get_args(hint)))
    if origin is tuple:
        items: Any = GenericAlias(tuple, (_wire_type(get_args(hint)[0]), ...))
        return Annotated[items, Field(max_length=1_000)]
    return hint
