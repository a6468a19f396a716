"""Topics, consultations, and every change of their state."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.bodies import BodyKind
from domain.matters import ConsultationKind, Decision, Diversion, Exclusion, TopicCategory, TopicSource
from domain.plans import TopicTiming
from domain.stages import ConsultationState
from records.base import Base, Prose, new_id


class Topic(Base):
    """议题: the question put to consultation, with the answers to the three exclusion questions."""

    __tablename__ = "topics"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(Prose, default="")
    area: Mapped[str] = mapped_column(index=True)
    proposer: Mapped[str] = mapped_column(default="")
    proposed_on: Mapped[date]
    source: Mapped[TopicSource | None]
    category: Mapped[TopicCategory | None]
    is_against_public_morals: Mapped[bool | None]
    is_settled_by_law: Mapped[bool | None]
    is_individual_dispute: Mapped[bool | None]
    affects_public_interest: Mapped[bool] = mapped_column(default=True)
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    is_long_standing: Mapped[bool] = mapped_column(default=False)
    is_key: Mapped[bool] = mapped_column(default=False)
    is_planned: Mapped[bool] = mapped_column(default=True)
    must_consult_first: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str] = mapped_column(default="")
    matter: Mapped[str] = mapped_column(default="")
    is_solvable: Mapped[bool | None]
    scope_statement: Mapped[str] = mapped_column(Prose, default="")
    plan_item_id: Mapped[str | None] = mapped_column(ForeignKey("plan_items.id"))
    timing: Mapped[TopicTiming | None]
    fits: Mapped[list[str]] = mapped_column(default=list)
    is_beyond_grassroots: Mapped[bool | None]
    """Whether it came up in self-government and cannot be solved at that level (NA-03)."""
    has_heard_sectors: Mapped[bool | None]
    """Whether people of the 界别 took part in collecting it (SC-03)."""
    recommended_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    sent_back_on: Mapped[date | None]
    """退回补充: the day on which the proposer was asked for more, and until when; a resubmission settles it."""
    sent_back_reason: Mapped[str] = mapped_column(Prose, default="")
    complete_by_on: Mapped[date | None]
    resubmitted_on: Mapped[date | None]
    exclusion: Mapped[Exclusion | None]
    diversion: Mapped[Diversion | None]
    rejection_reason: Mapped[str] = mapped_column(Prose, default="")
    rejected_on: Mapped[date | None]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}


class Consultation(Base):
    """One matter on its way through the eight stages. ``version`` grows by one with every recorded deed."""

    __tablename__ = "consultations"

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    kind: Mapped[ConsultationKind]
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"), index=True)
    topic_id: Mapped[str] = mapped_column(ForeignKey("topics.id"), index=True)
    area: Mapped[str] = mapped_column(index=True)
    rule_set_id: Mapped[str]
    rule_set_version: Mapped[str]
    calendar_version: Mapped[str]
    leading_party_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    operator_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    commissioned_by_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    lead_person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    """Who of the 主席会议 leads it (SC-07)."""
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    """The consultation one level up that this one belongs to (三级联动, NA-05)."""
    merged_into_id: Mapped[str | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    co_organiser_ids: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[ConsultationState]
    is_suspended: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=1)
    opened_on: Mapped[date]
    opened_at: Mapped[datetime]
    entered_state_on: Mapped[date]
    deliberated_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    archived_on: Mapped[date | None]
    next_wake_at: Mapped[datetime | None]
    waiting_for: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        Index("ix_consultations_state_area", "state", "area"),
        Index("ix_consultations_opened_at_id", "opened_at", "id"),
    )


class NumberSeries(Base):
    """The last human number given out per prefix and year (苏-枫溪-2026-0007)."""

    __tablename__ = "number_series"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class StageAdvance(Base):
    """One change of a consultation's state: who, when, and what the gate said."""

    __tablename__ = "stage_advances"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    event: Mapped[str]
    from_state: Mapped[ConsultationState]
    to_state: Mapped[ConsultationState]
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime]
    by_person_id: Mapped[str | None]
    by_organisation_id: Mapped[str | None]
    on_behalf_of_id: Mapped[str | None]
    note: Mapped[str] = mapped_column(Prose, default="")
    reason_for_warnings: Mapped[str] = mapped_column(Prose, default="")
    warned_rule_ids: Mapped[list[str]] = mapped_column(default=list)


class Waiver(Base):
    """One hard rule waived for one consultation by the body that the rule names."""

    __tablename__ = "waivers"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    rule_id: Mapped[str]
    reason: Mapped[str] = mapped_column(Prose)
    granted_on: Mapped[date]
    granted_by_person_id: Mapped[str]
    granted_by_organisation_id: Mapped[str]
    on_behalf_of_id: Mapped[str | None]

    __table_args__ = (UniqueConstraint("consultation_id", "rule_id"),)


class Suspension(Base):
    """中止 with its reason and the day on which the reason is looked at again."""

    __tablename__ = "suspensions"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    reason: Mapped[str] = mapped_column(Prose)
    suspended_on: Mapped[date]
    review_on: Mapped[date]
    resumed_on: Mapped[date | None]


class Approval(Base):
    """One step of the chain (审定/备案) and what its body decided. ``attempt`` grows when the chain starts again."""

    __tablename__ = "approvals"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"))
    attempt: Mapped[int] = mapped_column(default=1)
    step: Mapped[int]
    label: Mapped[str]
    body_kind: Mapped[BodyKind]
    body_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    is_filing: Mapped[bool]
    is_optional: Mapped[bool]
    period_workdays: Mapped[int]
    decision: Mapped[Decision | None]
    decided_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Prose, default="")

    __table_args__ = (UniqueConstraint("consultation_id", "attempt", "step"),)


class RecordedDeed(Base):
    """The key that makes a deed exactly-once, with its first outcome (``scope`` is the workflow id, or the papers')."""

    __tablename__ = "recorded_deeds"

    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    act: Mapped[str]
    digest: Mapped[str]
    outcome: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]


class Attachment(Base):
    """A file kept with a consultation, by its digest; one of a unit's answer or opinion names what it belongs to."""

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    task_id: Mapped[str | None] = mapped_column(ForeignKey("feedback_tasks.id"), index=True)
    co_handling_id: Mapped[str | None] = mapped_column(ForeignKey("co_handlings.id"), index=True)
    subject: Mapped[str]
    filename: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(deferred=True)
    added_at: Mapped[datetime]
