"""The forms on the page of a task that policy, law and windows leave open to the visitor."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from api.pages.catalogue import TASK_FORMS_BY_NOUN
from api.pages.fields import fields_of
from api.pages.folders import organisation_options
from api.pages.form_specs import FormSpec
from api.pages.forms import Attempt, ShownForm, show_form
from api.pages.small_papers import AnswerForm
from api.pages.visits import Visit
from domain.acts import AnswerTask
from domain.policy import Matter, may
from records.papers.attachments import CLOSED_TO_FILES
from records.queries.abilities import acts_on_task
from records.queries.co_handlings import CoHandlingState
from records.queries.task_folders import LetterKind, TaskFolder
from records.queries.task_windows import Window, extension_window, return_window

DRAFT_FIELDS = fields_of(AnswerForm)
ANSWER_FIELDS = tuple(
    spec for spec in fields_of(AnswerTask) if spec.name in {"adoption", "result", "occurred_on"}
)
_DECISIONS: Mapping[str, LetterKind] = {
    "return-decisions": LetterKind.RETURN,
    "extension-decisions": LetterKind.EXTENSION,
}
_PRIMARY = frozenset({"acknowledgements", "verifications"})


@dataclass(frozen=True)
class TaskForms:
    """What may be done on the page now. A window is there only for the unit that could ask."""

    forms: Mapping[str, ShownForm]
    windows: Mapping[str, Window]
    answering: ShownForm | None
    is_opining: bool
    may_attach: bool
    """To the unit's answer, or to the opinion of a co-handler."""


def task_forms(
    session: Session, folder: TaskFolder, matter: Matter, tried: Attempt, visit: Visit
) -> TaskForms:
    """The forms that the visitor may use."""
    own = visit.actor.organisation_id
    owes = any(one.unit_id == own and one.state is CoHandlingState.OWED for one in folder.co_handlings)
    permitted = set(acts_on_task(folder.row, folder.task, visit.actor, matter, owes_opinion=owes))
    windows = _windows(session, folder, permitted, visit)
    forms = {
        noun: _show(session, spec, folder, tried, visit, windows.get(noun))
        for noun, spec in TASK_FORMS_BY_NOUN.items()
        if spec.permit in permitted and _is_wanted(noun, folder, windows, visit)
    }
    may_answer = "answer_task" in permitted and may(visit.actor, "prepare_answer", matter)
    return TaskForms(
        forms=forms,
        windows=windows,
        answering=_answer_form(folder, tried, visit) if may_answer else None,
        is_opining="answer_co_handling" in permitted,
        may_attach=(own == folder.task.unit_id or _is_asked_to_opine(folder, own))
        and folder.task.state not in CLOSED_TO_FILES
        and not folder.row.state.is_final
        and may(visit.actor, "attach_file", replace(matter, unit_ids=matter.unit_ids | {own})),
    )


def _is_asked_to_opine(folder: TaskFolder, unit_id: str) -> bool:
    return any(one.unit_id == unit_id and one.co_handling is not None for one in folder.co_handlings)


def _windows(session: Session, folder: TaskFolder, permitted: set[str], visit: Visit) -> dict[str, Window]:
    if not permitted & {"request_return", "request_extension"}:
        return {}
    books = visit.counter.books
    rules = books.pinned(session, folder.row)
    calendar = books.calendar_in(session, folder.row.area)
    found = {}
    if "request_return" in permitted:
        found["return-requests"] = return_window(folder, rules, calendar)
    if "request_extension" in permitted:
        found["extension-requests"] = extension_window(folder, rules, calendar)
    return found


def _is_wanted(noun: str, folder: TaskFolder, windows: Mapping[str, Window], visit: Visit) -> bool:
    """A decision is wanted only where something was asked, a request only while its window is open."""
    if noun in _DECISIONS:
        return folder.asked(_DECISIONS[noun])
    if noun == "escalations":
        return folder.clocks[folder.task.clock_id].may_have_been_reported
    return noun not in windows or windows[noun].is_open(visit.today)


def _show(
    session: Session, spec: FormSpec, folder: TaskFolder, tried: Attempt, visit: Visit, window: Window | None
) -> ShownForm:
    options: dict[str, Any] = {}
    if spec.noun == "return-decisions":
        options["new_unit_id"] = organisation_options(session)
    hint = spec.hint
    if window is not None and window.limit is not None:
        hint = f"最多可以申请 {window.limit} 个工作日；答复之前原期限不变。"
    return show_form(
        spec.noun,
        spec.fields,
        tried,
        address=f"/feedback-tasks/{folder.task.id}/{spec.noun}",
        title=spec.title,
        button=spec.button,
        initial={"occurred_on": visit.today},
        options=options,
        is_grave=spec.is_grave,
        is_primary=spec.noun in _PRIMARY,
        hint=hint,
    )


def _answer_form(folder: TaskFolder, tried: Attempt, visit: Visit) -> ShownForm:
    draft = next((one for one in folder.answers if one.answered_on is None), None)
    return show_form(
        "answers",
        (*DRAFT_FIELDS, *ANSWER_FIELDS),
        tried,
        address=f"/feedback-tasks/{folder.task.id}/answers",
        title="办复",
        button="提交办复",
        initial={"occurred_on": visit.today, "text": draft.text if draft else ""},
        is_primary=folder.task.acknowledged_on is not None,
    )
