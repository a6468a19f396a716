"""Addresses that refuse: counted in a row, stopped when it is enough, free again once they are corrected."""

import re
from dataclasses import dataclass, field
from typing import Annotated

from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.papers.checking import Line, checked, invalid
from records.pen import Pen
from records.tables.notice_ways import MailStanding
from records.tables.people import Person

REFUSALS_MAX = 3
"""So many refusals in a row stop an address. [D] 系统默认。"""
_ACCOUNTS = administration_stream("accounts")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,135}")


@dataclass(frozen=True, kw_only=True)
class AddressPaper:
    """Where letters reach somebody; empty where they read in the house only."""

    email: Annotated[str, Line("电子邮箱", is_required=False)] = field(default="", repr=False)


def note_refusal(pen: Pen, person_id: str, address: str, detail: str, *, is_for_good: bool = False) -> bool:
    """Count one refusal of an address; returns whether it is stopped now. One for good stops it at once."""
    row = pen.session.get(MailStanding, person_id)
    if row is None or row.address != address:
        row = row or MailStanding(person_id=person_id)
        row.address, row.refused_in_a_row, row.stopped_at = address, 0, None
        pen.session.add(row)
    row.refused_in_a_row += 1
    row.last_refused_at, row.detail = pen.at, detail
    if row.stopped_at is None and (is_for_good or row.refused_in_a_row >= REFUSALS_MAX):
        row.stopped_at = pen.at
        pen.note(
            AuditAction.MAIL_STOPPED,
            "person",
            person_id,
            stream=_ACCOUNTS,
            new={"refused_in_a_row": row.refused_in_a_row},
        )
    return row.stopped_at is not None


def note_success(session: Session, person_id: str) -> None:
    """A letter was taken: what was refused before does not count any more."""
    row = session.get(MailStanding, person_id)
    if row is not None and row.stopped_at is None:
        session.delete(row)


def is_stopped(session: Session, person: Person) -> bool:
    """Whether nothing is sent to the present address of somebody."""
    row = session.get(MailStanding, person.id)
    return row is not None and row.stopped_at is not None and row.address == person.email


def correct_address(pen: Pen, person_id: str, paper: AddressPaper) -> dict[str, object]:
    """Set somebody's address, or confirm the one they have; letters go there from now on.

    The address itself stays out of the audit entry. Raises Refused (NOT_FOUND, INVALID_INPUT).
    """
    person = pen.session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该人员。")
    email = checked(pen, paper)["email"]
    if email and not _EMAIL.fullmatch(email):
        raise invalid("“电子邮箱”格式不正确。", "email")
    row = pen.session.get(MailStanding, person_id)
    was_stopped = is_stopped(pen.session, person)
    is_changed, person.email = person.email != email, email
    if row is not None:
        pen.session.delete(row)
    pen.note(
        AuditAction.ADDRESS_CORRECTED,
        "person",
        person_id,
        stream=_ACCOUNTS,
        new={"is_changed": is_changed, "was_stopped": was_stopped},
    )
    return {"person_id": person_id}
