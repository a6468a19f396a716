"""Consultations: open one, find them, read one with its gates, its clocks and what the reader may do."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy.orm import Session

from api.counter import Counter, TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, instant_of, key_of, next_of
from api.errands import ActBody, AnErrand
from api.fields import Id, PathId
from api.identity import Visitor
from api.shown.clocks import clock_shown, gate_shown
from api.shown.consultations import (
    ConsultationLineShown,
    ConsultationShown,
    LinkedCasesShown,
    PersonNamed,
    StageAdvanceShown,
    SuspensionShown,
    WaiverShown,
    WarningsPassedShown,
)
from domain.acts import OpenConsultation
from domain.bodies import Actor
from domain.matters import ConsultationKind
from domain.stages import ConsultationState
from records.books import gate_findings
from records.queries import consultations as queries
from records.queries.abilities import acts_open_to
from records.queries.clocks import clocks_of
from records.queries.linked_cases import linked_cases
from records.queries.passed_rules import waivers_granted, warnings_passed
from records.queries.people import conveners, organisation_names, person_names
from records.queries.reading import reading_consultation

router = APIRouter(tags=["协商"])

CONSULTATIONS = UUID("6f0c7f4e-52a4-5d7e-9a57-2f6f0f1d9a10")
"""The namespace of consultation ids, which follow from who opens one and under which key."""


class OpeningBody(ActBody):
    """Which topic, in which room, and on whose commission."""

    room_id: Id
    topic_id: Id
    kind: ConsultationKind = ConsultationKind.ROOM
    commissioned_by: Id | None = None
    lead_person_id: Id | None = None
    co_organiser_ids: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    parent_id: Id | None = None


@router.post("/consultations", status_code=201)
async def open_consultation(errand: AnErrand, body: OpeningBody) -> JSONResponse:
    """Open a consultation. The same key opens the same one, however often it is sent."""
    consultation_id = str(uuid5(CONSULTATIONS, f"{errand.by.person_id}\n{errand.key}"))
    act = errand.act(OpenConsultation, body, consultation_id=consultation_id, kind=body.kind.value)
    return await errand.send(consultation_id, act)


@router.get("/consultations", response_model=Page[ConsultationLineShown])
def list_consultations(
    counter: TheCounter,
    visitor: Visitor,
    state: Annotated[list[ConsultationState] | None, Query()] = None,
    area: Annotated[str, Query(max_length=200, pattern=r"^[a-z0-9/-]*$")] = "",
    room_id: Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9_.:-]*$")] = "",
    q: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
    cursor: Cursor = None,
    limit: Limit = PAGE_LIMIT,
) -> Page[ConsultationLineShown]:
    """The consultations that the reader may know of, the newest first."""
    key = key_of(cursor, str, str)
    narrowed = queries.ConsultationFilter(tuple(state or ()), area, room_id, q.strip())
    with counter.register.reading() as session:
        lines = queries.consultations_visible_to(
            session,
            visitor.actor,
            counter.today,
            narrowed,
            after=None if key is None else (instant_of(key[0]), key[1]),
            limit=limit,
        )
    items = [
        ConsultationLineShown.model_validate(vars(line) | {"state_label": line.state.label}) for line in lines
    ]
    following = next_of(lines, limit, lambda line: (line.opened_at.isoformat(), line.id))
    return Page(items=items, next=following)


@router.get("/consultations/{consultation_id}", response_model=ConsultationShown)
def read_consultation(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> ConsultationShown:
    """One consultation as it stands."""
    today = counter.today
    with reading_consultation(counter.register, visitor.actor, consultation_id, today) as (session, row):
        return consultation_shown(session, counter, row.id, visitor.actor, today)


def consultation_shown(
    session: Session, counter: Counter, consultation_id: str, actor: Actor, today: date
) -> ConsultationShown:
    """A consultation that the actor may read, with everything that its page shows at a glance."""
    row = queries.consultation(session, consultation_id)
    room = queries.room_of(session, row)
    bodies = (row.leading_party_id, row.owner_id, row.operator_id, row.commissioned_by_id)
    names = organisation_names(session, (*bodies, *row.co_organiser_ids))
    leads = person_names(session, [row.lead_person_id])
    named = [PersonNamed(id=one, name=names.get(one, "")) if one else None for one in bodies]
    rule_set = counter.books.pinned(session, row)
    advances = queries.changes_of_state(session, row.id)
    members = {name: getattr(row, name) for name in ConsultationShown.model_fields if hasattr(row, name)}
    return ConsultationShown(
        **members,
        room_name=room.name,
        room_level=room.level,
        leading_party=named[0],
        owner=named[1],
        operator=named[2],
        commissioned_by=named[3],
        lead=next((PersonNamed(id=one, name=name) for one, name in leads.items()), None),
        co_organisers=[PersonNamed(id=one, name=names.get(one, "")) for one in row.co_organiser_ids],
        conveners=[
            PersonNamed(id=convener.person_id, name=name)
            for convener, name in conveners(session, row.room_id, today)
        ],
        linked=LinkedCasesShown.model_validate(linked_cases(session, row, actor, today)),
        state_label=row.state.label,
        stage_number=row.state.stage.number if row.state.stage else None,
        gates=[
            gate_shown(one)
            for one in gate_findings(
                session, rule_set, counter.books.calendar_in(session, row.area), row, today
            )
        ],
        may=acts_open_to(session, row, actor, today),
        clocks=[clock_shown(one) for one in clocks_of(session, counter.books, row, today)],
        stage_advances=[StageAdvanceShown.model_validate(one) for one in advances],
        suspensions=[SuspensionShown.model_validate(one) for one in queries.suspensions_of(session, row.id)],
        warnings_passed=[
            WarningsPassedShown.model_validate(one) for one in warnings_passed(session, advances)
        ],
        waivers=[
            WaiverShown.model_validate(one)
            for one in waivers_granted(session, rule_set, queries.waivers_of(session, row.id))
        ],
    )
