"""Rules that somebody went past: warnings with the reason written for them, and hard rules that were waived."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.bodies import Actor
from domain.stages import ConsultationState
from domain.waivers import competence_label, is_competent
from records.queries.people import named_hand, organisation, organisation_names, person_names
from records.queries.scopes import readable
from records.tables.consultations import Consultation, StageAdvance, Waiver
from regulations.rule_sets import RuleSet


@dataclass(frozen=True)
class WarningsPassed:
    """One step forward in spite of warnings: which rules, why, when, and who took it."""

    stage_advance_id: str
    from_state: ConsultationState
    to_state: ConsultationState
    occurred_on: date
    recorded_at: datetime
    rule_ids: tuple[str, ...]
    reason: str
    by_person_id: str | None
    by_person_name: str
    """“X 代 Y” where a deputy acted."""
    by_organisation_id: str | None
    by_organisation_name: str


@dataclass(frozen=True)
class WaiverGranted:
    """One waived hard rule. ``competence`` names whom the rule itself lets waive it."""

    id: str
    rule_id: str
    reason: str
    granted_on: date
    granted_by_person_id: str
    granted_by_person_name: str
    granted_by_organisation_id: str
    granted_by_organisation_name: str
    competence: str


@dataclass(frozen=True)
class PassedIn:
    """A consultation in which a rule was gone past."""

    consultation_id: str
    number: str
    title: str


@dataclass(frozen=True)
class RuleUse:
    """How often one rule was gone past in a year; a consultation that did it twice stands there twice."""

    rule_id: str
    warned: tuple[PassedIn, ...]
    waived: tuple[PassedIn, ...]


def warnings_passed(session: Session, advances: Sequence[StageAdvance]) -> list[WarningsPassed]:
    """Of these changes of state, those that were made in spite of warnings, in their order."""
    passed = [row for row in advances if row.warned_rule_ids]
    people = person_names(session, [one for row in passed for one in (row.by_person_id, row.on_behalf_of_id)])
    bodies = organisation_names(session, [row.by_organisation_id for row in passed])
    return [
        WarningsPassed(
            stage_advance_id=row.id,
            from_state=row.from_state,
            to_state=row.to_state,
            occurred_on=row.occurred_on,
            recorded_at=row.recorded_at,
            rule_ids=tuple(row.warned_rule_ids),
            reason=row.reason_for_warnings,
            by_person_id=row.by_person_id,
            by_person_name=named_hand(people, row.by_person_id, row.on_behalf_of_id, unknown=""),
            by_organisation_id=row.by_organisation_id,
            by_organisation_name=bodies.get(row.by_organisation_id or "", ""),
        )
        for row in passed
    ]


def waivers_granted(session: Session, rule_set: RuleSet, waivers: Sequence[Waiver]) -> list[WaiverGranted]:
    """These waivers with the names of who granted them, and whom the rule names for it."""
    people = person_names(
        session, [one for row in waivers for one in (row.granted_by_person_id, row.on_behalf_of_id)]
    )
    bodies = organisation_names(session, [row.granted_by_organisation_id for row in waivers])
    return [
        WaiverGranted(
            id=row.id,
            rule_id=row.rule_id,
            reason=row.reason,
            granted_on=row.granted_on,
            granted_by_person_id=row.granted_by_person_id,
            granted_by_person_name=named_hand(
                people, row.granted_by_person_id, row.on_behalf_of_id, unknown=""
            ),
            granted_by_organisation_id=row.granted_by_organisation_id,
            granted_by_organisation_name=bodies.get(row.granted_by_organisation_id, ""),
            competence=competence_label(rule_set.rule(row.rule_id).waivable_by),
        )
        for row in waivers
    ]


def may_waive(session: Session, actor: Actor, waivable_by: str | None) -> bool:
    """Whether the actor is who a rule names for waiving it; the policy is asked apart from this."""
    body = organisation(session, actor.organisation_id)
    return is_competent(waivable_by, body.kind if body else None, actor.role)


def rule_usage(session: Session, actor: Actor, rule_set_id: str, year: int, on: date) -> list[RuleUse]:
    """Per rule that was gone past in that year: in which consultations of the actor's scope. By rule id."""
    scope = (Consultation.rule_set_id == rule_set_id, readable(actor, on))
    warned: dict[str, list[PassedIn]] = defaultdict(list)
    waived: dict[str, list[PassedIn]] = defaultdict(list)
    advances = (
        select(StageAdvance.warned_rule_ids, Consultation.id, Consultation.number, Consultation.title)
        .join(Consultation, Consultation.id == StageAdvance.consultation_id)
        .where(*scope, _in_year(StageAdvance.occurred_on, year))
        .order_by(StageAdvance.recorded_at, StageAdvance.id)
    )
    for rule_ids, *case in session.execute(advances):
        for rule_id in rule_ids:
            warned[rule_id].append(PassedIn(*case))
    granted = (
        select(Waiver.rule_id, Consultation.id, Consultation.number, Consultation.title)
        .join(Consultation, Consultation.id == Waiver.consultation_id)
        .where(*scope, _in_year(Waiver.granted_on, year))
        .order_by(Waiver.granted_on, Waiver.id)
    )
    for rule_id, *case in session.execute(granted):
        waived[rule_id].append(PassedIn(*case))
    return [
        RuleUse(rule_id, tuple(warned[rule_id]), tuple(waived[rule_id]))
        for rule_id in sorted(warned.keys() | waived.keys())
    ]


def _in_year(day: InstrumentedAttribute[date], year: int) -> ColumnElement[bool]:
    return day.between(date(year, 1, 1), date(year, 12, 31))
