"""The words of what a consultation led to: conversions, and papers in other systems."""

from domain.words import Word


class ConversionKind(Word):
    """What a suggestion was turned into (SZ-29, LF-14)."""

    DECISION = "decision", "党委政府决策"
    POLICY = "policy", "具体政策"
    MEASURE = "measure", "工作措施"
    PROJECT = "project", "民生实事项目"
    INSTITUTION = "institution", "制度规范"
    MANAGEMENT = "management", "改进社会管理"


class OutcomeLinkKind(Word):
    """Another system's paper that came out of a consultation (SZ-25, NT-19), known there by its number."""

    PROPOSAL = "proposal", "提案"
    PUBLIC_OPINION = "public_opinion", "社情民意信息"
    HOTLINE_12345 = "hotline_12345", "12345 工单"
