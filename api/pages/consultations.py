"""The pages of one consultation: overview and every stage's papers."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Response

from api.fields import PathId
from api.pages import assignments, deliberations, evaluations, outcomes, participants, timeline
from api.pages.catalogue import CONSULTATION_FORMS
from api.pages.changes import remember_look
from api.pages.folders import Folder, open_folder
from api.pages.form_specs import Place
from api.pages.forms import NO_ATTEMPT, Attempt
from api.pages.overview import overview
from api.pages.routing import page_router
from api.pages.submissions import attempt, send_act, typed_act, write_paper
from api.pages.visits import FORM_BYTES_MAX, APosting, AVisit, Posting, Visit, text_of
from domain.refusals import RefusalCode, refuse

router = page_router()

TAB_PAGES: Mapping[str, Callable[[Folder], Response]] = {
    "": overview,
    "participants": participants.participants_page,
    "research": deliberations.research_page,
    "sessions": deliberations.sessions_page,
    "outcomes": outcomes.outcomes_page,
    "tasks": assignments.tasks_page,
    "evaluation": evaluations.evaluation_page,
    "timeline": timeline.timeline_page,
}


@router.get("/consultations/{consultation_id}")
def overview_page(visit: AVisit, consultation_id: PathId) -> Response:
    """Where the consultation stands, and what may be done now."""
    return tab_page(visit, consultation_id, "", NO_ATTEMPT)


@router.get("/consultations/{consultation_id}/{tab}")
def one_tab_page(visit: AVisit, consultation_id: PathId, tab: str) -> Response:
    """One of the consultation's further pages."""
    return tab_page(visit, consultation_id, tab, NO_ATTEMPT)


def tab_page(visit: Visit, consultation_id: str, tab: str, tried: Attempt, **more: Any) -> Response:
    """A page of the consultation. Raises Refused (NOT_FOUND)."""
    show = TAB_PAGES.get(tab)
    if show is None:
        raise refuse(RefusalCode.NOT_FOUND, "协商没有这样的页面。")
    with visit.counter.register.reading() as session:
        folder = open_folder(visit, session, consultation_id, tried)
        folder.shown_once.update(more)
        response = show(folder)
        remember_look(folder, response)
        return response


@router.post("/consultations/{consultation_id}/participants", max_body_size=FORM_BYTES_MAX)
async def list_participants(posting: APosting, consultation_id: PathId) -> Response:
    """Add several people to the list at once."""

    def show(tried: Attempt, **more: Any) -> Response:
        return tab_page(posting, consultation_id, "participants", tried, **more)

    return await attempt(posting, lambda: participants.add_participants(posting, consultation_id, show), show)


@router.post("/consultations/{consultation_id}/feedback-tasks")
async def assign(posting: APosting, consultation_id: PathId) -> Response:
    """Hand suggestions to units."""

    def show(tried: Attempt) -> Response:
        return tab_page(posting, consultation_id, "tasks", tried)

    return await attempt(posting, lambda: assignments.assign_tasks(posting, consultation_id, show), show)


@router.post("/consultations/{consultation_id}/attachments", max_body_size=FORM_BYTES_MAX)
async def attach(posting: APosting, consultation_id: PathId) -> Response:
    """Keep a file with the consultation."""
    return await attempt(
        posting,
        lambda: outcomes.attach_file(posting, consultation_id),
        lambda tried: tab_page(posting, consultation_id, "outcomes", tried),
    )


@router.post("/consultations/{consultation_id}/{noun}")
async def submit(posting: APosting, consultation_id: PathId, noun: str) -> Response:
    """Any other form of the catalogue."""
    spec = CONSULTATION_FORMS.get(noun)
    if spec is None:
        raise refuse(RefusalCode.NOT_FOUND, "没有这样的表单。")
    return await attempt(
        posting,
        lambda: _do(posting, consultation_id, noun),
        lambda tried: tab_page(posting, consultation_id, spec.page, tried),
    )


async def _do(posting: Posting, consultation_id: str, noun: str) -> Response:
    spec = CONSULTATION_FORMS[noun]
    address = f"/consultations/{consultation_id}"
    onward = f"{address}/{spec.page}" if spec.page else address
    if spec.act is not None:
        message = await send_act(posting, consultation_id, typed_act(posting, spec), spec.done)
        return posting.go(onward, message)
    subject_id = text_of(posting.form, "subject_id")
    link = posting.counter.base_url.rstrip("/") + address
    place = Place(consultation_id, subject_id, posting.counter.vault, posting.counter.books, link)
    answer = await write_paper(posting, spec, place)
    once = {name: answer[name] for name in ("tokens", "phone") if answer.get(name)}
    if once:
        # Shown in this very answer and never again: no cookie, no address may carry it.
        return tab_page(posting, consultation_id, spec.page, NO_ATTEMPT, subject_id=subject_id, **once)
    return posting.go(f"{onward}#{text_of(posting.form, 'form_id')}" if subject_id else onward, spec.done)
