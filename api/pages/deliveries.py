"""The delivery log of the administrators: every attempt, one letter's attempts with resending, stopped addresses."""

from typing import Annotated, Any

from fastapi import Query, Response

from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.foresight import require
from api.pages.fields import fields_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Visit
from api.problems import STATUSES
from domain.notice_ways import DeliveryWay
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.mail_standings import AddressPaper, correct_address
from records.papers.letters import ResendPaper, resend_notice
from records.queries import letters as queries
from records.queries.people import person_of

router = page_router()
PER_PAGE = 50
OUTCOMES = {
    "delivered": "已送达",
    "try_again": "稍后重试",
    "refused": "被拒收",
    "bounced": "退信",
    "house": "仅站内",
}
RESEND_FIELDS = fields_of(ResendPaper)
ADDRESS_FIELDS = fields_of(AddressPaper)


@router.get("/deliveries")
def deliveries_page(
    visit: AVisit,
    outcome: Annotated[str, Query(max_length=20)] = "",
    way: Annotated[str, Query(max_length=20)] = "",
    text: Annotated[str, Query(max_length=50)] = "",
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """Every attempt, the newest first, and the addresses that stand still."""
    require(may(visit.actor, "see_deliveries", Matter()))
    key = key_of(cursor, str)
    wanted = queries.AttemptFilter(
        outcome=outcome if outcome in OUTCOMES else "",
        way=DeliveryWay(way) if way in set(DeliveryWay) else None,
        text=text.replace("\x00", "").strip(),
    )
    with visit.counter.register.reading() as session:
        found = queries.attempts(session, wanted, after=key[0] if key else None, limit=PER_PAGE)
        stopped = queries.stopped_addresses(session)
    return visit.page(
        "deliveries.html",
        found=found,
        stopped=stopped,
        outcomes=OUTCOMES,
        ways=list(DeliveryWay),
        wanted=wanted,
        may_mend=may(visit.actor, "mend_deliveries", Matter()),
        following=cursor_of(found[-1].id) if len(found) == PER_PAGE else None,
        is_first=key is None,
    )


@router.get("/deliveries/{notice_id}")
def delivery_page(visit: AVisit, notice_id: PathId) -> Response:
    """One letter's attempts, without a word of what it says."""
    return _show_letter(visit, notice_id, NO_ATTEMPT)


def _show_letter(visit: Visit, notice_id: str, tried: Attempt) -> Response:
    require(may(visit.actor, "see_deliveries", Matter()))
    with visit.counter.register.reading() as session:
        found = queries.letter_of(session, notice_id)
        if found is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该信件。")
        row, reader = found
        made = queries.attempts(session, queries.AttemptFilter(notice_id=row.id), limit=PER_PAGE)
    form = show_form(
        "resends",
        RESEND_FIELDS,
        tried,
        address=f"/deliveries/{row.id}/resends",
        title="重新发送",
        button="重新发送",
        hint="作为一封新的邮件立即发出，有自己的邮件编号，并记入过程留痕。",
        is_primary=True,
    )
    may_resend = may(visit.actor, "mend_deliveries", Matter()) and row.state.value != "waiting"
    return visit.page(
        "delivery.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        row=row,
        reader=reader,
        made=made,
        outcomes=OUTCOMES,
        form=form if may_resend else None,
        attempt=tried,
    )


@router.post("/deliveries/{notice_id}/resends")
async def resend(posting: APosting, notice_id: PathId) -> Response:
    """Send a letter anew."""

    async def do() -> Response:
        require(may(posting.actor, "mend_deliveries", Matter()))
        paper = ResendPaper(**read_values(RESEND_FIELDS, posting.form))
        await write_once(posting, "resend_notice", lambda pen: resend_notice(pen, notice_id, paper))
        return posting.go(f"/deliveries/{notice_id}", "已重新放入待发送，即将发出。")

    return await attempt(posting, do, lambda tried: _show_letter(posting, notice_id, tried))


@router.get("/addresses/{person_id}")
def address_page(visit: AVisit, person_id: PathId) -> Response:
    """One person's address, to be corrected or confirmed."""
    return _show_address(visit, person_id, NO_ATTEMPT)


def _show_address(visit: Visit, person_id: str, tried: Attempt) -> Response:
    require(may(visit.actor, "mend_deliveries", Matter()))
    with visit.counter.register.reading() as session:
        person: Any = person_of(session, person_id)
        if person is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该人员。")
        stopped = next(
            (one for one in queries.stopped_addresses(session) if one.person_id == person_id), None
        )
    form = show_form(
        "address",
        ADDRESS_FIELDS,
        tried,
        address=f"/addresses/{person_id}",
        title="更正收件地址",
        button="保存收件地址",
        initial={"email": person.email},
        hint="原地址确认无误的，不改动直接保存，即恢复发送。留空的，只在站内收信。",
        is_primary=True,
    )
    return visit.page(
        "address.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        person=person,
        stopped=stopped,
        form=form,
        attempt=tried,
    )


@router.post("/addresses/{person_id}")
async def correct(posting: APosting, person_id: PathId) -> Response:
    """Correct or confirm an address."""

    async def do() -> Response:
        require(may(posting.actor, "mend_deliveries", Matter()))
        paper = AddressPaper(**read_values(ADDRESS_FIELDS, posting.form))
        await write_once(posting, "correct_address", lambda pen: correct_address(pen, person_id, paper))
        return posting.go("/deliveries", "收件地址已保存，此后的信件照常发送。")

    return await attempt(posting, do, lambda tried: _show_address(posting, person_id, tried))
