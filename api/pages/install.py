"""Every page in one place: what the application takes in."""

from fastapi import APIRouter, Request, Response
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from api.pages import (
    accounts,
    administration,
    as_of,
    audit,
    ballots,
    calendar_feeds,
    calendars,
    consultation_list,
    consultations,
    county_drafts,
    county_ladders,
    county_versions,
    daily_rounds,
    deliveries,
    demands,
    escalations,
    feedback_tasks,
    figures,
    inspections,
    leave,
    live_counters,
    looking_back,
    members,
    mine,
    month,
    new_consultations,
    notice_templates,
    notices,
    overdue,
    overview_board,
    participants,
    plans,
    rooms,
    rule_set_adoptions,
    rule_sets,
    seals,
    session_days,
    sign_in,
    statistics,
    supervision_items,
    topics,
    trail_exports,
    watches,
    webhooks,
    work_log,
    worklist,
    yearly_statistics,
)
from api.pages.rendering import STATIC
from api.pages.routing import page_router

ROUTERS = (
    live_counters.router,
    sign_in.router,
    worklist.router,
    mine.router,
    month.router,
    feedback_tasks.router,
    escalations.router,
    audit.router,
    seals.router,
    as_of.router,
    trail_exports.router,
    looking_back.router,
    overdue.router,
    overview_board.router,
    topics.router,
    new_consultations.router,
    plans.router,
    members.router,
    supervision_items.router,
    inspections.router,
    demands.router,
    watches.router,
    work_log.router,
    rooms.router,
    county_versions.router,
    county_drafts.router,
    county_ladders.router,
    rule_set_adoptions.router,
    rule_sets.router,
    calendars.router,
    figures.router,
    yearly_statistics.router,
    statistics.router,
    administration.router,
    accounts.router,
    notices.router,
    notice_templates.router,
    deliveries.router,
    webhooks.router,
    calendar_feeds.router,
    daily_rounds.router,
    leave.router,
    ballots.router,
    participants.router,
    session_days.router,
    consultation_list.router,
    consultations.router,
)
YEAR_SECONDS = 365 * 24 * 3600


class PageAddress(PathConvertor):
    """Any address that is not the API's: what is not found there is answered as a problem, not as a page."""

    regex = "(?!api/|metrics|healthz|readyz)[^.]*"


class KeptStaticFiles(StaticFiles):
    """Static files whose address changes with their content, so browsers may keep them."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """The file, to be kept for a year."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


register_url_convertor("page", PageAddress())
_lost = page_router()


@_lost.get("/{address:page}")
def lost_page(request: Request, address: str) -> Response:
    """Nothing is here."""
    del request, address
    raise HTTPException(404)


def install_pages(house: APIRouter) -> None:
    """Take in every page and the static files. Call it after everything else: the last route catches what is lost."""
    house.mount("/static", KeptStaticFiles(directory=STATIC), name="static")
    for router in ROUTERS:
        house.include_router(router)
    house.include_router(_lost)
