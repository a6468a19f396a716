"""All tables. Importing this package makes ``Base.metadata`` complete."""

from records.base import Base
from records.tables import (
    audit,
    calendars,
    consultations,
    daily_rounds,
    deliberations,
    inspections,
    letters,
    notice_ways,
    obligations,
    outcomes,
    people,
    plans,
    rooms,
    rule_sets,
    seals,
    visits,
    work_log,
)

__all__ = [
    "Base",
    "audit",
    "calendars",
    "consultations",
    "daily_rounds",
    "deliberations",
    "inspections",
    "letters",
    "notice_ways",
    "obligations",
    "outcomes",
    "people",
    "plans",
    "rooms",
    "rule_sets",
    "seals",
    "visits",
    "work_log",
]
