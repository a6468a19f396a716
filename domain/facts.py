"""The facts that rules are judged on: a frozen picture of one consultation, taken inside the judging transaction.

Checks in ``regulations`` read these and nothing else. Facts hold no names of persons and no contact data.
"""

from dataclasses import dataclass, field
from datetime import date

from domain.bodies import BodyKind, RoomLevel
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
from domain.plans import TopicTiming


@dataclass(frozen=True)
class ConvenerFacts:
    """Qualification of one convener of the room (SZ-13, NA-15)."""

    is_cppcc_member: bool = False
    is_deputy_party_secretary: bool = False
    is_work_committee_director: bool = False
    is_party_secretary: bool = False
    is_liaison_member: bool = False
    is_acting: bool = False


@dataclass(frozen=True)
class RoomFacts:
    """The consultation room: name, bodies, conveners, roster.

    ``is_post_vacant_too_long`` says that no convener has been there for more working days than the rule set
    allows, since ``convener_left_on``; ``uncovered_areas`` counts the towns and parks of the county that have no
    room yet (SZ-10). ``operator_kind`` and ``uncovered_areas`` are known while the platform is set up.
    """

    name: str
    level: RoomLevel
    has_leading_party: bool
    has_owner: bool
    has_operator: bool
    conveners: tuple[ConvenerFacts, ...] = ()
    functions: frozenset[str] = frozenset()
    fixed_member_kinds: frozenset[str] = frozenset()
    responsibility_slots: frozenset[str] = frozenset()
    operator_kind: BodyKind | None = None
    convener_left_on: date | None = None
    is_post_vacant_too_long: bool = False
    uncovered_areas: int = 0


@dataclass(frozen=True)
class TopicFacts:
    """The topic as proposed. An answer of None has not been given yet.

    ``is_planned`` is the claim to stand in the yearly plan; ``plan_sign_offs`` holds the sides that signed off its
    item of the plan, or is None without an item, and is known while the topic is being settled.
    """

    title: str
    category: TopicCategory | None
    source: TopicSource | None
    is_against_public_morals: bool | None
    is_settled_by_law: bool | None
    is_individual_dispute: bool | None
    affects_public_interest: bool = True
    is_sensitive: bool = False
    is_long_standing: bool = False
    is_key: bool = False
    is_planned: bool = False
    must_consult_first: bool = False
    place: str = ""
    matter: str = ""
    is_solvable: bool | None = None
    scope_statement: str = ""
    timing: TopicTiming | None = None
    fits: frozenset[str] = frozenset()
    is_beyond_grassroots: bool | None = None
    has_heard_sectors: bool | None = None
    plan_sign_offs: frozenset[str] | None = None


@dataclass(frozen=True)
class ApprovalFacts:
    """One step of the chain as it stands. ``decided_on`` is None while the body has not decided."""

    step: int
    body_kind: BodyKind
    is_filing: bool
    decision: Decision | None
    decided_on: date | None


@dataclass(frozen=True)
class ParticipantFacts:
    """One participant as the ratios see them: kind, and the two properties that ratios count."""

    kind: ParticipantKind
    is_direct_stakeholder: bool = False
    is_mass_representative: bool = False
    has_basis: bool = True
    has_contact: bool = True
    organisation_id: str | None = None

    @property
    def counts(self) -> bool:
        """In the denominator of ratios: everyone but 工作人员、记录、媒体、旁听 (domain.md §1.6, reading 1)."""
        return self.kind.counts


@dataclass(frozen=True)
class ResearchFacts:
    """One research record. A record counts for the gate only once the convener has accepted it."""

    kind: ResearchKind
    held_on: date
    is_accepted: bool
    has_policy_section: bool
    has_facts_section: bool
    has_opinions_section: bool
    has_place: bool = True
    researcher_count: int = 0
    includes_participant: bool = False


@dataclass(frozen=True)
class DepartmentPresence:
    """What one department did at a session (SC-16, LF-11)."""

    organisation_id: str
    is_responsible_officer: bool
    has_presented: bool
    has_responded: bool

    @property
    def is_complete(self) -> bool:
        """A 负责同志 came, presented and answered."""
        return self.is_responsible_officer and self.has_presented and self.has_responded


@dataclass(frozen=True)
class SessionFacts:
    """One session (场次) with its sign-in.

    ``notice_workdays`` counts the working days from the notice to the session, or is None without a notice.
    """

    held_on: date
    state: SessionState
    attendance: tuple[ParticipantFacts, ...] = ()
    departments: tuple[DepartmentPresence, ...] = ()
    interaction_count: int = 0
    public_speech_count: int = 0
    opinion_count: int = 0
    opinions_with_basis_count: int = 0
    is_dissent_list_confirmed: bool = False
    is_without_consensus: bool = False
    is_chaired_by_convener: bool = True
    has_delegation: bool = False
    notice_sent_on: date | None = None
    notice_workdays: int | None = None
    material_count: int = 0


@dataclass(frozen=True)
class OutcomeDocumentFacts:
    """One outcome document on its way upward, once for each recipient; ``ordinal`` tells documents apart.

    An interim one satisfies no gate.
    """

    kind: OutcomeDocumentKind
    is_signed: bool
    sent_on: date | None
    recipient_kind: BodyKind | None
    received_on: date | None
    has_advice: bool = True
    has_consensus: bool = True
    is_interim: bool = False
    ordinal: int = 0
    recipient_id: str = ""


@dataclass(frozen=True)
class SuggestionFacts:
    """One suggestion across the three lists: list 1 the text, list 2 unit and date, list 3 the answer."""

    item_number: int
    is_accepted_on_list: bool
    has_unit: bool = False
    due_on: date | None = None
    adoption: AdoptionStatus | None = None
    result: ResultClass | None = None
    has_written_feedback: bool = False
    is_verified: bool = False
    is_explained: bool = False
    is_key_difficulty: bool = False
    has_follow_up_plan: bool = False


@dataclass(frozen=True)
class DissentFacts:
    """A recorded disagreement; the organiser owes it an explanation (SZ-31)."""

    is_explained: bool


@dataclass(frozen=True)
class EvaluationFacts:
    """The evaluation of the current round: scores 0–100 by party and the ballots cast.

    ``public_score`` and ``composite`` are derived by ``domain.evaluation`` and exact, never rounded.
    """

    round: int = 1
    scores: tuple[tuple[EvaluationParty, float], ...] = ()
    satisfied: int = 0
    basically_satisfied: int = 0
    dissatisfied: int = 0

    @property
    def ballot_count(self) -> int:
        """Number of ballots cast in this round."""
        return self.satisfied + self.basically_satisfied + self.dissatisfied


@dataclass(frozen=True)
class FollowUpFacts:
    """One 回头看, scheduled or held."""

    due_on: date
    held_on: date | None
    outcome: FollowUpOutcome | None


@dataclass(frozen=True)
class ConsultationFacts:
    """Everything the rules of one consultation may ask about, as of ``today``.

    ``decided_on`` is the day of the earliest recorded decision on the matter (NT-05), ``wordings`` the texts that
    go outside: outcome documents and suggestions (SZ-01, SZ-07).
    """

    today: date
    kind: ConsultationKind
    room: RoomFacts
    topic: TopicFacts
    approvals: tuple[ApprovalFacts, ...] = ()
    participants: tuple[ParticipantFacts, ...] = ()
    research: tuple[ResearchFacts, ...] = ()
    sessions: tuple[SessionFacts, ...] = ()
    documents: tuple[OutcomeDocumentFacts, ...] = ()
    suggestions: tuple[SuggestionFacts, ...] = ()
    dissents: tuple[DissentFacts, ...] = ()
    evaluation: EvaluationFacts = field(default_factory=EvaluationFacts)
    follow_ups: tuple[FollowUpFacts, ...] = ()
    is_commissioned: bool = False
    reported_to_client_on: date | None = None
    invited_units: frozenset[str] = frozenset()
    parallel_count: int = 1
    has_report_for_instruction: bool = False
    has_supervision_item: bool = False
    reporting_left_on: date | None = None
    decided_on: date | None = None
    wordings: tuple[str, ...] = ()
