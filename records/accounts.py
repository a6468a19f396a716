"""Signing in and out, and whom a cookie or a bearer token stands for. Only digests of secrets are kept."""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.bodies import PUBLIC_ACTOR
from domain.calendar import local_date
from domain.refusals import Refusal, RefusalCode, Refused, refuse
from records.audit import AuditTrail, administration_stream
from records.capacities import SignedIn, first_membership, in_own_right, signed_in_as, signed_in_by
from records.leaves import in_force
from records.papers.checking import Known, Line, clean, invalid
from records.papers.desk import ShownOnce
from records.pen import Pen
from records.sessions import Register
from records.tables.people import (
    ApiToken,
    Leave,
    Membership,
    Person,
    SignInFailure,
    UserSession,
)

FAILURES_MAX = 5
FAILURE_WINDOW = timedelta(minutes=30)
LOCKED_FOR = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)
TOKEN_ID_CHARACTERS = 16
FORGOTTEN_AFTER = timedelta(days=30)
PASSWORD_CHARACTERS_MIN = 8
PASSWORD_CHARACTERS_MAX = 256
_STREAM = administration_stream("accounts")
_WRONG = "登录名或密码不正确。"
_PASSWORDS = PasswordHash.recommended()


def hash_password(password: str) -> str:
    """The argon2 hash to keep. Raises Refused (INVALID_INPUT) for a password too short or too long."""
    if not PASSWORD_CHARACTERS_MIN <= len(password) <= PASSWORD_CHARACTERS_MAX:
        message = f"“密码”应为 {PASSWORD_CHARACTERS_MIN} 至 {PASSWORD_CHARACTERS_MAX} 个字符。"
        raise invalid(message, "password")
    return _PASSWORDS.hash(password)


def sign_in(
    register: Register, trail: AuditTrail, *, sign_in_name: str, password: str, at: datetime
) -> tuple[str, SignedIn]:
    """Open a user session and return its token (for the cookie) and who signed in.

    Five failures within 30 minutes lock the name for 30 minutes, whether or not anybody bears it. Blocks for the
    time of one argon2 verification, known name or not. Raises Refused (NOT_PERMITTED).
    """
    name = sign_in_name.strip().lower()
    if not name.isprintable() or not 0 < len(name) <= 64:
        raise refuse(RefusalCode.NOT_PERMITTED, _WRONG)
    with register.reading() as session:
        _require_unlocked(session, name, at)
        person = session.scalars(select(Person).filter_by(sign_in_name=name)).first()
        kept_hash = person.password_hash if person is not None else None
    is_right = _verify(password, kept_hash)
    with register.writing() as session:
        admitted = _judge(session, trail, name, is_right, at)
    # Raised after the commit, so that the failure stays recorded.
    if isinstance(admitted, Refusal):
        raise Refused(admitted)
    return admitted


def sign_out(register: Register, trail: AuditTrail, token: str, at: datetime) -> None:
    """End the user session of this token; an unknown token is no fault."""
    with register.writing() as session:
        row = session.get(UserSession, _digest(token))
        signed_in = (
            None if row is None else signed_in_as(session, row.person_id, row.membership_id, local_date(at))
        )
        if row is None:
            return
        by = PUBLIC_ACTOR if signed_in is None else signed_in.actor
        person_id = row.person_id
        session.delete(row)
        Pen(session, trail, by, at).note(AuditAction.SIGNED_OUT, "person", person_id, stream=_STREAM)


def actor_of_session(
    register: Register, token: str, now: datetime, idle: timedelta, *, counts_as_seen: bool = True
) -> SignedIn | None:
    """Whom the cookie stands for, or None when it is unknown, was idle too long, or its membership has ended.

    Notes at most once a minute that it was seen, unless what asks is no person but an open page.
    """
    digest = _digest(token)
    with register.reading() as session:
        found = signed_in_by(session, digest, local_date(now))
        if found is None or now - found[0].seen_at > idle:
            return None
        row, signed_in = found
        if signed_in is None:
            # The deputyship ended while they acted in it: back to what is their own.
            signed_in = in_own_right(session, row.person_id, row.membership_id, local_date(now))
        seen_at = row.seen_at
    if counts_as_seen and signed_in is not None and now - seen_at >= SEEN_EVERY:
        with register.writing() as session:
            current = session.get(UserSession, digest)
            if current is None:
                return None
            current.seen_at = max(now, current.seen_at)
    return signed_in


def choose_membership(
    register: Register, trail: AuditTrail, token: str, membership_id: str, at: datetime, idle: timedelta
) -> SignedIn:
    """Act in another capacity from now on, one's own or that of somebody on leave whose deputy one is.

    Raises Refused (NOT_PERMITTED) for a membership that is not open to them.
    """
    with register.writing() as session:
        row = session.get(UserSession, _digest(token))
        if row is None or at - row.seen_at > idle:
            raise refuse(RefusalCode.NOT_PERMITTED, "登录已失效，请重新登录。")
        known = membership_id if membership_id.isprintable() else ""
        chosen = signed_in_as(session, row.person_id, known, local_date(at))
        if chosen is None:
            raise refuse(RefusalCode.NOT_PERMITTED, "无权以该任职身份办理。", field="membership_id")
        row.membership_id, row.seen_at = membership_id, at
        Pen(session, trail, chosen.actor, at).note(
            AuditAction.MEMBERSHIP_CHOSEN, "membership", membership_id, stream=_STREAM
        )
    return chosen


def issue_token(pen: Pen, membership_id: str, name: str) -> dict[str, object]:
    """Make a bearer token for a membership. It is shown in this answer and never again.

    Raises Refused (INVALID_INPUT, NOT_PERMITTED): a token outlives a leave, so a deputy gets none for it.
    """
    clean(pen, Known("任职", Membership), membership_id, "membership_id")
    if pen.by.on_behalf_of is not None:
        message = "代办期间不能签发访问令牌，请先切换回本人的任职。"
        raise refuse(RefusalCode.NOT_PERMITTED, message, field="membership_id")
    label = clean(pen, Line("令牌名称", characters_max=100), name, "name")
    token = secrets.token_urlsafe(32)
    digest = _digest(token)
    pen.session.add(ApiToken(token_digest=digest, membership_id=membership_id, name=label, issued_at=pen.at))
    pen.session.flush()
    pen.note(AuditAction.TOKEN_ISSUED, "membership", membership_id, stream=_STREAM, new={"name": label})
    token_id = digest[:TOKEN_ID_CHARACTERS]
    return {"membership_id": membership_id, "token_id": token_id, "token": ShownOnce(token)}


def actor_of_token(
    register: Register, token: str, now: datetime, *, standing_in: str | None = None
) -> SignedIn | None:
    """Whom the bearer token stands for, or None when it is unknown, revoked, or its membership has ended.

    ``standing_in`` is the membership of somebody on leave in which to act. Raises Refused (NOT_PERMITTED) unless the
    bearer is its deputy by the token's own membership.
    """
    today = local_date(now)
    with register.reading() as session:
        held = session.execute(
            select(ApiToken, Membership.person_id)
            .join(Membership, Membership.id == ApiToken.membership_id)
            .where(ApiToken.token_digest == _digest(token))
        ).first()
        if held is None or (held[0].revoked_at is not None and held[0].revoked_at <= now):
            return None
        membership_id, person_id = held[0].membership_id, held[1]
        own = signed_in_as(session, person_id, membership_id, today)
        if own is None or standing_in is None:
            return own
        known = standing_in if standing_in.isprintable() else ""
        by_this = select(Leave.id).where(
            Leave.membership_id == known, Leave.deputy_membership_id == membership_id, *in_force(today)
        )
        chosen = signed_in_as(session, person_id, known, today) if session.scalar(by_this) else None
        if chosen is None:
            raise refuse(RefusalCode.NOT_PERMITTED, "无权以该任职身份办理。", field="Acting-Membership")
        return chosen


def _judge(
    session: Session, trail: AuditTrail, name: str, is_right: bool, at: datetime
) -> tuple[str, SignedIn] | Refusal:
    # Locked, so that guesses made side by side are counted one after another.
    person = session.scalars(select(Person).filter_by(sign_in_name=name).with_for_update()).first()
    if _is_locked(session, name, at):
        return _locked()
    membership_id = None if person is None else first_membership(session, person.id, local_date(at))
    if person is None or not is_right or not person.is_active or membership_id is None:
        session.add(SignInFailure(sign_in_name=name, at=at))
        person_id = "" if person is None else person.id
        Pen(session, trail, PUBLIC_ACTOR, at).note(
            AuditAction.SIGN_IN_FAILED, "person", person_id, stream=_STREAM
        )
        return Refusal(RefusalCode.NOT_PERMITTED, _WRONG)
    signed_in = signed_in_as(session, person.id, membership_id, local_date(at))
    if signed_in is None:
        return Refusal(RefusalCode.NOT_PERMITTED, _WRONG)
    session.execute(delete(SignInFailure).where(SignInFailure.sign_in_name == name))
    forgotten = (UserSession.person_id == person.id, UserSession.seen_at < at - FORGOTTEN_AFTER)
    session.execute(delete(UserSession).where(*forgotten))
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_digest=_digest(token),
            person_id=person.id,
            membership_id=membership_id,
            started_at=at,
            seen_at=at,
        )
    )
    Pen(session, trail, signed_in.actor, at).note(AuditAction.SIGNED_IN, "person", person.id, stream=_STREAM)
    return token, signed_in


def _is_locked(session: Session, name: str, at: datetime) -> bool:
    question = select(SignInFailure.at).filter_by(sign_in_name=name).order_by(SignInFailure.at.desc())
    failures = session.scalars(question.limit(FAILURES_MAX)).all()
    if len(failures) < FAILURES_MAX:
        return False
    return failures[0] - failures[-1] <= FAILURE_WINDOW and at < failures[0] + LOCKED_FOR


def _require_unlocked(session: Session, name: str, at: datetime) -> None:
    if _is_locked(session, name, at):
        raise Refused(_locked())


def _locked() -> Refusal:
    minutes = LOCKED_FOR // timedelta(minutes=1)
    message = f"连续 {FAILURES_MAX} 次登录失败，该登录名已锁定 {minutes} 分钟，请稍后再试。"
    return Refusal(RefusalCode.NOT_PERMITTED, message)


def _verify(password: str, kept_hash: str | None) -> bool:
    if len(password) > PASSWORD_CHARACTERS_MAX:
        return False
    try:
        is_right = _PASSWORDS.verify(
            password.encode("utf-8", "surrogatepass"), kept_hash or _hash_of_nobody()
        )
    except PwdlibError:
        return False
    return is_right and kept_hash is not None


@cache
def _hash_of_nobody() -> str:
    return _PASSWORDS.hash(secrets.token_urlsafe(32))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
