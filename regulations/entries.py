"""One table of a rule-set file while it is read; every fault names file, entry and field."""

from collections.abc import Mapping
from dataclasses import MISSING
from enum import Enum
from types import MappingProxyType
from typing import Any, get_args, get_origin

from regulations.parameters import RuleSetError


class Entry:
    """One table of a file while it is read: hands out its fields and complains about what is left."""

    def __init__(self, file: str, name: str, table: object) -> None:
        self.file = file
        self.name = name
        if not isinstance(table, dict):
            raise RuleSetError(file, name, "-", "须为表（table）")
        self._table: dict[str, Any] = dict(table)

    def fault(self, field: str, problem: str) -> RuleSetError:
        """The exception to raise."""
        return RuleSetError(self.file, self.name, field, problem)

    def take(self, field: str, kind: Any, default: Any = MISSING) -> Any:
        """The field as `kind` (see `converted`); without a default it must be there."""
        if field not in self._table:
            if default is MISSING:
                raise self.fault(field, "缺少此项")
            return default
        try:
            return converted(self._table.pop(field), kind)
        except ValueError as problem:
            raise self.fault(field, str(problem)) from problem

    def one_of(self, field: str, words: frozenset[str], default: Any = MISSING) -> str:
        """A text out of a fixed vocabulary."""
        word: str = self.take(field, str, default)
        if word not in words:
            raise self.fault(field, f"未知的值“{word}”，可用：{'、'.join(sorted(words))}")
        return word

    def raw(self, field: str) -> Any:
        """The field as the file has it, or None."""
        return self._table.pop(field, None)

    def end(self) -> None:
        """Complain about fields nobody asked for: a misspelt field must not be silently ignored."""
        for field in self._table:
            raise self.fault(field, "未知的项")


def converted(value: object, kind: Any) -> Any:
    """`value` as `kind`: int, bool, str, a word of the language, a table of integers, or a tuple, nested.

    Raises ValueError with the reason in Chinese.
    """
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise ValueError(f"须为列表，而不是 {value!r}")
        return tuple(converted(each, get_args(kind)[0]) for each in value)
    if get_origin(kind) is Mapping:
        if not isinstance(value, Mapping) or not all(type(each) is int for each in value.values()):
            raise ValueError(f"须为整数表，而不是 {value!r}")
        return MappingProxyType({converted(key, get_args(kind)[0]): each for key, each in value.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError:
            known = "、".join(str(member.value) for member in kind)
            raise ValueError(f"未知的值 {value!r}，可用：{known}") from None
    if type(value) is not kind:
        raise ValueError(f"须为 {kind.__name__}，而不是 {value!r}")
    return value
