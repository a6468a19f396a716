"""The one way in which an idea has both a stored word (English) and a shown word (Chinese)."""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """An enum whose members are stored as their value and shown to people as their ``label``."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
