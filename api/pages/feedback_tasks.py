"""办理反馈: everything a unit owes, and one task with its date explained day by day and what may be done with it."""

import uuid
from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from api.attachments import FORM_BYTES_MAX
from api.cursors import cursor_of, day_of, key_of
from api.fields import PathId
from api.pages.catalogue import TASK_FORMS_BY_NOUN
from api.pages.co_handlings import answer_co_handling, co_handlings_shown, opinion_form
from api.pages.fields import read_values
from api.pages.form_specs import FormSpec
from api.pages.forms import NO_ATTEMPT, Attempt
from api.pages.outcomes import uploaded_file
from api.pages.routing import page_router
from api.pages.submissions import attempt, errand_of, send_act, typed_act, write_once
from api.pages.task_forms import ANSWER_FIELDS, DRAFT_FIELDS, task_forms
from api.pages.visits import APosting, AVisit, Posting, Visit, text_of
from api.problems import STATUSES
from domain.acts import AnswerTask
from domain.matters import ResultClass
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, refuse
from records.matters import matter_of
from records.papers.answers import prepare_answer
from records.papers.attachments import MEDIA_TYPES, add_attachment
from records.queries.co_handlings import co_handling_id_of
from records.queries.handled_tasks import tasks_handled, tasks_in_hand
from records.queries.reading import reading_task
from records.queries.task_folders import TaskFolder, task_folder

router = page_router()
PRINTED = {NoticeKind.OVERDUE: "urge-notice", NoticeKind.RED_NOTICE: "circular"}
HANDLED_PER_PAGE = 20
RESULT_CLASSES = {
    ResultClass.A: "所提问题已经解决，或者基本解决。请写明已经做了什么、群众看得见的结果是什么。",
    ResultClass.B: "正在解决，或者已列入计划逐步解决。请写明计划、责任人和完成的时间。",
    ResultClass.C: "因目前条件限制暂时不能解决。请写明是什么条件，并配合协商组织方向群众说明。",
    ResultClass.D: "所提意见留作工作参考。请写明为什么只作参考。",
}
"""What each class of 办理结果 means for the unit that chooses it."""


@router.get("/feedback-tasks")
def owed_page(visit: AVisit, cursor: Annotated[str | None, Query(max_length=400)] = None) -> Response:
    """Everything that the visitor's organisation owes, the nearest due date first, and what it has answered."""
    key = key_of(cursor, str, str)
    after = (day_of(key[0]), key[1]) if key else None
    unit_id = visit.actor.organisation_id
    with visit.counter.register.reading() as session:
        in_hand = [] if after else tasks_in_hand(session, visit.counter.books, unit_id, visit.today)
        handled = tasks_handled(session, unit_id, after=after, limit=HANDLED_PER_PAGE)
    last = handled[-1] if len(handled) == HANDLED_PER_PAGE else None
    return visit.page(
        "feedback_tasks.html",
        in_hand=in_hand,
        handled=handled,
        is_first=after is None,
        following=cursor_of(last.answered_on.isoformat(), last.id) if last else None,
    )


@router.get("/feedback-tasks/{task_id}")
def task_page(visit: AVisit, task_id: PathId) -> Response:
    """One task."""
    return show_task(visit, task_id, NO_ATTEMPT)


def show_task(visit: Visit, task_id: str, tried: Attempt) -> Response:
    """One task, with the forms that the visitor may use now. Raises Refused (NOT_FOUND)."""
    with visit.counter.register.reading() as session:
        folder = task_folder(session, visit.counter.books, visit.actor, task_id, visit.today)
        if folder is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该办理事项。")
        return visit.page(
            "feedback_task.html",
            status=STATUSES[tried.refusal.code] if tried.refusal else 200,
            attempt=tried,
            lost=_lost(tried),
            **_shown(session, folder, tried, visit),
        )


def _lost(tried: Attempt) -> list[tuple[str, str]]:
    """What was typed into a form of the catalogue, for a page on which that form may no longer stand."""
    spec = TASK_FORMS_BY_NOUN.get(tried.form_id)
    return [(one.label, text_of(tried.typed, one.name)) for one in spec.fields] if spec else []


def _shown(session: Session, folder: TaskFolder, tried: Attempt, visit: Visit) -> dict[str, Any]:
    row, task = folder.row, folder.task
    clock = folder.clocks[task.clock_id]
    open_forms = task_forms(session, folder, matter_of(session, row, visit.today, task=task), tried, visit)
    co_handlings = co_handlings_shown(folder.co_handlings, visit.actor)
    return {
        "folder": folder,
        "row": row,
        "task": task,
        "line": folder.line,
        "clock": clock,
        "acknowledgement": folder.clocks[task.acknowledgement_clock_id],
        "co_handlings": co_handlings,
        "opining": opinion_form(task, tried, co_handlings, visit) if open_forms.is_opining else None,
        "answers": [one for one in folder.answers if one.answered_on is not None],
        "forms": open_forms.forms,
        "windows": open_forms.windows,
        "answering": open_forms.answering,
        "may_attach": open_forms.may_attach,
        "printed": [(noun, kind.label) for kind, noun in PRINTED.items() if kind in clock.letters],
        "attach_key": str(uuid.uuid4()),
        "endings": "、".join(ending for ending, _ in MEDIA_TYPES.values()),
        "result_classes": RESULT_CLASSES,
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


@router.post("/feedback-tasks/{task_id}/attachments", max_body_size=FORM_BYTES_MAX)
async def attach(posting: APosting, task_id: PathId) -> Response:
    """Keep a file with the unit's answer, or with a co-handler's opinion."""
    return await attempt(
        posting, lambda: _attach(posting, task_id), lambda tried: show_task(posting, task_id, tried)
    )


async def _attach(posting: Posting, task_id: str) -> Response:
    consultation_id = await run_in_threadpool(consultation_of, posting, task_id)
    opinion_id = await run_in_threadpool(_own_co_handling, posting, task_id)
    paper = await uploaded_file(posting, None if opinion_id else task_id, opinion_id)
    check = errand_of(posting).bound_to(consultation_id, "attach_file")

    def write(pen: Any) -> Any:
        check(pen)
        return add_attachment(pen, consultation_id, paper)

    await write_once(posting, "attachments", write)
    place = "opinion-files" if opinion_id else "files"
    return posting.go(f"/feedback-tasks/{task_id}#{place}", "附件已上传，协商组织方可以下载查看。")


def _own_co_handling(visit: Visit, task_id: str) -> str | None:
    with visit.counter.register.reading() as session:
        return co_handling_id_of(session, task_id, visit.actor.organisation_id)


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
