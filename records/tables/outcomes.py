"""Outcome documents, suggestions, evaluations, ballots, follow-up reviews."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.effects import ConversionKind, OutcomeLinkKind
from domain.matters import BallotChoice, EvaluationParty, FollowUpReviewState, OutcomeDocumentKind
from records.base import Base, Prose, new_id


class OutcomeDocument(Base):
    """A report, minutes or advice on its way upward."""

    __tablename__ = "outcome_documents"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    kind: Mapped[OutcomeDocumentKind]
    title: Mapped[str]
    document_number: Mapped[str] = mapped_column(default="")
    advice: Mapped[str] = mapped_column(Prose, default="")
    consensus: Mapped[str] = mapped_column(Prose, default="")
    signed_by: Mapped[str] = mapped_column(default="")
    signed_on: Mapped[date | None]
    drafted_on: Mapped[date]
    is_interim: Mapped[bool] = mapped_column(default=False)
    """Sent while the consultation is still going on (LF-13: 依据进度情况); never satisfies the gate of 报送成果."""


class Submission(Base):
    """报送: one document sent to one recipient, and its receipt."""

    __tablename__ = "submissions"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("outcome_documents.id"))
    recipient_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    sent_on: Mapped[date]
    received_on: Mapped[date | None]
    is_report_to_client: Mapped[bool] = mapped_column(default=False)


class Suggestion(Base):
    """协商建议: one actionable proposal, item by item the same number in all three lists."""

    __tablename__ = "suggestions"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    item_number: Mapped[int]
    text: Mapped[str] = mapped_column(Prose)
    is_accepted_on_list: Mapped[bool] = mapped_column(default=False)
    is_key_difficulty: Mapped[bool] = mapped_column(default=False)
    follow_up_plan: Mapped[str] = mapped_column(Prose, default="")
    explanation: Mapped[str] = mapped_column(Prose, default="")
    explained_on: Mapped[date | None]
    conversion: Mapped[ConversionKind | None]
    converted_on: Mapped[date | None]
    conversion_note: Mapped[str] = mapped_column(Prose, default="")

    __table_args__ = (UniqueConstraint("consultation_id", "item_number"),)


class OutcomeLink(Base):
    """A 提案, 社情民意信息 or 12345 工单 that came out of a consultation, by its number there (SZ-25, NT-19)."""

    __tablename__ = "outcome_links"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    kind: Mapped[OutcomeLinkKind]
    number: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    linked_on: Mapped[date]

    __table_args__ = (UniqueConstraint("consultation_id", "kind", "number"),)


class SupervisionItem(Base):
    """督查事项: a key consultation's implementation, entered by itself into what is supervised and assessed (NT-06)."""

    __tablename__ = "supervision_items"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), unique=True)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    conclusion: Mapped[str] = mapped_column(Prose, default="")


class DecisionRecord(Base):
    """The decision that was taken on a topic which must be consulted on first (NT-05)."""

    __tablename__ = "decision_records"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    decided_on: Mapped[date]
    title: Mapped[str]
    document_number: Mapped[str] = mapped_column(default="")


class Evaluation(Base):
    """One party's score in one round (NA-13)."""

    __tablename__ = "evaluations"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"))
    round: Mapped[int]
    party: Mapped[EvaluationParty]
    score: Mapped[float]
    comment: Mapped[str] = mapped_column(Prose, default="")
    evaluated_on: Mapped[date]

    __table_args__ = (UniqueConstraint("consultation_id", "round", "party"),)


class Ballot(Base):
    """One anonymous vote. It names neither a person nor a token nor an instant, so nothing links it to anybody."""

    __tablename__ = "ballots"

    id: Mapped[str] = mapped_column(primary_key=True)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    round: Mapped[int]
    choice: Mapped[BallotChoice]


class BallotToken(Base):
    """The single-use right to one ballot; only its digest is kept, and only whether it was used."""

    __tablename__ = "ballot_tokens"

    token_digest: Mapped[str] = mapped_column(primary_key=True)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    round: Mapped[int]
    is_used: Mapped[bool] = mapped_column(default=False)


class FollowUpReview(Base):
    """回头看: a revisit after completion, scheduled by the rule set, and what it found."""

    __tablename__ = "follow_up_reviews"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    ordinal: Mapped[int]
    round: Mapped[int]
    due_on: Mapped[date]
    state: Mapped[FollowUpReviewState]
    held_on: Mapped[date | None]
    findings: Mapped[str] = mapped_column(Prose, default="")
    purpose: Mapped[str] = mapped_column(default="")
    attended_by_ids: Mapped[list[str]] = mapped_column(default=list)
    """Accounts of the members who went along."""

    __table_args__ = (UniqueConstraint("consultation_id", "ordinal"),)
