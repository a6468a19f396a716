"""Papers as response bodies."""

from datetime import date, datetime

from api.fields import Shown
from domain.effects import ConversionKind
from domain.matters import (
    Diversion,
    Exclusion,
    OutcomeDocumentKind,
    ParticipantKind,
    ResearchKind,
    SessionFormat,
    SessionState,
    TopicCategory,
    TopicSource,
)
from domain.plans import TopicTiming


class TopicShown(Shown):
    """One topic."""

    id: str
    title: str
    description: str
    area: str
    proposer: str
    proposed_on: date
    source: TopicSource | None
    category: TopicCategory | None
    is_against_public_morals: bool | None
    is_settled_by_law: bool | None
    is_individual_dispute: bool | None
    affects_public_interest: bool
    is_sensitive: bool
    is_long_standing: bool
    is_key: bool
    is_planned: bool
    must_consult_first: bool
    place: str
    matter: str
    is_solvable: bool | None
    scope_statement: str
    plan_item_id: str | None
    timing: TopicTiming | None
    fits: list[str]
    is_beyond_grassroots: bool | None
    has_heard_sectors: bool | None
    recommended_by_id: str | None
    exclusion: Exclusion | None
    diversion: Diversion | None
    rejection_reason: str
    rejected_on: date | None
    sent_back_on: date | None
    sent_back_reason: str
    complete_by_on: date | None
    resubmitted_on: date | None
    row_version: int


class ParticipantShown(Shown):
    """One person on the list; of a phone number that is kept, only what is left of it when masked."""

    id: str
    name: str
    kind: ParticipantKind
    organisation_id: str | None
    organisation_name: str
    is_direct_stakeholder: bool
    is_mass_representative: bool
    basis: str
    has_contact: bool
    phone_masked: str = ""


class ResearchShown(Shown):
    """One research record."""

    id: str
    kind: ResearchKind
    held_on: date
    place: str
    method: str
    researchers: str
    researcher_count: int
    includes_participant: bool
    policy: str
    facts: str
    opinions: str
    accepted_on: date | None
    accepted_by_person_id: str | None
    accepted_on_behalf_of_id: str | None
    returned_on: date | None
    return_reason: str


class SessionShown(Shown):
    """One session."""

    id: str
    number: int
    planned_on: date
    starts_at: datetime | None
    agenda: list[str]
    materials: list[str]
    held_on: date | None
    place: str
    format: SessionFormat
    state: SessionState
    chair_name: str
    is_chaired_by_convener: bool
    delegation: str
    notice_sent_on: date | None
    is_dissent_list_confirmed: bool
    is_without_consensus: bool
    consensus: str
    outcome_note: str
    adjourned_on: date | None
    invalid_reason: str
    supplements_id: str | None


class RescheduleShown(Shown):
    """改期: one change of a session's day."""

    id: str
    session_id: str
    from_on: date
    to_on: date
    reason: str
    rescheduled_on: date


class PresenceShown(Shown):
    """What one department did at a session."""

    organisation_id: str
    officer_name: str
    is_responsible_officer: bool
    has_presented: bool
    has_responded: bool


class StatementShown(Shown):
    """One statement."""

    id: str
    participant_id: str | None
    speaker: str
    is_public: bool
    text: str
    basis: str
    reply_to_id: str | None


class ExplanationShown(Shown):
    """One explanation given to a dissenter."""

    id: str
    dissent_id: str
    explained_on: date
    explained_by: str
    manner: str
    text: str
    reply: str


class DissentShown(Shown):
    """One disagreement."""

    id: str
    session_id: str
    dissenter: str
    text: str


class SuggestionShown(Shown):
    """One suggestion."""

    id: str
    item_number: int
    text: str
    is_accepted_on_list: bool
    is_key_difficulty: bool
    follow_up_plan: str
    explanation: str
    explained_on: date | None
    conversion: ConversionKind | None
    converted_on: date | None
    conversion_note: str


class OutcomeDocumentShown(Shown):
    """One outcome document."""

    id: str
    kind: OutcomeDocumentKind
    title: str
    document_number: str
    advice: str
    consensus: str
    signed_by: str
    signed_on: date | None
    drafted_on: date
    is_interim: bool


class SubmissionShown(Shown):
    """One sending of a document."""

    id: str
    document_id: str
    recipient_id: str
    sent_on: date
    received_on: date | None
    is_report_to_client: bool


class AttachmentShown(Shown):
    """One attachment without its content."""

    id: str
    subject: str
    filename: str
    media_type: str
    size_bytes: int
    digest: str
    added_at: datetime
