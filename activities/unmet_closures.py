"""办结（未达预期）: the permitted rounds did not bring what was asked, and the party organisation is told by 专报."""

from activities.case import Case
from activities.deeds import records
from activities.stage_entries import everyone_concerned, on_entering
from domain.acts import CloseUnmet
from domain.audit_actions import AuditAction
from domain.bodies import Role
from domain.refusals import RefusalCode, refuse
from domain.stages import GatePoint
from notifications.notices import Completed, UnmetReport
from records.facts import FactsOnDemand
from records.recipients import people_of
from regulations.gates import judge

MEASURING_CHECK = "satisfaction_is_reached"


@records(CloseUnmet)
def record_unmet_closure(case: Case, act: CloseUnmet) -> str:
    """办结（未达预期） once the permitted rounds are used up (domain.md §2.8)."""
    case.permit(act)
    case.check_date(act, case.row.entered_state_on)
    rounds_max = case.limit("rework_rounds_max")
    if case.row.round <= rounds_max:
        raise refuse(
            RefusalCode.STATE_FORBIDS,
            f"二次办理最多 {rounds_max} 轮，现为第 {case.row.round} 轮评价，应先启动二次办理。",
        )
    source, measured = case.row.state, _measured(case)
    people = everyone_concerned(case)
    target = case.move("close_unmet", act)
    on_entering(case, target, act.occurred_on)
    case.post(
        people,
        Completed(
            consultation_number=case.row.number,
            consultation_title=case.row.title,
            link=case.link(),
            completed_on=act.occurred_on,
            outcome_name=target.label,
        ),
    )
    if act.occurred_on == case.pen.today:
        _report(case, measured, act.reason)
    case.note(
        AuditAction.CLOSED_UNMET,
        "consultation",
        case.row.id,
        old={"state": source},
        new={"state": target, "measured": measured},
        note=act.reason,
    )
    return case.row.id


def _measured(case: Case) -> str:
    """What the last round measured, in the words of the rule that asked for more."""
    asked = {rule.id for rule in case.rule_set.rules if rule.check == MEASURING_CHECK}
    facts = FactsOnDemand(case.session, case.row, case.pen.today, case.rule_set, case.calendar)
    findings = judge(case.rule_set, GatePoint.EVALUATION, facts)
    return "；".join(one.measured for one in findings if one.rule_id in asked)


def _report(case: Case, measured: str, reason: str) -> None:
    row, today = case.row, case.pen.today
    case.post(
        people_of(case.session, row.leading_party_id, (Role.PARTY_OFFICE, Role.APPROVER), today),
        UnmetReport(
            consultation_number=row.number,
            consultation_title=row.title,
            link=case.link(),
            addressee_name=case.body_name(row.leading_party_id),
            closed_on=today,
            rework_count=row.round - 1,
            measured=measured,
            reason=reason,
            issued_by=case.body_name(row.operator_id or row.owner_id),
        ),
    )
