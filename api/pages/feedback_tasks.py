"""办理反馈: everything a unit owes, and one task with its date explained day by day and what may be done with it."""

from collections.abc import Container, Mapping
from datetime import date
from typing import Any

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from api.fields import PathId
from api.pages.catalogue import TASK_FORMS_BY_NOUN
from api.pages.co_handlings import answer_co_handling, co_handlings_shown, opinion_form
from api.pages.fields import fields_of, read_values
from api.pages.folders import organisation_options
from api.pages.form_specs import FormSpec
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.routing import page_router
from api.pages.small_papers import AnswerForm
from api.pages.submissions import attempt, errand_of, send_act, typed_act, write_once
from api.pages.visits import APosting, AVisit, Posting, Visit, text_of
from api.problems import STATUSES
from domain.acts import AnswerTask
from domain.matters import ObligationKind, ResultClass
from domain.notices import NoticeKind
from domain.policy import may
from domain.refusals import RefusalCode, refuse
from records.matters import matter_of
from records.papers.answers import prepare_answer
from records.queries.abilities import acts_on_task_open_to
from records.queries.clocks import clocks_due_for, explained_clock, may_have_been_reported
from records.queries.feedback_tasks import papers_of_task, task_line
from records.queries.ladder_papers import fired_notices
from records.queries.people import room
from records.queries.reading import reading_task

router = page_router()
PRINTED = {NoticeKind.OVERDUE: "urge-notice", NoticeKind.RED_NOTICE: "circular"}
DRAFT_FIELDS = fields_of(AnswerForm)
ANSWER_FIELDS = tuple(
    spec for spec in fields_of(AnswerTask) if spec.name in {"adoption", "result", "occurred_on"}
)


@router.get("/feedback-tasks")
def owed_page(visit: AVisit) -> Response:
    """Everything that the visitor's organisation owes, the nearest due date first."""
    with visit.counter.register.reading() as session:
        clocks = clocks_due_for(session, visit.counter.books, [visit.actor.organisation_id], visit.today)
    kinds = {ObligationKind.FEEDBACK_TASK, ObligationKind.ACKNOWLEDGEMENT, ObligationKind.CO_HANDLING}
    return visit.page("feedback_tasks.html", clocks=[one for one in clocks if one.kind in kinds])


@router.get("/feedback-tasks/{task_id}")
def task_page(visit: AVisit, task_id: PathId) -> Response:
    """One task."""
    return show_task(visit, task_id, NO_ATTEMPT)


def show_task(visit: Visit, task_id: str, tried: Attempt) -> Response:
    """One task, with the forms that the visitor may use now. Raises Refused (NOT_FOUND)."""
    counter, today = visit.counter, visit.today
    with reading_task(counter.register, visit.actor, task_id, today) as (session, row, task):
        papers = papers_of_task(session, task_id)
        is_unit = visit.actor.organisation_id == task.unit_id
        draft = next((one for one in papers.answers if one.answered_on is None), None)
        open_acts = acts_on_task_open_to(session, row, task, visit.actor, today)
        clock = explained_clock(session, counter.books, task.clock_id, today)
        last_days = _last_days(visit, session, row, task, clock.standing.due_on)
        co_handlings = co_handlings_shown(session, visit, task)
        return visit.page(
            "feedback_task.html",
            status=STATUSES[tried.refusal.code] if tried.refusal else 200,
            attempt=tried,
            row=row,
            task=task,
            line=task_line(session, task),
            co_handlings=co_handlings,
            opining=opinion_form(task, tried, co_handlings, visit)
            if "answer_co_handling" in open_acts
            else None,
            clock=clock,
            acknowledgement=explained_clock(session, counter.books, task.acknowledgement_clock_id, today),
            papers=papers,
            printed=_printed(fired_notices(session, counter.books, row, task)),
            answers=[one for one in papers.answers if one.answered_on is not None],
            draft=draft if is_unit else None,
            last_days=last_days,
            forms=_forms(session, task, tried, open_acts, papers, visit, last_days),
            answering=_answer_form(task, tried, draft, visit)
            if "answer_task" in open_acts and _may_prepare(session, row, task, visit)
            else None,
        )


def _printed(fired: Container[NoticeKind]) -> list[tuple[str, str]]:
    """The papers of the ladder that are there to be printed, by the end of their address."""
    return [(noun, kind.label) for kind, noun in PRINTED.items() if kind in fired]


def _may_prepare(session: Session, row: Any, task: Any, visit: Visit) -> bool:
    return may(visit.actor, "prepare_answer", matter_of(session, row, visit.today, task=task))


def _forms(
    session: Session,
    task: Any,
    tried: Attempt,
    open_acts: list[str],
    papers: Any,
    visit: Visit,
    last_days: Mapping[str, date],
) -> dict[str, ShownForm]:
    """The forms that policy and law leave open; a decision only where something was asked."""
    asked = {
        "return-decisions": any(one.is_accepted is None for one in papers.return_requests),
        "extension-decisions": any(one.is_granted is None for one in papers.extension_requests),
    }
    closed = {noun for noun, last_day in last_days.items() if last_day < visit.today} | {
        noun
        for noun, decision in (
            ("return-requests", "return-decisions"),
            ("extension-requests", "extension-decisions"),
        )
        if asked[decision]
    }
    if "raise_escalation" in open_acts and not may_have_been_reported(
        session, visit.counter.books, task.clock_id, visit.today
    ):
        closed.add("escalations")
    units = organisation_options(session) if "decide_return" in open_acts else ()
    forms = {}
    for noun, spec in TASK_FORMS_BY_NOUN.items():
        if spec.permit not in open_acts or not asked.get(noun, True) or noun in closed:
            continue
        forms[noun] = _show(spec, task, tried, visit, {"new_unit_id": units})
    return forms


def _show(spec: FormSpec, task: Any, tried: Attempt, visit: Visit, options: Mapping[str, Any]) -> ShownForm:
    return show_form(
        spec.noun,
        spec.fields,
        tried,
        address=f"/feedback-tasks/{task.id}/{spec.noun}",
        title=spec.title,
        button=spec.button,
        initial={"occurred_on": visit.today},
        options=options,
        is_grave=spec.is_grave,
        is_primary=spec.noun in {"acknowledgements", "verifications"},
        hint=spec.hint,
    )


def _answer_form(task: Any, tried: Attempt, draft: Any, visit: Visit) -> ShownForm:
    return show_form(
        "answers",
        (*DRAFT_FIELDS, *ANSWER_FIELDS),
        tried,
        address=f"/feedback-tasks/{task.id}/answers",
        title="办复",
        button="提交办复",
        initial={"occurred_on": visit.today, "text": draft.text if draft else ""},
        is_primary=task.acknowledged_on is not None,
    )


def _last_days(visit: Visit, session: Session, row: Any, task: Any, due_on: date) -> dict[str, date]:
    """The last days on which the unit may ask to hand the item back (退办), and for more time (延期)."""
    place = room(session, row.room_id)
    if place is None:
        return {}
    books = visit.counter.books
    rules = books.pinned(session, row)
    return_days = rules.workdays("return_days", place.level)
    ask_days = rules.workdays("extension_ask_days", place.level)
    return {
        "return-requests": books.calendar_in(session, row.area)
        .add_workdays(task.assigned_on, return_days)
        .on,
        "extension-requests": books.calendar_in(session, row.area).add_workdays(due_on, -ask_days).on,
    }


@router.post("/feedback-tasks/{task_id}/answers")
async def answer(posting: APosting, task_id: PathId) -> Response:
    """Keep the draft of an answer, or hand it in."""
    return await attempt(
        posting, lambda: _answer(posting, task_id), lambda tried: show_task(posting, task_id, tried)
    )


async def _answer(posting: Posting, task_id: str) -> Response:
    consultation_id = await run_in_threadpool(consultation_of, posting, task_id)
    text = read_values(DRAFT_FIELDS, posting.form)["text"]
    is_draft = text_of(posting.form, "intent") == "draft"
    # Read before anything is written, so that a missing class leaves everything as it was.
    said = {} if is_draft else read_values(ANSWER_FIELDS, posting.form)
    check = errand_of(posting).bound_to(consultation_id, "prepare_answer")

    def write(pen: Any) -> Any:
        check(pen)
        return prepare_answer(pen, task_id, text)

    kept = await write_once(posting, "answers", write, suffix=":draft")
    address = f"/feedback-tasks/{task_id}"
    if is_draft:
        return posting.go(f"{address}#answers", "草稿已保存，尚未提交；提交办复后期限才停止计算。")
    act = AnswerTask(by=posting.actor, task_id=task_id, answer_id=kept["answer_id"], **said)
    done = "已办复，请等待协商组织方核实。"
    if act.result is ResultClass.C:
        done = "已办复（C 类）；请配合协商组织方向群众作出说明。"
    return posting.go(address, await send_act(posting, consultation_id, act, done))


@router.post("/feedback-tasks/{task_id}/co-handling-answers")
async def give_opinion(posting: APosting, task_id: PathId) -> Response:
    """Keep the draft of a co-handler's opinion, or hand it in."""

    async def give() -> Response:
        consultation_id = await run_in_threadpool(consultation_of, posting, task_id)
        return await answer_co_handling(posting, task_id, consultation_id)

    return await attempt(posting, give, lambda tried: show_task(posting, task_id, tried))


@router.post("/feedback-tasks/{task_id}/{noun}")
async def submit(posting: APosting, task_id: PathId, noun: str) -> Response:
    """Any other act on the task."""
    spec = TASK_FORMS_BY_NOUN.get(noun)
    if spec is None:
        raise refuse(RefusalCode.NOT_FOUND, "没有这样的表单。")
    return await attempt(
        posting, lambda: _act(posting, task_id, spec), lambda tried: show_task(posting, task_id, tried)
    )


async def _act(posting: Posting, task_id: str, spec: FormSpec) -> Response:
    consultation_id = await run_in_threadpool(consultation_of, posting, task_id)
    act = typed_act(posting, spec, task_id=task_id)
    return posting.go(f"/feedback-tasks/{task_id}", await send_act(posting, consultation_id, act, spec.done))


def consultation_of(visit: Visit, task_id: str) -> str:
    """The consultation of a task. Raises Refused (NOT_FOUND) where the visitor may not know of it."""
    with reading_task(visit.counter.register, visit.actor, task_id, visit.today) as (_session, row, _task):
        return row.id
