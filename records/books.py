"""The books as the register pins them: which rule set and which version a consultation lives under."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import WorkCalendar
from domain.policy import is_within
from domain.refusals import RuleFinding
from domain.stages import ConsultationState, GatePoint
from records.calendars import Calendars
from records.case_rows import CaseRows
from records.facts import FactsOnDemand
from records.tables.consultations import Consultation, Waiver
from records.tables.rooms import RuleSetVersion
from records.tables.rule_sets import RuleSetAdoption
from regulations.county import with_county
from regulations.gates import judge
from regulations.rule_sets import RuleSet

GATE_POINTS: Mapping[ConsultationState, GatePoint] = {
    **{ConsultationState(point.value): point for point in GatePoint if point.value in set(ConsultationState)},
    ConsultationState.COMPLETED: GatePoint.ARCHIVE,
}
"""The gate that stands before leaving a state."""


LivedUnder = tuple[tuple[datetime, RuleSet], ...]


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
            if is_within(area, version.area):
                return county_version(rule_set, version)
        return rule_set

    def pinned(self, session: Session, row: Consultation) -> RuleSet:
        """The version that the consultation lives under: the one it started with, or adopted since."""
        return self._named(session, row, row.rule_set_version)

    def pinned_version(self, session: Session, row: Consultation) -> RuleSetVersion | None:
        """The county's version that the consultation lives under; None for the region's own."""
        return self._version_named(session, row, row.rule_set_version)

    def lived_under(self, session: Session, row: Consultation) -> LivedUnder:
        """Every version that the consultation has lived under, in order, each with the instant it began to."""
        rule_set = self.rule_sets[row.rule_set_id]
        if row.rule_set_version == rule_set.version:
            return ((row.opened_at, rule_set),)
        adopted = session.scalars(
            select(RuleSetAdoption)
            .where(RuleSetAdoption.consultation_id == row.id)
            .order_by(RuleSetAdoption.recorded_at, RuleSetAdoption.id)
        ).all()
        first = adopted[0].former_version if adopted else row.rule_set_version
        names = [(row.opened_at, first), *((one.recorded_at, one.version) for one in adopted)]
        return tuple((since_at, self._named(session, row, name)) for since_at, name in names)

    def _named(self, session: Session, row: Consultation, name: str) -> RuleSet:
        version = self._version_named(session, row, name)
        rule_set = self.rule_sets[row.rule_set_id]
        return rule_set if version is None else county_version(rule_set, version)

    def _version_named(self, session: Session, row: Consultation, name: str) -> RuleSetVersion | None:
        if name == self.rule_sets[row.rule_set_id].version:
            return None
        for version in session.scalars(
            select(RuleSetVersion).where(
                RuleSetVersion.rule_set_id == row.rule_set_id, RuleSetVersion.version == name
            )
        ):
            if is_within(row.area, version.area):
                return version
        raise LookupError(f"consultation {row.number} pins unknown version {name}")


def version_at(lived_under: LivedUnder, at: datetime) -> RuleSet:
    """Which of the versions that a consultation lived under was its own at that instant; before all, the first."""
    reached = [rule_set for since_at, rule_set in lived_under if since_at <= at]
    return reached[-1] if reached else lived_under[0][1]


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
