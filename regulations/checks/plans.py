"""年度协商计划, 请示报告, 决策和督查事项: what ties one consultation to the work of party and government."""

from domain.facts import ConsultationFacts
from domain.plans import PlanSide
from regulations.checks.registry import Finding, check

_CLAIMED_ONLY = "自称列入年度协商计划，但未关联计划项目"


@check
def topic_is_planned(facts: ConsultationFacts) -> Finding:
    """The topic is an item of the yearly plan. Saying so is not enough: the item proves it."""
    topic = facts.topic
    if topic.plan_sign_offs is not None:
        measured = "已列入年度协商计划"
    else:
        measured = _CLAIMED_ONLY if topic.is_planned else "计划外议题"
    return Finding(
        topic.plan_sign_offs is not None,
        measured,
        required="列入经政协把关的年度协商计划",
        field="plan_item_id",
    )


@check
def plan_item_is_signed_off(facts: ConsultationFacts, *, sides: tuple[PlanSide, ...]) -> Finding:
    """A topic of the plan, or one that claims to be, has an item that all these sides have signed off."""
    topic = facts.topic
    wanted = "、".join(side.label for side in sides)
    required = f"列入年度协商计划的议题，其计划项目须经{wanted}签署"
    if topic.plan_sign_offs is None:
        measured = _CLAIMED_ONLY if topic.is_planned else "计划外议题，不适用"
        return Finding(not topic.is_planned, measured, required, "plan_item_id")
    missing = [side.label for side in sides if side.value not in topic.plan_sign_offs]
    return Finding(
        not missing,
        measured=f"计划项目尚缺签署：{'、'.join(missing)}" if missing else f"计划项目已经{wanted}签署",
        required=required,
        field="plan_item_id",
    )


@check
def arrangement_is_reported(facts: ConsultationFacts) -> Finding:
    """The arrangement of the consultation was reported to the party committee for instruction."""
    has_report = facts.has_report_for_instruction
    return Finding(
        has_report,
        measured="已登记请示报告" if has_report else "未登记本次协商活动安排的请示报告",
        required="协商活动安排向同级党委请示报告，并登记工作台账",
        field="work_log",
    )


@check
def nothing_is_decided_before_consultation(facts: ConsultationFacts) -> Finding:
    """On a matter that must be consulted on first, no decision is older than the end of 报送成果."""
    required = "明确规定需要政协协商的事项，经协商并报送成果后，方可提交决策"
    if not facts.topic.must_consult_first:
        return Finding(True, "不属于明确规定须先协商的事项", required)
    decided_on, left_on = facts.decided_on, facts.reporting_left_on
    if decided_on is None:
        return Finding(True, "尚未登记决策", required)
    is_after = left_on is not None and decided_on >= left_on
    reported = f"报送成果完成于 {left_on.isoformat()}" if left_on else "报送成果尚未完成"
    return Finding(is_after, f"决策日期 {decided_on.isoformat()}，{reported}", required, "decision_records")


@check
def key_consultation_is_supervised(facts: ConsultationFacts) -> Finding:
    """A key consultation stands on the list of what is supervised and assessed."""
    required = "重点协商事项列入督查事项和考核体系"
    if not facts.topic.is_key:
        return Finding(True, "不是重点协商事项", required)
    has_item = facts.has_supervision_item
    measured = "重点协商事项，已列入督查事项" if has_item else "重点协商事项，尚未列入督查事项"
    return Finding(has_item, measured, required, "supervision_item")
