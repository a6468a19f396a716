"""The words of the work around consultations: what is kept in a yearly log, and where something is published."""

from domain.words import Word


class WorkKind(Word):
    """What an entry of the work log (工作台账) records; the yearly figures count these."""

    TRAINING = "training", "培训"
    MEMBER_CONTACT = "member_contact", "委员联系群众"
    EXPERIENCE_EXCHANGE = "experience_exchange", "经验交流"
    COMMENDATION = "commendation", "总结表彰"
    CASE_NOMINATION = "case_nomination", "典型案例推荐"
    ANALYSIS = "analysis", "分析研判"
    STANDING_COMMITTEE_REPORT = "standing_committee_report", "向党委常委会汇报"
    REPORT_FOR_INSTRUCTION = "report_for_instruction", "请示报告"
    ASSESSMENT = "assessment", "考核"
    INSPECTION = "inspection", "指导督查"
    UNANNOUNCED_INSPECTION = "unannounced_inspection", "“四不两直”督查调研"
    GUIDANCE_VISIT = "guidance_visit", "调研指导"
    HEART_TALK = "heart_talk", "谈心活动"
    JOINT_MEETING = "joint_meeting", "联席会议"
    PLENARY_SESSION = "plenary_session", "全体会议"
    THEMATIC_STANDING_COMMITTEE = "thematic_standing_committee", "专题议政性常委会会议"
    SUPPORT = "support", "时间、经费、信息、场地支持"
    RULE_PROPOSAL = "rule_proposal", "制度修订建议"


NEEDS_INSPECTED_UNIT = frozenset({WorkKind.INSPECTION, WorkKind.UNANNOUNCED_INSPECTION})
"""Entries that say which unit was inspected."""

NEEDS_COMPLETED_CONSULTATION = frozenset({WorkKind.CASE_NOMINATION})
"""Entries about a consultation that has come to its end (SZ-37: 典型案例)."""

NEEDS_MEMBER = frozenset({WorkKind.MEMBER_CONTACT})
"""Entries that say which member it was."""


class PublicationChannel(Word):
    """Where something about a consultation is made public (SZ-33, LF-26)."""

    WEBSITE = "website", "政协网站“基层协商”栏目"
    SCREEN = "screen", "电子屏“协商议事”栏目"
    WECHAT = "wechat", "微信公众号"
    LOCAL_MEDIA = "local_media", "地方主流媒体"
    PROVINCIAL_MEDIA = "provincial_media", "省级以上媒体"
    CASEBOOK = "casebook", "典型案例汇编"
