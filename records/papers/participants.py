"""The participant list, and the only door to a participant's phone number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.matters import ParticipantKind
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.papers.changes import kept
from records.papers.checking import Known, Line, Text, checked, clean, invalid
from records.papers.desk import ShownOnce
from records.papers.finding import open_consultation, participant_of, row_of
from records.pen import Pen
from records.personal_data import PersonalDataVault, phone_digits
from records.recognition import members_named
from records.tables.consultations import Consultation
from records.tables.deliberations import Participant, ParticipantContact, SignIn
from records.tables.people import Organisation

LISTED_AT_ONCE_MAX = 500
_STREAM = administration_stream("personal_data")


@dataclass(frozen=True, kw_only=True)
class ParticipantPaper:
    """One person on the list, with the properties that ratios count; ``basis`` says why they concern it."""

    name: Annotated[str, Line("姓名", characters_max=50)]
    kind: ParticipantKind
    organisation_id: Annotated[str | None, Known("所在单位", Organisation)] = None
    organisation_name: Annotated[str, Line("单位名称", is_required=False)] = ""
    is_direct_stakeholder: bool = False
    is_mass_representative: bool = False
    basis: Annotated[str, Text("利益相关依据", is_required=False, characters_max=2_000)] = ""
    phone: Annotated[str, Line("联系电话", is_required=False, characters_max=30)] = field(
        default="", repr=False
    )


def list_participants(
    pen: Pen, consultation_id: str, papers: Sequence[ParticipantPaper], vault: PersonalDataVault
) -> dict[str, Any]:
    """Add people to the list; members are recognised by name, for what the year's figures count.

    Names stay out of the audit entry, phone numbers out of everything but the vault.
    """
    consultation = open_consultation(pen, consultation_id)
    if not 0 < len(papers) <= LISTED_AT_ONCE_MAX:
        raise invalid(f"一次应登记 1 至 {LISTED_AT_ONCE_MAX} 名参会人员。", "participants")
    members = members_named(
        pen.session,
        (paper.name.strip() for paper in papers if paper.kind is ParticipantKind.CPPCC_MEMBER),
        consultation.area,
        pen.today,
    )
    ids, listed = [], []
    for index, paper in enumerate(papers):
        values = checked(pen, paper, prefix=f"participants[{index}].")
        phone = _phone(values.pop("phone"), f"participants[{index}].phone")
        is_member = paper.kind is ParticipantKind.CPPCC_MEMBER
        participant = Participant(
            consultation_id=consultation.id,
            has_contact=bool(phone),
            person_id=members.get(values["name"]) if is_member else None,
            **values,
        )
        pen.session.add(participant)
        pen.session.flush()
        if phone:
            sealed = vault.seal(phone, participant.id)
            pen.session.add(ParticipantContact(participant_id=participant.id, phone_encrypted=sealed))
        ids.append(participant.id)
        listed.append({"id": participant.id} | kept(values, without=("name", "basis")))
    pen.note(
        AuditAction.PARTICIPANTS_LISTED,
        "consultation",
        consultation.id,
        consultation_id=consultation.id,
        new={"participants": listed},
    )
    return {"participant_ids": ids}


def remove_participant(
    pen: Pen, consultation_id: str, participant_id: str, reason: str = ""
) -> dict[str, Any]:
    """Take a person off the list and erase their phone number. Whoever has signed in once stays on it.

    Raises Refused (NOT_FOUND, STATE_FORBIDS).
    """
    open_consultation(pen, consultation_id)
    participant = participant_of(pen, consultation_id, participant_id)
    note = clean(pen, Line("移除原因", is_required=False), reason, "reason")
    signed_in = select(SignIn.session_id).filter_by(participant_id=participant.id).limit(1)
    if pen.session.scalar(signed_in) is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该参会人员已在协商活动中签到，不能移除。")
    contact = pen.session.get(ParticipantContact, participant.id)
    if contact is not None:
        pen.session.delete(contact)
    participant.removed_on, participant.has_contact = pen.today, False
    pen.note(
        AuditAction.PARTICIPANT_REMOVED,
        "participant",
        participant.id,
        consultation_id=consultation_id,
        new={"removed_on": pen.today.isoformat(), "is_contact_erased": contact is not None},
        note=note,
    )
    return {"participant_id": participant.id}


def reveal_contact(
    pen: Pen, consultation_id: str, participant_id: str, purpose: str, vault: PersonalDataVault
) -> dict[str, Any]:
    """Show a phone number in full, once, for a stated purpose; who looked at whose stands in the audit stream."""
    row_of(pen, Consultation, consultation_id, "协商")
    participant = participant_of(pen, consultation_id, participant_id)
    reason = clean(pen, Line("查看目的"), purpose, "purpose")
    contact = pen.session.get(ParticipantContact, participant.id)
    if contact is None:
        raise refuse(RefusalCode.NOT_FOUND, "该参会人员没有登记联系电话。")
    pen.note(
        AuditAction.CONTACT_REVEALED,
        "participant",
        participant.id,
        stream=_STREAM,
        new={"consultation_id": consultation_id},
        note=reason,
    )
    phone = vault.open(contact.phone_encrypted, participant.id)
    return {"participant_id": participant.id, "phone": ShownOnce(phone)}


def _phone(text: str, field_name: str) -> str:
    if not text:
        return ""
    digits = phone_digits(text)
    if digits is None:
        raise invalid("“联系电话”应为 11 位手机号码或带区号的固定电话。", field_name)
    return digits
