"""Registering organisations and people, and granting memberships (三员分立)."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from sqlalchemy import or_, select

from domain.audit_actions import AuditAction
from domain.bodies import BodyKind, Role
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.papers.changes import kept
from records.papers.checking import Day, Known, Line, checked, invalid
from records.papers.finding import row_of
from records.pen import Pen
from records.tables.people import Membership, Organisation, Person

ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
_NOT_GRANTABLE = frozenset({Role.CLOCK, Role.PUBLIC})
_STREAM = administration_stream("organisations")
_AREA = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
_SIGN_IN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_EMAIL = re.compile(r"[^\s@<>\",;:]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, kw_only=True)
class OrganisationPaper:
    """A body in the tree of areas; ``area`` reads like ``suzhou/fengxi/yuntang``."""

    name: Annotated[str, Line("单位名称")]
    kind: BodyKind
    area: Annotated[str, Line("所属区域")]
    parent_id: Annotated[str | None, Known("上级单位", Organisation)] = None


@dataclass(frozen=True, kw_only=True)
class PersonPaper:
    """A person with an account. The password comes hashed (``records.accounts.hash_password``).

    ``is_party_member`` is asked of members only and shown in shares alone, never with a name (SZ-39).
    """

    name: Annotated[str, Line("姓名", characters_max=50)]
    sign_in_name: Annotated[str, Line("登录名", characters_max=64)]
    password_hash: str = field(repr=False)
    email: Annotated[str, Line("电子邮箱", is_required=False)] = field(default="", repr=False)
    is_party_member: bool | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class MembershipPaper:
    """In what capacity a person acts for an organisation, from and until which day (None: open)."""

    person_id: Annotated[str, Known("人员", Person)]
    organisation_id: Annotated[str, Known("单位", Organisation)]
    role: Role
    since_on: Annotated[date | None, Day("任职起始日期")] = None
    until_on: Annotated[date | None, Day("任职截止日期")] = None


@dataclass(frozen=True, kw_only=True)
class MembershipEnd:
    """The last day of a membership; on that day its bearer may still act."""

    until_on: Annotated[date, Day("任职截止日期")]


@dataclass(frozen=True, kw_only=True)
class Deactivation:
    """Why an account is shut."""

    reason: Annotated[str, Line("停用原因")]


def register_organisation(pen: Pen, paper: OrganisationPaper) -> dict[str, Any]:
    """Register an organisation; its name is unique in its area."""
    values = checked(pen, paper)
    require_area(values["area"])
    same = select(Organisation.id).filter_by(area=values["area"], name=values["name"])
    if pen.session.scalar(same) is not None:
        raise invalid("该区域内已有同名单位。", "name")
    organisation = Organisation(**values)
    pen.session.add(organisation)
    pen.session.flush()
    pen.note(
        AuditAction.ORGANISATION_REGISTERED,
        "organisation",
        organisation.id,
        stream=_STREAM,
        new=kept(values),
    )
    return {"organisation_id": organisation.id}


def register_person(pen: Pen, paper: PersonPaper) -> dict[str, Any]:
    """Register a person; the sign-in name is unique. Password, email and party membership stay out of the audit."""
    values = checked(pen, paper)
    if not _SIGN_IN_NAME.fullmatch(values["sign_in_name"]):
        raise invalid("“登录名”应为 2 至 64 个小写字母、数字、点、下划线或连字符。", "sign_in_name")
    if values["email"] and not _EMAIL.fullmatch(values["email"]):
        raise invalid("“电子邮箱”格式不正确。", "email")
    if not values["password_hash"].startswith("$argon2") or len(values["password_hash"]) > 200:
        raise ValueError("the password has to come hashed with argon2")
    if pen.session.scalar(select(Person.id).filter_by(sign_in_name=values["sign_in_name"])) is not None:
        raise invalid("该登录名已被使用。", "sign_in_name")
    person = Person(**values)
    pen.session.add(person)
    pen.session.flush()
    pen.note(
        AuditAction.PERSON_REGISTERED,
        "person",
        person.id,
        stream=_STREAM,
        new=kept(values, without=("password_hash", "email", "is_party_member")),
    )
    return {"person_id": person.id}


def grant_membership(pen: Pen, paper: MembershipPaper) -> dict[str, Any]:
    """Grant a membership. Nobody holds two of the three administrative roles, nor one beside a business role.

    Raises Refused (INVALID_INPUT, NOT_PERMITTED).
    """
    values = checked(pen, paper)
    role, since_on, until_on = paper.role, paper.since_on, paper.until_on
    if role in _NOT_GRANTABLE:
        raise invalid(f"“{role.label}”不能授予个人。", "role")
    if since_on is not None and until_on is not None and until_on < since_on:
        raise invalid("“任职截止日期”不得早于“任职起始日期”。", "until_on")
    row_of(pen, Person, paper.person_id, "人员")
    _require_separate_duties(_held_in_span(pen, paper), role)
    same = select(Membership.id).filter_by(
        person_id=paper.person_id, organisation_id=paper.organisation_id, role=role
    )
    if pen.session.scalar(same) is not None:
        raise invalid("该人员在该单位已有同一任职。", "role")
    membership = Membership(**values)
    pen.session.add(membership)
    pen.session.flush()
    pen.note(AuditAction.MEMBERSHIP_GRANTED, "membership", membership.id, stream=_STREAM, new=kept(values))
    return {"membership_id": membership.id}


def end_membership(pen: Pen, membership_id: str, paper: MembershipEnd) -> dict[str, Any]:
    """End a membership with its last day; what it signed stays signed. Nobody ends their own.

    Raises Refused (NOT_FOUND, INVALID_INPUT, NOT_PERMITTED).
    """
    membership = row_of(pen, Membership, membership_id, "任职")
    values = checked(pen, paper)
    until_on = values["until_on"]
    if membership.person_id in pen.by.people:
        raise refuse(RefusalCode.NOT_PERMITTED, "不能终止本人的任职，请由另一名安全管理员办理。", "until_on")
    if membership.since_on is not None and until_on < membership.since_on:
        raise invalid("“任职截止日期”不得早于“任职起始日期”。", "until_on")
    if membership.until_on is not None and until_on >= membership.until_on:
        raise invalid(f"该任职已于 {membership.until_on} 截止，不能延后。", "until_on")
    old = membership.until_on
    membership.until_on = until_on
    pen.session.flush()
    pen.note(
        AuditAction.MEMBERSHIP_ENDED,
        "membership",
        membership.id,
        stream=_STREAM,
        old=kept({"until_on": old}),
        new=kept(values),
    )
    return {"membership_id": membership.id}


def deactivate_person(pen: Pen, person_id: str, paper: Deactivation) -> dict[str, Any]:
    """Shut an account at once: no password, cookie or token of this person opens anything any more.

    Raises Refused (NOT_FOUND, INVALID_INPUT, NOT_PERMITTED, STATE_FORBIDS).
    """
    person = row_of(pen, Person, person_id, "人员")
    values = checked(pen, paper)
    if person.id in pen.by.people:
        raise refuse(RefusalCode.NOT_PERMITTED, "不能停用本人的账号，请由另一名安全管理员办理。", "reason")
    if not person.is_active:
        raise refuse(RefusalCode.STATE_FORBIDS, "该账号已经停用。", field="reason")
    person.is_active = False
    pen.session.flush()
    pen.note(AuditAction.PERSON_DEACTIVATED, "person", person.id, stream=_STREAM, new=kept(values))
    return {"person_id": person.id}


def require_area(area: str) -> None:
    """Raise Refused unless the area is a path like ``suzhou/fengxi``."""
    if not _AREA.fullmatch(area):
        raise invalid("“所属区域”应为小写字母、数字、连字符组成的层级，如 suzhou/fengxi。", "area")


def _held_in_span(pen: Pen, paper: MembershipPaper) -> set[Role]:
    question = select(Membership.role).where(Membership.person_id == paper.person_id)
    if paper.since_on is not None:
        question = question.where(or_(Membership.until_on.is_(None), Membership.until_on >= paper.since_on))
    if paper.until_on is not None:
        question = question.where(or_(Membership.since_on.is_(None), Membership.since_on <= paper.until_on))
    return set(pen.session.scalars(question))


def _require_separate_duties(held: set[Role], role: Role) -> None:
    others = held - {role}
    admins = others & ADMIN_ROLES
    message = ""
    if role in ADMIN_ROLES and admins:
        message = "系统管理员、安全管理员、审计管理员应由不同人员担任（三员分立）。"
    elif role in ADMIN_ROLES and others:
        message = "已有业务任职的人员不得兼任管理员（三员分立）。"
    elif admins:
        message = "管理员不得兼任业务角色（三员分立）。"
    if message:
        raise refuse(RefusalCode.NOT_PERMITTED, message, field="role")
