"""One form of the catalogue: what it reads, what it writes, what it says when done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from api.pages.fields import FieldSpec, fields_of
from domain.acts import Act
from records.books import Books
from records.pen import Pen
from records.personal_data import PersonalDataVault


@dataclass(frozen=True)
class Place:
    """Where a form writes: the consultation, and the part of it that the form is about."""

    consultation_id: str
    subject_id: str
    vault: PersonalDataVault
    books: Books
    link: str


Write = Callable[[Pen, Place, Any], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class FormSpec:
    """One form. ``page`` is the page of the consultation on which it stands.

    One that ``outlasts`` the consultation may still be used after its end, where there are effects to record.
    """

    noun: str
    page: str
    title: str
    button: str
    done: str
    reads: type[Any]
    without: tuple[str, ...] = ()
    permit: str = "prepare_papers"
    write: Write | None = None
    is_grave: bool = False
    outlasts: bool = False
    hint: str = ""

    @property
    def act(self) -> type[Act] | None:
        """The act that the form sends, None for a paper."""
        return self.reads if self.write is None else None

    @cached_property
    def fields(self) -> tuple[FieldSpec, ...]:
        """What the form asks for."""
        return fields_of(self.reads, ("by", *self.without))


def act_form(noun: str, act: type[Act], page: str, **words: Any) -> FormSpec:
    """The form of an act; its permit is the act's own."""
    return FormSpec(noun=noun, page=page, reads=act, permit=act.name, **words)
