"""For every rule with a check: what is wrong about a consultation for which that rule alone is unmet."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.bodies import BodyKind, RoomLevel
from domain.facts import (
    ApprovalFacts,
    ConsultationFacts,
    ConvenerFacts,
    DissentFacts,
    FollowUpFacts,
    ParticipantFacts,
)
from domain.matters import Decision, EvaluationParty, ParticipantKind, ResultClass
from regulations.rule_sets import Rule, RuleSet
from tests.regulations.passing import CADRE, CONVENER, DEPARTMENT, DIRECT, MASS, MEMBER, NOTABLE, passing

Spoil = Callable[[ConsultationFacts], ConsultationFacts]

SECRETARY = ConvenerFacts(is_party_secretary=True)
LIAISON = ConvenerFacts(is_liaison_member=True)
DEPUTY = ConvenerFacts(is_cppcc_member=True, is_deputy_party_secretary=True)
FEW_DIRECT = (DIRECT,) * 2 + (MASS,) * 8 + (MEMBER,) * 3 + (DEPARTMENT, CADRE, NOTABLE)
AFFECTED = replace(DIRECT, is_mass_representative=False)
FEW_MASS = (AFFECTED,) * 10 + (MASS,) * 2 + (MEMBER,) * 3 + (DEPARTMENT, CADRE, NOTABLE)
NO_PUBLIC = (MEMBER,) * 10 + (DEPARTMENT, CADRE, NOTABLE)

LEVELS = {
    "NT-13": RoomLevel.ENTERPRISE,
    "NA-14": RoomLevel.PARK,
}
"""Where a rule is looked at alone: at the passing level others ask about the same conveners."""


def lawful(book: RuleSet, rule: Rule) -> ConsultationFacts:
    """Facts that every rule accepts, for a room and a consultation of which this rule speaks."""
    facts = passing(book.id)
    level = LEVELS.get(rule.id) or _one_of(rule.levels, facts.room.level)
    kind = _one_of(rule.kinds, facts.kind)
    conveners = (SECRETARY, LIAISON) if level is RoomLevel.VILLAGE else facts.room.conveners
    steps = [step for step in book.approval_chain(level, kind) if not step.is_optional]
    approvals = tuple(
        ApprovalFacts(
            step.step,
            step.body_kinds[0],
            step.is_filing,
            Decision.FILED if step.is_filing else Decision.APPROVED,
            date(2026, 3, 1) + timedelta(days=step.step),
        )
        for step in steps
    )
    room = replace(facts.room, level=level, conveners=conveners)
    return replace(facts, room=room, kind=kind, approvals=approvals)


def _one_of(words: frozenset[Any], usual: Any) -> Any:
    return usual if not words or usual in words else min(words)


def room(**changes: object) -> Spoil:
    return lambda facts: replace(facts, room=replace(facts.room, **changes))  # type: ignore[arg-type]


def topic(**changes: object) -> Spoil:
    return lambda facts: replace(facts, topic=replace(facts.topic, **changes))  # type: ignore[arg-type]


def whole(**changes: object) -> Spoil:
    return lambda facts: replace(facts, **changes)  # type: ignore[arg-type]


def met(**changes: object) -> Spoil:
    """The session with these changes."""
    return lambda facts: replace(
        facts,
        sessions=tuple(replace(one, **changes) for one in facts.sessions),  # type: ignore[arg-type]
    )


def researched(**changes: object) -> Spoil:
    return lambda facts: replace(
        facts,
        research=tuple(replace(one, **changes) for one in facts.research),  # type: ignore[arg-type]
    )


def written(**changes: object) -> Spoil:
    return lambda facts: replace(
        facts,
        documents=tuple(replace(one, **changes) for one in facts.documents),  # type: ignore[arg-type]
    )


def suggested(**changes: object) -> Spoil:
    """The first suggestion with these changes."""
    return lambda facts: replace(
        facts,
        suggestions=(replace(facts.suggestions[0], **changes), *facts.suggestions[1:]),  # type: ignore[arg-type]
    )


def listed(*people: ParticipantFacts) -> Spoil:
    return whole(participants=people)


def without(*kinds: ParticipantKind, at_session: bool = False) -> Spoil:
    def spoil(facts: ConsultationFacts) -> ConsultationFacts:
        left = tuple(one for one in facts.participants if one.kind not in kinds)
        return met(attendance=left)(facts) if at_session else replace(facts, participants=left)

    return spoil


def unrated(party: EvaluationParty) -> Spoil:
    def spoil(facts: ConsultationFacts) -> ConsultationFacts:
        scores = tuple(each for each in facts.evaluation.scores if each[0] is not party)
        return replace(facts, evaluation=replace(facts.evaluation, scores=scores))

    return spoil


def balloted(satisfied: int, dissatisfied: int) -> Spoil:
    return lambda facts: replace(
        facts,
        evaluation=replace(
            facts.evaluation, satisfied=satisfied, basically_satisfied=0, dissatisfied=dissatisfied
        ),
    )


def sent_twice(facts: ConsultationFacts) -> ConsultationFacts:
    return replace(facts, documents=(*facts.documents, replace(facts.documents[0], ordinal=2)))


def three_times_as_many(facts: ConsultationFacts) -> ConsultationFacts:
    return replace(facts, participants=facts.participants * 3)


def nobody_reachable(facts: ConsultationFacts) -> ConsultationFacts:
    return replace(facts, participants=(replace(MEMBER, has_contact=False), *facts.participants))


UNPLANNED = topic(is_planned=False, plan_sign_offs=None)
LATE_RESEARCH = met(held_on=date(2026, 3, 1))

BY_CHECK: dict[str, Spoil] = {
    "room_name_contains": room(name="议事厅"),
    "room_functions_include": room(functions=frozenset()),
    "room_has_convener": room(conveners=()),
    "a_convener_is": room(conveners=(replace(CONVENER, is_cppcc_member=False),)),
    "conveners_are_together": room(conveners=(SECRETARY,)),
    "deputy_secretary_is_member": room(conveners=(replace(CONVENER, is_cppcc_member=False),)),
    "operator_is_one_of": room(operator_kind=BodyKind.HANDLING_UNIT),
    "higher_level_is_covered": room(uncovered_areas=2),
    "convener_post_is_not_vacant_too_long": room(
        is_post_vacant_too_long=True, convener_left_on=date(2026, 9, 1)
    ),
    "fixed_members_include_one_of": room(fixed_member_kinds=frozenset({"cadre"})),
    "responsibility_slots_are_filled": room(responsibility_slots=frozenset({"overall"})),
    "topic_category_is_one_of": topic(category=None),
    "topic_source_is_one_of": topic(source=None),
    "topic_is_not_excluded": topic(is_individual_dispute=True),
    "topic_is_narrow": topic(place=""),
    "topic_has_scope_statement": topic(scope_statement=" "),
    "topic_is_planned": UNPLANNED,
    "plan_item_is_signed_off": topic(plan_sign_offs=frozenset({"government"})),
    "approvals_are_complete": whole(approvals=()),
    "topic_fits": topic(fits=frozenset({"party_needs"})),
    "priority_question_is_answered": topic(is_beyond_grassroots=None),
    "sectors_are_heard_in_collection": topic(has_heard_sectors=False),
    "parallel_consultations_are_at_most": whole(parallel_count=4),
    "public_takes_part": listed(*NO_PUBLIC),
    "participant_count_is_between": three_times_as_many,
    "participants_have_contact_and_basis": nobody_reachable,
    "research_is_done": researched(has_place=False),
    "research_precedes_sessions": LATE_RESEARCH,
    "research_has_three_sections": researched(has_policy_section=False),
    "research_includes_participant": researched(includes_participant=False),
    "arrangement_is_reported": whole(has_report_for_instruction=False),
    "sensitive_topic_is_reported": topic(is_sensitive=True),
    "session_is_held": whole(sessions=()),
    "session_is_chaired_by_convener": met(is_chaired_by_convener=False),
    "session_has_interactions": met(interaction_count=0),
    "session_is_substantive": met(interaction_count=0),
    "public_speaks": met(public_speech_count=0),
    "opinions_have_basis": met(opinions_with_basis_count=4),
    "dissent_list_is_confirmed": met(is_dissent_list_confirmed=False),
    "session_ends_in_suggestion": whole(suggestions=()),
    "departments_answer_on_the_spot": met(departments=()),
    "notice_is_early_enough": met(notice_workdays=4),
    "materials_are_early_enough": met(material_count=0),
    "outcome_document_is_sent": written(recipient_kind=BodyKind.OPERATIONS),
    "submission_is_received": written(received_on=None),
    "suggestion_list_is_accepted": suggested(is_accepted_on_list=False),
    "outcome_has_parts": written(has_consensus=False),
    "reports_are_not_doubled": sent_twice,
    "client_is_reported_to": whole(is_commissioned=True),
    "responsibility_list_is_complete": suggested(due_on=None),
    "feedback_list_is_complete": suggested(adoption=None),
    "suggestions_have_written_feedback": suggested(has_written_feedback=False),
    "answers_are_verified": suggested(is_verified=False),
    "class_c_is_explained": suggested(result=ResultClass.C),
    "key_items_have_follow_up_plan": suggested(is_key_difficulty=True),
    "nothing_is_decided_before_consultation": lambda facts: replace(
        topic(must_consult_first=True)(facts), decided_on=date(2026, 3, 30)
    ),
    "key_consultation_is_supervised": lambda facts: replace(
        topic(is_key=True)(facts), has_supervision_item=False
    ),
    "dissents_are_explained": whole(dissents=(DissentFacts(is_explained=False),)),
    "ballots_are_enough": balloted(3, 0),
    "satisfaction_is_reached": balloted(10, 10),
    "follow_up_is_scheduled": whole(follow_ups=()),
    "follow_up_is_held": whole(follow_ups=(FollowUpFacts(date(2026, 8, 17), None, None),)),
}

BY_RULE: dict[str, Spoil] = {
    "NT-26": room(
        conveners=(DEPUTY, replace(CONVENER, is_deputy_party_secretary=False, is_party_secretary=True))
    ),
    "NA-14": room(conveners=(DEPUTY, replace(CONVENER, is_deputy_party_secretary=False))),
    "SZ-20": without(ParticipantKind.STAKEHOLDER),
    "NT-15": without(ParticipantKind.LOCAL_CADRE, ParticipantKind.LOCAL_NOTABLE),
    "NT-21-invited": without(ParticipantKind.DEPARTMENT),
    "SC-14": without(ParticipantKind.CPPCC_MEMBER),
    "SC-14-S5": without(ParticipantKind.CPPCC_MEMBER, at_session=True),
    "SC-03": listed(*NO_PUBLIC),
    "SC-09": listed(*((AFFECTED,) * 10), *((MEMBER,) * 3)),
    "LF-02": without(ParticipantKind.CPPCC_MEMBER),
    "LF-02-others": without(ParticipantKind.LOCAL_CADRE),
    "SZ-21": listed(*FEW_DIRECT),
    "SZ-21-S5": met(attendance=FEW_DIRECT),
    "NA-11": listed(*FEW_MASS),
    "NA-11-S5": met(attendance=FEW_MASS),
    "D-S3-direct-third": listed(*FEW_DIRECT),
    "D-S3-mass-third": listed(*FEW_MASS),
    "SZ-01-wording": whole(wordings=("经协商，现决定如下：",)),
    "D-S6-wording": whole(wordings=("经协商，会议 决定全部采纳。",)),
    "SZ-07": whole(wordings=("推广“三位一体”的工作载体",)),
    "NA-13": unrated(EvaluationParty.PARTY_GOV_COMMENT),
    "D-S8-evaluation": unrated(EvaluationParty.ORGANIZER_ANALYSIS),
    "D-S8-four-parties": unrated(EvaluationParty.MEMBER_REVIEW),
}

_NO_PUBLIC_IN_SICHUAN = frozenset({"SC-03", "SC-09", "D-S3-mass", "D-S3-mass-third", "D-S3-direct-third"})

ALSO: dict[str, frozenset[str]] = {
    "SZ-04": frozenset({"SZ-20", "SZ-21"}),
    "SZ-20": frozenset({"SZ-21"}),
    "NT-21": frozenset({"NA-11", "NT-15"}),
    "NT-09-sections": frozenset({"NA-09"}),
    "NA-09": frozenset({"NT-09-sections"}),
    "SC-03": _NO_PUBLIC_IN_SICHUAN,
    "D-S3-mass": _NO_PUBLIC_IN_SICHUAN,
    "SC-09": frozenset({"D-S3-mass-third"}),
    "D-S5-suggestion": frozenset({"SZ-17b"}),
    "LF-16": frozenset({"LF-15"}),
    "D-S8-evaluation": frozenset({"D-S8-four-parties"}),
}
"""Rules that speak of the same fact and cannot but be unmet as well, where the region has them."""


def spoilt(rule: Rule, facts: ConsultationFacts) -> ConsultationFacts:
    """The lawful facts with what the rule forbids."""
    if rule.check == "room_has_bodies":
        bodies = rule.arguments["bodies"]
        assert isinstance(bodies, tuple)
        return room(**{f"has_{bodies[0].value}": False})(facts)
    return (BY_RULE.get(rule.id) or BY_CHECK[rule.check])(facts)
