"""The consultation as a whole: opening, going on, coming back, ending."""

from datetime import date

from sqlalchemy import func, select

from activities.approvals import PARTY_KINDS, current_chain
from activities.case import Case
from activities.deeds import records
from activities.openings import co_organisers_of, lead_of
from activities.stage_entries import everyone_concerned, on_entering
from domain.acts import (
    AdvanceStage,
    OpenConsultation,
    RejectTopic,
    ReturnToTopic,
    TerminateConsultation,
)
from domain.audit_actions import AuditAction
from domain.matters import ConsultationKind, Exclusion
from domain.refusals import RefusalCode, RuleFinding, refuse
from domain.stages import FINAL_STATES, ConsultationState
from notifications.notices import Rejected, Terminated
from records.books import gate_findings
from records.linked_cases import require_parent
from records.papers.topic_returns import require_complete
from records.recipients import organisers_of, proposers_of
from records.tables.consultations import Consultation, NumberSeries, Topic
from records.tables.rooms import Room
from records.vacancies import require_convened
from regulations.gates import unmet
from regulations.rule_sets import RuleSet

EXCLUSION_ANSWERS = {
    Exclusion.PUBLIC_MORALS: "is_against_public_morals",
    Exclusion.SETTLED_BY_LAW: "is_settled_by_law",
    Exclusion.INDIVIDUAL_DISPUTE: "is_individual_dispute",
}


@records(OpenConsultation)
def record_opening(case: Case, act: OpenConsultation) -> str:
    """Fill the new row: number, bodies of the room, and the rule set and calendar that are pinned from now on."""
    session, row = case.session, case.row
    room = session.get(Room, act.room_id)
    # Locked, so that of two openings on one topic the second sees the first.
    topic = session.get(Topic, act.topic_id, with_for_update=True)
    if room is None or topic is None:
        raise refuse(
            RefusalCode.NOT_FOUND,
            "未找到该协商议事室。" if room is None else "未找到该议题。",
            field="room_id" if room is None else "topic_id",
        )
    if topic.rejected_on is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该议题已不予受理，不能发起协商。", field="topic_id")
    require_complete(topic)
    taken = select(func.count()).where(
        Consultation.topic_id == topic.id, Consultation.state.not_in(FINAL_STATES)
    )
    if session.scalar(taken):
        raise refuse(RefusalCode.STATE_FORBIDS, "该议题已有进行中的协商。", field="topic_id")
    require_convened(session, case.books, room, act.occurred_on)
    rule_set = case.books.in_force(session, room.rule_set_id, room.area, act.occurred_on)
    row.number = _next_number(case, room, rule_set, act.occurred_on)
    row.title = topic.title
    row.kind = ConsultationKind(act.kind)
    row.room_id, row.topic_id, row.area = room.id, topic.id, room.area
    row.rule_set_id, row.rule_set_version = rule_set.id, rule_set.version
    row.calendar_version = case.calendar.version
    row.leading_party_id, row.owner_id, row.operator_id = (
        room.leading_party_id,
        room.owner_id,
        room.operator_id,
    )
    row.commissioned_by_id = act.commissioned_by
    if act.parent_id is not None:
        row.parent_id = require_parent(session, row, act.parent_id).id
    row.lead_person_id = lead_of(case, act, room)
    row.co_organiser_ids = co_organisers_of(case, act, room)
    row.state, row.version, row.round, row.is_suspended = ConsultationState.PLATFORM, 0, 1, False
    row.opened_on = row.entered_state_on = act.occurred_on
    row.opened_at = case.pen.at
    session.add(row)
    session.flush()
    case.permit(act)
    case.check_date(act)
    case.note(
        AuditAction.CONSULTATION_OPENED,
        "consultation",
        row.id,
        new={
            "number": row.number,
            "title": row.title,
            "room_id": room.id,
            "topic_id": topic.id,
            "rule_set": f"{rule_set.id} {rule_set.version}",
            "calendar": row.calendar_version,
            **({"lead_person_id": row.lead_person_id} if row.lead_person_id else {}),
            **(
                {"co_organisers": [case.body_name(one) for one in row.co_organiser_ids]}
                if act.co_organiser_ids
                else {}
            ),
        },
        note=act.note,
    )
    on_entering(case, row.state, act.occurred_on)
    return row.id


@records(AdvanceStage)
def record_stage_advance(case: Case, act: AdvanceStage) -> str:
    """Judge the gate on the facts of this transaction; go on, or refuse with every rule that is not met."""
    if act.expected_state is not case.row.state:
        raise refuse(
            RefusalCode.STALE_FORM,
            f"协商已处于「{case.row.state.label}」，您看到的是「{act.expected_state.label}」，请刷新后再操作。",
            field="expected_state",
        )
    case.permit(act)
    case.check_date(act, case.row.entered_state_on)
    findings = gate_findings(case.session, case.rule_set, case.calendar, case.row, act.occurred_on)
    source = case.row.state
    warned = [finding.rule_id for finding in findings if finding.warns]
    target = case.move(
        "advance",
        act,
        unmet=unmet(findings, reasons_given=bool(act.reason_for_warnings.strip())),
        reason_for_warnings=act.reason_for_warnings,
        warned_rule_ids=warned,
    )
    on_entering(case, target, act.occurred_on)
    case.note(
        AuditAction.STAGE_ADVANCED,
        "consultation",
        case.row.id,
        old={"state": source},
        new={
            "state": target,
            "occurred_on": act.occurred_on.isoformat(),
            **({"passed_warnings": warned} if warned else {}),
        },
        rule_ids=_rules_that_spoke(findings),
        note=act.reason_for_warnings or act.note,
    )
    return case.row.id


@records(ReturnToTopic)
def record_return_to_topic(case: Case, act: ReturnToTopic) -> str:
    """不宜协商: the topic goes back, and its chain of approvals begins anew."""
    case.permit(act)
    case.check_date(act, case.row.entered_state_on)
    source = case.row.state
    target = case.move("return_to_topic", act)
    on_entering(case, target, act.occurred_on)
    case.note(
        AuditAction.RETURNED_TO_TOPIC,
        "consultation",
        case.row.id,
        old={"state": source},
        new={"state": target},
        note=act.reason,
    )
    return case.row.id


@records(RejectTopic)
def record_rejection(case: Case, act: RejectTopic) -> str:
    """不予受理 with a written reason and 分流; it never counts in any quota (domain.md §2.9)."""
    case.permit(act)
    case.check_date(act)
    topic = case.session.get_one(Topic, case.row.topic_id)
    target = case.move("reject", act)
    topic.exclusion, topic.diversion = act.exclusion, act.diversion
    topic.rejection_reason, topic.rejected_on = act.reason, act.occurred_on
    if act.exclusion in EXCLUSION_ANSWERS:
        setattr(topic, EXCLUSION_ANSWERS[act.exclusion], True)
    on_entering(case, target, act.occurred_on)
    clause, article = _exclusion_clause(case.rule_set)
    today = case.pen.today
    case.post(
        organisers_of(case.session, case.row, today) + proposers_of(case.session, topic, today),
        Rejected(
            consultation_number=case.row.number,
            consultation_title=case.row.title,
            link=case.link(),
            decided_on=act.occurred_on,
            decided_by=case.body_name(act.by.organisation_id),
            reason=act.reason,
            clause=clause,
            article=article,
            source=case.rule_set.title,
            diverted_to=(act.diversion.label,),
        ),
    )
    case.note(
        AuditAction.REJECTED,
        "consultation",
        case.row.id,
        new={"state": target, "exclusion": act.exclusion, "diversion": act.diversion},
        note=act.reason,
    )
    return case.row.id


@records(TerminateConsultation)
def record_termination(case: Case, act: TerminateConsultation) -> str:
    """终止 by the approving body; it never counts in any quota (domain.md §2.9)."""
    approver = next((step.body_id for step in current_chain(case) if step.body_kind in PARTY_KINDS), None)
    case.permit(act, body_id=approver or case.row.leading_party_id)
    case.check_date(act, case.row.entered_state_on)
    source = case.row.state
    target = case.move("terminate", act)
    case.row.is_suspended = False
    people = everyone_concerned(case)
    on_entering(case, target, act.occurred_on)
    case.post(
        people,
        Terminated(
            consultation_number=case.row.number,
            consultation_title=case.row.title,
            link=case.link(),
            terminated_on=act.occurred_on,
            terminated_by=case.body_name(act.by.organisation_id),
            reason=act.reason,
        ),
    )
    case.note(
        AuditAction.TERMINATED,
        "consultation",
        case.row.id,
        old={"state": source},
        new={"state": target},
        note=act.reason,
    )
    return case.row.id


def _next_number(case: Case, room: Room, rule_set: RuleSet, on: date) -> str:
    """The human number: region, room, year, running number (苏-枫溪-2026-0007)."""
    prefix = f"{rule_set.region[:1]}-{room.short_name or room.name}-{on.year}"
    series = case.session.get(NumberSeries, prefix, with_for_update=True)
    if series is None:
        series = NumberSeries(prefix=prefix, last=0)
        case.session.add(series)
    series.last += 1
    return f"{prefix}-{series.last:04d}"


def _rules_that_spoke(findings: tuple[RuleFinding, ...]) -> list[str]:
    return [finding.rule_id for finding in findings]


def _exclusion_clause(rule_set: RuleSet) -> tuple[str, str]:
    """Clause and article of the rule that bars a topic in this region."""
    rule = next(
        (one for one in rule_set.rules if one.check == "topic_is_not_excluded" and not one.is_default), None
    )
    return (rule.clause, rule.article) if rule else ("", "")
