"""上次查看以来的变化: what others did in a consultation since the visitor last opened it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Response
from starlette.background import BackgroundTask

from api.pages.folders import Folder
from api.pages.timeline import described, organisations_in
from records.queries.people import named_hand
from records.visits import needs_noting, note_visit

VALUES_SHOWN_MAX = 3


@dataclass(frozen=True)
class ShownChange:
    """One change as a line: what, by whom, when, and the first few values that it set."""

    sequence: int
    what: str
    by: str
    at: datetime
    values: str


@dataclass(frozen=True)
class ShownChanges:
    """The newest of what changed since ``seen_at``, and how much there is in all."""

    seen_at: datetime
    count: int
    lines: tuple[ShownChange, ...]


def organisations_of_changes(folder: Folder) -> Iterable[str]:
    """Every organisation that the lines name."""
    entries = folder.changes.entries
    return (*(one.organisation_id for one in entries), *organisations_in(entries))


def people_of_changes(folder: Folder) -> Iterable[str]:
    """Everybody whom the lines name."""
    entries = folder.changes.entries
    return (person for one in entries for person in (one.person_id, one.on_behalf_of) if person)


def changes_shown(folder: Folder, names: Mapping[str, str]) -> ShownChanges | None:
    """What the page tells, None where there is nothing to tell."""
    found = folder.changes
    if found.since is None or not found.entries:
        return None
    people = folder.people(people_of_changes(folder))
    lines = (
        ShownChange(
            one.sequence,
            one.action.label,
            _doer(
                one.role,
                names.get(one.organisation_id, ""),
                named_hand(people, one.person_id, one.on_behalf_of),
            ),
            one.at,
            "；".join(f"{name}：{value}" for name, value in described(one.new, names)[:VALUES_SHOWN_MAX]),
        )
        for one in found.entries
    )
    return ShownChanges(found.since.seen_at, found.count, tuple(lines))


def remember_look(folder: Folder, response: Response) -> None:
    """Move the visitor's bookmark once the page has been sent: nobody waits for it."""
    visit = folder.visit
    found, at = folder.changes, visit.counter.now()
    if needs_noting(found, at):
        person_id = visit.actor.person_id
        response.background = BackgroundTask(
            note_visit, visit.counter.register, person_id, folder.row.id, found, at
        )


def _doer(role: str, organisation: str, person: str) -> str:
    match role:
        case "clock":
            return "系统时钟"
        case "public":
            return "群众（不记名）"
    return f"{organisation} {person}".strip() or "—"
