"""The eight stages in their lawful order, and the states a consultation can be in."""

from domain.words import Word


class Stage(Word):
    """One of the eight ordered steps of a consultation (NA-06)."""

    PLATFORM = "platform", "搭建平台"
    TOPIC = "topic", "确定议题"
    PARTICIPANTS = "participants", "明确主体"
    RESEARCH = "research", "商前调研"
    DELIBERATION = "deliberation", "开展协商"
    REPORTING = "reporting", "报送成果"
    IMPLEMENTATION = "implementation", "转化落实"
    EVALUATION = "evaluation", "评估质效"

    @property
    def number(self) -> int:
        """Place in the order, from 1 to 8."""
        return list(Stage).index(self) + 1


class ConsultationState(Word):
    """A stage in progress, or one of the ends of domain.md §2.9. Suspension is not a state."""

    PLATFORM = "platform", "搭建平台"
    TOPIC = "topic", "确定议题"
    PARTICIPANTS = "participants", "明确主体"
    RESEARCH = "research", "商前调研"
    DELIBERATION = "deliberation", "开展协商"
    REPORTING = "reporting", "报送成果"
    IMPLEMENTATION = "implementation", "转化落实"
    EVALUATION = "evaluation", "评估质效"
    COMPLETED = "completed", "办结"
    ARCHIVED = "archived", "归档"
    COMPLETED_UNMET = "completed_unmet", "办结（未达预期）"
    TERMINATED = "terminated", "终止"
    REJECTED = "rejected", "不予受理"
    MERGED = "merged", "并案"

    @property
    def stage(self) -> Stage | None:
        """The stage in progress, or None at an end."""
        return Stage(self.value) if self.value in set(Stage) else None

    @property
    def is_final(self) -> bool:
        """True when nothing can happen to the consultation any more. 办结 still waits for its 回头看."""
        return self in FINAL_STATES


FINAL_STATES = frozenset(
    {
        ConsultationState.ARCHIVED,
        ConsultationState.COMPLETED_UNMET,
        ConsultationState.TERMINATED,
        ConsultationState.REJECTED,
        ConsultationState.MERGED,
    }
)


class GatePoint(Word):
    """A point at which rules are judged: the exit of each stage, and the exit from 办结 to 归档."""

    PLATFORM = "platform", "搭建平台"
    TOPIC = "topic", "确定议题"
    PARTICIPANTS = "participants", "明确主体"
    RESEARCH = "research", "商前调研"
    DELIBERATION = "deliberation", "开展协商"
    REPORTING = "reporting", "报送成果"
    IMPLEMENTATION = "implementation", "转化落实"
    EVALUATION = "evaluation", "评估质效"
    ARCHIVE = "archive", "归档"
    WHOLE = "whole", "全过程"
