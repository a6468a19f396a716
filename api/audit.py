"""The supervisor's view: entries, heads of the streams, and the verification of all of them."""

from datetime import date, datetime
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.counter import TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.fields import PathId, Shown
from api.foresight import require
from api.identity import Visitor
from domain.audit_actions import AuditAction
from domain.policy import Matter, may
from records.audit import consultation_stream
from records.audit_checks import AuditCheck
from records.matters import matter_of
from records.queries import audit_entries as queries
from records.queries.people import organisation_names, person_names
from records.queries.reading import reading_consultation
from records.queries.stream_names import names_of_streams

router = APIRouter(tags=["审计"])

FAULTS_MAX = 100


class AuditEntryShown(Shown):
    """One entry: who did what to which object, when, and the links of the chain."""

    stream: str
    sequence: int
    at: datetime
    person_id: str
    person_name: str
    organisation_id: str
    organisation_name: str
    role: str
    on_behalf_of: str
    on_behalf_of_name: str
    """The person on leave for whom a deputy acted (“X 代 Y”); empty where nobody stood in."""
    action: AuditAction
    action_label: str
    object_kind: str
    object_id: str
    rule_ids: list[str]
    old: dict[str, Any]
    new: dict[str, Any]
    note: str
    update_id: str
    previous_hash: str
    hash: str


class AuditHeadShown(Shown):
    """Length and last hash of one stream."""

    stream: str
    length: int
    head: str


class AuditFaultShown(Shown):
    """Where a stream or, as ``seals``, a seal departs from what was written; ``name`` is what people call it."""

    stream: str
    name: str
    sequence: int
    fault: str


class Verification(BaseModel):
    """What the verification of every stream found; at most 100 faults are named."""

    verified_at: datetime
    is_intact: bool
    faults: list[AuditFaultShown]


@router.get("/consultations/{consultation_id}/audit-entries", response_model=Page[AuditEntryShown])
def list_audit_entries(
    consultation_id: PathId,
    counter: TheCounter,
    visitor: Visitor,
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[AuditEntryShown]:
    """The entries of one consultation in the order in which they were written."""
    key = key_of(cursor, int)
    today = counter.today
    with reading_consultation(counter.register, visitor.actor, consultation_id, today) as (session, row):
        require(may(visitor.actor, "read_audit", matter_of(session, row, today)))
        return entries_page(session, consultation_stream(row.id), key[0] if key else 0, limit)


def entries_page(session: Session, stream: str, after: int, limit: int) -> Page[AuditEntryShown]:
    """One page of a stream, with the names of people and organisations as they are now."""
    rows = queries.entries_of(session, stream, after=after, limit=limit)
    people = person_names(session, [one for row in rows for one in (row.person_id, row.on_behalf_of)])
    bodies = organisation_names(session, [row.organisation_id for row in rows])
    own = {name for name in AuditEntryShown.model_fields if not name.endswith(("_name", "_label"))}
    items = [
        AuditEntryShown(
            **{name: getattr(row, name) for name in own},
            person_name=people.get(row.person_id, ""),
            on_behalf_of_name=people.get(row.on_behalf_of, ""),
            organisation_name=bodies.get(row.organisation_id, ""),
            action_label=row.action.label,
        )
        for row in rows
    ]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.sequence,)))


@router.get("/audit/verification", response_model=Verification)
def read_verification(
    counter: TheCounter,
    visitor: Visitor,
    since: Annotated[date | None, Query(description="从这一天之前的最后一次封存起核验")] = None,
) -> Verification:
    """Recompute every stream and every seal. This takes as long as there are entries."""
    require(may(visitor.actor, "verify_audit", Matter()))
    with counter.register.reading() as session:
        check = AuditCheck(counter.trail, counter.seal_keys, since=since)
        found = list(islice(check.faults(session), FAULTS_MAX))
        names = names_of_streams(session, [fault.stream for fault in found])
    faults = [
        AuditFaultShown(
            stream=fault.stream, name=names[fault.stream], sequence=fault.sequence, fault=fault.fault
        )
        for fault in found
    ]
    return Verification(verified_at=counter.now(), is_intact=not faults, faults=faults)


@router.get("/audit/heads", response_model=Page[AuditHeadShown])
def list_audit_heads(
    counter: TheCounter, visitor: Visitor, cursor: Cursor = None, limit: Limit = PAGE_LIMIT
) -> Page[AuditHeadShown]:
    """Length and last hash of every stream, to be kept where we cannot reach them."""
    require(may(visitor.actor, "verify_audit", Matter()))
    key = key_of(cursor, str)
    with counter.register.reading() as session:
        items = [
            AuditHeadShown.model_validate(row)
            for row in queries.heads(session, after=key[0] if key else "", limit=limit)
        ]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.stream,)))
