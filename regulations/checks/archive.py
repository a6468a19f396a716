"""归档: the 回头看 has been held."""

from domain.facts import ConsultationFacts
from domain.matters import FollowUpOutcome
from regulations.checks.registry import Finding, check


@check
def follow_up_is_held(facts: ConsultationFacts) -> Finding:
    """At least one 回头看 was held, none is left open, and the last one found no relapse."""
    held = [(each.held_on, each.outcome) for each in facts.follow_ups if each.held_on and each.outcome]
    left = len(facts.follow_ups) - len(held)
    last = max(held, key=lambda each: each[0])[1] if held else None
    return Finding(
        last is not None and left == 0 and last is not FollowUpOutcome.RELAPSED,
        measured=f"已回头看 {len(held)} 次，待开展 {left} 次"
        + (f"，最近一次结论：{last.label}" if last else ""),
        required="归档前至少完成 1 次回头看，已排定的均已完成，且最近一次不是“反弹”",
        field="follow_up_reviews",
    )
