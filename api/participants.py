"""The participant list, and the only door to a phone number."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from api.counter import TheCounter
from api.errands import AnErrand
from api.fields import AsPaper, Body, Line, PathId
from api.identity import Visitor
from api.shown.papers import ParticipantShown
from records.papers.participants import (
    LISTED_AT_ONCE_MAX,
    ParticipantPaper,
    list_participants,
    remove_participant,
    reveal_contact,
)
from records.queries import papers as queries
from records.queries.contacts import masked_phones
from records.queries.reading import reading_consultation

router = APIRouter(prefix="/consultations/{consultation_id}/participants", tags=["协商主体"])


class ParticipantsBody(Body):
    """People to put on the list."""

    participants: Annotated[
        tuple[Annotated[ParticipantPaper, AsPaper()], ...], Field(min_length=1, max_length=LISTED_AT_ONCE_MAX)
    ]


class RemovalBody(Body):
    """Why somebody is taken off the list."""

    reason: Line = ""


class RevealBody(Body):
    """What a phone number is needed for."""

    purpose: Line


@router.post("", status_code=201)
def create_participants(consultation_id: PathId, errand: AnErrand, body: ParticipantsBody) -> JSONResponse:
    """Put people on the list."""
    vault = errand.counter.vault
    return errand.write_for(
        consultation_id,
        "list_participants",
        body.participants,
        lambda pen: list_participants(pen, consultation_id, body.participants, vault),
        part="participants",
    )


@router.get("", response_model=list[ParticipantShown])
def read_participants(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor
) -> list[ParticipantShown]:
    """The list, with phone numbers masked."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        rows = queries.participants_of(session, consultation_id)
        phones = masked_phones(session, counter.vault, [row.id for row in rows])
        shown = [ParticipantShown.model_validate(row) for row in rows]
        return [one.model_copy(update={"phone_masked": phones.get(one.id, "")}) for one in shown]


@router.post("/{participant_id}/removals", status_code=201)
def create_removal(
    consultation_id: PathId, participant_id: PathId, errand: AnErrand, body: RemovalBody
) -> JSONResponse:
    """Take somebody off the list."""
    return errand.write_for(
        consultation_id,
        "remove_participant",
        body,
        lambda pen: remove_participant(pen, consultation_id, participant_id, body.reason),
        part="participants",
    )


@router.post("/{participant_id}/contact-reveals", status_code=201)
def create_contact_reveal(
    consultation_id: PathId, participant_id: PathId, errand: AnErrand, body: RevealBody
) -> JSONResponse:
    """Show a phone number once, for a stated purpose; the audit trail keeps who looked."""
    vault = errand.counter.vault
    return errand.write_for(
        consultation_id,
        "reveal_contact",
        body,
        lambda pen: reveal_contact(pen, consultation_id, participant_id, body.purpose, vault),
        permit="reveal_contact",
        part="participants",
    )
