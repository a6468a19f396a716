"""豁免: one hard rule set aside for one consultation, by the body that the rule names."""

from activities.case import Case
from activities.deeds import records
from domain.acts import GrantWaiver
from domain.audit_actions import AuditAction
from domain.refusals import RefusalCode, Severity, refuse
from domain.waivers import competence_label
from records.books import gate_findings
from records.queries.passed_rules import may_waive
from records.tables.consultations import Waiver


@records(GrantWaiver)
def record_waiver(case: Case, act: GrantWaiver) -> str:
    """Waive one unmet hard rule, where the rule names who may."""
    case.permit(act)
    case.check_date(act)
    findings = gate_findings(case.session, case.rule_set, case.calendar, case.row, case.pen.today)
    finding = next((one for one in findings if one.rule_id == act.rule_id), None)
    if finding is None:
        raise refuse(RefusalCode.NOT_FOUND, "当前环节没有这条规则。", field="rule_id")
    if finding.waivable_by is None or finding.severity is not Severity.HARD:
        raise refuse(RefusalCode.NOT_WAIVABLE, f"规则 {act.rule_id} 未规定可以豁免。", field="rule_id")
    if not may_waive(case.session, act.by, finding.waivable_by):
        raise refuse(
            RefusalCode.NOT_PERMITTED,
            f"规则 {act.rule_id} 只能由{competence_label(finding.waivable_by)}批准豁免。",
            field="rule_id",
        )
    if not finding.blocks:
        raise refuse(
            RefusalCode.STATE_FORBIDS, f"规则 {act.rule_id} 已满足或已豁免，无需豁免。", field="rule_id"
        )
    waiver = Waiver(
        consultation_id=case.row.id,
        rule_id=act.rule_id,
        reason=act.reason,
        granted_on=act.occurred_on,
        granted_by_person_id=act.by.person_id,
        granted_by_organisation_id=act.by.organisation_id,
        on_behalf_of_id=act.by.on_behalf_of,
    )
    case.session.add(waiver)
    case.session.flush()
    case.note(
        AuditAction.WAIVED,
        "waiver",
        waiver.id,
        new={
            "rule_id": act.rule_id,
            "measured": finding.measured,
            "competence": competence_label(finding.waivable_by),
        },
        rule_ids=[act.rule_id],
        note=act.reason,
    )
    return waiver.id
