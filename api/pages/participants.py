"""参会人员: the list with its ratios; rows typed, pasted or read from a sheet, looked over before any is listed."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.attachments import download
from api.fields import PathId
from api.lists import XLSX
from api.pages.fields import options_of
from api.pages.folders import Folder, open_folder
from api.pages.forms import NO_ATTEMPT, Attempt
from api.pages.participant_rows import (
    CELLS,
    ROW_WORDS,
    TypedPerson,
    checked_people,
    read_people,
    read_typed,
)
from api.pages.routing import page_router
from api.pages.submissions import errand_of, write_once
from api.pages.visits import AVisit, Posting, text_of
from documents.participant_sheet import COLUMNS, empty_participant_form
from domain.matters import ParticipantKind
from domain.refusals import Refusal, RefusalCode, Refused, refuse
from domain.stages import Stage
from records.papers.participants import list_participants
from records.queries.contacts import masked_phones
from records.queries.papers import participants_of
from records.queries.rolls import (
    count_roll,
    facts_on_roll,
    roll_findings,
    roll_since_sessions,
    shares_asked,
)
from regulations.checks.counting import PUBLIC
from regulations.checks.participants import Among

router = page_router()
ROWS_SHOWN = 3
Show = Callable[..., Response]


@router.get("/consultations/{consultation_id}/participants/form")
def empty_form(visit: AVisit, consultation_id: PathId) -> Response:
    """The empty sheet to fill in. Raises Refused (NOT_FOUND)."""
    with visit.counter.register.reading() as session:
        number = open_folder(visit, session, consultation_id, NO_ATTEMPT).row.number
    return download(empty_participant_form(visit.today), f"{number}参会人员登记表.xlsx", XLSX)


def participants_page(folder: Folder) -> Response:
    """The list and the forms that change it; or the rows to be looked over, before any of them is listed."""
    may_add = folder.may("prepare_papers") and not folder.row.state.is_final
    people = participants_of(folder.session, folder.row.id)
    adding = _adding(folder, people) if may_add else None
    if adding is not None and adding["typed_count"]:
        return folder.page("participants", template="participants_checked", people=people, adding=adding)
    kept = _kept(folder) if may_add else None
    facts = facts_on_roll(people)
    return folder.page(
        "participants",
        people=people,
        phones=masked_phones(folder.session, folder.visit.counter.vault, [one.id for one in people]),
        units=folder.names(one.organisation_id for one in people),
        count=count_roll(facts),
        findings=_findings(folder, facts) if people else (),
        kept=kept,
        removals={}
        if kept is None
        else {one.id: folder.form("participant-removals", one.id) for one in people if one.id not in kept},
        reveals={one.id: folder.form("contact-views", one.id) for one in people if one.has_contact},
        may_add=may_add,
        adding=adding,
        revealed=folder.shown_once.get("phone"),
        revealed_of=folder.shown_once.get("subject_id"),
    )


def _kept(folder: Folder) -> frozenset[str] | None:
    """Who has signed in and stays on the list; None once a session was held, when nobody leaves it any more."""
    stage = folder.row.state.stage
    if stage is not None and stage.number < Stage.DELIBERATION.number:
        return frozenset()
    has_met, signed_in = roll_since_sessions(folder.session, folder.row.id)
    return None if has_met else signed_in


def _findings(folder: Folder, people: Any) -> Any:
    """What the gate asks of a list of exactly these people, the shares first."""
    shares = {one.rule_id for one in _shares(folder)}
    found = roll_findings(
        folder.session, folder.calendar, folder.rule_set, folder.row, folder.visit.today, people
    )
    return sorted(found, key=lambda one: one.rule_id not in shares)


def _shares(folder: Folder) -> Any:
    return shares_asked(folder.rule_set, folder.room.level, folder.row.kind, Among.LIST)


def _adding(folder: Folder, listed: Sequence[Any]) -> dict[str, Any]:
    """The rows to type in, or those that were typed with what is wrong at each of them."""
    folder.shown_forms.add("participants")
    attempt = folder.attempt
    is_mine = attempt.form_id == "participants"
    typed = folder.shown_once.get("typed_people")
    if typed is None:
        typed = _typed_again(attempt.typed) if is_mine else []
    units = folder.organisation_options
    rows = checked_people(typed, units, [one.name for one in listed])
    taken = [one for one in rows if not one.is_left_out]
    facts = [one.facts for one in taken if one.facts is not None]
    blank = TypedPerson(dict.fromkeys(CELLS, ""))
    return {
        "rows": [*rows, *([blank] if rows else [blank] * ROWS_SHOWN)],
        "typed_count": len(rows),
        "ready_count": sum(not one.faults for one in taken),
        "faulty": [(index, one) for index, one in enumerate(rows, start=1) if one.faults],
        "left_out_count": len(rows) - len(taken),
        "findings": _findings(folder, (*facts_on_roll(listed), *facts)) if rows else (),
        "count": count_roll((*facts_on_roll(listed), *facts)),
        "listed": count_roll(facts_on_roll(listed)),
        "shares": _shares(folder),
        "public": PUBLIC,
        "outside": [kind for kind in ParticipantKind if not kind.counts],
        "kinds": options_of(ParticipantKind),
        "words": ROW_WORDS,
        "columns": "，".join(COLUMNS),
        "units": [name for _, name in units],
        "key": str(uuid.uuid4()),
        "pasted": text_of(attempt.typed, "pasted") if is_mine else "",
        "error": attempt.message if is_mine else "",
        "error_field": attempt.refusal.field if is_mine and attempt.refusal else "",
    }


def _typed_again(form: FormData) -> list[TypedPerson]:
    """What was typed into a refused form; pasted lines that cannot be told apart stay in their field."""
    try:
        return read_typed(form)
    except Refused:
        return []


async def add_participants(posting: Posting, consultation_id: str, show: Show) -> Response:
    """List everybody, or nobody while a row is wrong; with the intent ``check`` only look the rows over."""
    typed = await read_people(posting.form)
    if not typed:
        raise refuse(RefusalCode.INVALID_INPUT, "请至少填写一名参会人员。", field="participants")
    if text_of(posting.form, "intent") == "check":
        return await run_in_threadpool(lambda: show(NO_ATTEMPT, typed_people=typed))
    people = await run_in_threadpool(lambda: _taken(posting, consultation_id, typed))
    if any(one.faults for one in people):
        wrong = sum(bool(one.faults) for one in people)
        message = f"有 {wrong} 行填写有误，名单尚未登记。请在下面改正后再次提交：{_first_fault(people)}"
        refusal = Refusal(RefusalCode.INVALID_INPUT, message, field="participants")
        tried = Attempt("participants", posting.form, refusal)
        return await run_in_threadpool(lambda: show(tried, typed_people=typed))
    papers = [one.paper for one in people]
    check = errand_of(posting).bound_to(consultation_id, "prepare_papers")

    def write(pen: Any) -> Any:
        check(pen)
        return list_participants(pen, consultation_id, papers, posting.counter.vault)

    await write_once(posting, "participants", write)
    return posting.go(
        f"/consultations/{consultation_id}/participants",
        f"已登记 {len(papers)} 名参会人员，比例已重新计算。",
    )


def _taken(posting: Posting, consultation_id: str, typed: Sequence[TypedPerson]) -> list[TypedPerson]:
    """The rows that are to be listed, looked over."""
    with posting.counter.register.reading() as session:
        folder = open_folder(posting, session, consultation_id, NO_ATTEMPT)
        people = checked_people(typed, folder.organisation_options, ())
    taken = [one for one in people if not one.is_left_out]
    if not taken:
        raise refuse(RefusalCode.INVALID_INPUT, "请至少填写一名参会人员。", field="participants")
    return taken


def _first_fault(people: Sequence[TypedPerson]) -> str:
    index, one = next((index, one) for index, one in enumerate(people, start=1) if one.faults)
    return f"第 {index} 人，{next(iter(one.faults.values()))}"
