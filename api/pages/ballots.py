"""群众评价: the page of a single-use token, for people without an account."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.counter import TheCounter
from api.fields import PathId
from api.pages.rendering import page
from api.pages.routing import page_router
from api.pages.visits import AForm, text_of
from api.problems import STATUSES
from domain.matters import BallotChoice
from domain.refusals import RefusalCode, Refused, refuse
from records.papers.ballots import cast_ballot
from records.queries.consultations import consultation, is_known

router = page_router()


@router.get("/ballots/{consultation_id}")
def ballot_page(
    request: Request,
    counter: TheCounter,
    consultation_id: PathId,
    token: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Three choices and a token. Looking at the page uses nothing up."""
    return _show(request, counter, consultation_id, token)


@router.post("/ballots/{consultation_id}")
async def cast(request: Request, counter: TheCounter, consultation_id: PathId, form: AForm) -> Response:
    """Cast the ballot. Nothing that is kept links it to anybody."""
    token, chosen = text_of(form, "token").strip(), text_of(form, "choice")
    try:
        if chosen not in {choice.value for choice in BallotChoice}:
            raise refuse(RefusalCode.INVALID_INPUT, "请选择一项评价。", field="choice")
        choice = BallotChoice(chosen)
        await run_in_threadpool(
            counter.desk.anonymously,
            counter.now(),
            lambda pen: cast_ballot(pen, consultation_id, token, choice),
        )
    except Refused as refused:
        return await run_in_threadpool(_show, request, counter, consultation_id, token, chosen, refused)
    return page(request, "ballot.html", status=200, is_cast=True)


def _show(
    request: Request,
    counter: TheCounter,
    consultation_id: str,
    token: str,
    chosen: str = "",
    refused: Refused | None = None,
) -> Response:
    with counter.register.reading() as session:
        row = consultation(session, consultation_id) if is_known(session, consultation_id) else None
    if row is None or row.state.is_final:
        raise refuse(RefusalCode.NOT_FOUND, "该评价页面不存在，或者评价已经结束。")
    refusal = refused.refusal if refused else None
    return page(
        request,
        "ballot.html",
        status=STATUSES[refusal.code] if refusal else 200,
        is_cast=False,
        title=row.title,
        consultation_id=consultation_id,
        token=token,
        chosen=chosen,
        choices=tuple(BallotChoice),
        error=refusal.message if refusal else "",
        error_field=refusal.field if refusal else "",
    )
