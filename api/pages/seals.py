"""每日封存: the seals of the record, and each of them as a page to be printed and kept."""

from typing import Annotated

from fastapi import Path, Query, Response
from markupsafe import Markup

from api.cursors import cursor_of, key_of
from api.foresight import require
from api.pages.routing import page_router
from api.pages.visits import AVisit
from api.seals import seal_paper
from documents.seal_paper import code_as_svg, code_of
from domain.policy import Matter, may
from records.queries.seals import newest_seals
from records.seals import missed_days

router = page_router()
LINES_PER_PAGE = 60


@router.get("/audit/seals")
def seals_page(visit: AVisit, cursor: Annotated[str | None, Query(max_length=400)] = None) -> Response:
    """Every seal, the newest first."""
    require(may(visit.actor, "verify_audit", Matter()))
    key = key_of(cursor, int)
    with visit.counter.register.reading() as session:
        rows = newest_seals(session, before=key[0] if key else None, limit=LINES_PER_PAGE)
    return visit.page(
        "seals.html",
        seals=[(one, len(missed_days(one))) for one in rows],
        following=cursor_of(rows[-1].number) if len(rows) == LINES_PER_PAGE else None,
    )


@router.get("/audit/seals/{number}")
def seal_page(visit: AVisit, number: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Response:
    """One seal, to be printed."""
    paper = seal_paper(visit.counter, visit.actor, number)
    code = code_as_svg(code_of(paper.statement, paper.signature))
    # Our own drawing of our own text: it holds numbers and no markup of anybody.
    return visit.page("seal.html", seal=paper, code=Markup(code))
