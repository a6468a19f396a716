"""过程留痕: the audit entries of one consultation, told in Chinese, with what was and what is."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Response

from api.pages.folders import Folder
from api.pages.timeline_filters import asked_entries, choices_of
from api.pages.words import audit_word
from domain.bodies import Role
from domain.inspections import DemandKind
from domain.ladder import Colour
from domain.ladder_terms import MeasuredFrom, RungAfter, RungOpens, Told
from domain.matters import (
    AdoptionStatus,
    Decision,
    Diversion,
    EvaluationParty,
    Exclusion,
    FollowUpOutcome,
    OutcomeDocumentKind,
    ParticipantKind,
    ResearchKind,
    ResultClass,
    SessionFormat,
    SessionState,
    Verdict,
)
from domain.notices import NoticeKind
from domain.stages import ConsultationState
from domain.words import Word
from domain.work_log import WorkKind
from records.audit import consultation_stream
from records.queries.audit_entries import doers_of, head_of, latest_entries, verified_until
from records.queries.seals import sealed_length

ENTRIES_PER_PAGE = 200
_KINDS: Mapping[str, tuple[type[Word], ...]] = {
    "state": (ConsultationState, SessionState),
    "colour": (Colour,),
    "notice": (NoticeKind,),
    "tell": (Told,),
    "opens": (RungOpens,),
    "measured_from": (MeasuredFrom,),
    "after": (RungAfter,),
    "decision": (Decision,),
    "adoption": (AdoptionStatus,),
    "result": (ResultClass,),
    "verdict": (Verdict,),
    "party": (EvaluationParty,),
    "outcome": (FollowUpOutcome,),
    "exclusion": (Exclusion,),
    "diversion": (Diversion,),
    "format": (SessionFormat,),
    "kind": (ParticipantKind, OutcomeDocumentKind, ResearchKind, DemandKind, WorkKind),
}
_SILENT = frozenset(
    {"id", "clock_id", "answer_id", "room_id", "topic_id", "task_id", "session_id", "tasks"}
    | {"rung", "generation", "due_at", "starts_at", "prepared_at"}
)
_COUNTED = {"participants": "人", "participant_ids": "人", "task_ids": "项", "suggestion_ids": "条"}
"""Lists of things: what an entry says of them in words is how many there were."""


def timeline_page(folder: Folder) -> Response:
    """The entries that the address asks for, the newest first, and how far the stream was found intact."""
    session, stream = folder.session, consultation_stream(folder.row.id)
    asked = asked_entries(folder.visit.request.query_params.items())
    entries = latest_entries(session, stream, asked.narrowed, before=asked.before, limit=ENTRIES_PER_PAGE)
    doers = doers_of(session, stream)
    head, verified = head_of(session, stream), verified_until(session, stream)
    names = folder.names([*doers.organisation_ids, *organisations_in(entries)])
    people = folder.people(doers.person_ids)
    may_verify = folder.may("read_audit")
    return folder.page(
        "timeline",
        entries=[(one, described(one.old, names), described(one.new, names)) for one in entries],
        names=names,
        people=people,
        roles={role.value: role.label for role in Role},
        asked=asked,
        choices=choices_of(doers, people, names),
        following=entries[-1].sequence if len(entries) == ENTRIES_PER_PAGE else None,
        length=head.length if head else 0,
        verified=verified,
        may_see_hashes=may_verify,
        sealed_until=sealed_length(session, stream) if may_verify else 0,
        verify_key=str(uuid.uuid4()) if may_verify else "",
    )


def described(values: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What an entry holds, as names and values that people read."""
    return [
        (audit_word(name), text.removesuffix("。"))
        for name, value in values.items()
        if name not in _SILENT and (text := _text(name, value, names))
    ]


def _text(name: str, value: Any, names: Mapping[str, str]) -> str:
    match value:
        case None:
            return ""
        case list() if name in _COUNTED:
            return f"{len(value)} {_COUNTED[name]}"
        case bool():
            return "是" if value else "否"
        case {"characters": characters}:
            return f"（{characters} 字，内容以校验值留存）"
        case dict():
            return "；".join(f"{label}：{text}" for label, text in described(value, names))
        case list():
            return "、".join(part for one in value if (part := _text(name, one, names)))
    if name.endswith("_id"):
        # An id says nothing to people, unless it is that of a body with a name.
        return names.get(str(value), "")
    return _word(name, str(value)) or str(value)


def _word(name: str, value: str) -> str:
    for kind in _KINDS.get(name, ()):
        if value in {str(member.value) for member in kind}:
            return kind(value).label
    return ""


def organisations_in(entries: Iterable[Any]) -> list[str]:
    """The ids in what the entries hold: those of organisations are given names."""
    found = []
    for entry in entries:
        for values in (entry.old, entry.new):
            found += [
                value for name, value in values.items() if name.endswith("_id") and isinstance(value, str)
            ]
    return found
