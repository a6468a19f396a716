"""商前调研 and 协商活动: research to record and accept, sessions to plan, hold and write down."""

from dataclasses import replace
from typing import Any

from fastapi import Response

from api.pages.fields import Options
from api.pages.folders import Folder
from domain.matters import SessionState
from records.papers.session_changes import HAND_OVER
from records.queries.case_papers import session_papers
from records.queries.papers import research_of
from records.session_limits import session_limit
from records.sign_in_ratio import failing_sign_in

_OUTCOMES = (SessionState.HELD, SessionState.ADJOURNED, SessionState.BROKEN_OFF, SessionState.CANCELLED)
UNDECIDED = frozenset({SessionState.PLANNED, SessionState.ADJOURNED})
WITHOUT_ATTENDANCE = frozenset({SessionState.CANCELLED, SessionState.INVALID})
STATEMENT_WORDS = 30


def research_page(folder: Folder) -> Response:
    """Every record of research, the form for another, and the convener's acceptance."""
    records = research_of(folder.session, folder.row.id)
    return folder.page(
        "research",
        records=records,
        people=folder.people(
            id for one in records for id in (one.accepted_by_person_id, one.accepted_on_behalf_of_id)
        ),
        recording=folder.form("research-records"),
        decisions={
            one.id: [folder.form(noun, one.id) for noun in ("research-acceptances", "research-returns")]
            for one in records
            if one.accepted_on is None and one.returned_on is None
        },
    )


def sessions_page(folder: Folder) -> Response:
    """Every session with what happened at it, the dissents, and the form that plans another session."""
    papers = session_papers(folder.session, folder.row.id)
    sessions, people, dissents, moves = (
        papers.sessions,
        papers.participants,
        papers.dissents,
        papers.reschedules,
    )
    limit = session_limit(folder.session, folder.visit.counter.books, folder.row, folder.visit.today)
    told: dict[str, list[Any]] = {}
    for explanation in papers.explanations:
        told.setdefault(explanation.dissent_id, []).append(explanation)
    return folder.page(
        "sessions",
        sessions=[
            _session(folder, one, people) | {"moves": [move for move in moves if move.session_id == one.id]}
            for one in sessions
        ],
        numbers={one.id: one.number for one in sessions},
        limit=limit,
        hand_over=HAND_OVER,
        dissents=[
            (one, told.get(one.id, []), folder.form("dissent-explanations", one.id)) for one in dissents
        ],
        planning=None if limit.is_reached else _planning_form(folder, sessions),
    )


def _planning_form(folder: Folder, sessions: Any) -> Any:
    """The form that plans a session; it names the invalid sessions that none supplements yet."""
    supplemented = {one.supplements_id for one in sessions if one.state not in WITHOUT_ATTENDANCE}
    invalid = [
        (one.id, f"第 {one.number} 场（{one.held_on}）")
        for one in sessions
        if one.state is SessionState.INVALID and one.id not in supplemented
    ]
    form = folder.form("sessions", options={"supplements_id": invalid})
    if form is None or invalid:
        return form
    return replace(form, fields=tuple(one for one in form.fields if one.spec.name != "supplements_id"))


def _session(folder: Folder, row: Any, people: Any) -> dict[str, Any]:
    """One session: who came, what was said, and the forms that write it down."""
    signed_in = set(folder.rows.sign_ins_at(row.id))
    presences = folder.rows.presences_at(row.id)
    said = folder.rows.statements_at(row.id)
    is_written_down = row.state not in WITHOUT_ATTENDANCE and row.planned_on <= folder.visit.today
    shown: dict[str, Any] = {
        "row": row,
        "signed_in": [one for one in people if one.id in signed_in],
        "presences": presences,
        "units": folder.names(one.organisation_id for one in presences),
        "statements": said,
        "texts": {one.id: one.text for one in said},
        "outcome": outcome_form(folder, row) if row.state in UNDECIDED else None,
        "failing": (),
        "forms": [],
    }
    if row.state is SessionState.PLANNED:
        shown["forms"].append(
            folder.form("session-reschedules", row.id, initial={"starts_at": row.starts_at})
        )
    if row.state is SessionState.HELD and folder.row.deliberated_on is None:
        books = folder.visit.counter.books
        shown["failing"] = failing_sign_in(folder.session, books, folder.row, row) if signed_in else ()
        reason = "；".join(f"签到{one.measured}，{one.clause}" for one in shown["failing"])
        shown["forms"].append(folder.form("session-invalidations", row.id, initial={"reason": reason}))
    if is_written_down:
        shown["forms"] += _minutes_forms(folder, row, people, signed_in, said)
    shown["forms"] = [form for form in shown["forms"] if form]
    return shown


def outcome_form(folder: Folder, row: Any) -> Any:
    """How the session went, or how it went on; with what was planned filled in."""
    is_adjourned = row.state is SessionState.ADJOURNED
    outcomes = [one for one in _OUTCOMES if not (is_adjourned and one is SessionState.CANCELLED)]
    return folder.form(
        "session-continuations" if is_adjourned else "session-outcomes",
        row.id,
        initial={
            "held_on": folder.visit.today if is_adjourned else row.planned_on,
            "place": row.place,
            "format": row.format,
            "chair_name": row.chair_name,
            "state": SessionState.HELD,
        },
        options={"state": tuple((one.value, one.label) for one in outcomes)},
    )


def speaking_options(people: Any, said: Any) -> tuple[Options, Options]:
    """Who may speak, and what may be replied to."""
    return (
        tuple((one.id, f"{one.name}（{one.kind.label}）") for one in people),
        tuple((one.id, f"{one.speaker}：{one.text[:STATEMENT_WORDS]}") for one in said),
    )


def _minutes_forms(folder: Folder, row: Any, people: Any, signed_in: set[str], said: Any) -> list[Any]:
    names, spoken = speaking_options(people, said)
    invited = {one.organisation_id for one in people if one.organisation_id}
    units = [option for option in folder.organisation_options if option[0] in invited]
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
