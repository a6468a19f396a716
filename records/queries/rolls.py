"""Who is on the list and who came, counted and judged exactly as the gates do, before anything is written."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bodies import RoomLevel
from domain.calendar import WorkCalendar
from domain.facts import ParticipantFacts, SessionFacts
from domain.matters import ConsultationKind, ParticipantKind, SessionState
from domain.refusals import RuleFinding
from domain.stages import GatePoint
from records.facts import FactsOnDemand
from records.session_facts import participant_of, session_facts
from records.tables.consultations import Consultation, Waiver
from records.tables.deliberations import (
    ConsultationSession,
    DepartmentPresenceRow,
    Participant,
    SignIn,
    Statement,
)
from regulations.checks.counting import counted, is_direct, is_mass
from regulations.checks.participants import Among
from regulations.gates import judge
from regulations.rule_sets import RuleSet

_SHARES = {"direct_stakeholders_are_at_least": "direct", "mass_representatives_are_at_least": "mass"}


@dataclass(frozen=True)
class RollCount:
    """How many count in the ratios, and how many of them in each of the two qualities."""

    total: int
    direct: int
    mass: int


@dataclass(frozen=True)
class ShareAsked:
    """One share that a rule asks for: ``part`` is "direct" or "mass"; part × denominator ≥ total × numerator."""

    rule_id: str
    part: str
    numerator: int
    denominator: int


@dataclass(frozen=True)
class DayOnRecord:
    """One session with what is written down of it so far."""

    meeting: ConsultationSession
    people: list[Participant]
    signed_in: frozenset[str]
    presences: list[DepartmentPresenceRow]
    statements: list[Statement]


def facts_on_roll(rows: Collection[Participant]) -> tuple[ParticipantFacts, ...]:
    """The listed people as the ratios see them."""
    return tuple(map(participant_of, rows))


def count_roll(people: Collection[ParticipantFacts]) -> RollCount:
    """Everyone who counts, and the two parts."""
    whole = counted(people)
    return RollCount(len(whole), sum(map(is_direct, whole)), sum(map(is_mass, whole)))


def shares_asked(
    rule_set: RuleSet, level: RoomLevel, kind: ConsultationKind, among: Among
) -> tuple[ShareAsked, ...]:
    """The shares that the rules ask of the list, or of the sign-in."""
    asked = []
    for rule in rule_set.rules:
        part, given = _SHARES.get(rule.check), rule.arguments
        if part and given.get("among") == among and rule.applies_to(level, kind):
            numerator, denominator = (int(str(given[name])) for name in ("numerator", "denominator"))
            asked.append(ShareAsked(rule.id, part, numerator, denominator))
    return tuple(asked)


def roll_findings(
    session: Session,
    calendar: WorkCalendar,
    rule_set: RuleSet,
    row: Consultation,
    today: date,
    people: tuple[ParticipantFacts, ...],
) -> tuple[RuleFinding, ...]:
    """Every rule on the list, judged as if exactly these people stood on it."""
    facts = FactsOnDemand(session, row, today, rule_set, calendar)
    departments = (one for one in people if one.kind is ParticipantKind.DEPARTMENT)
    vars(facts).update(
        participants=people,
        invited_units=frozenset(one.organisation_id for one in departments if one.organisation_id),
    )
    findings = judge(rule_set, GatePoint.PARTICIPANTS, facts, _waived(session, row))
    return tuple(one for one in findings if one.field == "participants")


def day_findings(
    session: Session,
    calendar: WorkCalendar,
    rule_set: RuleSet,
    row: Consultation,
    today: date,
    day: DayOnRecord,
) -> tuple[RuleFinding, ...]:
    """What the gate after 开展协商 finds if this session counts as the one held: what is still missing of its day."""
    facts = FactsOnDemand(session, row, today, rule_set, calendar)
    came = facts_on_roll([one for one in day.people if one.id in day.signed_in])
    alone = session_facts(day.meeting, came, day.presences, day.statements)
    if alone.notice_sent_on is not None:
        notice = calendar.workdays_between(alone.notice_sent_on, alone.held_on)
        alone = replace(alone, notice_workdays=notice)
    vars(facts).update(sessions=(replace(alone, state=SessionState.HELD),), _people=day.people)
    return judge(rule_set, GatePoint.DELIBERATION, facts, _waived(session, row))


def sign_in_findings(
    session: Session,
    calendar: WorkCalendar,
    rule_set: RuleSet,
    row: Consultation,
    on: date,
    came: Collection[Participant],
) -> tuple[RuleFinding, ...]:
    """The rules on the sign-in, judged as if exactly these people had signed in at a session held that day."""
    facts = FactsOnDemand(session, row, on, rule_set, calendar)
    alone = SessionFacts(held_on=on, state=SessionState.HELD, attendance=facts_on_roll(came))
    vars(facts).update(sessions=(alone,))
    rules = tuple(one for one in rule_set.rules if one.arguments.get("among") == Among.SIGN_IN)
    return judge(replace(rule_set, rules=rules), GatePoint.DELIBERATION, facts, _waived(session, row))


def _waived(session: Session, row: Consultation) -> frozenset[str]:
    return frozenset(session.scalars(select(Waiver.rule_id).where(Waiver.consultation_id == row.id)))


def roll_since_sessions(session: Session, consultation_id: str) -> tuple[bool, frozenset[str]]:
    """Whether a session was held, and everybody who has signed in at any session: they stay on the list."""
    query = (
        select(ConsultationSession.state, SignIn.participant_id)
        .join(SignIn, SignIn.session_id == ConsultationSession.id, isouter=True)
        .where(ConsultationSession.consultation_id == consultation_id)
    )
    found = session.execute(query).all()
    came = frozenset(participant_id for _, participant_id in found if participant_id)
    return any(state is SessionState.HELD for state, _ in found), came
