"""Organisations, people, memberships, and how they sign in."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.bodies import BodyKind, Role
from records.base import Base, Prose, new_id


class Organisation(Base):
    """A body in the tree. ``area`` is its place, e.g. ``suzhou/fengxi/yuntang``; scopes compare prefixes of it."""

    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    kind: Mapped[BodyKind]
    area: Mapped[str] = mapped_column(index=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))

    __table_args__ = (UniqueConstraint("area", "name"),)


class Person(Base):
    """A person with an account. Public participants are not people here but rows of ``participants``."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    sign_in_name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    is_party_member: Mapped[bool | None]
    """Known for members only, whose share as 中共党员委员 is shown apart (SZ-39)."""


class Membership(Base):
    """In what capacity a person acts for an organisation, and for what span."""

    __tablename__ = "memberships"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[Role]
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id", "role"),
        Index("ix_memberships_organisation_id_role", "organisation_id", "role"),
    )


class Leave(Base):
    """Somebody is away from one membership for a span of days; a deputy acts in it (请假代办).

    ``deputy_membership_id`` is what qualifies the deputy: where that ends, so does the deputyship. The last day
    counts; ``ended_at`` closes it before.
    """

    __tablename__ = "leaves"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    membership_id: Mapped[str] = mapped_column(ForeignKey("memberships.id"), index=True)
    deputy_membership_id: Mapped[str] = mapped_column(ForeignKey("memberships.id"), index=True)
    since_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by_person_id: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by_person_id: Mapped[str | None]


class UserSession(Base):
    """A signed-in browser: the cookie's digest, never the cookie."""

    __tablename__ = "user_sessions"

    token_digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    membership_id: Mapped[str] = mapped_column(ForeignKey("memberships.id"))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class SignInFailure(Base):
    """A failed sign-in; five of them within the window lock the name (domain.md §3.5)."""

    __tablename__ = "sign_in_failures"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    sign_in_name: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]


class ApiToken(Base):
    """A bearer token of one membership: its digest, never the token."""

    __tablename__ = "api_tokens"

    token_digest: Mapped[str] = mapped_column(primary_key=True)
    membership_id: Mapped[str] = mapped_column(ForeignKey("memberships.id"))
    name: Mapped[str]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SavedFilter(Base):
    """A question that a person asks of a list again and again: a name for the conditions in its address."""

    __tablename__ = "saved_filters"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    query: Mapped[str] = mapped_column(Prose)
    saved_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("person_id", "name"),)
