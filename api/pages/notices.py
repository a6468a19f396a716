"""站内信: every letter to the visitor, whatever became of it by mail; and how they want their notices."""

from dataclasses import replace
from typing import Annotated

from fastapi import Query, Response

from api.cursors import cursor_of, key_of
from api.fields import PathId
from api.notices import UNREADABLE, choice_shown, letter_of, notice_shown
from api.pages.fields import fields_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Visit
from api.problems import STATUSES
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, refuse
from records.papers.notice_choices import DIGEST_HOURS, NoticeChoicePaper, choose_notices
from records.queries import letters as queries

router = page_router()
PER_PAGE = 50
CHOICE_FIELDS = tuple(
    # An hour is chosen from a list, not typed.
    replace(one, kind="choice", of_kind=str) if one.name == "digest_hour" else one
    for one in fields_of(NoticeChoicePaper)
)
CHOOSABLE = tuple((kind.value, kind.label) for kind in NoticeKind if kind.may_be_chosen)
OBLIGED = tuple(kind.label for kind in NoticeKind if not kind.may_be_chosen)
HOURS = tuple((str(hour), f"{hour}:00") for hour in DIGEST_HOURS)


@router.get("/notices")
def notices_page(visit: AVisit, cursor: Annotated[str | None, Query(max_length=400)] = None) -> Response:
    """Every letter to me, the newest first."""
    key = key_of(cursor, str)
    with visit.counter.register.reading() as session:
        rows = queries.letters_to(
            session, visit.actor.person_id, after=key[0] if key else None, limit=PER_PAGE
        )
    return visit.page(
        "notices.html",
        letters=[notice_shown(row) for row in rows],
        following=cursor_of(rows[-1].id) if len(rows) == PER_PAGE else None,
        is_first=key is None,
    )


@router.get("/notices/choices")
def choices_page(visit: AVisit) -> Response:
    """How my ordinary notices come."""
    return _show_choices(visit, NO_ATTEMPT)


def _show_choices(visit: Visit, tried: Attempt) -> Response:
    with visit.counter.register.reading() as session:
        chosen = choice_shown(queries.choice_of(session, visit.actor.person_id))
    form = show_form(
        "notice-choices",
        CHOICE_FIELDS,
        tried,
        address="/notices/choices",
        title="通知方式",
        button="保存",
        initial=chosen | {"digest_hour": str(chosen["digest_hour"] or "")},
        options={"house_kinds": CHOOSABLE, "digest_hour": HOURS},
        is_primary=True,
    )
    return visit.page(
        "notice_choices.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        form=form,
        obliged=OBLIGED,
        attempt=tried,
    )


@router.post("/notices/choices")
async def choose(posting: APosting) -> Response:
    """Keep the choice."""

    async def do() -> Response:
        values = read_values(CHOICE_FIELDS, posting.form)
        paper = NoticeChoicePaper(**{**values, "digest_hour": _hour(values["digest_hour"])})
        await write_once(posting, "choose_notices", lambda pen: choose_notices(pen, paper))
        return posting.go("/notices/choices", "通知方式已保存，对尚未发出的信件同样生效。")

    return await attempt(posting, do, lambda tried: _show_choices(posting, tried))


def _hour(chosen: str | None) -> int | None:
    if chosen is not None and not chosen.isdecimal():
        raise refuse(
            RefusalCode.INVALID_INPUT, "“每日汇总时间”没有这一选项，请重新选择。", field="digest_hour"
        )
    return None if chosen is None else int(chosen)


@router.get("/notices/{notice_id}")
def notice_page(visit: AVisit, notice_id: PathId) -> Response:
    """One letter to me."""
    with visit.counter.register.reading() as session:
        row = queries.letter_to(session, visit.actor.person_id, notice_id)
        tried = (
            queries.attempts(session, queries.AttemptFilter(notice_id=notice_id), limit=PER_PAGE)
            if row
            else []
        )
    if row is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该信件。")
    letter = letter_of(row, visit.visitor.person_name)
    return visit.page(
        "notice.html",
        letter=notice_shown(row),
        text=letter.text if letter else UNREADABLE,
        tried=[one for one in tried if not one.webhook_name],
    )
