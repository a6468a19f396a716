"""The words of the yearly consultation plan, and what a topic says about its place in it."""

from collections.abc import Mapping

from domain.bodies import BodyKind
from domain.words import Word


class PlanSide(Word):
    """Who signs an item of the plan off: the three that draw it up together (NT-04)."""

    PARTY = "party", "党委"
    GOVERNMENT = "government", "政府"
    CPPCC = "cppcc", "政协"


SIDE_KINDS: Mapping[PlanSide, frozenset[BodyKind]] = {
    PlanSide.PARTY: frozenset(
        {BodyKind.PARTY_COMMITTEE, BodyKind.PARTY_WORK_COMMITTEE, BodyKind.PARTY_ORGANIZATION}
    ),
    PlanSide.GOVERNMENT: frozenset({BodyKind.GOVERNMENT}),
    PlanSide.CPPCC: frozenset(
        {
            BodyKind.CPPCC_COMMITTEE,
            BodyKind.CHAIRPERSONS_MEETING,
            BodyKind.LEADING_PARTY_GROUP,
            BodyKind.WORK_COMMITTEE,
        }
    ),
}
"""Which bodies sign for which side (NT-04)."""


class TopicTiming(Word):
    """When the consultation stands to the decision that it is about (NT-05)."""

    BEFORE_DECISION = "before_decision", "决策之前"
    DURING_IMPLEMENTATION = "during_implementation", "决策实施之中"


class TopicFit(Word):
    """The three things a topic should fit (LF-03)."""

    PARTY_NEEDS = "party_needs", "契合党政所需"
    PUBLIC_HOPES = "public_hopes", "契合群众所盼"
    CPPCC_CAPACITY = "cppcc_capacity", "契合政协所能"
