"""The books as the register pins them: which rule set and which version a consultation lives under."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import WorkCalendar
from domain.refusals import RuleFinding
from domain.stages import ConsultationState, GatePoint
from records.calendars import Calendars
from records.case_rows import CaseRows
from records.facts import FactsOnDemand
from records.tables.consultations import Consultation, Waiver
from records.tables.rooms import RuleSetVersion
from regulations.county import with_county
from regulations.gates import judge
from regulations.rule_sets import RuleSet

GATE_POINTS: Mapping[ConsultationState, GatePoint] = {
    **{ConsultationState(point.value): point for point in GatePoint if point.value in set(ConsultationState)},
    ConsultationState.COMPLETED: GatePoint.ARCHIVE,
}
"""The gate that stands before leaving a state."""


@dataclass(frozen=True)
class Books:
    """The rule sets and the working calendar that the service was started with.

    ``calendar`` is the shipped one; :meth:`calendar_in` has what was imported since.
    """

    rule_sets: Mapping[str, RuleSet]
    calendar: WorkCalendar

    @cached_property
    def calendars(self) -> Calendars:
        """The calendars of all areas, kept for as long as the process runs."""
        return Calendars(self.calendar)

    def calendar_in(self, session: Session, area: str = "", unit_id: str | None = None) -> WorkCalendar:
        """The working calendar of an area (and unit) as the register has it; earlier versions by their name."""
        return self.calendars.of(session, area, unit_id)

    def in_force(self, session: Session, rule_set_id: str, area: str, on: date) -> RuleSet:
        """The version in force in an area on a day: the region's own, or what the county has published."""
        rule_set = self.rule_sets[rule_set_id]
        published = session.scalars(
            select(RuleSetVersion)
            .where(RuleSetVersion.rule_set_id == rule_set_id, RuleSetVersion.effective_on <= on)
            .order_by(RuleSetVersion.effective_on.desc(), RuleSetVersion.published_at.desc())
        )
        for version in published:
            if area == version.area or area.startswith(version.area + "/"):
                return county_version(rule_set, version)
        return rule_set

    def pinned(self, session: Session, row: Consultation) -> RuleSet:
        """The version the consultation started with."""
        rule_set = self.rule_sets[row.rule_set_id]
        if row.rule_set_version == rule_set.version:
            return rule_set
        for version in session.scalars(
            select(RuleSetVersion).where(
                RuleSetVersion.rule_set_id == row.rule_set_id, RuleSetVersion.version == row.rule_set_version
            )
        ):
            if row.area == version.area or row.area.startswith(version.area + "/"):
                return county_version(rule_set, version)
        raise LookupError(f"consultation {row.number} pins unknown version {row.rule_set_version}")


def county_version(rule_set: RuleSet, version: RuleSetVersion) -> RuleSet:
    """The region's rule set as a published version of a county has it."""
    return with_county(rule_set, version.parameters, version.version, version.ladders)


def gate_findings(
    session: Session,
    rule_set: RuleSet,
    calendar: WorkCalendar,
    row: Consultation,
    today: date,
    rows: CaseRows | None = None,
) -> tuple[RuleFinding, ...]:
    """Every rule that stands before the next state, judged now. The pages and the deed ask the same.

    ``rows`` are what the same transaction has read of the consultation already.
    """
    point = GATE_POINTS.get(row.state)
    if point is None:
        return ()
    rows = rows or CaseRows(session, row)
    facts = FactsOnDemand(session, row, today, rule_set, calendar, rows)
    return judge(rule_set, point, facts, frozenset(one.rule_id for one in rows.of(Waiver)))
