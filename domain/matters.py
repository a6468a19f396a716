"""The words of the matter itself: topics, participants, documents, results, evaluations (glossary, domain.md §4)."""

from domain.words import Word


class ConsultationKind(Word):
    """How a consultation came to be held; 四川 and 临汾 tell the kinds apart (SC-06…08)."""

    ROOM = "room", "协商议事室协商"
    MICRO = "micro", "小微协商"
    THEMATIC = "thematic", "专题协商"


class TopicSource(Word):
    """Who raised the topic. 点题 = 交题, 出题 = 征题 (domain.md §1.5)."""

    PARTY_GOV_ASSIGNED = "party_gov_assigned", "党政点题（交题）"
    PUBLIC_PROPOSED = "public_proposed", "群众出题（征题）"
    MEMBER_RECOMMENDED = "member_recommended", "委员荐题"
    CPPCC_SELECTED = "cppcc_selected", "政协选题"
    PUBLIC_CALL = "public_call", "公开征集"


class TopicCategory(Word):
    """Union of the categories that the four rule sets name; each rule set allows its own subset."""

    PARTY_GOV_PRIORITY = "party_gov_priority", "党政关注的要事"
    LIVELIHOOD = "livelihood", "改善民生的实事"
    GOVERNANCE_DIFFICULTY = "governance_difficulty", "社会治理的难事"
    PUBLIC_AFFAIRS = "public_affairs", "公共事务"
    PUBLIC_INTEREST = "public_interest", "公共利益"
    PUBLIC_WELFARE = "public_welfare", "公益事业"
    LIVELIHOOD_PROBLEM = "livelihood_problem", "切身利益的民生问题"
    GOVERNANCE_BOTTLENECK = "governance_bottleneck", "基层治理的堵点"
    POLICY_IMPLEMENTATION = "policy_implementation", "政策措施和部署落实"
    FIVE_SPHERE = "five_sphere", "“五位一体”有关内容"


class Exclusion(Word):
    """Why a topic may not be deliberated (SC-12, LF-08)."""

    PUBLIC_MORALS = "public_morals", "有悖于公序良俗"
    SETTLED_BY_LAW = "settled_by_law", "法规明文规定"
    INDIVIDUAL_DISPUTE = "individual_dispute", "个体利益纠纷"
    OTHER = "other", "其他情形"


class Diversion(Word):
    """The channel to which a rejected topic is handed (分流)."""

    PEOPLES_MEDIATION = "peoples_mediation", "人民调解"
    PETITION = "petition", "信访"
    HOTLINE_12345 = "hotline_12345", "12345 热线"
    JUDICIARY = "judiciary", "司法途径"
    ADMINISTRATIVE_REVIEW = "administrative_review", "行政复议"
    PUBLIC_OPINION = "public_opinion", "转社情民意"


class Decision(Word):
    """What a body decided on its own step. Silence is never an approval."""

    APPROVED = "approved", "同意"
    REFUSED = "refused", "不同意"
    FILED = "filed", "已备案"
    OBJECTED = "objected", "备案提出异议"


class ParticipantKind(Word):
    """In what quality a person takes part. The last four are outside every ratio."""

    STAKEHOLDER = "stakeholder", "利益相关方"
    MASS_REPRESENTATIVE = "mass_representative", "群众代表"
    CPPCC_MEMBER = "cppcc_member", "政协委员"
    DEPARTMENT = "department", "党政部门"
    LOCAL_CADRE = "local_cadre", "镇村（社区）干部"
    LOCAL_NOTABLE = "local_notable", "乡贤"
    EXPERT = "expert", "专家"
    ENTERPRISE = "enterprise", "企事业单位代表"
    GRID_WORKER = "grid_worker", "网格员"
    LEADER = "leader", "党委政府负责同志"
    CONVENER = "convener", "召集人"
    STAFF = "staff", "工作人员"
    RECORDER = "recorder", "记录员"
    MEDIA = "media", "媒体"
    OBSERVER = "observer", "旁听"

    @property
    def counts(self) -> bool:
        """True when the participant stands in the denominator of ratios (domain.md §1.5)."""
        return self not in {
            ParticipantKind.STAFF,
            ParticipantKind.RECORDER,
            ParticipantKind.MEDIA,
            ParticipantKind.OBSERVER,
        }


class ResearchKind(Word):
    """What a record of the research stage is."""

    RESEARCH = "research", "调研"
    PRE_REPORT = "pre_report", "预报告"
    PRE_STUDY = "pre_study", "部门预研究"


class SessionFormat(Word):
    """How a session is held."""

    MEETING = "meeting", "会议协商"
    ON_SITE = "on_site", "现场协商"
    ONLINE = "online", "网络协商"
    FACTORY = "factory", "工厂协商"
    FARM = "farm", "农场协商"


class SessionState(Word):
    """Where a session stands. Only a held session can satisfy the gate of 开展协商."""

    PLANNED = "planned", "已排期"
    HELD = "held", "已举行"
    ADJOURNED = "adjourned", "休会"
    BROKEN_OFF = "broken_off", "中止"
    INVALID = "invalid", "无效场次"
    CANCELLED = "cancelled", "已取消"


class OutcomeDocumentKind(Word):
    """The form in which an outcome goes upward."""

    REPORT = "report", "协商报告"
    MINUTES = "minutes", "纪要"
    ADVICE = "advice", "协商建议"
    PROPOSAL = "proposal", "提案"
    PUBLIC_OPINION = "public_opinion", "社情民意信息"
    OTHER = "other", "其他形式"


class AdoptionStatus(Word):
    """What the unit did with the suggestion's text (采纳状态)."""

    ADOPTED = "adopted", "采纳"
    PARTLY_ADOPTED = "partly_adopted", "部分采纳"
    NOT_ADOPTED = "not_adopted", "不采纳"


class ResultClass(Word):
    """What came of it (办理结果)."""

    A = "A", "A 类：已经解决或基本解决"
    B = "B", "B 类：正在解决或列入规划"
    C = "C", "C 类：因条件限制暂不能解决"
    D = "D", "D 类：留作参考"


class Verdict(Word):
    """The organiser's judgement of an answer (核实)."""

    VERIFIED = "verified", "核实通过"
    SENT_BACK = "sent_back", "退回重办"


class EvaluationParty(Word):
    """The four parties of an evaluation (NA-13)."""

    PARTY_GOV_COMMENT = "party_gov_comment", "党政点评"
    MEMBER_REVIEW = "member_review", "委员评议"
    PUBLIC_RATING = "public_rating", "群众评价"
    ORGANIZER_ANALYSIS = "organizer_analysis", "组织者评析"


class BallotChoice(Word):
    """One anonymous vote of the public."""

    SATISFIED = "satisfied", "满意"
    BASICALLY_SATISFIED = "basically_satisfied", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class FollowUpOutcome(Word):
    """What a 回头看 found."""

    HOLDS = "holds", "成效巩固"
    PARTLY = "partly", "部分落实"
    RELAPSED = "relapsed", "反弹"


class FeedbackTaskState(Word):
    """Where a task stands. Overdue is not a state: it follows from the clock."""

    ASSIGNED = "assigned", "已交办"
    ACKNOWLEDGED = "acknowledged", "已签收"
    ANSWERED = "answered", "已办复"
    SENT_BACK = "sent_back", "退回重办"
    VERIFIED = "verified", "已核实"
    RETURNED = "returned", "已退办"


class FollowUpReviewState(Word):
    """Where a 回头看 stands."""

    SCHEDULED = "scheduled", "已排定"
    HOLDS = "holds", "成效巩固"
    PARTLY = "partly", "部分落实"
    RELAPSED = "relapsed", "反弹"


class ObligationKind(Word):
    """What a clock is for. Every obligation has one, the party committee's included (invariant 8)."""

    FEEDBACK_TASK = "feedback_task", "办理反馈"
    ACKNOWLEDGEMENT = "acknowledgement", "签收"
    APPROVAL = "approval", "审定"
    FILING = "filing", "备案"
    REPORTING = "reporting", "报送成果"
    EVALUATION = "evaluation", "评价"
    ESCALATION = "escalation", "批示"
    FOLLOW_UP_REVIEW = "follow_up_review", "回头看"
    SUSPENSION = "suspension", "中止复查"
    CO_HANDLING = "co_handling", "会办"
    RECTIFICATION = "rectification", "督查整改"
    COMMENT_REPLY = "comment_reply", "答复督查意见"
