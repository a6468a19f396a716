"""A form as it stands on a page: its fields with what was typed, and the complaint at the field at fault."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from starlette.datastructures import FormData

from api.pages.fields import FieldSpec, Options
from api.pages.visits import text_of
from domain.calendar import SHANGHAI
from domain.refusals import Refusal, RefusalCode

RESUBMITTED = "该表单已经提交过一次，而内容又有改动。请核对后再次提交；如不需要，离开本页即可。"


@dataclass(frozen=True)
class Attempt:
    """A form that was sent and refused: what was typed, and why not."""

    form_id: str = ""
    typed: FormData = field(default_factory=FormData)
    refusal: Refusal | None = None

    @property
    def message(self) -> str:
        """The refusal in words for a page."""
        if self.refusal is None:
            return ""
        return RESUBMITTED if self.refusal.code is RefusalCode.KEY_REUSED else self.refusal.message


NO_ATTEMPT = Attempt()


@dataclass(frozen=True)
class ShownField:
    """One field with its value: a text, or the values ticked."""

    spec: FieldSpec
    html_id: str
    value: str
    ticked: frozenset[str]
    options: tuple[tuple[str, str], ...]
    error: str


@dataclass(frozen=True)
class ShownForm:
    """One form, ready to be shown. ``key`` is fresh every time, so that each showing can count once."""

    id: str
    address: str
    title: str
    button: str
    fields: tuple[ShownField, ...]
    hidden: Mapping[str, str]
    is_grave: bool
    is_primary: bool
    error: str
    refusal: Refusal | None
    hint: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    def named(self, name: str) -> ShownField:
        """One of its fields."""
        return next(one for one in self.fields if one.spec.name == name)


def show_form(
    form_id: str,
    specs: Sequence[FieldSpec],
    attempt: Attempt,
    *,
    address: str,
    title: str,
    button: str,
    initial: Mapping[str, Any] | None = None,
    options: Mapping[str, Options] | None = None,
    hidden: Mapping[str, str] | None = None,
    is_grave: bool = False,
    is_primary: bool = False,
    hint: str = "",
) -> ShownForm:
    """The form with its initial values, or with what was typed when this very form was refused."""
    is_mine = attempt.form_id == form_id
    refusal = attempt.refusal if is_mine else None
    at_fault = refusal.field.split("[")[0] if refusal else ""
    kept = hidden or {}
    shown = []
    for spec in specs:
        if spec.name in kept:
            continue
        html_id = f"{form_id}-{spec.name}"
        given = (initial or {}).get(spec.name, spec.default)
        value, ticked = _typed(spec, attempt.typed) if is_mine else _initial(spec, given)
        choices = tuple((options or {}).get(spec.name, spec.options))
        error = attempt.message if refusal and spec.name == at_fault else ""
        shown.append(ShownField(spec, html_id, value, ticked, choices, error))
    return ShownForm(
        id=form_id,
        address=address,
        title=title,
        button=button,
        fields=tuple(shown),
        hidden={"form_id": form_id, **kept},
        is_grave=is_grave,
        is_primary=is_primary,
        error=attempt.message if is_mine else "",
        refusal=refusal,
        hint=hint,
    )


def _typed(spec: FieldSpec, typed: FormData) -> tuple[str, frozenset[str]]:
    if spec.kind in {"ticks", "tick"}:
        return "", frozenset(one for one in typed.getlist(spec.name) if isinstance(one, str))
    # A password is never sent back.
    return "" if spec.kind == "secret" else text_of(typed, spec.name), frozenset()


def _initial(spec: FieldSpec, given: Any) -> tuple[str, frozenset[str]]:
    match given:
        case None:
            return "", frozenset()
        case bool():
            return ("yes" if given else "no"), frozenset({"yes"} if given else ())
        case datetime():
            return given.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M"), frozenset()
        case date():
            return given.isoformat(), frozenset()
        case list() | tuple() | set() | frozenset():
            return "\n".join(map(str, given)), frozenset(map(str, given))
    # Zero as a default says "not given".
    return ("" if given == 0 and spec.kind in {"number", "score"} else str(given)), frozenset()
