"""Form fields read off the acts and papers themselves, so that a page and the API never ask for different things."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass
from dataclasses import Field as Member
from dataclasses import fields as members_of
from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from starlette.datastructures import FormData

from api.pages.visits import text_of
from api.pages.words import field_hint, field_word
from domain.calendar import SHANGHAI
from domain.refusals import RefusalCode, Refused, refuse
from domain.words import Word
from records.papers import checking

Options = Sequence[tuple[str, str]]
CHARACTERS_MAX = 20_000
_PROSE = frozenset({"reason", "reason_for_warnings", "text", "comment", "findings", "note"})
_LAST = ("occurred_on", "note")
_CHOSEN = frozenset(
    {"document_id", "into_consultation_id", "new_unit_id", "participant_id", "reply_to_id", "rule_id"}
)
_AGREEMENTS = frozenset({"is_accepted", "is_granted"})
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True)
class FieldSpec:
    """One field: ``kind`` is how it is shown and read."""

    name: str
    label: str
    kind: str
    is_required: bool
    characters_max: int = CHARACTERS_MAX
    options: tuple[tuple[str, str], ...] = ()
    of_kind: Any = None
    default: Any = None
    hint: str = ""


def fields_of(paper: type[Any], without: Sequence[str] = ()) -> tuple[FieldSpec, ...]:
    """The fields that a form for this act or paper has."""
    hints = get_type_hints(paper, include_extras=True)
    wanted = [member for member in members_of(paper) if member.name not in without]
    # What every act may say stands after what this one says.
    wanted.sort(key=lambda member: _LAST.index(member.name) if member.name in _LAST else -1)
    return tuple(_field(member, hints[member.name], paper.__name__) for member in wanted)


def _field(member: Member[Any], hint: Any, paper: str) -> FieldSpec:
    check = next(iter(getattr(hint, "__metadata__", ())), None)
    bare = getattr(hint, "__origin__", hint) if check is not None else hint
    parts = [part for part in get_args(bare) if part is not type(None)]
    is_optional = get_origin(bare) in (Union, UnionType)
    plain = parts[0] if is_optional else bare
    has_default = member.default is not MISSING or member.default_factory is not MISSING
    kind, options = _kind(member.name, plain, check, is_optional)
    return FieldSpec(
        name=member.name,
        label=check.label if check is not None else field_word(paper, member.name),
        kind=kind,
        is_required=not has_default and kind not in {"tick", "ticks"} and getattr(check, "is_required", True),
        characters_max=getattr(check, "characters_max", CHARACTERS_MAX),
        options=options,
        of_kind=plain,
        default=None if member.default is MISSING else member.default,
        hint=field_hint(paper, member.name),
    )


def _kind(name: str, plain: Any, check: Any, is_optional: bool) -> tuple[str, tuple[tuple[str, str], ...]]:
    match check:
        case checking.Line():
            return "line", ()
        case checking.Text():
            return "prose", ()
        case checking.Lines():
            return "lines", ()
        case checking.Words():
            return "ticks", options_of(check.of_kind)
        case checking.Known():
            return "choice", ()
    if name in _CHOSEN:
        return "choice", ()
    if isinstance(plain, type) and issubclass(plain, Word):
        return "choice", options_of(plain)
    if name in _AGREEMENTS:
        return "yes_no", (("yes", "同意"), ("no", "不同意"))
    if plain is bool:
        return ("yes_no", (("yes", "是"), ("no", "否"))) if is_optional else ("tick", ())
    if get_origin(plain) is tuple:
        return "ticks", ()
    kinds: Mapping[Any, str] = {date: "day", datetime: "moment", int: "number", float: "score"}
    return kinds.get(plain) or ("prose" if name in _PROSE else "line"), ()


def options_of(words: type[Word]) -> tuple[tuple[str, str], ...]:
    """The words of an enumeration as choices."""
    return tuple((word.value, word.label) for word in words)


def read_values(specs: Sequence[FieldSpec], form: FormData, prefix: str = "") -> dict[str, Any]:
    """What was typed, as the act or paper wants it. Raises Refused (INVALID_INPUT) at the first field at fault."""
    return {spec.name: read_value(spec, form, prefix) for spec in specs}


def read_value(spec: FieldSpec, form: FormData, prefix: str = "") -> Any:
    """The value of one field."""
    if spec.kind == "ticks":
        return tuple(one for one in form.getlist(prefix + spec.name) if isinstance(one, str) and one)
    typed = text_of(form, prefix + spec.name)
    if spec.kind == "tick":
        return typed == "yes"
    text = _clean(spec, typed)
    if not text:
        if spec.is_required:
            raise _at_fault(spec, f"请填写“{spec.label}”。")
        return () if spec.kind == "lines" else spec.default
    return _READ[spec.kind](spec, text)


def _clean(spec: FieldSpec, typed: str) -> str:
    text = typed.strip().replace("\r\n", "\n")
    if len(text) > spec.characters_max + 1_000:
        raise _at_fault(spec, f"“{spec.label}”不得超过 {spec.characters_max} 个字符。")
    if _FORBIDDEN.search(text):
        raise _at_fault(spec, f"“{spec.label}”含有不允许的控制字符，请删除后重新填写。")
    return text


def _choice(spec: FieldSpec, text: str) -> Any:
    kind = spec.of_kind
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(text)
        except ValueError:
            raise _at_fault(spec, f"“{spec.label}”没有这一选项，请重新选择。") from None
    return text


def _yes_no(spec: FieldSpec, text: str) -> bool:
    if text not in {"yes", "no"}:
        raise _at_fault(spec, f"请选择“{spec.label}”。")
    return text == "yes"


def _day(spec: FieldSpec, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _at_fault(spec, f"“{spec.label}”应为日期，如 2026-05-22。") from None


def _moment(spec: FieldSpec, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise _at_fault(spec, f"“{spec.label}”应为日期和时间，如 2026-05-22 09:00。") from None


def _number(spec: FieldSpec, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise _at_fault(spec, f"“{spec.label}”应为整数。")
    return int(text)


def _score(spec: FieldSpec, text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if not 0 <= score <= 100:
        raise _at_fault(spec, f"“{spec.label}”应为 0 至 100 之间的数。")
    return score


def _lines(_spec: FieldSpec, text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def _text(_spec: FieldSpec, text: str) -> str:
    return text


_READ: Mapping[str, Callable[[FieldSpec, str], Any]] = {
    "line": _text,
    "prose": _text,
    "lines": _lines,
    "choice": _choice,
    "yes_no": _yes_no,
    "day": _day,
    "moment": _moment,
    "number": _number,
    "score": _score,
    "secret": _text,
}


def _at_fault(spec: FieldSpec, message: str) -> Refused:
    return refuse(RefusalCode.INVALID_INPUT, message, field=spec.name)
