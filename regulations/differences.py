"""What differs between two versions of one rule set: parameters, the rules that take them, and the rungs of ladders."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from domain.bodies import RoomLevel
from domain.ladder import Ladder, Rung
from domain.matters import ObligationKind
from domain.words import Word
from regulations.county import PERIOD_PARAMETERS
from regulations.parameters import Parameter, ParameterValue
from regulations.rule_effects import effect_words
from regulations.rule_sets import Rule, RuleSet


class Change(Word):
    """What became of one entry."""

    ADDED = "added", "新增"
    REMOVED = "removed", "取消"
    AMENDED = "amended", "变更"


@dataclass(frozen=True)
class ParameterChange:
    """One parameter with its value before and after, and the clause that it goes back to."""

    parameter: Parameter
    old: ParameterValue | None
    new: ParameterValue | None

    @property
    def key(self) -> str:
        """Which parameter."""
        return self.parameter.key

    @property
    def narrowed(self) -> tuple[object, object]:
        """Before and after, of numbers by level only the levels that differ."""
        if not self.parameter.is_by_level or not isinstance(self.new, Mapping):
            return self.old, self.new
        before = self.old if isinstance(self.old, Mapping) else dict.fromkeys(self.new, self.old)
        differing = [level for level, days in self.new.items() if before.get(level) != days]
        return {level: before.get(level) for level in differing}, {
            level: self.new[level] for level in differing
        }


@dataclass(frozen=True)
class RuleChange:
    """One rule that says something else because of its parameters, in words before and after."""

    rule: Rule
    old: str
    new: str


@dataclass(frozen=True)
class RungChange:
    """One rung of the ladder of one kind of obligation, before and after."""

    kind: ObligationKind
    change: Change
    old: Rung | None
    new: Rung | None

    @property
    def name(self) -> str:
        """Which rung."""
        rung = self.new or self.old
        return rung.name if rung else ""


@dataclass(frozen=True)
class Differences:
    """Everything that differs."""

    parameters: tuple[ParameterChange, ...]
    rules: tuple[RuleChange, ...]
    rungs: tuple[RungChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two say the same."""
        return not (self.parameters or self.rules or self.rungs)

    @property
    def chased_otherwise(self) -> frozenset[ObligationKind]:
        """The obligations whose ladder differs."""
        return frozenset(one.kind for one in self.rungs)


def differences(old: RuleSet, new: RuleSet) -> Differences:
    """What the newer version says otherwise than the older one of the same rule set."""
    return Differences(
        parameters=tuple(_parameters(old.parameters, new.parameters)),
        rules=tuple(_rules(old, new)),
        rungs=tuple(
            change
            for kind in ObligationKind
            if kind in old.ladders and kind in new.ladders
            for change in _rungs(kind, old.ladders[kind], new.ladders[kind])
        ),
    )


def period_differs(old: RuleSet, new: RuleSet, kind: ObligationKind, level: RoomLevel) -> bool:
    """Whether obligations of this kind get another period in rooms of this level."""
    return any(
        days_at(old, key, level) != days_at(new, key, level) for key in PERIOD_PARAMETERS.get(kind, ())
    )


def days_at(rule_set: RuleSet, key: str, level: RoomLevel) -> int | None:
    """The working days that a parameter gives rooms of this level; None where nobody has set them."""
    value = rule_set.parameter(key).value
    days = value.get(level.value) if isinstance(value, Mapping) else value
    return days if isinstance(days, int) else None


def _parameters(old: Mapping[str, Parameter], new: Mapping[str, Parameter]) -> Iterator[ParameterChange]:
    for key, parameter in new.items():
        before = old[key].value
        if before != parameter.value:
            yield ParameterChange(parameter, before, parameter.value)


def _rules(old: RuleSet, new: RuleSet) -> Iterator[RuleChange]:
    before = {rule.id: rule for rule in old.rules}
    for rule in new.rules:
        former = before[rule.id]
        if former.arguments != rule.arguments:
            yield RuleChange(rule, effect_words(former), effect_words(rule))


def _rungs(kind: ObligationKind, old: Ladder, new: Ladder) -> Iterator[RungChange]:
    before = {rung.name: rung for rung in old.rungs}
    after = {rung.name: rung for rung in new.rungs}
    for name in dict.fromkeys((*before, *after)):
        former, rung = before.get(name), after.get(name)
        if former is None:
            yield RungChange(kind, Change.ADDED, None, rung)
        elif rung is None:
            yield RungChange(kind, Change.REMOVED, former, None)
        elif _as_set(former) != _as_set(rung):
            yield RungChange(kind, Change.AMENDED, former, rung)


def _as_set(rung: Rung) -> Rung:
    """The rung with those it tells in one order: in which order they are named says nothing."""
    return replace(rung, tell=tuple(sorted(rung.tell)))
