"""Phone numbers as everybody who reads a list may see them: masked. Showing one in full is an act of its own."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.personal_data import PersonalDataVault, masked
from records.tables.deliberations import ParticipantContact


def masked_phones(
    session: Session, vault: PersonalDataVault, participant_ids: Iterable[str]
) -> dict[str, str]:
    """The masked numbers (138****5678) of those who left one, by participant. Raises VaultError."""
    wanted = tuple(participant_ids)
    if not wanted:
        return {}
    contacts = session.scalars(
        select(ParticipantContact).where(ParticipantContact.participant_id.in_(wanted))
    )
    return {
        contact.participant_id: masked(vault.open(contact.phone_encrypted, contact.participant_id))
        for contact in contacts
    }
