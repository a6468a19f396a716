"""The bearer tokens that somebody holds for programs: what they see of them afterwards, and taking one back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.bodies import Role
from domain.refusals import RefusalCode, refuse
from records.accounts import TOKEN_ID_CHARACTERS
from records.audit import administration_stream
from records.pen import Pen
from records.tables.people import ApiToken, Membership, Organisation

_STREAM = administration_stream("accounts")


@dataclass(frozen=True)
class HeldToken:
    """A bearer token as its owner sees it afterwards: by the beginning of its digest, never the token itself."""

    id: str
    name: str
    organisation_name: str
    role: Role
    issued_at: datetime
    revoked_at: datetime | None


def tokens_of(session: Session, person_id: str) -> list[HeldToken]:
    """The bearer tokens of a person, the newest first, revoked ones too."""
    found = session.execute(
        select(ApiToken, Organisation.name, Membership.role)
        .join(Membership, Membership.id == ApiToken.membership_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id)
        .order_by(ApiToken.issued_at.desc(), ApiToken.token_digest)
    )
    return [
        HeldToken(
            id=row.token_digest[:TOKEN_ID_CHARACTERS],
            name=row.name,
            organisation_name=organisation,
            role=role,
            issued_at=row.issued_at,
            revoked_at=row.revoked_at,
        )
        for row, organisation, role in found
    ]


def revoke_token(pen: Pen, token_id: str) -> dict[str, object]:
    """Revoke a bearer token of one's own, at once and for good. Raises Refused (NOT_FOUND, STATE_FORBIDS)."""
    own = select(Membership.id).where(Membership.person_id == pen.by.person_id)
    row = pen.session.scalars(
        select(ApiToken)
        .where(ApiToken.token_digest.startswith(token_id, autoescape=True), ApiToken.membership_id.in_(own))
        .with_for_update()
    ).first()
    if row is None or len(token_id) != TOKEN_ID_CHARACTERS:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该访问令牌。")
    if row.revoked_at is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该访问令牌已经撤销。")
    row.revoked_at = pen.at
    pen.session.flush()
    pen.note(
        AuditAction.TOKEN_REVOKED, "membership", row.membership_id, stream=_STREAM, new={"name": row.name}
    )
    return {"token_id": token_id}
