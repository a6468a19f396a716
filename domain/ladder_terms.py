"""The words that a ladder is written in: whom a rung tells, what it opens, which letters fit which obligation."""

from collections.abc import Mapping

from domain.matters import ObligationKind
from domain.notices import NoticeKind
from domain.words import Word


class Told(Word):
    """Whom a rung tells. The desk of a 专报 is told besides, whichever committee it goes to (domain.md §2.7)."""

    DUTY_HOLDER = "duty_holder", "承办（责任）单位"
    DUTY_HEAD = "duty_head", "承办单位负责人"
    ORGANISER = "organiser", "协商组织方"
    OWNER = "owner", "责任主体政协"
    INSPECTION = "inspection", "督查机构"
    PARTY_COMMITTEE = "party_committee", "领导党组织"


class RungOpens(Word):
    """Which desk a rung opens, with a clock of its own: the party committee's, for a 批示 or before a 约谈."""

    NOTHING = "", "不另立事项"
    ESCALATION = "escalation", "专报党委，批示另计期限"
    TALK = "talk", "约谈建议，批示另计期限"


class MeasuredFrom(Word):
    """From where a rung counts its working days."""

    DUE = "due", "到期日"
    START = "start", "起算日"


class RungAfter(Word):
    """In which periods a rung stands: those that were counted, those whose date a 批示 set, or both."""

    ANY = "any", "各种期限"
    PERIOD = "period", "按规则计算的期限"
    INSTRUCTION = "instruction", "批示设定的期限"


_COMMON = frozenset({NoticeKind.DUE_SOON, NoticeKind.OVERDUE})

RUNG_LETTERS: Mapping[ObligationKind, frozenset[NoticeKind]] = {
    **dict.fromkeys(ObligationKind, _COMMON),
    ObligationKind.FEEDBACK_TASK: _COMMON
    | {NoticeKind.RED_NOTICE, NoticeKind.SPECIAL_REPORT, NoticeKind.TALK_PROPOSED},
    ObligationKind.CO_HANDLING: _COMMON | {NoticeKind.RED_NOTICE},
    ObligationKind.ACKNOWLEDGEMENT: _COMMON | {NoticeKind.NOT_YET_ACKNOWLEDGED},
    # A body that approves is asked again and never chased.
    ObligationKind.APPROVAL: frozenset({NoticeKind.DUE_SOON, NoticeKind.APPROVAL_ASKED}),
    ObligationKind.FILING: _COMMON | {NoticeKind.APPROVAL_ASKED},
    ObligationKind.EVALUATION: _COMMON | {NoticeKind.EVALUATION_ASKED},
    ObligationKind.ESCALATION: _COMMON | {NoticeKind.SPECIAL_REPORT},
    ObligationKind.FOLLOW_UP_REVIEW: _COMMON | {NoticeKind.FOLLOW_UP_DUE},
    ObligationKind.RECTIFICATION: frozenset({NoticeKind.DEMAND_DUE, NoticeKind.DEMAND_REPORTED}),
    ObligationKind.COMMENT_REPLY: frozenset({NoticeKind.DEMAND_DUE}),
}
"""The letters that a rung may name, by the obligation it chases: no other could be filled from it."""

DESK_LETTERS: Mapping[ObligationKind, Mapping[NoticeKind, RungOpens]] = {
    ObligationKind.FEEDBACK_TASK: {
        NoticeKind.SPECIAL_REPORT: RungOpens.ESCALATION,
        NoticeKind.TALK_PROPOSED: RungOpens.TALK,
    },
    ObligationKind.RECTIFICATION: {NoticeKind.DEMAND_REPORTED: RungOpens.ESCALATION},
}
"""The letters that go to a desk, which the same rung must open; of other obligations no rung opens anything."""
