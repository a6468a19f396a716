"""The quotas of a year: what the law asks for by number, what is covered, and who is behind on a warning day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.figures import Figure, FigurePart, Standing
from regulations.rule_sets import Rule

COVERAGE = frozenset({"room_coverage", "liaison_coverage", "members_without_room", "leader_attended_share"})
"""Figures that belong here although the law gives some of them no number."""


@dataclass(frozen=True)
class QuotaWarning:
    """A quota that was not reached on a warning day that has come, with the parts that are behind."""

    figure: Figure
    warned_on: date
    behind: tuple[FigurePart, ...]


_REQUIREMENTS = frozenset({"minimum", "minimums", "minimum_percent"})


def may_be_quota(rule: Rule) -> bool:
    """Whether the rule asks for a number (set or not) or for coverage, so that it need be counted at all."""
    return rule.counter in COVERAGE or bool(_REQUIREMENTS.intersection(rule.arguments))


def quotas(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """The figures that are held against a number, that wait for one (未设定), or that say what is covered."""
    return tuple(one for one in figures if one.standing is not Standing.COUNTED or one.counter in COVERAGE)


def warnings(figures: Iterable[Figure], today: date) -> tuple[QuotaWarning, ...]:
    """What people should look at now: quotas missed on the last warning day that has come."""
    found = []
    for figure in figures:
        passed = [on for on in figure.warning_on if on <= today]
        if passed and figure.standing is Standing.MISSED:
            behind = tuple(one for one in figure.parts if one.standing is Standing.MISSED)
            found.append(QuotaWarning(figure, passed[-1], behind))
    return tuple(found)


def next_warning_on(figures: Sequence[Figure], today: date) -> date | None:
    """The next day on which people look; None when there is none left in the year."""
    ahead = {on for figure in figures for on in figure.warning_on if on > today}
    return min(ahead, default=None)
