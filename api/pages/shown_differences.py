"""The difference of two versions in words: parameters, rules and rungs, each before and after."""

from dataclasses import dataclass

from domain.ladder import Rung
from domain.ladder_terms import MeasuredFrom, RungAfter, RungOpens, Told
from domain.notices import NoticeKind
from regulations.differences import Differences
from regulations.parameter_words import parameter_word, value_words
from regulations.parameters import DEFAULT_SOURCE, Parameter
from regulations.rule_effects import cited
from regulations.rule_sets import RuleSet


@dataclass(frozen=True)
class DifferenceLine:
    """One entry: what it is, before, after, and what it rests on."""

    what: str
    old: str
    new: str
    rests_on: str


@dataclass(frozen=True)
class ShownDifferences:
    """Everything that differs, ready to be read."""

    parameters: tuple[DifferenceLine, ...]
    rules: tuple[DifferenceLine, ...]
    rungs: tuple[DifferenceLine, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.parameters or self.rules or self.rungs)


def shown_differences(rule_set: RuleSet, found: Differences) -> ShownDifferences:
    """The words of a difference between two versions of the rule set."""
    return ShownDifferences(
        parameters=tuple(
            DifferenceLine(
                parameter_word(one.key),
                value_words(one.narrowed[0]),
                value_words(one.narrowed[1]),
                basis_words(rule_set, one.parameter),
            )
            for one in found.parameters
        ),
        rules=tuple(
            DifferenceLine(
                one.rule.id,
                one.old,
                one.new,
                f"“{one.rule.clause}”" if not one.rule.is_default else DEFAULT_SOURCE,
            )
            for one in found.rules
        ),
        rungs=tuple(
            DifferenceLine(
                f"{one.kind.label}：{letter_words(one.new or one.old)}",
                rung_words(one.old),
                rung_words(one.new),
                one.change.label,
            )
            for one in found.rungs
        ),
    )


def basis_words(rule_set: RuleSet, parameter: Parameter) -> str:
    """Where the parent's value comes from: the document's clause, or our default."""
    parent = rule_set.parameters[parameter.key]
    source = DEFAULT_SOURCE if parent.is_default else cited(rule_set, parent.source)
    clause = parent.clause.replace("“", "‘").replace("”", "’")
    return f"{source}：“{clause}”" if clause else source


def rung_words(rung: Rung | None) -> str:
    """One rung in a sentence: when, which colour, which letter to whom, what it opens."""
    if rung is None:
        return "—"
    told = "、".join(Told(one).label for one in rung.tell)
    parts = [
        when_words(rung),
        rung.colour.label,
        f"发“{NoticeKind(rung.notice).label}”告知{told}",
    ]
    if rung.opens:
        parts.append(RungOpens(rung.opens).label)
    if rung.after != RungAfter.ANY.value:
        parts.append(f"限{RungAfter(rung.after).label}")
    if rung.min_budget_workdays:
        parts.append(f"限不短于 {rung.min_budget_workdays} 个工作日的期限")
    return "；".join(parts)


def letter_words(rung: Rung | None) -> str:
    """A rung by its letter and colour."""
    return f"{NoticeKind(rung.notice).label}（{rung.colour.label}）" if rung else ""


def when_words(rung: Rung) -> str:
    """On which day a rung comes."""
    start = MeasuredFrom(rung.measured_from).label
    if rung.offset_workdays == 0:
        return f"{start}当日"
    side = "前" if rung.offset_workdays < 0 else "后"
    return f"{start}{side} {abs(rung.offset_workdays)} 个工作日"
