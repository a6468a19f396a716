"""Participants, research, sessions, and what was said at them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.matters import ParticipantKind, ResearchKind, SessionFormat, SessionState
from records.base import Base, Prose, new_id


class Participant(Base):
    """One person on the list of a consultation, with the properties that ratios count."""

    __tablename__ = "participants"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    name: Mapped[str]
    kind: Mapped[ParticipantKind]
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    organisation_name: Mapped[str] = mapped_column(default="")
    is_direct_stakeholder: Mapped[bool] = mapped_column(default=False)
    is_mass_representative: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[str] = mapped_column(Prose, default="")
    has_contact: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    """The account of a member, whose participation the yearly figures count (NT-18, SZ-39)."""
    removed_on: Mapped[date | None]

    __table_args__ = (
        Index("ix_participants_name_removed_on_consultation_id", "name", "removed_on", "consultation_id"),
    )


class ParticipantContact(Base):
    """The only place of a participant's phone number, encrypted; erased when its purpose is met (PIPL art. 47)."""

    __tablename__ = "participant_contacts"

    participant_id: Mapped[str] = mapped_column(ForeignKey("participants.id"), primary_key=True)
    phone_encrypted: Mapped[bytes]


class ResearchRecord(Base):
    """商前调研: one activity with its report, or a 预报告 / 预研究 on a sensitive topic (LF-10)."""

    __tablename__ = "research_records"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    kind: Mapped[ResearchKind]
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(default="")
    method: Mapped[str] = mapped_column(default="")
    researchers: Mapped[str] = mapped_column(Prose, default="")
    researcher_count: Mapped[int] = mapped_column(default=0)
    includes_participant: Mapped[bool] = mapped_column(default=False)
    researcher_ids: Mapped[list[str]] = mapped_column(default=list)
    """Accounts of the members among the researchers."""
    policy: Mapped[str] = mapped_column(Prose, default="")
    facts: Mapped[str] = mapped_column(Prose, default="")
    opinions: Mapped[str] = mapped_column(Prose, default="")
    accepted_on: Mapped[date | None]
    accepted_by_person_id: Mapped[str | None]
    accepted_on_behalf_of_id: Mapped[str | None]
    returned_on: Mapped[date | None]
    """The day on which the convener sent it back for more research (退回补充调研); it never counts from then on."""
    return_reason: Mapped[str] = mapped_column(Prose, default="")


class ConsultationSession(Base):
    """协商活动（场次）: one meeting of a consultation."""

    __tablename__ = "consultation_sessions"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    number: Mapped[int]
    planned_on: Mapped[date] = mapped_column(index=True)
    starts_at: Mapped[datetime | None]
    agenda: Mapped[list[str]] = mapped_column(default=list)
    materials: Mapped[list[str]] = mapped_column(default=list)
    held_on: Mapped[date | None] = mapped_column(index=True)
    adjourned_on: Mapped[date | None]
    """The day of the last 休会; what ``held_on`` then names is the day on which it went on (续会)."""
    place: Mapped[str] = mapped_column(default="")
    format: Mapped[SessionFormat]
    state: Mapped[SessionState]
    chair_name: Mapped[str] = mapped_column(default="")
    is_chaired_by_convener: Mapped[bool] = mapped_column(default=True)
    delegation: Mapped[str] = mapped_column(Prose, default="")
    notice_sent_on: Mapped[date | None]
    is_dissent_list_confirmed: Mapped[bool] = mapped_column(default=False)
    is_without_consensus: Mapped[bool] = mapped_column(default=False)
    consensus: Mapped[str] = mapped_column(Prose, default="")
    outcome_note: Mapped[str] = mapped_column(Prose, default="")
    invalid_reason: Mapped[str] = mapped_column(Prose, default="")
    supplements_id: Mapped[str | None] = mapped_column(ForeignKey("consultation_sessions.id"))
    """The invalid session that this one supplements (SZ-21: a sign-in below the ratio)."""
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)


class SessionReschedule(Base):
    """改期: a planned session moved to another day, and why. Everybody who was called is told."""

    __tablename__ = "session_reschedules"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("consultation_sessions.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Prose)
    rescheduled_on: Mapped[date]


class SignIn(Base):
    """签到: attendance as a fact, on which the ratios are judged a second time."""

    __tablename__ = "sign_ins"

    session_id: Mapped[str] = mapped_column(ForeignKey("consultation_sessions.id"), primary_key=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participants.id"), primary_key=True)


class DepartmentPresenceRow(Base):
    """What one department did at a session (SC-16, LF-11)."""

    __tablename__ = "department_presences"

    session_id: Mapped[str] = mapped_column(ForeignKey("consultation_sessions.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    officer_name: Mapped[str] = mapped_column(default="")
    is_responsible_officer: Mapped[bool] = mapped_column(default=False)
    has_presented: Mapped[bool] = mapped_column(default=False)
    has_responded: Mapped[bool] = mapped_column(default=False)


class Statement(Base):
    """意见: what somebody said, with its basis. A statement that answers another makes an interaction (NT-07)."""

    __tablename__ = "statements"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("consultation_sessions.id"), index=True)
    participant_id: Mapped[str | None] = mapped_column(ForeignKey("participants.id"))
    speaker: Mapped[str] = mapped_column(default="")
    is_public: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Prose)
    basis: Mapped[str] = mapped_column(Prose, default="")
    reply_to_id: Mapped[str | None] = mapped_column(ForeignKey("statements.id"))


class Dissent(Base):
    """异议: a recorded disagreement, and the explanation that the organiser owes (SZ-31)."""

    __tablename__ = "dissents"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("consultation_sessions.id"))
    dissenter: Mapped[str]
    text: Mapped[str] = mapped_column(Prose)


class DissentExplanation(Base):
    """解释说明: who explained to the dissenter, when, how, and what they replied."""

    __tablename__ = "dissent_explanations"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    dissent_id: Mapped[str] = mapped_column(ForeignKey("dissents.id"), index=True)
    explained_on: Mapped[date]
    explained_by: Mapped[str]
    manner: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Prose)
    reply: Mapped[str] = mapped_column(Prose, default="")
