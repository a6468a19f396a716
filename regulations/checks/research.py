"""商前调研: 不调研不协商."""

from domain.facts import ConsultationFacts, ResearchFacts
from domain.matters import ResearchKind, SessionState
from regulations.checks.registry import Finding, check


@check
def research_is_done(facts: ConsultationFacts) -> Finding:
    """At least one research activity with place and people, accepted by the convener."""
    records = [each for each in facts.research if each.kind is ResearchKind.RESEARCH]
    accepted = [each for each in _accepted(facts) if each.has_place and each.researcher_count > 0]
    return Finding(
        bool(accepted),
        measured=f"调研记录 {len(records)} 份，其中要素齐全并经召集人确认的 {len(accepted)} 份",
        required="协商前至少有 1 份经召集人确认的调研记录（有日期、地点、人员）",
        field="research_records",
    )


@check
def research_precedes_sessions(facts: ConsultationFacts) -> Finding:
    """The first accepted research is not later than the first session held."""
    accepted = _accepted(facts)
    held = [each.held_on for each in facts.sessions if each.state is SessionState.HELD]
    first = min((each.held_on for each in accepted), default=None)
    required = "先完成调研，再开展协商"
    if first is None:
        return Finding(False, "尚无经召集人确认的调研", required, "research_records")
    if held and min(held) < first:
        measured = f"首次协商（{min(held).isoformat()}）早于首次调研（{first.isoformat()}）"
        return Finding(False, measured, required, "research_records")
    return Finding(True, f"调研已于 {first.isoformat()} 开展", required)


@check
def research_has_three_sections(facts: ConsultationFacts) -> Finding:
    """The accepted records together tell policy, facts and opinions."""
    accepted = _accepted(facts)
    sections = {
        "政策规定": any(each.has_policy_section for each in accepted),
        "实际情况": any(each.has_facts_section for each in accepted),
        "群众意见": any(each.has_opinions_section for each in accepted),
    }
    missing = [name for name, is_there in sections.items() if not is_there]
    measured = (
        f"已审核的调研报告缺少 {len(missing)} 个部分：{'、'.join(missing)}" if missing else "三部分齐全"
    )
    return Finding(
        not missing,
        measured=measured if accepted else "尚无经召集人审核的调研报告",
        required="调研报告包括政策规定、实际情况、群众意见三部分",
        field="research_records",
    )


@check
def research_includes_participant(facts: ConsultationFacts) -> Finding:
    """Somebody who will sit at the table has seen the matter on the spot."""
    is_satisfied = any(each.includes_participant for each in _accepted(facts))
    return Finding(
        is_satisfied,
        measured="有协商议事人员参加调研" if is_satisfied else "没有协商议事人员参加调研",
        required="至少 1 名协商议事人员参加调研",
        field="research_records",
    )


@check
def sensitive_topic_is_reported(facts: ConsultationFacts) -> Finding:
    """A sensitive or long-standing matter is reported upward and studied with the departments first."""
    topic = facts.topic
    flags = [
        label
        for label, is_set in (("敏感问题", topic.is_sensitive), ("多年积累的难题", topic.is_long_standing))
        if is_set
    ]
    required = "主动向党委政府报告（预报告），并提前与相关部门研究解决方案（预研究）"
    if not flags:
        return Finding(True, "不属于敏感问题或多年积累的难题", required)
    kinds = {each.kind for each in facts.research if each.is_accepted}
    missing = [kind.label for kind in (ResearchKind.PRE_REPORT, ResearchKind.PRE_STUDY) if kind not in kinds]
    return Finding(
        not missing,
        measured=f"议题属于{'、'.join(flags)}，"
        + (f"尚缺：{'、'.join(missing)}" if missing else "已预报告、预研究"),
        required=required,
        field="research_records",
    )


def _accepted(facts: ConsultationFacts) -> list[ResearchFacts]:
    return [each for each in facts.research if each.kind is ResearchKind.RESEARCH and each.is_accepted]
