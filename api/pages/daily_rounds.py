"""每日例行: when it ran, what each step did, what the reconciler found."""

from fastapi import Response

from api.foresight import require
from api.pages.routing import page_router
from api.pages.visits import AVisit
from domain.policy import Matter, may
from records.queries.daily_rounds import rounds

router = page_router()
SHOWN = 14


@router.get("/daily-rounds")
def daily_rounds_page(visit: AVisit) -> Response:
    """The rounds of the last two weeks, the newest first."""
    require(may(visit.actor, "see_daily_rounds", Matter()))
    with visit.counter.register.reading() as session:
        found = rounds(session, limit=SHOWN)
    is_stale = bool(found) and found[0].is_stale(visit.counter.now())
    return visit.page("daily_rounds.html", found=found, is_stale=is_stale)
