"""The words of a rule entry that is not judged at a gate: where it is enforced instead, and where people see it."""

from domain.words import Word


class EnforcedAt(Word):
    """Where a hard or warn rule that no gate judges is enforced."""

    LOADER = "loader", "装载规则集时"
    MACHINE = "machine", "环节流转时"
    ASSIGNMENT = "assignment", "交办时"
    PUBLICATION = "publication", "公开发布时"
    DECISION = "decision", "登记决策时"
    INSPECTION = "inspection", "登记督查调研时"
    LISTS = "lists", "生成三张清单时"
    ROOM = "room", "登记协商议事室时"
    SESSION = "session", "安排协商活动时"


class RuleText(Word):
    """What every rule set says in words before it may be used (NT-08); printed on the rule card."""

    PARTICIPATION_SCOPE = "participation_scope", "参加范围"
    PRINCIPLES = "principles", "讨论原则"
    PROCEDURE = "procedure", "基本程序"
    EXCHANGE = "exchange", "交流方式"


class ShownAt(Word):
    """The form or page on which a rule that only informs is shown."""

    ROOM_FORM = "room_form", "协商议事室登记表"
    TOPIC_FORM = "topic_form", "议题征集表"
    PARTICIPANTS_FORM = "participants_form", "参会人员名单"
    RESEARCH_FORM = "research_form", "商前调研记录"
    SESSION_FORM = "session_form", "协商活动登记"
    OUTCOME_FORM = "outcome_form", "成果文书"
    CONSULTATION_FORM = "consultation_form", "协商事项登记"
    PUBLICATION_FORM = "publication_form", "公开发布登记"
    RULE_CARD = "rule_card", "协商规则卡"


class RuleBinding(Word):
    """How a rule of the books takes effect: exactly one way each."""

    CHECK = "check", "环节出口检查"
    ENFORCED_AT = "enforced_at", "在别处强制执行"
    COUNTER = "counter", "统计"
    SHOWN_AT = "shown_at", "在表单和页面上提示"
    REASON = "reason", "仅作记载"
