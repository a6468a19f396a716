"""Separation of duties: which acts must not come from the same hands as the acts they judge.

Bodies are kept apart by the policy. This is about people, once a deputy acts for somebody on leave: everybody who has
a hand in an act (``Actor.people``) counts, so that nobody does both sides as himself and as a deputy, nor for two
absentees.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.audit_actions import AuditAction


@dataclass(frozen=True)
class Apart:
    """What an act may not share hands with.

    ``actions`` on the same object; ``since_submission`` instead: the newest step that submitted the consultation
    and every such action after it, on other objects (two steps of one chain of approvals).
    """

    actions: frozenset[AuditAction]
    since_submission: bool = False


SUBMISSIONS = frozenset({AuditAction.CONSULTATION_OPENED, AuditAction.STAGE_ADVANCED})

_ANSWERED = Apart(
    frozenset({AuditAction.TASK_ANSWERED, AuditAction.ANSWER_PREPARED, AuditAction.CO_HANDLING_ANSWERED})
)
_RESEARCHED = Apart(frozenset({AuditAction.RESEARCH_RECORDED}))

KEPT_APART: Mapping[AuditAction, Apart] = {
    AuditAction.APPROVAL_DECIDED: Apart(SUBMISSIONS | {AuditAction.APPROVAL_DECIDED}, since_submission=True),
    AuditAction.RETURN_DECIDED: Apart(frozenset({AuditAction.RETURN_REQUESTED})),
    AuditAction.EXTENSION_DECIDED: Apart(frozenset({AuditAction.EXTENSION_REQUESTED})),
    AuditAction.ANSWER_VERIFIED: _ANSWERED,
    AuditAction.ANSWER_SENT_BACK: _ANSWERED,
    AuditAction.RESEARCH_ACCEPTED: _RESEARCHED,
    AuditAction.RESEARCH_RETURNED: _RESEARCHED,
    AuditAction.INSTRUCTED: Apart(frozenset({AuditAction.ESCALATED, AuditAction.TALK_PROPOSED})),
    AuditAction.PLAN_ITEM_SIGNED_OFF: Apart(
        frozenset({AuditAction.PLAN_DRAWN_UP, AuditAction.PLAN_ITEM_ADDED, AuditAction.PLAN_ITEM_SIGNED_OFF})
    ),
    AuditAction.CALENDAR_PUBLISHED: Apart(frozenset({AuditAction.CALENDAR_DRAFTED})),
    AuditAction.PARAMETER_SET: Apart(
        frozenset({AuditAction.COUNTY_VERSION_DRAFTED, AuditAction.COUNTY_VERSION_AMENDED})
    ),
}
"""By the act that judges, what it judges."""
