"""The form that opens a consultation on a topic, and the act that it describes."""

from dataclasses import replace
from typing import Any

from api.pages.fields import Options, fields_of, options_of, read_values
from api.pages.folders import ORGANISATIONS_MAX, case_options
from api.pages.forms import Attempt, ShownForm, show_form
from api.pages.visits import Posting, Visit
from domain.acts import OpenConsultation
from domain.bodies import BodyKind
from domain.matters import ConsultationKind
from domain.plans import SIDE_KINDS, PlanSide
from domain.policy import is_within, may
from records.cppcc_members import leaders_for
from records.queries.linked_cases import possible_parents
from records.queries.people import matter_of_room, organisations, rooms

ROOMS_MAX = 500
CHOICES = frozenset({"room_id", "commissioned_by", "lead_person_id", "parent_id"})
OPENING_FIELDS = tuple(
    replace(spec, kind="choice", options=options_of(ConsultationKind), of_kind=ConsultationKind)
    if spec.name == "kind"
    else replace(spec, kind="choice")
    if spec.name in CHOICES
    else spec
    for spec in fields_of(OpenConsultation, ("by", "consultation_id", "topic_id"))
)
_CO_ORGANISERS = SIDE_KINDS[PlanSide.CPPCC] | {BodyKind.SPECIAL_COMMITTEE}


def opening_form(visit: Visit, session: Any, row: Any, tried: Attempt) -> ShownForm | None:
    """The form for a topic, where the visitor may open a consultation in some room."""
    places = tuple(
        (one.id, one.name)
        for one in rooms(session, limit=ROOMS_MAX)
        if is_within(one.area, row.area) or is_within(row.area, one.area)
        if may(visit.actor, "open_consultation", matter_of_room(session, one, visit.today))
    )
    if not places:
        return None
    return show_form(
        "consultations",
        OPENING_FIELDS,
        tried,
        address=f"/topics/{row.id}/consultations",
        title="发起协商",
        button="发起协商",
        initial={"occurred_on": visit.today, "kind": ConsultationKind.ROOM},
        options={"room_id": places, **opening_options(visit, session, row.area)},
        is_primary=True,
    )


def opening_of(posting: Posting, topic_id: str, consultation_id: str) -> OpenConsultation:
    """The act that the form describes. Raises Refused (INVALID_INPUT)."""
    values = read_values(OPENING_FIELDS, posting.form)
    return OpenConsultation(
        by=posting.actor,
        consultation_id=consultation_id,
        topic_id=topic_id,
        **{**values, "kind": ConsultationKind(values["kind"]).value},
    )


def opening_options(visit: Visit, session: Any, area: str) -> dict[str, Options]:
    """Whom a consultation of this area may be commissioned by, led by, held together with and placed under."""
    bodies = organisations(session, limit=ORGANISATIONS_MAX)
    leaders = leaders_for(session, area, (BodyKind.CHAIRPERSONS_MEETING,), visit.today)
    parents = possible_parents(session, area, visit.actor, visit.today, with_own=True)
    return {
        "commissioned_by": tuple((one.id, one.name) for one in bodies),
        "lead_person_id": tuple((one.id, one.name) for one in leaders),
        "co_organiser_ids": tuple(
            (one.id, one.name)
            for one in bodies
            if one.kind in _CO_ORGANISERS and one.id != visit.actor.organisation_id
            if is_within(one.area, area) or is_within(area, one.area)
        ),
        "parent_id": case_options(parents),
    }
