"""Looking back as JSON: the difference between two instants, who was told, and who read personal data."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.counter import TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.fields import Moment, PathId, Shown
from api.foresight import require
from api.identity import Visitor
from domain.audit_actions import AuditAction
from domain.notice_ways import DeliveryWay
from domain.notices import NoticeKind
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from domain.stages import ConsultationState
from records.matters import matter_of
from records.queries.past_days import case_record
from records.queries.past_instants import (
    entries_between,
    knowledge_of,
    known_at,
    letters_between,
    names_in,
)
from records.queries.reading import reading_consultation
from records.queries.reveals import RevealFilter, reveals
from records.queries.told import Told, told_of_consultation

router = APIRouter(tags=["回看"])
Id = Annotated[str, Query(max_length=64)]


class StandingShown(BaseModel):
    """The consultation as the register knew it at an instant; ``state`` is None where it knew nothing of it yet."""

    at: datetime
    state: ConsultationState | None
    is_suspended: bool
    round: int
    open_clocks: int


class EntryLine(Shown):
    """One entry in short; the list of audit entries has it in full, by its sequence."""

    sequence: int
    at: datetime
    action: AuditAction
    action_label: str
    person_name: str
    organisation_name: str
    object_kind: str
    object_id: str


class LetterShown(Shown):
    """One letter written between the two instants."""

    kind: str
    person_name: str
    at: datetime


class Difference(BaseModel):
    """What came into the register between two instants; at most 500 entries of the ``count`` are listed."""

    since: StandingShown
    until: StandingShown
    count: int
    entries: list[EntryLine]
    letters: list[LetterShown]


class AttemptShown(Shown):
    """One attempt to deliver a letter."""

    at: datetime
    way: DeliveryWay
    outcome: str
    code: int | None


class ToldShown(Shown):
    """One letter to one person, with every attempt to deliver it."""

    id: str
    kind: NoticeKind
    kind_label: str
    person_id: str
    person_name: str
    written_at: datetime
    state: str
    state_label: str
    delivered_at: datetime | None
    attempts: list[AttemptShown]


class RevealShown(Shown):
    """One reading of a phone number in full; the number itself stands nowhere."""

    sequence: int
    at: datetime
    person_id: str
    person_name: str
    organisation_name: str
    role: str
    participant_id: str
    consultation_id: str
    consultation_number: str
    consultation_title: str
    purpose: str


@router.get("/consultations/{consultation_id}/differences", response_model=Difference)
def read_difference(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor, since: Moment, until: Moment
) -> Difference:
    """What the register learned of a consultation after one instant and up to another."""
    if until < since:
        message = "截止时刻（until）不能早于起始时刻（since）。"
        raise refuse(RefusalCode.INVALID_INPUT, message, field="until")
    today = counter.today
    with reading_consultation(counter.register, visitor.actor, consultation_id, today) as (session, row):
        record = case_record(session, counter.books, row, with_marks=False)
        knowledge = knowledge_of(session, row.id)
        entries, count = entries_between(knowledge, since, until)
        sees_letters = may(visitor.actor, "read_letters", matter_of(session, row, today))
        letters = letters_between(knowledge, since, until) if sees_letters else []
        shown = _entry_lines(session, entries)
    standings = []
    for at in (since, until):
        then = known_at(record, knowledge, at)
        standings.append(
            StandingShown(
                at=at,
                state=then.state if then else None,
                is_suspended=bool(then and then.is_suspended),
                round=then.round if then else 1,
                open_clocks=len(then.clocks) if then else 0,
            )
        )
    return Difference(
        since=standings[0],
        until=standings[1],
        count=count,
        entries=shown,
        letters=[LetterShown.model_validate(one) for one in letters],
    )


@router.get("/consultations/{consultation_id}/letters", response_model=Page[ToldShown])
def list_letters(
    consultation_id: PathId,
    counter: TheCounter,
    visitor: Visitor,
    kind: NoticeKind | None = None,
    person_id: Id = "",
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[ToldShown]:
    """Who was told what of a consultation and when, the newest first."""
    key, today = key_of(cursor, str), counter.today
    with reading_consultation(counter.register, visitor.actor, consultation_id, today) as (session, row):
        require(may(visitor.actor, "read_letters", matter_of(session, row, today)))
        found = told_of_consultation(
            session,
            row.id,
            kind=kind,
            person_id=person_id.replace("\x00", ""),
            after=key[0] if key else None,
            limit=limit,
        )
    return Page(items=[_told(one) for one in found], next=next_of(found, limit, lambda one: (one.id,)))


@router.get("/personal-data-readings", response_model=Page[RevealShown])
def list_reveals(
    counter: TheCounter,
    visitor: Visitor,
    person_id: Id = "",
    consultation_id: Id = "",
    since: date | None = None,
    until: date | None = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[RevealShown]:
    """Who read whose phone number in full, when and for what; the newest first."""
    require(may(visitor.actor, "read_reveals", Matter(area=visitor.actor.area)))
    key = key_of(cursor, int)
    narrowed = RevealFilter(person_id.replace("\x00", ""), consultation_id.replace("\x00", ""), since, until)
    with counter.register.reading() as session:
        found = reveals(session, visitor.actor, narrowed, before=key[0] if key else None, limit=limit)
    items = [RevealShown.model_validate(one) for one in found]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.sequence,)))


def _entry_lines(session: Session, entries: Sequence[Any]) -> list[EntryLine]:
    people, bodies = names_in(session, entries)
    return [
        EntryLine(
            sequence=one.sequence,
            at=one.at,
            action=one.action,
            action_label=one.action.label,
            person_name=people.get(one.person_id, ""),
            organisation_name=bodies.get(one.organisation_id, ""),
            object_kind=one.object_kind,
            object_id=one.object_id,
        )
        for one in entries
    ]


def _told(one: Told) -> ToldShown:
    own = ("id", "kind", "person_id", "person_name", "written_at", "delivered_at")
    return ToldShown(
        **{name: getattr(one, name) for name in own},
        kind_label=one.kind.label,
        state=one.state.value,
        state_label=one.state.label,
        attempts=[AttemptShown.model_validate(each) for each in one.attempts],
    )
