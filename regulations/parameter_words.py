"""The Chinese names of a rule set's parameters and of their values."""

from collections.abc import Mapping

from domain.bodies import RoomLevel
from domain.matters import (
    ConsultationKind,
    EvaluationParty,
    Exclusion,
    ObligationKind,
    OutcomeDocumentKind,
    TopicSource,
)
from domain.words import Word

PARAMETER_WORDS: Mapping[str, str] = {
    "platform_name": "平台名称",
    "topic_sources": "议题来源",
    "exclusions": "不议事项",
    "approval_chain": "审定程序",
    "ratio_denominator": "比例的分母",
    "direct_stakeholder_min": "直接利益相关群众比例下限",
    "mass_rep_min": "群众代表比例下限",
    "participants_min": "参会人数下限",
    "participants_max": "参会人数上限",
    "research_gate": "不调研不协商",
    "dept_response_at_session": "部门负责同志到场回应",
    "three_lists": "三张清单",
    "outcome_forms": "成果形式",
    "preliminary_review_days": "初审期限（工作日）",
    "approval_days": "审定期限（工作日）",
    "filing_days": "备案期限（工作日）",
    "filing_objection_days": "备案异议期限（工作日）",
    "notice_days": "协商通知提前（工作日）",
    "material_days": "材料送达提前（工作日）",
    "report_days": "成果报送期限（工作日）",
    "acknowledgement_days": "签收期限（工作日）",
    "return_days": "退办期限（工作日）",
    "feedback_days": "办理反馈期限（工作日）",
    "co_handling_days": "会办答复期限（工作日）",
    "vacancy_days": "召集人空缺期限（工作日）",
    "sent_back_days": "退回重办期限（工作日）",
    "extension_ask_days": "延期须在到期前提出（工作日）",
    "extension_times_max": "延期次数上限",
    "extension_share_max_percent": "延期不超过原期限（%）",
    "evaluation_days": "评价期限（工作日）",
    "rework_days": "二次办理期限（工作日）",
    "escalation_days": "批示期限（工作日）",
    "follow_up_days": "回头看（核实后工作日）",
    "follow_up_again_days": "B、C 类事项再回头看（核实后工作日）",
    "suspension_days": "中止上限（工作日）",
    "session_span_days": "多场协商的间隔上限（工作日）",
    "sessions_max": "协商场次上限",
    "research_returns_max": "调研退回次数上限",
    "rework_rounds_max": "再评议轮次上限",
    "parallel_max": "同时办理的协商上限",
    "escalation": "督办和报告",
    "evaluation_parties": "评价主体",
    "evaluation_parties_required": "必须评价的主体",
    "evaluation_weights": "评价权重（%）",
    "satisfaction_min_percent": "满意率下限（%）",
    "composite_min": "综合得分下限",
    "ballots_min": "群众评价票数下限",
    "frequency": "年度次数",
    "yearly_minimum": "全年协商次数下限",
    "yearly_minimum_by_level": "全年协商次数下限（分层级）",
    "heart_talks_yearly_minimum": "全年谈心活动次数下限",
    "decision_words": "“决定”类用语",
    "forbidden_words": "停用的提法",
    "leader_share_min_percent": "党政负责同志参加的协商占比下限（%）",
    "dissent_explanation": "对不同意见的解释说明",
    "class_c_explanation": "C 类事项的解释说明",
    "commissioned_report_back": "受委托协商的结果报告",
    "member_score": "委员履职积分",
}

_RUNG_WORDS: Mapping[str, str] = {
    **{kind.value: kind.label for kind in ObligationKind},
    "numerator": "分子",
    "denominator": "分母",
    "offset_workdays": "工作日",
    "tell": "告知",
    "opens": "另立事项",
    "measured_from": "从何时计",
    "after": "适用期限",
    "min_budget_workdays": "期限不短于（工作日）",
}

_KINDS: tuple[type[Word], ...] = (
    TopicSource,
    OutcomeDocumentKind,
    Exclusion,
    EvaluationParty,
    ConsultationKind,
    RoomLevel,
)
_VALUE_WORDS: Mapping[str, str] = {
    **{str(member.value): member.label for kind in reversed(_KINDS) for member in kind},
    "hard": "硬性要求",
    "warn": "提醒事项",
    "optional": "可选",
    "plenary": "全体会议",
    "standing_committee": "专题议政性常委会会议",
    "attend": "参加协商",
    "research": "参加调研",
    "topic_adopted": "议题被采纳",
    "speech": "发言",
    "follow_up": "跟踪办理",
}


def parameter_word(key: str) -> str:
    """What a parameter is called."""
    return PARAMETER_WORDS.get(key, key)


def value_word(value: str) -> str:
    """What a single value is called; a text that is no code word stands for itself."""
    return _VALUE_WORDS.get(value, value)


def value_words(value: object) -> str:
    """The value of a parameter as people read it."""
    match value:
        case None:
            return "未设定"
        case bool():
            return "是" if value else "否"
        case {"numerator": part, "denominator": whole}:
            return f"{part}/{whole}"
        case Mapping():
            return "；".join(f"{setting_word(str(name))}：{value_words(one)}" for name, one in value.items())
        case list() | tuple():
            return "、".join(value_word(str(one)) for one in value)
    return value_word(str(value))


def setting_word(name: str) -> str:
    """What anything that a county sets is called: a parameter, a level, a party, a ladder, a part of a rung."""
    return PARAMETER_WORDS.get(name) or _RUNG_WORDS.get(name) or value_word(name)
