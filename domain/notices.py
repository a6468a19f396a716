"""Every letter the service can send, by name.

Deeds and rule-set ladders name a letter by its value; what the letter says stands in `notifications`.
The members stand in order of urgency: a digest lists its letters in this order.
"""

from domain.words import Word


class NoticeKind(Word):
    """One letter the service can send, most urgent first."""

    SPECIAL_REPORT = "special_report", "专报"
    UNMET_REPORT = "unmet_report", "未达预期专报"
    TALK_PROPOSED = "talk_proposed", "约谈建议"
    RED_NOTICE = "red_notice", "红牌通报"
    OVERDUE = "overdue", "催办通知书"
    INSTRUCTION_RECORDED = "instruction_recorded", "批示已登记"
    TERMINATED = "terminated", "终止"
    SUSPENDED = "suspended", "中止"
    REJECTED = "rejected", "不予受理告知"
    SESSION_RESCHEDULED = "session_rescheduled", "协商活动改期"
    SESSION_NOTICE = "session_notice", "协商活动通知"
    INSPECTION_NOTICE = "inspection_notice", "督查通知"
    DEMAND_REPORTED = "demand_reported", "督查整改专报"
    DEMAND_DUE = "demand_due", "督查整改（意见）催办"
    DEMAND_ISSUED = "demand_issued", "督查整改（意见）通知"
    DUE_SOON = "due_soon", "临期提醒"
    NOT_YET_ACKNOWLEDGED = "not_yet_acknowledged", "未签收提醒"
    SENT_BACK = "sent_back", "退回重办"
    RESEARCH_RETURNED = "research_returned", "退回补充调研"
    TOPIC_SENT_BACK = "topic_sent_back", "议题退回补充"
    RELAPSED = "relapsed", "反弹重办"
    REWORK_STARTED = "rework_started", "二次办理"
    TASK_ASSIGNED = "task_assigned", "交办通知"
    TASK_REASSIGNED = "task_reassigned", "改交办"
    CO_HANDLING_ASKED = "co_handling_asked", "请予会办"
    APPROVAL_ASKED = "approval_asked", "请予审定（备案）"
    EXTENSION_ASKED = "extension_asked", "申请延期"
    RETURN_ASKED = "return_asked", "申请退办"
    EXTENSION_REFUSED = "extension_refused", "不予延期"
    RETURN_REFUSED = "return_refused", "不予退办"
    STAGE_DUTY = "stage_duty", "环节待办"
    ANSWERED = "answered", "已办复"
    CO_HANDLING_ANSWERED = "co_handling_answered", "会办已答复"
    EVALUATION_ASKED = "evaluation_asked", "请评价"
    FOLLOW_UP_DUE = "follow_up_due", "回头看到期"
    DEMAND_ANSWERED = "demand_answered", "督查整改（意见）答复"
    DEMAND_VERIFIED = "demand_verified", "督查整改（意见）销号"
    RULE_SET_ADOPTED = "rule_set_adopted", "改用规则集新版本"
    DUE_DATE_RECOUNTED = "due_date_recounted", "期限重新计算"
    QUOTA_BEHIND = "quota_behind", "年度指标提醒"
    RESUMED = "resumed", "恢复"
    FILED_BY_SILENCE = "filed_by_silence", "期满视为已备案"
    EXTENSION_GRANTED = "extension_granted", "同意延期"
    RETURN_ACCEPTED = "return_accepted", "同意退办"
    VERIFIED = "verified", "已核实"
    MERGED = "merged", "并案告知"
    COMPLETED = "completed", "办结"
    ARCHIVED = "archived", "归档"
    DEPUTY_NAMED = "deputy_named", "请假代办"
    DEPUTY_ENDED = "deputy_ended", "代办结束"
    DONE_BY_DEPUTY = "done_by_deputy", "代办事项"
    DAY_SEALED = "day_sealed", "每日封存"

    @property
    def is_urgent(self) -> bool:
        """Whether the letter goes out at once, at any hour; the others wait for working hours and a digest."""
        return self in _URGENT

    @property
    def may_be_chosen(self) -> bool:
        """Whether a person may choose to read it in the house only; what obliges somebody is sent to them always."""
        return self in _CHOOSABLE

    @property
    def urgency_rank(self) -> int:
        """Position in a digest; 0 is the most urgent."""
        return _RANKS[self]


# Escalations, and letters that stop or move what somebody is about to do today.
_URGENT = frozenset(
    {
        NoticeKind.SPECIAL_REPORT,
        NoticeKind.UNMET_REPORT,
        NoticeKind.TALK_PROPOSED,
        NoticeKind.RED_NOTICE,
        NoticeKind.OVERDUE,
        NoticeKind.INSTRUCTION_RECORDED,
        NoticeKind.TERMINATED,
        NoticeKind.SUSPENDED,
        NoticeKind.REJECTED,
        NoticeKind.SESSION_RESCHEDULED,
        NoticeKind.SESSION_NOTICE,
        NoticeKind.INSPECTION_NOTICE,
        NoticeKind.DEMAND_REPORTED,
    }
)

# What only tells, or what the workbench shows without a date: no escalation, no 交办, no deadline, no 专报 among them.
_CHOOSABLE = frozenset(
    {
        NoticeKind.EXTENSION_ASKED,
        NoticeKind.RETURN_ASKED,
        NoticeKind.STAGE_DUTY,
        NoticeKind.ANSWERED,
        NoticeKind.CO_HANDLING_ANSWERED,
        NoticeKind.QUOTA_BEHIND,
        NoticeKind.RESUMED,
        NoticeKind.FILED_BY_SILENCE,
        NoticeKind.RETURN_ACCEPTED,
        NoticeKind.VERIFIED,
        NoticeKind.MERGED,
        NoticeKind.COMPLETED,
        NoticeKind.ARCHIVED,
    }
)

_RANKS = {kind: rank for rank, kind in enumerate(NoticeKind)}
