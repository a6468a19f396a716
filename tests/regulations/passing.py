"""Facts for tests: one consultation a region that every rule accepts, and one that none of them does."""

from dataclasses import replace
from datetime import date

from domain.bodies import BodyKind, RoomLevel
from domain.facts import (
    ApprovalFacts,
    ConsultationFacts,
    ConvenerFacts,
    DepartmentPresence,
    DissentFacts,
    EvaluationFacts,
    FollowUpFacts,
    OutcomeDocumentFacts,
    ParticipantFacts,
    ResearchFacts,
    RoomFacts,
    SessionFacts,
    SuggestionFacts,
    TopicFacts,
)
from domain.matters import (
    AdoptionStatus,
    ConsultationKind,
    Decision,
    EvaluationParty,
    FollowUpOutcome,
    OutcomeDocumentKind,
    ParticipantKind,
    ResearchKind,
    ResultClass,
    SessionState,
    TopicCategory,
    TopicSource,
)
from domain.plans import PlanSide, TopicFit, TopicTiming
from domain.rooms import FixedMemberKind, ResponsibilitySlot, RoomFunction

DIRECT = ParticipantFacts(
    ParticipantKind.STAKEHOLDER, is_direct_stakeholder=True, is_mass_representative=True
)
MASS = ParticipantFacts(ParticipantKind.MASS_REPRESENTATIVE, is_mass_representative=True)
MEMBER = ParticipantFacts(ParticipantKind.CPPCC_MEMBER)
DEPARTMENT = ParticipantFacts(ParticipantKind.DEPARTMENT, organisation_id="transport")
CADRE = ParticipantFacts(ParticipantKind.LOCAL_CADRE)
NOTABLE = ParticipantFacts(ParticipantKind.LOCAL_NOTABLE)
GRID_WORKER = ParticipantFacts(ParticipantKind.GRID_WORKER)

CONVENER = ConvenerFacts(
    is_cppcc_member=True, is_deputy_party_secretary=True, is_work_committee_director=True
)
PRESENT = DepartmentPresence("transport", is_responsible_officer=True, has_presented=True, has_responded=True)
PEOPLE = (DIRECT,) * 10 + (MASS,) * 2 + (MEMBER,) * 3 + (DEPARTMENT, CADRE, NOTABLE)

SUZHOU_STEPS = ((BodyKind.PARTY_WORK_COMMITTEE, 10), (BodyKind.CPPCC_COMMITTEE, 12))
SICHUAN_STEPS = (
    (BodyKind.LEADING_PARTY_GROUP, 2),
    (BodyKind.CHAIRPERSONS_MEETING, 5),
    (BodyKind.PARTY_COMMITTEE, 12),
)
LINFEN_STEPS = ((BodyKind.CHAIRPERSONS_MEETING, 2), (BodyKind.PARTY_COMMITTEE, 5))

REGIONS = {
    "suzhou": (
        "“有事好商量”协商议事室（云塘街道）",
        RoomLevel.STREET,
        TopicCategory.LIVELIHOOD,
        SUZHOU_STEPS,
    ),
    "nantong": (
        "“有事好商量”协商议事室（城东街道）",
        RoomLevel.STREET,
        TopicCategory.PUBLIC_WELFARE,
        SUZHOU_STEPS,
    ),
    "sichuan": (
        "岷岭县政协“有事来协商”平台",
        RoomLevel.COUNTY,
        TopicCategory.LIVELIHOOD_PROBLEM,
        SICHUAN_STEPS,
    ),
    "linfen": ("尧岭县政协“有事来商量”平台", RoomLevel.COUNTY, TopicCategory.LIVELIHOOD, LINFEN_STEPS),
}


def approvals(*steps: tuple[BodyKind, int], month: int = 3) -> tuple[ApprovalFacts, ...]:
    """The steps as decided in favour on these days of the month; a filing where 政协 files."""
    filing = {BodyKind.CPPCC_COMMITTEE, BodyKind.WORK_COMMITTEE}
    return tuple(
        ApprovalFacts(
            number,
            body,
            body in filing,
            Decision.FILED if body in filing else Decision.APPROVED,
            date(2026, month, day),
        )
        for number, (body, day) in enumerate(steps, 1)
    )


def passing(region: str) -> ConsultationFacts:
    """Facts that no hard rule and no warning of the region objects to, at any point."""
    name, level, category, steps = REGIONS[region]
    return ConsultationFacts(
        today=date(2026, 11, 20),
        kind=ConsultationKind.MICRO if region == "sichuan" else ConsultationKind.ROOM,
        room=RoomFacts(
            name,
            level,
            has_leading_party=True,
            has_owner=True,
            has_operator=True,
            conveners=(CONVENER,),
            functions=frozenset(each.value for each in RoomFunction),
            fixed_member_kinds=frozenset({FixedMemberKind.GRID_WORKER.value}),
            responsibility_slots=frozenset(each.value for each in ResponsibilitySlot),
            operator_kind=BodyKind.WORK_COMMITTEE,
        ),
        topic=TopicFacts(
            "老旧小区加装电梯",
            category,
            TopicSource.PARTY_GOV_ASSIGNED,
            is_against_public_morals=False,
            is_settled_by_law=False,
            is_individual_dispute=False,
            place="云塘街道云景小区",
            matter="3 至 9 幢加装电梯",
            is_solvable=True,
            scope_statement="只议加装方案和补偿参考",
            is_planned=True,
            timing=TopicTiming.BEFORE_DECISION,
            fits=frozenset(each.value for each in TopicFit),
            is_beyond_grassroots=True,
            has_heard_sectors=True,
            plan_sign_offs=frozenset(each.value for each in PlanSide),
        ),
        approvals=approvals(*steps),
        participants=PEOPLE,
        research=(
            ResearchFacts(
                ResearchKind.RESEARCH,
                date(2026, 3, 18),
                True,
                True,
                True,
                True,
                researcher_count=4,
                includes_participant=True,
            ),
        ),
        sessions=(session(),),
        documents=(
            OutcomeDocumentFacts(
                OutcomeDocumentKind.REPORT,
                True,
                date(2026, 4, 3),
                BodyKind.PARTY_COMMITTEE,
                date(2026, 4, 3),
                ordinal=1,
                recipient_id="party",
            ),
        ),
        suggestions=(suggestion(1), suggestion(2)),
        evaluation=EvaluationFacts(
            scores=(
                (EvaluationParty.PARTY_GOV_COMMENT, 92),
                (EvaluationParty.MEMBER_REVIEW, 90),
                (EvaluationParty.ORGANIZER_ANALYSIS, 88),
            ),
            satisfied=19,
            basically_satisfied=5,
            dissatisfied=2,
        ),
        follow_ups=(FollowUpFacts(date(2026, 8, 17), date(2026, 8, 17), FollowUpOutcome.HOLDS),),
        invited_units=frozenset({"transport"}),
        has_report_for_instruction=True,
        has_supervision_item=True,
        reporting_left_on=date(2026, 4, 7),
        wordings=("低层补偿参考方案由住建局牵头拟订",),
    )


def session(**changes: object) -> SessionFacts:
    """A valid session at which everything was done."""
    held = SessionFacts(
        held_on=date(2026, 3, 26),
        state=SessionState.HELD,
        attendance=PEOPLE,
        departments=(PRESENT,),
        interaction_count=3,
        public_speech_count=4,
        opinion_count=5,
        opinions_with_basis_count=5,
        is_dissent_list_confirmed=True,
        notice_sent_on=date(2026, 3, 19),
        notice_workdays=5,
        material_count=2,
    )
    return replace(held, **changes)  # type: ignore[arg-type]


def suggestion(number: int, **changes: object) -> SuggestionFacts:
    """A suggestion that was assigned, answered and verified."""
    done = SuggestionFacts(
        number,
        is_accepted_on_list=True,
        has_unit=True,
        due_on=date(2026, 5, 22),
        adoption=AdoptionStatus.ADOPTED,
        result=ResultClass.A,
        has_written_feedback=True,
        is_verified=True,
    )
    return replace(done, **changes)  # type: ignore[arg-type]


def broken(region: str) -> ConsultationFacts:
    """Facts in which everything that a rule asks for is missing or wrong."""
    _, level, _, _ = REGIONS[region]
    return ConsultationFacts(
        today=date(2026, 11, 20),
        kind=ConsultationKind.MICRO if region == "sichuan" else ConsultationKind.ROOM,
        room=RoomFacts(
            "议事厅",
            level,
            has_leading_party=False,
            has_owner=False,
            has_operator=False,
            convener_left_on=date(2026, 1, 5),
            is_post_vacant_too_long=True,
            uncovered_areas=2,
        ),
        topic=TopicFacts(
            "宅基地边界",
            None,
            None,
            is_against_public_morals=None,
            is_settled_by_law=None,
            is_individual_dispute=True,
            is_sensitive=True,
            is_key=True,
            is_planned=True,
            must_consult_first=True,
        ),
        participants=(replace(GRID_WORKER, has_contact=False),),
        sessions=(
            SessionFacts(date(2026, 3, 26), SessionState.HELD, opinion_count=2, is_chaired_by_convener=False),
        ),
        documents=(
            OutcomeDocumentFacts(
                OutcomeDocumentKind.REPORT, False, None, None, None, has_advice=False, has_consensus=False
            ),
            *(
                OutcomeDocumentFacts(
                    OutcomeDocumentKind.MINUTES,
                    False,
                    date(2026, 4, 3),
                    BodyKind.HANDLING_UNIT,
                    None,
                    has_advice=False,
                    has_consensus=False,
                    ordinal=copy,
                    recipient_id="transport",
                )
                for copy in (2, 3)
            ),
        ),
        suggestions=(SuggestionFacts(1, False, result=ResultClass.C, is_key_difficulty=True),),
        dissents=(DissentFacts(is_explained=False),),
        evaluation=EvaluationFacts(satisfied=1, dissatisfied=2),
        follow_ups=(),
        is_commissioned=True,
        invited_units=frozenset({"transport"}),
        parallel_count=4,
        decided_on=date(2026, 2, 1),
        wordings=("会议决定推广“三位一体”做法",),
    )
