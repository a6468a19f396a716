"""商前调研 and 协商活动: research to record and accept, sessions to plan, hold and write down."""

from typing import Any

from fastapi import Response

from api.pages.folders import Folder
from domain.matters import SessionState
from records.queries.papers import (
    dissents_of,
    explanations_of,
    participants_of,
    presences_of,
    research_of,
    sessions_of,
    sign_ins_of,
    statements_of,
)

_OUTCOMES = (SessionState.HELD, SessionState.ADJOURNED, SessionState.BROKEN_OFF, SessionState.CANCELLED)
_UNDECIDED = frozenset({SessionState.PLANNED, SessionState.ADJOURNED})
_NOT_ATTENDED = frozenset({SessionState.CANCELLED, SessionState.INVALID})
STATEMENT_WORDS = 30


def research_page(folder: Folder) -> Response:
    """Every record of research, the form for another, and the convener's acceptance."""
    records = research_of(folder.session, folder.row.id)
    return folder.page(
        "research",
        records=records,
        people=folder.people(one.accepted_by_person_id for one in records),
        recording=folder.form("research-records"),
        acceptances={
            one.id: folder.form("research-acceptances", one.id) for one in records if one.accepted_on is None
        },
    )


def sessions_page(folder: Folder) -> Response:
    """Every session with what happened at it, the dissents, and the form that plans another session."""
    sessions = sessions_of(folder.session, folder.row.id)
    people = participants_of(folder.session, folder.row.id)
    dissents = dissents_of(folder.session, folder.row.id)
    told: dict[str, list[Any]] = {}
    for explanation in explanations_of(folder.session, folder.row.id):
        told.setdefault(explanation.dissent_id, []).append(explanation)
    return folder.page(
        "sessions",
        sessions=[_session(folder, one, people) for one in sessions],
        dissents=[
            (one, told.get(one.id, []), folder.form("dissent-explanations", one.id)) for one in dissents
        ],
        planning=folder.form("sessions"),
    )


def _session(folder: Folder, row: Any, people: Any) -> dict[str, Any]:
    """One session: who came, what was said, and the forms that write it down."""
    signed_in = set(sign_ins_of(folder.session, row.id))
    presences = presences_of(folder.session, row.id)
    said = statements_of(folder.session, row.id)
    is_written_down = row.state not in _NOT_ATTENDED and row.planned_on <= folder.visit.today
    shown: dict[str, Any] = {
        "row": row,
        "signed_in": [one for one in people if one.id in signed_in],
        "presences": presences,
        "units": folder.names(one.organisation_id for one in presences),
        "statements": said,
        "texts": {one.id: one.text for one in said},
        "outcome": _outcome_form(folder, row) if row.state in _UNDECIDED else None,
        "forms": [],
    }
    if is_written_down:
        shown["forms"] = [form for form in _minutes_forms(folder, row, people, signed_in, said) if form]
    return shown


def _outcome_form(folder: Folder, row: Any) -> Any:
    return folder.form(
        "session-outcomes",
        row.id,
        initial={
            "held_on": row.planned_on,
            "place": row.place,
            "format": row.format,
            "chair_name": row.chair_name,
            "state": SessionState.HELD,
        },
        options={"state": tuple((one.value, one.label) for one in _OUTCOMES)},
    )


def _minutes_forms(folder: Folder, row: Any, people: Any, signed_in: set[str], said: Any) -> list[Any]:
    names = tuple((one.id, f"{one.name}（{one.kind.label}）") for one in people)
    invited = {one.organisation_id for one in people if one.organisation_id}
    units = [option for option in folder.organisation_options if option[0] in invited]
    spoken = tuple((one.id, f"{one.speaker}：{one.text[:STATEMENT_WORDS]}") for one in said)
    return [
        folder.form(
            "sign-ins",
            row.id,
            initial={"participant_ids": tuple(signed_in)},
            options={"participant_ids": names},
        ),
        folder.form(
            "department-presences",
            row.id,
            options={"organisation_id": units or folder.organisation_options},
        ),
        folder.form("statements", row.id, options={"participant_id": names, "reply_to_id": spoken}),
        folder.form("dissents", row.id),
    ]
