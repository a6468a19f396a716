"""One setting of a rule set with its source, and what kind of value it takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.evaluation import WEIGHTS
from domain.words import Word

DEFAULT_SOURCE = "系统默认，可在规则集中修改"
"""What people read beside every number and rule that is ours and not a document's."""

PERIOD_MAX = 366
"""No period of a consultation is longer than a year."""

WEIGHTS_TOTAL = 100
SHARE = ("numerator", "denominator")

ParameterValue = bool | int | str | tuple[str, ...] | tuple[int, ...] | Mapping[str, int]


class RuleSetError(ValueError):
    """A fault in the books. Names the file, the entry and the field; the service does not start on it."""

    def __init__(self, file: str, entry: str, field: str, problem: str) -> None:
        super().__init__(f"{file}: {entry}: {field}: {problem}")
        self.file = file
        self.entry = entry
        self.field = field
        self.problem = problem


class ValueKind(Word):
    """What a county may say of a parameter that is left to it."""

    NUMBERS = "numbers", "数值，可以分层级"
    SHARE = "share", "比例"
    WEIGHTS = "weights", "权重"
    WORDS = "words", "词语"


@dataclass(frozen=True)
class Parameter:
    """One setting with its source. A value of None has not been set and never silently becomes a number.

    `is_county_set` says that a county confirms the value in its own version; `clause` quotes why.
    """

    key: str
    value: ParameterValue | None
    source: str
    is_default: bool = False
    is_county_set: bool = False
    clause: str = ""

    @property
    def is_set(self) -> bool:
        """Whether there is any value."""
        return self.value is not None

    @property
    def is_by_level(self) -> bool:
        """Whether its number may differ from level to level of rooms."""
        return self.key.endswith(("_days", "_by_level"))

    @property
    def kind(self) -> ValueKind:
        """What kind of value a county would give it."""
        if isinstance(self.value, tuple):
            return ValueKind.WORDS
        if isinstance(self.value, Mapping):
            if set(self.value) == set(SHARE):
                return ValueKind.SHARE
            if set(self.value) == set(WEIGHTS):
                return ValueKind.WEIGHTS
        return ValueKind.NUMBERS


def referred(parameters: Mapping[str, Parameter], reference: str) -> ParameterValue | None:
    """The value that "key" or "key.part" stands for. Raises KeyError where there is no such parameter or part."""
    key, _, part = reference.partition(".")
    value = parameters[key].value
    if not part:
        return value
    if not isinstance(value, Mapping):
        raise KeyError(reference)
    return value[part]
