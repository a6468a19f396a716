"""Quotas and participation as the API shows them."""

from datetime import date

from api.fields import Shown
from api.shown.figures import RuleSetFigures


class QuotaWarningShown(Shown):
    """A quota missed on a warning day that has come, and the parts that are behind."""

    rule_set_id: str
    rule_id: str
    title: str
    warned_on: date
    behind: list[str]


class QuotasShown(Shown):
    """The quotas of one area and one calendar year, as of today."""

    area: str
    year: int
    today: date
    next_warning_on: date | None
    warnings: list[QuotaWarningShown]
    rule_sets: list[RuleSetFigures]


class ParticipationShown(Shown):
    """One member's year; ``numbers`` follow the headings."""

    name: str
    bodies: list[str]
    rooms: list[str]
    numbers: list[int]


class ParticipationsShown(Shown):
    """The members of an area, by name."""

    area: str
    year: int
    formula: str
    headings: list[str]
    members: list[ParticipationShown]
